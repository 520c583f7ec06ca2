import { certificate } from "../../../src/resources/certificate/certificate.ts";
import { makeCertificate } from "../../../src/resources/certificate/made.test-support.ts";
import { directory } from "../../../src/resources/directory/directory.ts";
import { secret } from "../../../src/resources/secret/secret.ts";
import type { Case } from "./case.ts";
import { hostileNames, prints, sortBytes, unhurt } from "./hostile-names.ts";

/** Its key is in a variable, where the secret is. */
function certificateOf(variable: string): string {
  const { certificate: text, key } = makeCertificate("www.example.org");
  process.env[variable] = key;
  return text;
}

const first = certificateOf("PROOG_TEST_KEY_FIRST");
const second = certificateOf("PROOG_TEST_KEY_SECOND");
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
    name: "hostile names",
    resources: () => [
      directory("/srv/hostile"),
      ...hostileNames.map((name) =>
        certificate(`/srv/hostile/${name}`, { content: first, key: keyOf("FIRST") }),
      ),
    ],
    proof: `${prints("find /srv/hostile -type f -perm 600 -printf '%f\\0' | sort -z", sortBytes(hostileNames.map((name) => `${name}\0`)).join(""))} && ${unhurt}
[ "$(find /srv/hostile -type f -exec sha256sum -z {} + | cut -z -c 1-64 | sort -zu | tr -cd '\\0' | wc -c)" = 1 ]`,
    clean: "rm -r /srv/hostile",
  },
  {
    name: "absent",
    resources: () => [certificate(path, { absent: true })],
    proof: `test ! -e ${path}`,
  },
];
