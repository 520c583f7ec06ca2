import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileWith, mistakesIn, refusalOf } from "../declared.test-support.ts";
import {
  type AuthorizedKey,
  type AuthorizedKeysResource,
  authorizedKeys,
  authorizedKeysKind,
} from "./authorizedKeys.ts";

const ada = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKrtRVfmglJB2xs+f96bZjeNNyXR0FXFaI7sXSww0+t8 ada@laptop";
const bob = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDnLyyLpuBxoIPSmu7wNiOLSRld+kFjzipdWz2aZOAbY bob";
const blobOf = (key: string) => key.split(" ")[1] ?? "";

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "proog-keys-"));
  for (const type of ["ed25519", "ecdsa", "rsa"])
    execFileSync("ssh-keygen", [
      "-q",
      "-t",
      type,
      "-N",
      "",
      "-C",
      `${type}@here`,
      "-f",
      join(directory, type),
    ]);
});
afterAll(() => rmSync(directory, { recursive: true }));

const read = (name: string) => readFileSync(join(directory, name), "utf8");
const keys = (...given: (string | AuthorizedKey)[]) => authorizedKeys("ada", { keys: given });

const compile = (resource: AuthorizedKeysResource) =>
  compileWith(authorizedKeysKind, resource, { directory });
const errorOf = (resource: AuthorizedKeysResource) => refusalOf(compile(resource));

const linesOf = async (...given: (string | AuthorizedKey)[]) =>
  (await compile(keys(...given))).arguments.slice(2).map((word) => word.replace(/^key=/, ""));

describe("the catalog line", () => {
  test("has the keys, and what may lock out is marked", async () => {
    const compiled = await compile(authorizedKeys("ada", { keys: [ada], revoked: [bob] }));
    expect(compiled.arguments).toEqual(["ada", "among", `key=${ada}`, `revoked=${blobOf(bob)}`]);
    expect(compiled).toMatchObject({ claims: ["authorized keys of ada"], access: true });
    expect(compiled.survey?.map(({ line }) => line)).toEqual([
      ...["ada access", `ada has ${ada}`, `ada once ${blobOf(ada)}`, `ada no ${blobOf(bob)}`],
    ]);
  });

  test("of exactly these", async () => {
    const compiled = await compile(authorizedKeys("ada", { keys: [bob, ada], exclusive: true }));
    expect(compiled.arguments).toEqual(["ada", "exactly", `key=${bob}`, `key=${ada}`]);
    expect(compiled.survey?.map(({ line }) => line)).toEqual([
      ...["ada access", `ada line 1 ${bob}`, `ada line 2 ${ada}`, "ada lines 2"],
    ]);
  });

  test("of none", async () => {
    const compiled = await compile(authorizedKeys("ada", { absent: true }));
    expect(compiled.arguments).toEqual(["ada", "absent"]);
    expect(compiled.survey).toEqual([{ survey: "authorized_keys", line: "ada absent" }]);
  });
});

describe("a key", () => {
  test("comes from local files of every type, several in one of them", async () => {
    writeFileSync(join(directory, "all.pub"), `# the team\n\n${read("ecdsa.pub")}${read("rsa.pub")}`);
    const wanted = ["ed25519", "ecdsa", "rsa"].map((name) => read(`${name}.pub`).trim());
    expect(await linesOf("ed25519.pub", "all.pub")).toEqual(wanted);
  });

  test("may have its options in front, as authorized_keys(5) has them", async () => {
    const line = `restrict,command="echo \\"a, b\\" #",permitopen="db:5432" ${ada}`;
    expect(await linesOf(line)).toEqual([line]);
  });

  test("may have its options beside it", async () => {
    const given: AuthorizedKey = {
      ...{ key: ada, from: ["10.0.0.0/8", "!10.0.0.1"], command: 'sh -c "echo \\d"', restrict: true },
      ...{ expires: "20271231", options: ["pty", 'environment="A=b c"'] },
    };
    expect(await linesOf(given)).toEqual([
      `restrict,from="10.0.0.0/8,!10.0.0.1",command="sh -c \\"echo \\d\\"",expiry-time="20271231",pty,environment="A=b c" ${ada}`,
    ]);
  });

  test("with quotes in its line is looked at by itself", async () => {
    expect((await compile(keys({ key: ada, command: "true" }))).survey).toBeUndefined();
  });

  test("is trimmed, and may have no comment", async () => {
    expect(await linesOf(`  ssh-ed25519\t${blobOf(ada)}  \n`)).toEqual([`ssh-ed25519 ${blobOf(ada)}`]);
  });
});

