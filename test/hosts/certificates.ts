import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A certificate for these names, with its key and the root by which it is verified, of an authority that is made for it; in PEM. */
export function makeCertificates(folder: string, ...names: readonly string[]) {
  const file = (name: string) => join(folder, name);
  const openssl = (...words: string[]) => execFileSync("openssl", words, { stdio: "ignore" });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl(
    ...["req", "-x509", ...newKey, "-days", "2", "-subj", "/CN=Local CA"],
    ...["-keyout", file("ca.key"), "-out", file("ca.crt")],
  );
  openssl("req", ...newKey, "-subj", `/CN=${names[0]}`, "-keyout", file("own.key"), "-out", file("own.csr"));
  writeFileSync(file("extensions"), `subjectAltName=${names.map((name) => `DNS:${name}`).join(",")}\n`);
  openssl(
    ...["x509", "-req", "-in", file("own.csr"), "-days", "2", "-extfile", file("extensions")],
    ...["-CA", file("ca.crt"), "-CAkey", file("ca.key"), "-CAcreateserial", "-out", file("own.crt")],
  );
  const read = (name: string) => readFileSync(file(name), "utf8");
  return { certificate: read("own.crt"), key: read("own.key"), root: read("ca.crt") };
}
