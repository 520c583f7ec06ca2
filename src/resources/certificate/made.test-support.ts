import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A certificate for a host that signs itself and holds for two days, and its key; in PEM, as openssl(1) makes them. */
export function makeCertificate(host: string): { readonly certificate: string; readonly key: string } {
  const folder = mkdtempSync(join(tmpdir(), "proog-certificate-"));
  const [crt, key] = [join(folder, "crt"), join(folder, "key")];
  const made = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const named = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`];
  execFileSync("openssl", ["req", ...made, ...named, "-out", crt, "-keyout", key], { stdio: "ignore" });
  const pair = { certificate: readFileSync(crt, "utf8"), key: readFileSync(key, "utf8") };
  rmSync(folder, { recursive: true });
  return pair;
}
