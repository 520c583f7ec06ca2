import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ProogError } from "../report/error.ts";
import { Redactor } from "../report/redact/redactor.ts";
import { secret } from "../resources/secret/secret.ts";
import { generateKey } from "./age.ts";
import { SecretDesk } from "./desk.ts";
import { SecretStore } from "./store.ts";

const ada = await generateKey();
const bob = await generateKey();
const poison = `poi"s'on \\ %s $(id)\n\tüñ✓ 🙂\n`;

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "proog-secrets-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** A store in a folder of its own, for whoever has this key. */
function storeOf(
  folder: string,
  key: string | undefined,
  recipients: Record<string, string> = { ada: ada.recipient },
) {
  const environment = { HOME: directory, ...(key !== undefined && { PROOG_AGE_IDENTITY: key }) };
  return new SecretStore({ folder: join(directory, folder), directory, recipients, environment });
}

async function refusal(action: Promise<unknown>): Promise<ProogError> {
  const error = await action.then(
    () => new Error("It was not refused."),
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProogError) return error;
  throw error;
}

describe("the store", () => {
  test("has a file for each secret, for all recipients and nobody else", async () => {
    const recipients = { ada: ada.recipient, bob: bob.recipient };
    const store = storeOf("a", ada.key, recipients);
    await store.set("live/db", poison);
    await store.set("token", "t0ken");
    expect(store.names()).toEqual(["live/db", "token"]);
    expect(store.fileOf("live/db")).toBe("a/live/db.age");
    for (const key of [ada.key, bob.key]) expect(await storeOf("a", key).get("live/db")).toBe(poison);
    expect(store.readersOf("live/db")).toEqual([ada.recipient, bob.recipient]);
    expect(store.isFor(store.readersOf("token"))).toBe(true);
    expect(storeOf("a", ada.key).isFor(store.readersOf("token"))).toBe(false);
    expect(readdirSync(join(directory, "a/live"))).toEqual(["db.age"]);
    expect(readFileSync(join(directory, "a/token.age"), "utf8")).toMatch(
      /^-----BEGIN AGE ENCRYPTED FILE-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END AGE ENCRYPTED FILE-----\n$/,
    );
  });

  const age = spawnSync("age", ["--version"]).error === undefined;
  test.skipIf(!age)("is read and written by age, too", async () => {
    const store = storeOf("b", ada.key);
    await store.set("db", poison);
    const key = join(directory, "key");
    writeFileSync(key, `# of ada\n${ada.key}\n`, { mode: 0o600 });
    expect(execFileSync("age", ["-d", "-i", key, join(directory, "b/db.age")], { encoding: "utf8" })).toBe(
      poison,
    );
    for (const armor of [["-a"], []]) {
      const file = join(directory, "b/other.age");
      execFileSync("age", [...armor, "-r", ada.recipient, "-o", file], { input: poison });
      expect(await store.get("other")).toBe(poison);
      expect(store.readersOf("other")).toBeUndefined();
    }
    expect(await storeOf("b", key).get("db")).toBe(poison);
  });

  test("tells a secret that is not there, and what there is", async () => {
    const store = storeOf("c", ada.key);
    await store.set("token", "t0ken");
    const { code, message, hint } = await refusal(store.get("tokne"));
    expect(code).toBe("secret-missing");
    expect(message).toBe('There is no secret "tokne": c/tokne.age is not there. Did you mean "token"?');
    expect(hint).toBe("Set it: proog secret set tokne");
    expect((await refusal(storeOf("none", ada.key).get("db"))).message).toBe(
      'There is no secret "db": none/db.age is not there.',
    );
  });

  test("tells whose key would be needed", async () => {
    const recipients = { ada: ada.recipient };
    await storeOf("d", ada.key, recipients).set("db", poison);
    const other = await refusal(storeOf("d", bob.key, recipients).get("db"));
    expect(other.code).toBe("secret-unreadable");
    expect(other.message).toBe("d/db.age cannot be decrypted: it is for none of your keys.");
    expect(other.detail).toBe(
      `It is for ada (${ada.recipient}).\nYours: ${bob.recipient} (PROOG_AGE_IDENTITY)`,
    );
    expect(other.hint).toBe(
      "Have somebody who can read it add your public key to the recipients in the config, and say: proog secret rotate",
    );
    const none = await refusal(storeOf("d", undefined, {}).get("db"));
    expect(none.message).toBe("d/db.age cannot be decrypted: there is no key on this machine.");
    expect(none.detail).toBe(
      `It is for somebody (${ada.recipient}).\nLooked for a key in PROOG_AGE_IDENTITY (not set) and ${directory}/.config/proog/age.txt (not there).`,
    );
    expect(none.hint).toBe("Make one: proog secret init");
  });

  test.each([
    [
      "no age\n",
      "e/db.age is no whole file of age: invalid header",
      "Get it back as it was: git checkout -- e/db.age",
    ],
    [
      "<<<<<<< HEAD\n-----BEGIN AGE ENCRYPTED FILE-----\n=======\n>>>>>>> b\n",
      "e/db.age was changed on two branches, and has both.",
      "Take one of them: git checkout --ours e/db.age, or --theirs",
    ],
  ])("tells a file that is damaged: %j", async (text, message, hint) => {
    mkdirSync(join(directory, "e"), { recursive: true });
    writeFileSync(join(directory, "e/db.age"), text);
    const error = await refusal(storeOf("e", ada.key).get("db"));
    expect(error.code).toBe("secret-unreadable");
    expect(error.message).toBe(message);
    expect(error.hint).toContain(hint);
  });

  test("tells a file that was cut or changed", async () => {
    const store = storeOf("f", ada.key);
    await store.set("db", "x".repeat(200));
    const file = join(directory, "f/db.age");
    const text = readFileSync(file, "utf8");
    const lines = text.split("\n");
    const last = lines.at(-4) ?? "";
    lines.splice(-4, 1, last.startsWith("A") ? last.replace("A", "B") : last.replace(/^./, "A"));
    for (const other of [text.slice(0, 200), lines.join("\n")]) {
      writeFileSync(file, other);
      expect((await refusal(store.get("db"))).message).toMatch(/^f\/db\.age is no whole file of age: /);
    }
  });

  test("tells a key that cannot be used", async () => {
    await storeOf("g", ada.key).set("db", "x");
    const refused = async (key: string) => (await refusal(storeOf("g", key).get("db"))).message;
    const file = join(directory, "open-key");
    writeFileSync(file, ada.key);
    chmodSync(file, 0o644);
    expect(await refused(file)).toBe(`Others can read the key ${file}.`);
    chmodSync(file, 0o600);
    writeFileSync(file, "age-encryption.org/v1\n");
    expect(await refused(file)).toBe(
      `${file} has no key as age-keygen writes it: a line that begins with AGE-SECRET-KEY-.`,
    );
    expect(await refused(join(directory, "nowhere"))).toBe(
      `PROOG_AGE_IDENTITY names ${directory}/nowhere, which is no file.`,
    );
    expect(await refused(ada.key.slice(0, -3))).toBe("The key in PROOG_AGE_IDENTITY is no whole key of age.");
  });
});

