import { afterEach, expect, test, vi } from "vitest";
import { compileWith, mistakesIn, refusalOf, textsOf } from "../declared.test-support.ts";
import { secret } from "../secret/secret.ts";
import { certificate, certificateKind } from "./certificate.ts";
import { makeCertificate } from "./made.test-support.ts";

const www = makeCertificate("www.example.org");
const other = makeCertificate("other.example.org");
const path = "/etc/ssl/www.pem";
const key = secret("tls/www");
const secretOf = (value: string) => ({ secretValue: () => Promise.resolve(value) });

afterEach(() => {
  vi.useRealTimers();
});

test("the certificate and its key are one file that only root can read", async () => {
  const declared = certificate(path, { content: www.certificate, key, names: ["www.example.org"] });
  const compiled = await compileWith(certificateKind, declared, secretOf(www.key));
  expect(textsOf(compiled)).toEqual([www.certificate + www.key]);
  expect(compiled.blobs?.[0]?.secrets).toEqual(["tls/www"]);
  expect(compiled.arguments.slice(0, 4)).toEqual([path, "0600", "root", "root"]);
  expect(JSON.stringify(compiled.arguments)).not.toContain("PRIVATE");
});

/** Why it does not compile. */
async function refused(content: string, keyText: string, names?: string[]): Promise<string> {
  const declared = certificate(path, { content, key, ...(names && { names }) });
  const { message } = await refusalOf(compileWith(certificateKind, declared, secretOf(keyText)));
  expect(message).not.toContain("PRIVATE");
  return message;
}

test("one that does not fit its key", async () => {
  expect(await refused(www.certificate, other.key)).toBe(
    `certificate ${path}: the certificate of content does not fit the key in the secret "tls/www": they must be made for each other.`,
  );
});

test("one that has expired, and one that does not hold yet", async () => {
  const now = Date.now();
  vi.useFakeTimers({ toFake: ["Date"], now: now + 3 * 86_400_000 });
  expect(await refused(www.certificate, www.key)).toMatch(
    /the certificate of content has expired on \d{4}-\d\d-\d\d: renew it\.$/,
  );
  vi.setSystemTime(now - 86_400_000);
  expect(await refused(www.certificate, www.key)).toMatch(/holds only from \d{4}-\d\d-\d\d on\.$/);
});

test("one for other names, and those that do not follow from each other", async () => {
  expect(await refused(www.certificate, www.key, ["www.example.org", "example.org"])).toContain(
    "the certificate of content is not for example.org, but for www.example.org.",
  );
  expect(await refused(www.certificate + other.certificate, www.key)).toContain(
    "content has certificates that do not follow from each other",
  );
});

test("what is no certificate, and what is no key", async () => {
  expect(await refused("hello", www.key)).toContain("content has no certificate that can be read");
  expect(await refused(www.certificate, "hello")).toContain(
    'the secret "tls/www" is no private key that can be read',
  );
});

test("mistakes of the declaration", () => {
  // @ts-expect-error: a key that others could read
  expect(mistakesIn(certificate(path, { content: "", key: "text" }))).toEqual([
    'key must be a secret, such as secret("tls/www").',
  ]);
  // @ts-expect-error: no list
  expect(mistakesIn(certificate(path, { content: "", key, names: "www.example.org" }))).toEqual([
    'names is "www.example.org", and must be a list such as ["www.example.org"].',
  ]);
  expect(mistakesIn(certificate("www.pem", { key }))).toEqual([
    'path is "www.pem", and must be absolute: "/www.pem".',
    'It has neither content nor from: give one, or { content: "" } for an empty file.',
  ]);
});
