import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { generateKey } from "../../src/secrets/age.ts";
import { runProgram, startProgram } from "../hosts/program.ts";
import { checkout, type FleetFolder, fleetFolder, parseEvents } from "./fleet-folder.ts";

const ada = await generateKey();
const bob = await generateKey();
const names = "file, local, role, run, secret, template, user, defineFleet, json, line, systemdUnit";

/** A config whose role `web` returns these items, from line 3 on, with these recipients. */
function configOf(items = "", recipients = `ada: "${ada.recipient}"`, further = ""): string {
  return `import { ${names} } from "proog";
const web = role("web", ({ node }) => [
${items}
]);
export default defineFleet({
  name: "example",
  roles: { web },
  environments: { devel: { provider: local(), nodes: { web: 2 } } },
  ${recipients === "" ? "" : `secrets: { recipients: { ${recipients} } },`}
  ${further}
});
`;
}

/** A fleet in which ada works, with secrets of these values. */
async function fleetWith(
  items = "",
  values: Readonly<Record<string, string>> = {},
  recipients?: string,
): Promise<FleetFolder> {
  const folder = fleetFolder(configOf(items, recipients));
  folder.write(".config/proog/age.txt", `${ada.key}\n`);
  execFileSync("chmod", ["600", join(folder.path, ".config/proog/age.txt")]);
  for (const [name, value] of Object.entries(values)) {
    const { stderr, status } = await give(folder, value, "set", name);
    expect(status, stderr).toBe(0);
  }
  return folder;
}

/** Runs `proog secret` with an input. */
const give = (folder: FleetFolder, input: string, ...args: string[]) =>
  runProgram(process.execPath, [join(checkout, "bin/proog.js"), "secret", ...args], input, {
    cwd: folder.path,
    env: folder.environment,
  });

const get = async (folder: FleetFolder, name: string) => (await folder.proog("secret", "get", name)).stdout;
const fileOf = (folder: FleetFolder, name: string) =>
  readFileSync(join(folder.path, "secrets", `${name}.age`), "utf8");