describe("the desk", () => {
  const redactor = new Redactor();
  const desk = (environment: NodeJS.ProcessEnv = {}) =>
    new SecretDesk({ directory, environment, store: async () => storeOf("desk", ada.key), redactor });

  test("asks each source once, and lets nothing be shown of what it gave", async () => {
    const counting = desk({ DB: "from env" });
    const command = ["sh", "-c", "echo x >>asked; printf 'from command\\n'"];
    for (const _ of [1, 2]) expect(await counting.value(secret("db", { command }))).toBe("from command");
    expect(await counting.value(secret("db", { command, as: "url" }))).toBe("from%20command");
    expect(readFileSync(join(directory, "asked"), "utf8")).toBe("x\n");
    expect(await counting.value(secret("db", { env: "DB" }))).toBe("from env");
    writeFileSync(join(directory, "value"), "line 1\nline 2\n");
    expect(await counting.value(secret("db", { file: "value" }))).toBe("line 1\nline 2\n");
    expect(redactor.text("from env, from command, line 1")).toBe("***, ***, ***");
  });

  test.each([
    [
      secret("db", { env: "DB" }),
      "secret-missing",
      'There is no secret "db": the environment has no variable DB.',
      "Set it for the command: DB=… proog …",
    ],
    [
      secret("db", { env: "EMPTY" }),
      "secret-missing",
      'The secret "db" is empty in the variable EMPTY.',
      "Set it for the command: EMPTY=… proog …",
    ],
    [
      secret("db", { file: "nowhere" }),
      "secret-missing",
      'There is no secret "db": its file cannot be read: ENOENT',
      "Its path is relative to the folder of the config",
    ],
    [
      secret("db", { command: ["no-such-program", "x"] }),
      "secret-unreadable",
      'The secret "db" cannot be had: there is no no-such-program on this machine.',
      "Try it by hand: no-such-program x",
    ],
    [
      secret("db", { command: ["sh", "-c", "echo locked >&2; exit 3"] }),
      "secret-unreadable",
      'The secret "db" cannot be had: sh ended with status 3.',
      "Try it by hand: sh -c",
    ],
    [
      secret("db", { command: ["true"] }),
      "secret-missing",
      'The secret "db" is empty, as true has printed it.',
      "Try it by hand: true",
    ],
    [
      secret("db", { command: ["printf", "a\\0b"] }),
      "secret-unreadable",
      'The secret "db" has a NUL in it, as printf has printed it, and must be text.',
      "Keep what is no text as base64.",
    ],
    [
      secret("none"),
      "secret-missing",
      'There is no secret "none": desk/none.age is not there.',
      "Set it: proog secret set none",
    ],
  ])("tells why there is none: %o", async (wanted, code, message, hint) => {
    const error = await refusal(desk({ EMPTY: "" }).value(wanted));
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });

  test("shows what a command had to say", async () => {
    const wanted = secret("db", { command: ["sh", "-c", "echo locked >&2; exit 3"] });
    expect((await refusal(desk().value(wanted))).detail).toBe("locked");
  });

  test("ends a command that takes too long", async () => {
    const { askCommand } = await import("./command.ts");
    const error = await refusal(askCommand("db", ["sleep", "60"], directory, 0.2));
    expect(error.message).toBe('The secret "db" cannot be had: sleep took more than 0.2 s.');
  });
});