describe("a private key is refused, and shown nowhere", () => {
  const isQuiet = (said: string) => {
    expect(said).toContain("is a private key, which belongs to nobody else and is not shown here");
    for (const name of ["ed25519", "ecdsa", "rsa"])
      for (const line of read(name).split("\n").slice(1, 4)) expect(said).not.toContain(line);
  };

  test.each(["ed25519", "ecdsa", "rsa"])("as text: %s", (name) => {
    // The same search finds it where it belongs.
    expect(JSON.stringify([read(name)])).toContain(read(name).split("\n")[1]);
    for (const given of [
      authorizedKeys("ada", { keys: [ada, read(name)] }),
      authorizedKeys("ada", { keys: [{ key: read(name) }] }),
      authorizedKeys("ada", { revoked: [read(name)] }),
      // @ts-expect-error: no list
      authorizedKeys("ada", { keys: read(name) }),
    ])
      isQuiet(JSON.stringify(given));
  });

  test("as text without its first line", () => {
    isQuiet(JSON.stringify(keys(read("ed25519").split("\n").slice(1).join(""))));
    isQuiet(JSON.stringify(keys("PuTTY-User-Key-File-3: ssh-ed25519")));
  });

  test("in a local file", async () => {
    writeFileSync(join(directory, "wrong.pub"), read("ed25519"));
    const { message } = await errorOf(keys("wrong.pub"));
    isQuiet(message);
    expect(message).toMatch(/^authorizedKeys ada: keys\[0\], the local file "wrong.pub", is a private key/);
    expect(message).toContain("ssh-keygen -y -f KEYFILE prints");
  });
});

