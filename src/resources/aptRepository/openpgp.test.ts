import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { testKeys } from "./gpg.test-support.ts";
import { readKeyring } from "./openpgp.ts";

const keys = testKeys();
afterAll(() => keys[Symbol.dispose]());

const lasting = keys.make("Lasting");
const expired = keys.make("Expired", "1y", "20200102T030405");
const both = keys.gpg("--export", lasting, expired);

describe("a keyring", () => {
  test("has the fingerprints and times that gpg shows", () => {
    expect(readKeyring(both)).toEqual({
      armoured: false,
      keys: [
        { fingerprint: lasting, revoked: false },
        { fingerprint: expired, revoked: false, expires: new Date("2021-01-01T03:04:05Z") },
      ],
    });
  });

  test("may be armoured, with text around it, and have several blocks", () => {
    const armoured = [lasting, expired]
      .map((key) => `Key:\n${keys.gpg("--export", "--armor", key)}`)
      .join("\n");
    expect(readKeyring(Buffer.from(armoured))).toEqual({ ...readKeyring(both), armoured: true });
    expect(readKeyring(Buffer.from(armoured.replaceAll("\n", "\r\n"))).keys).toHaveLength(2);
  });

  test("what the owner said last holds: longer, then revoked", () => {
    keys.gpg("--faked-system-time", "20201231T000000", "--quick-set-expire", expired, "20y");
    const [, longer] = readKeyring(keys.gpg("--export", lasting, expired)).keys;
    expect(longer?.expires?.getUTCFullYear()).toBe(2040);
    const revoked = keys.make("Revoked");
    const certificate = readFileSync(join(keys.folder, "openpgp-revocs.d", `${revoked}.rev`), "utf8");
    keys.gpg("--import", writeText("revocation", certificate.replace(":---", "---")));
    expect(readKeyring(keys.gpg("--export", revoked)).keys).toEqual([
      { fingerprint: revoked, revoked: true },
    ]);
  });

  test("what others signed changes nothing", () => {
    keys.gpg("--default-key", expired, "--quick-sign-key", lasting);
    expect(readKeyring(keys.gpg("--export", lasting)).keys).toEqual([
      { fingerprint: lasting, revoked: false },
    ]);
  });

  test("of version 6, as in RFC 9580, A.3", () => {
    expect(readKeyring(Buffer.from(version6)).keys).toEqual([
      { fingerprint: "CB186C4F0609A697E4D52DFA6C722B0C1F1E27C18A56708F6525EC27BAD9ACC9", revoked: false },
    ]);
  });
});

function writeText(file: string, text: string): string {
  const path = join(keys.folder, file);
  writeFileSync(path, text);
  return path;
}

const version6 = `-----BEGIN PGP PUBLIC KEY BLOCK-----

xioGY4d/4xsAAAAg+U2nu0jWCmHlZ3BqZYfQMxmZu52JGggkLq2EVD34laPCsQYf
GwoAAABCBYJjh3/jAwsJBwUVCg4IDAIWAAKbAwIeCSIhBssYbE8GCaaX5NUt+mxy
KwwfHifBilZwj2Ul7Ce62azJBScJAgcCAAAAAK0oIBA+LX0ifsDm185Ecds2v8lw
gyU2kCcUmKfvBXbAf6rhRYWzuQOwEn7E/aLwIwRaLsdry0+VcallHhSu4RN6HWaE
QsiPlR4zxP/TP7mhfVEe7XWPxtnMUMtf15OyA51YBM4qBmOHf+MZAAAAIIaTJINn
+eUBXbki+PSAld2nhJh/LVmFsS+60WyvXkQ1wpsGGBsKAAAALAWCY4d/4wKbDCIh
BssYbE8GCaaX5NUt+mxyKwwfHifBilZwj2Ul7Ce62azJAAAAAAQBIKbpGG2dWTX8
j+VjFM21J0hqWlEg+bdiojWnKfA5AQpWUtWnNwDEM0g12vYxoWM8Y81W+bHBw805
I8kWVkXU6vFOi+HWvv/ira7ofJu16NnoUkhclkUrk0mXubZvyl4GBg==
-----END PGP PUBLIC KEY BLOCK-----
`;

describe("what is no keyring", () => {
  test.for<[string, Buffer]>([
    ["is no OpenPGP key", Buffer.from("<html>Not found</html>")],
    ["holds no OpenPGP key", Buffer.alloc(0)],
    ["holds no OpenPGP key", Buffer.from("-----BEGIN PGP MESSAGE-----\n\nabcd\n-----END PGP MESSAGE-----\n")],
    ["ends in the middle of an OpenPGP key", both.subarray(0, both.length - 5)],
    ["ends in the middle of an OpenPGP key", both.subarray(0, 1)],
    ["holds a secret key", keys.gpg("--export-secret-keys", lasting)],
    ["holds a secret key", keys.gpg("--export-secret-keys", "--armor", lasting)],
    ["is a keybox of gpg, which apt does not read", readFileSync(join(keys.folder, "pubring.kbx"))],
    ["version 3, which is too old to be trusted", Buffer.of(0x98, 2, 3, 0)],
    ["is no OpenPGP key", Buffer.of(0x9b, 1, 1)],
  ])("%s", ([message, bytes]) => {
    expect(() => readKeyring(bytes)).toThrow(message);
  });

  test("no text makes it hang or fail in another way", () => {
    for (let length = 0; length < both.length; length += 7) {
      const broken = Buffer.from(both);
      broken[length] = 255 - (broken[length] ?? 0);
      try {
        readKeyring(broken);
      } catch (error) {
        expect(String(error)).toMatch(/^Error: (is|ends|holds) /);
      }
    }
  });
});