describe("proog secret", () => {
  test("init makes a key that only its owner can read, once, and tells what to do with it", async () => {
    const folder = fleetFolder(configOf("", ""));
    const made = await folder.proog("secret", "init");
    const file = join(folder.path, ".config/proog/age.txt");
    const text = readFileSync(file, "utf8");
    const [, recipient = ""] = /^# public key: (age1\w+)$/m.exec(text) ?? [];
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(made.status).toBe(0);
    expect(made.stderr).toContain(`Wrote a new key to ${file}.`);
    expect(made.stderr).toContain(`Your public key: ${recipient}\n`);
    expect(made.stderr).toContain(`secrets: { recipients: { `);
    expect(made.stderr + made.stdout).not.toContain("AGE-SECRET-KEY");
    folder.write("proog.config.js", configOf("", `me: "${recipient}"`));
    const again = await folder.proog("secret", "init");
    expect(readFileSync(file, "utf8")).toBe(text);
    expect(again.stderr).toBe(`Your public key: ${recipient}\n`);
  });

  test("set takes the input as it is, but for the newline of a single line", async () => {
    const several = "-----BEGIN KEY-----\nabc\n-----END KEY-----\n";
    const folder = await fleetWith("", { db: "p'w \"x\n", "live/key": several });
    expect(await get(folder, "db")).toBe("p'w \"x");
    expect(await get(folder, "live/key")).toBe(several);
    const { stderr } = await give(folder, "another value", "set", "db");
    expect(stderr).toBe("secrets/db.age has a new value; ada can read it.\n");
    expect(await get(folder, "db")).toBe("another value");
    const files = readdirSync(folder.path, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    for (const { parentPath, name } of files)
      expect(readFileSync(join(parentPath, name), "utf8")).not.toContain("another value");
  });

  test("set --generate makes a value that nothing shows", async () => {
    const folder = await fleetWith();
    const { stdout, stderr } = await folder.proog("secret", "set", "db", "--generate=40");
    const value = await get(folder, "db");
    expect(value).toMatch(/^[A-Za-z0-9]{40}$/);
    expect(stdout + stderr).toBe("secrets/db.age is written; ada can read it.\n");
    await folder.proog("secret", "rotate", "db", "--generate");
    expect(await get(folder, "db")).toMatch(/^[A-Za-z0-9]{32}$/);
    expect(await get(folder, "db")).not.toBe(value.slice(0, 32));
  });

  test("set asks at a terminal, twice, and shows neither", async () => {
    const folder = await fleetWith();
    const program = `stty cols 100 rows 40; exec ${process.execPath} ${join(checkout, "bin/proog.js")} secret set db`;
    const running = startProgram("script", ["-qefc", program, "/dev/null"], {
      cwd: folder.path,
      env: { ...folder.environment, TERM: "xterm" },
    });
    await running.waitFor(/Value of db/);
    running.type("typed-value\r");
    await running.waitFor(/Once more/);
    running.type("typed-value\r");
    const { stdout, status } = await running.ended;
    expect(status, stdout).toBe(0);
    expect(stdout).not.toContain("typed");
    expect(await get(folder, "db")).toBe("typed-value");
  });

  test("warns of what can be guessed, and of what you cannot read yourself", async () => {
    const folder = await fleetWith("", {}, `bob: "${bob.recipient}"`);
    const { stderr, status } = await give(folder, "abc", "set", "db");
    expect(status).toBe(0);
    expect(stderr).toBe(`secrets/db.age is written; bob can read it.
It is short: it can be guessed, and one of fewer than 4 characters is not taken out of what commands print.
You cannot read it yourself: none of the recipients is a key of yours.
`);
  });

  test("edit opens it in memory, and leaves nothing there", async () => {
    const folder = await fleetWith("", { db: "first value" });
    folder.write(
      "editor",
      `#!/bin/sh\nls -ld "$2" "\${2%/*}" >seen; echo "$2" >>seen; cat "$2" >>seen; sed -i s/first/second/ "$2"; touch "$2~"\n`,
    );
    const edited = await folder.proogWith({ EDITOR: "sh ./editor --wait" }, "secret", "edit", "db");
    expect(edited.stderr).toBe("secrets/db.age has a new value; ada can read it.\n");
    expect(await get(folder, "db")).toBe("second value");
    const seen = readFileSync(join(folder.path, "seen"), "utf8");
    expect(seen).toMatch(/^drwx------ .*\n-rw------- .*\n\/dev\/shm\/proog-\w+\/db\nfirst value\n$/);
    const place = /^\/dev\/shm\/proog-\w+/m.exec(seen)?.[0] ?? "";
    expect(() => statSync(place)).toThrow("ENOENT");
    const same = await folder.proogWith({ EDITOR: "true" }, "secret", "edit", "db");
    expect(same.stderr).toBe("secrets/db.age is as it was.\n");
    const failed = await folder.proogWith(
      { EDITOR: "sh -c 'echo $2 >seen; exit 3'" },
      "secret",
      "edit",
      "db",
    );
    expect(failed.stderr).toContain("error: The editor ended with status 3, so nothing was changed: ");
    const killed = startProgram(process.execPath, [join(checkout, "bin/proog.js"), "secret", "edit", "db"], {
      cwd: folder.path,
      env: {
        ...folder.environment,
        // It lives on for a while, and must not keep what is read here open.
        EDITOR: "sh -c 'echo $1; echo $0 >&2; exec sleep 20 >/dev/null 2>&1' x",
      },
    });
    killed.end("");
    await killed.waitFor(/\/dev\/shm\/proog-/);
    killed.kill("SIGTERM");
    const [, left = ""] = /(\/dev\/shm\/proog-\w+)/.exec((await killed.ended).stdout) ?? [];
    expect(left).not.toBe("");
    expect(() => statSync(left)).toThrow("ENOENT");
  });

  test("rotate encrypts anew what is not for those in the config, and tells who may still know it", async () => {
    const folder = await fleetWith(
      "",
      { db: "the value", token: "t0ken" },
      `ada: "${ada.recipient}", bob: "${bob.recipient}"`,
    );
    const before = fileOf(folder, "db");
    const nothing = await folder.proog("secret", "rotate");
    expect(nothing.stderr).toBe(
      "All secrets are for the recipients in the config: there is nothing to do.\n",
    );
    expect(fileOf(folder, "db")).toBe(before);
    expect((await folder.proogWith({ PROOG_AGE_IDENTITY: bob.key }, "secret", "get", "db")).stdout).toBe(
      "the value",
    );
    folder.write("proog.config.js", configOf());
    const { stderr } = await folder.proog("secret", "rotate");
    expect(stderr).toBe(`secrets/db.age, secrets/token.age: encrypted for ada.
Who could read db, token before may still know the value, and has it in the history of git: give a new one where that matters: proog secret rotate NAME
`);
    expect(await get(folder, "db")).toBe("the value");
    const refused = await folder.proogWith({ PROOG_AGE_IDENTITY: bob.key }, "secret", "get", "db");
    expect(refused.stderr).toBe(`error: secrets/db.age cannot be decrypted: it is for none of your keys.
  It is for ada (${ada.recipient}).
  Yours: ${bob.recipient} (PROOG_AGE_IDENTITY)
  Have somebody who can read it add your public key to the recipients in the config, and say: proog
  secret rotate
`);
  });

  test("list tells who can read them and where they are used", async () => {
    const folder = await fleetWith(
      `file("/etc/a", { content: template\`a=\${secret("db")}\` }),
file("/etc/b", { content: () => json({ a: secret("db"), b: secret("smtp", { env: "SMTP" }) }) }),
user("ada", { password: secret("none") }),`,
      { db: "the value", token: "t0ken" },
    );
    folder.write(
      "proog.config.js",
      readFileSync(join(folder.path, "proog.config.js"), "utf8")
        .replace("ada: ", `bob: "${bob.recipient}", ada: `)
        .replace(
          "roles: { web },",
          'roles: { web }, dashboard: { oidc: { issuer: "https://login.example.org", clientId: "proog", clientSecret: secret("oidc", { env: "OIDC" }), roles: { viewer: "everyone" } } },',
        )
        .concat(
          `import { task } from "proog";
export const announce = task("announce", { secrets: ({ node }) => [node.name === "web-1" && file("/x", { content: secret("db") })] }, () => {});
export const other = task("other", { params: {}, secrets: ({ params }) => [params.none.x] }, () => {});
`,
        ),
    );
    const { stdout, status } = await folder.proog("secret", "list");
    expect(status).toBe(0);
    expect(stdout).toBe(`secret  from               readers                      used
db      secrets/db.age     ada: not as the config says  file /etc/a  proog.config.js:3
                                                        file /etc/b  proog.config.js:4
                                                        task announce  proog.config.js:15
none    secrets/none.age   is not there                 user ada  proog.config.js:5
oidc    $OIDC                                           dashboard  proog.config.js:9
smtp    $SMTP                                           file /etc/b  proog.config.js:4
token   secrets/token.age  ada: not as the config says  nowhere
`);
    const events = parseEvents((await folder.proog("secret", "list", "--json")).stdout);
    expect(events[0]).toMatchObject({
      ...{ type: "secret", name: "db", from: "secrets/db.age", state: "stale", readers: ["ada"] },
      uses: [{ resource: "file /etc/a" }, { resource: "file /etc/b" }, { resource: "task announce" }],
    });
  });

  test.each([
    [
      ["set", "a b"],
      '"a b" can be no name of a secret.',
      'It has letters, digits, "_", "-" and ".", with "/" for folders, such as db or live/db.',
    ],
    [["set", "../x"], '"../x" can be no name of a secret.', ""],
    [["get"], "proog secret get needs the name of a secret.", "Those that there are: proog secret list"],
    [["list", "db"], 'proog secret list takes no name, and was given "db".', ""],
    [["get", "db", "--generate"], "--generate makes a new value, for set or rotate of one secret.", ""],
    [["rotate", "--generate"], "--generate makes a new value, for set or rotate of one secret.", ""],
    [["set", "db", "--generate=4"], "It must be how many", ""],
    [["shwo"], "Allowed choices are", ""],
    [
      ["rotate", "tokne"],
      'There is no secret "tokne" to rotate: secrets/tokne.age is not there. Did you mean "token"?',
      "A new one: proog secret set tokne",
    ],
    [["set", "db"], "The value of db is empty, so nothing was changed.", ""],
    [
      ["edit", "tokne"],
      'There is no secret "tokne": secrets/tokne.age is not there. Did you mean "token"?',
      "",
    ],
  ])("refuses: %j", async (args, message, hint) => {
    const folder = await fleetWith("", { token: "t0ken" });
    const text = (await folder.refusal("secret", ...args)).replace(/\s+/g, " ");
    expect(text).toContain(message);
    expect(text).toContain(hint);
  });

  test("refuses to print a value as an event", async () => {
    const folder = await fleetWith("", { token: "t0ken" });
    const { stdout, status } = await folder.proog("secret", "get", "token", "--json");
    expect(status).toBe(1);
    expect(stdout).toContain("so it has no --json");
    expect(stdout).not.toContain("t0ken");
  });

  test("refuses what is no text, and to write where nobody could read", async () => {
    const folder = await fleetWith();
    writeFileSync(join(folder.path, "binary"), Buffer.from([0x80, 0xff, 0]));
    const args = ["-c", `exec ${process.execPath} ${join(checkout, "bin/proog.js")} secret set db <binary`];
    const { stderr } = await runProgram("sh", args, "", {
      cwd: folder.path,
      env: folder.environment,
    });
    expect(stderr).toBe(`error: The value of db is no text in UTF-8, so nothing was changed.
  Keep what is no text as base64: base64 -w 0 FILE | proog secret set db
`);
    const lonely = fleetFolder(configOf("", ""));
    expect(
      (await give(lonely, "x", "set", "db")).stderr,
    ).toBe(`error: The config names no recipients, so nobody could read the secret.
  Make a key, which tells what to write there: proog secret init
`);
  });
});

describe("a config with secrets", () => {
  test("is refused with all that are missing, and where each is used, before anything is connected", async () => {
    const folder = await fleetWith(
      `file("/etc/a", { content: secret("db") }),
file("/etc/b", { content: template\`\${secret("db")} \${secret("tokne")}\` }),
user("ada", { password: secret("ada", { env: "NO_SUCH" }) }),
run("true", { stdin: secret("x", { command: ["sh", "-c", "echo locked >&2; exit 2"] }) }),`,
      { token: "t0ken" },
    );
    expect(await folder.refusal("plan")).toBe(`error: The config has 5 mistakes.
  proog.config.js:3  There is no secret "db": secrets/db.age is not there. There is: token.
  proog.config.js:4  There is no secret "db": secrets/db.age is not there. There is: token.
  proog.config.js:4  There is no secret "tokne": secrets/tokne.age is not there. Did you mean
                     "token"?
  proog.config.js:5  There is no secret "ada": the environment has no variable NO_SUCH.
  proog.config.js:6  The secret "x" cannot be had: sh ended with status 2.
                     locked
  Set it: proog secret set db
  Set it: proog secret set tokne
  Set it for the command: NO_SUCH=… proog …
  Try it by hand: sh -c echo locked >&2; exit 2
`);
  });

  test("is refused where they cannot be decrypted", async () => {
    const folder = await fleetWith(`file("/etc/a", { content: secret("token") }),`, { token: "t0ken" });
    const { stderr, status } = await folder.proogWith({ PROOG_AGE_IDENTITY: bob.key }, "plan");
    expect(status).toBe(1);
    expect(stderr).toContain(
      "error: secrets/token.age cannot be decrypted: it is for none of your keys (proog.config.js:3)\n",
    );
    expect(stderr).toContain(`It is for ada (${ada.recipient}).`);
  });

  test.each([
    [
      'file("/etc/a", { content: `a=${secret("token")}` }),',
      'The secret "token" was put into an ordinary text, which is hidden from nobody',
    ],
    [
      'file("/etc/a", { content: () => `a=${secret("token")}` }),',
      'The secret "token" was put into an ordinary text, which is hidden from nobody',
    ],
    [
      'file("/etc/a", { content: () => JSON.stringify({ a: secret("token") }) }),',
      "A text was made by JSON.stringify, in which a secret is its declaration, not its value",
    ],
    ['line("/etc/a", { line: secret("token") }),', 'The secret "token" was put into an ordinary text'],
    ['systemdUnit("a.service", { content: () => secret("token") }),', "and must return a string"],
    ['run(secret("token")),', "command is [secret token], and must be what a shell runs"],
    ['run("true", { environment: { A: secret("token") }, cwd: secret("token") }),', "cwd is [secret token]"],
    [
      'file("/etc/a", { content: secret("to ken") }),',
      'The name of a secret is "to ken", and must be letters',
    ],
    [
      'file("/etc/a", { content: template`${secret("token")}`, mode: "0644" }),',
      'mode is "0644", and content has a secret that others could read then',
    ],
    [
      'file("/etc/a", { content: () => secret("token"), mode: "0604" }),',
      'mode is "0604", and content has a secret that others could read then',
    ],
    ['secret("token"),', "The role web returned [secret token], which is no resource"],
    [
      'user("ada", { password: "hunter2" }),',
      'password is no secret, and must be one that holds its hash: secret("ada").',
    ],
    [
      'user("ada", { password: secret("token") }),',
      'The secret "token" of user ada is no hash of a password',
    ],
  ])("is refused where one is misused: %s", async (items, message) => {
    const folder = await fleetWith(items, { token: "t0ken" });
    const text = (await folder.refusal("plan")).replace(/\s+/g, " ");
    expect(text).toContain(message);
    expect(text).toMatch(/proog\.config\.js:[23]/);
    expect(text).not.toMatch(/t0ken|hunter2/);
  });

  test.each([
    [
      '{ recipients: { ada: "x" } }',
      'secrets.recipients.ada is "x", and must be a public key of age, which begins with "age1": age-keygen -y KEY-FILE',
    ],
    ["{}", "secrets.recipients must have the public keys of all who can read them, by their names"],
    [
      `{ recipients: { ada: "${ada.key}" } }`,
      "secrets.recipients.ada is a private key, which nobody else may have",
    ],
    [
      '{ recipients: { ada: "ssh-ed25519 AAAA" } }',
      'secrets.recipients.ada is a key of ssh, and must be one of age, which begins with "age1": proog secret init makes one',
    ],
    [
      `{ recipients: { ada: "${ada.recipient}", eve: "${ada.recipient}" } }`,
      "secrets.recipients.eve has a key that another one has, too: keep one of them",
    ],
    [`{ recipients: {}, foldr: "x" }`, 'secrets.foldr is no option. Did you mean "folder"?'],
    [`{ recipients: {}, folder: 5 }`, 'secrets.folder is 5, and must be a folder such as "secrets"'],
    ["5", "secrets is 5, and must be an object such as"],
  ])("is refused where the store is not described: %s", async (secrets, message) => {
    const folder = fleetFolder(configOf("", "", `secrets: ${secrets},`));
    const text = (await folder.refusal("plan")).replace(/\s+/g, " ");
    expect(text).toContain(message);
    expect(text).not.toContain("AGE-SECRET-KEY");
  });

  test("compiles to a program without them, which is the same whatever they are", async () => {
    const folder = await fleetWith(`file("/etc/a", { content: secret("token") }),`, { token: "first value" });
    const first = await folder.proog("catalog", "web-1");
    expect(first.stdout).toContain("resource 1 file /etc/a 0600 root root secret-");
    await give(folder, "second value", "set", "token");
    expect((await folder.proog("catalog", "web-1")).stdout).toBe(first.stdout);
  });
});