describe("mistakes", () => {
  test.each<[string | AuthorizedKey, string]>([
    [
      "keys/ada",
      'keys[0] is no public key as ssh-keygen writes it: "ssh-ed25519 AAAA… ada@laptop". The path of a local file must end in ".pub".',
    ],
    ["", "keys[0] is no public key"],
    [`${ada}\n${bob}`, "keys[0] has a line break or control characters: each key is one line."],
    [
      `ssh-ed25519 ${blobOf(ada).slice(0, -4)} ada`,
      "keys[0] is damaged: what follows ssh-ed25519 is no whole key of that type. Copy its .pub file once more.",
    ],
    [`ssh-ed25519 ${blobOf(ada)}AAAA ada`, "keys[0] is damaged"],
    [`ssh-ed25519 AAAA… ada`, "keys[0] is damaged"],
    [`ssh-rsa ${blobOf(ada)} ada`, "keys[0] is damaged"],
    [`sk-ssh-ed25519@openssh.com ${blobOf(ada)}`, "keys[0] is damaged"],
    [
      `ssh-dss ${blobOf(ada)}`,
      "keys[0] is a DSA key, which sshd has not taken since OpenSSH 7.0: use ssh-ed25519.",
    ],
    [
      `ssh-ed25519-cert-v01@openssh.com ${blobOf(ada)}`,
      "keys[0] is a certificate: name the key of the authority that signed it",
    ],
    [`ssh-foo ${blobOf(ada)}`, 'keys[0] is of the type "ssh-foo", and sshd takes ssh-ed25519, ssh-rsa,'],
    [
      "---- BEGIN SSH2 PUBLIC KEY ----",
      "keys[0] is a key in the form of RFC 4716: ssh-keygen -i -f KEYFILE prints it",
    ],
    [`no-ptty ${ada}`, 'keys[0] is "no-ptty", which sshd(8) does not know. Did you mean "no-pty"?'],
    [`command ${ada}`, 'keys[0] is "command", and must have a value: command="…".'],
    [
      { key: ada, from: [] },
      'keys[0].from is [], and must be addresses, networks or patterns of names, such as ["10.0.0.0/8"].',
    ],
    [{ key: ada, from: 'a",b' }, "keys[0].from is"],
    [
      { key: ada, command: " " },
      'keys[0].command is " ", and must be what a shell runs, such as "/usr/local/bin/backup".',
    ],
    [{ key: ada, command: "a\nb" }, "and sshd takes one line: put it into a script."],
    [{ key: ada, command: "a\\" }, "and sshd can read no backslash at its end: put it into a script."],
    [
      { key: ada, expires: "tomorrow" },
      'keys[0].expires is "tomorrow", and must be a day or a minute such as "20271231" or "202712312359".',
    ],
    [{ key: ada, options: ['pty="x"'] }, 'keys[0].options[0] is "pty=\\"x\\"", and takes no value: pty.'],
    [{ key: ada, options: ["a b"] }, 'keys[0].options[0] is "a b", and must be an option of sshd(8) such as'],
    [
      { key: `restrict ${ada}` },
      "keys[0].key has options in front of the key: give the bare key, and its options beside it.",
    ],
  ])("%j", (key, mistake) => {
    expect(mistakesIn(keys(key))).toEqual([expect.stringContaining(mistake)]);
  });

  test("an RSA key that sshd would refuse", () => {
    const field = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
    const blob = [Buffer.from("ssh-rsa"), Buffer.from([1, 0, 1]), Buffer.alloc(96, 0x7f)].map(field);
    expect(mistakesIn(keys(`ssh-rsa ${Buffer.concat(blob).toString("base64")}`))).toEqual([
      "keys[0] has 768 bits, and sshd refuses RSA keys of less than 1024.",
    ]);
  });

  test("a key of another type than it says", () => {
    const blob = blobOf(read("ecdsa.pub"));
    const other = Buffer.from(blob, "base64");
    other.write("ecdsa-sha2-nistp999", 4);
    expect(mistakesIn(keys(`ecdsa-sha2-nistp256 ${other.toString("base64")}`))).toEqual([
      'keys[0] says ecdsa-sha2-nistp256, and is a key of the type "ecdsa-sha2-nistp999": copy its .pub file once more.',
    ]);
  });

  test("the same key twice, in whatever form", async () => {
    writeFileSync(join(directory, "twice.pub"), `${bob}\n${ada} again\n`);
    const { message } = await errorOf(keys({ key: ada, restrict: true }, "twice.pub"));
    expect(message).toBe(
      'authorizedKeys ada: keys[1], line 2 of "twice.pub" is the same key as keys[0]: keep one of them.',
    );
    const both = await errorOf(authorizedKeys("ada", { keys: [ada], revoked: [`${ada} lost`] }));
    expect(both.message).toContain("revoked[0] is the same key as keys[0]: keep one of them.");
  });

  test("a local file that is not there, is empty, or has no key", async () => {
    expect((await errorOf(keys("none.pub"))).code).toBe("local-file-missing");
    writeFileSync(join(directory, "empty.pub"), "\n# nobody\n");
    expect((await errorOf(keys("empty.pub"))).message).toBe(
      'authorizedKeys ada: keys[0], the local file "empty.pub", holds no key.',
    );
    writeFileSync(join(directory, "bad.pub"), `${ada}\nhello\n`);
    expect((await errorOf(keys("bad.pub"))).message).toContain(
      'keys[0], line 2 of "bad.pub", is no public key as ssh-keygen writes it',
    );
  });

  test("of the whole", () => {
    expect(mistakesIn(authorizedKeys("a b", { keys: [ada] }))).toEqual([
      expect.stringContaining('user is "a b"'),
    ]);
    expect(mistakesIn(authorizedKeys("ada", {}))).toEqual([
      'It has neither keys nor revoked: give keys such as ["keys/ada.pub"], or { absent: true } for none at all.',
    ]);
    expect(mistakesIn(authorizedKeys("ada", { revoked: [ada], exclusive: true }))).toEqual([
      "exclusive is true without keys: give keys, or { absent: true } for none at all.",
      "It has revoked, and exclusive takes out all but keys anyway: leave out revoked.",
    ]);
    // @ts-expect-error: revoked keys have no options
    expect(mistakesIn(authorizedKeys("ada", { revoked: [{ key: ada }] }))).toEqual([
      'revoked[0] must be a public key, or the path of a local file that ends in ".pub".',
    ]);
    // @ts-expect-error: no list
    expect(mistakesIn(authorizedKeys("ada", { keys: "keys/ada.pub" }))).toEqual([
      'keys must be a list such as ["keys/ada.pub"].',
    ]);
    // @ts-expect-error: no list
    expect(mistakesIn(authorizedKeys("ada", { revoked: { key: ada } }))).toEqual([
      'revoked must be a list such as ["keys/ada.pub"].',
    ]);
    // @ts-expect-error: no list
    expect(mistakesIn(keys({ key: ada, options: "no-pty" }))).toEqual([
      'keys[0].options is "no-pty", and must be a list such as ["no-pty"].',
    ]);
    // @ts-expect-error: no such option
    expect(mistakesIn(keys({ key: ada, comand: "true" }))).toEqual([
      'keys[0]: comand is no option. Did you mean "command"?',
    ]);
    // @ts-expect-error: present and absent
    authorizedKeys("ada", { absent: true, keys: [ada] });
  });
});

test("a declaration is plain data", () => {
  const resource = authorizedKeys("ada", { keys: [{ key: ada, restrict: true }], optional: true });
  expect(JSON.parse(JSON.stringify(resource))).toEqual(resource);
  expect(Object.isFrozen(resource)).toBe(true);
});
