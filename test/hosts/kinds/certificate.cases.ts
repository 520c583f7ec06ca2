import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { certificate } from "../../../src/resources/certificate/certificate.ts";
import { secret } from "../../../src/resources/secret/secret.ts";
import type { Case } from "./case.ts";

/** A certificate for a host that signs itself, and a variable that has its key. */
function makeCertificate(host: string, variable: string): string {
  const folder = mkdtempSync(join(tmpdir(), "proog-certificate-"));
  const [crt, key] = [join(folder, "crt"), join(folder, "key")];
  const made = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const named = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`];
  execFileSync("openssl", ["req", ...made, ...named, "-out", crt, "-keyout", key], { stdio: "ignore" });
  const text = readFileSync(crt, "utf8");
  process.env[variable] = readFileSync(key, "utf8");
  rmSync(folder, { recursive: true });
  return text;
}

const first = makeCertificate("www.example.org", "PROOG_TEST_KEY_FIRST");
const second = makeCertificate("www.example.org", "PROOG_TEST_KEY_SECOND");
const keyOf = (which: "FIRST" | "SECOND") => secret("key", { env: `PROOG_TEST_KEY_${which}` });
const path = "/srv/www.pem";
const proof = (text: string) =>
  `[ "$(stat -c %a:%U ${path})" = 600:root ] && [ "$(sed '/END CERTIFICATE/q' ${path} | sha256sum)" = "$(printf %s '${text}' | sha256sum)" ] && grep -q 'BEGIN PRIVATE KEY' ${path}`;

export const cases: Case[] = [
  {
    name: "with its key",
    resources: () => [certificate(path, { content: first, key: keyOf("FIRST"), names: ["www.example.org"] })],
    proof: proof(first),
  },
  {
    name: "in order",
    resources: () => [certificate(path, { content: first, key: keyOf("FIRST") })],
    proof: proof(first),
    expect: "in-order",
  },
  {
    name: "renewed, and somebody has let others read it",
    start: `chmod 644 ${path}`,
    resources: () => [certificate(path, { content: second, key: keyOf("SECOND") })],
    proof: proof(second),
  },
  {
    name: "for a group",
    resources: () => [
      certificate(path, { content: second, key: keyOf("SECOND"), group: "mail", mode: "0640" }),
    ],
    proof: `[ "$(stat -c %a:%G ${path})" = 640:mail ]`,
  },
  {
    name: "a directory is in the way",
    start: `rm ${path} && mkdir ${path}`,
    resources: () => [certificate(path, { content: first, key: keyOf("FIRST") })],
    proof: `test -d ${path}`,
    expect: { blocked: "A directory is in the way, so it was left alone." },
    clean: `rmdir ${path}; echo old >${path}`,
  },
  {
    name: "absent",
    resources: () => [certificate(path, { absent: true })],
    proof: `test ! -e ${path}`,
  },
];
