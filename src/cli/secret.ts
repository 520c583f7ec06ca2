import { randomInt } from "node:crypto";
import { findConfig } from "../fleet/find-config.ts";
import { loadFleet } from "../fleet/load.ts";
import { ProogError } from "../report/error.ts";
import { suggestName } from "../report/text/nearest.ts";
import { isSecretName } from "../resources/secret/secret.ts";
import { findOwnKeys } from "../secrets/identities.ts";
import type { SecretStore } from "../secrets/store.ts";
import { dropNewline } from "../secrets/value.ts";
import type { SecretAction, SecretCommandOptions } from "./commands/secret.ts";
import type { Run } from "./run.ts";
import { openStore } from "./secret-desk.ts";

/** `proog secret`: keeps the fleet's secrets. */
export async function secret(
  run: Run,
  action: SecretAction,
  name: string | undefined,
  options: SecretCommandOptions,
): Promise<number> {
  requireFitting(action, name, options);
  if (action === "init") {
    const { makeOwnKey } = await import("./secret-init.ts");
    return await makeOwnKey(run, options);
  }
  const loaded = await loadFleet(findConfig(process.cwd(), options.config));
  const store = await openStore(loaded);
  switch (action) {
    case "list": {
      const { listSecrets } = await import("./secret-list.ts");
      return await listSecrets(run, loaded, store);
    }
    case "get":
      await printSecret(store, requireName(action, name));
      return 0;
    case "edit": {
      const { editSecret } = await import("./secret-edit.ts");
      requireRecipients(store);
      return await editSecret(run, store, requireName(action, name));
    }
    case "set":
      await setSecret(run, store, requireName(action, name), options);
      return 0;
    case "rotate":
      if (name === undefined) return await encryptAnew(run, store);
      if (!store.has(name)) throw notThere(store, name);
      await setSecret(run, store, name, options);
      return 0;
  }
}

/** What the action has no use for is refused: it was meant otherwise. */
function requireFitting(
  action: SecretAction,
  name: string | undefined,
  { generate, json }: SecretCommandOptions,
): void {
  const refuse = (message: string, hint: string) => {
    throw new ProogError({ code: "command-line", message, hint });
  };
  if (name !== undefined && (action === "list" || action === "init"))
    refuse(`proog secret ${action} takes no name, and was given "${name}".`, `Say: proog secret ${action}`);
  if (name !== undefined && !isSecretName(name))
    refuse(
      `"${name}" can be no name of a secret.`,
      'It has letters, digits, "_", "-" and ".", with "/" for folders, such as db or live/db.',
    );
  if (generate !== undefined && !(action === "set" || (action === "rotate" && name !== undefined)))
    refuse(
      "--generate makes a new value, for set or rotate of one secret.",
      "Say: proog secret set NAME --generate",
    );
  if (json && action === "get")
    refuse("proog secret get prints the value and nothing else, so it has no --json.", "Leave it out.");
}

function requireName(action: SecretAction, name: string | undefined): string {
  if (name !== undefined) return name;
  throw new ProogError({
    code: "command-line",
    message: `proog secret ${action} needs the name of a secret.`,
    hint: `Say: proog secret ${action} NAME\nThose that there are: proog secret list`,
  });
}

/** Without them nobody could read it. */
function requireRecipients({ place }: SecretStore): void {
  if (Object.keys(place.recipients).length > 0) return;
  throw new ProogError({
    code: "config-invalid",
    message: "The config names no recipients, so nobody could read the secret.",
    hint: "Make a key, which tells what to write there: proog secret init",
  });
}

function notThere(store: SecretStore, name: string): ProogError {
  const names = store.names();
  return new ProogError({
    code: "secret-missing",
    message: `There is no secret "${name}" to rotate: ${store.fileOf(name)} is not there. ${suggestName(name, names)}`,
    hint: `A new one: proog secret set ${name}`,
  });
}

/** As it is, to whoever reads it; at a terminal, with the end of its line. */
async function printSecret(store: SecretStore, name: string): Promise<void> {
  const value = await store.get(name);
  process.stdout.write(process.stdout.isTTY && !value.endsWith("\n") ? `${value}\n` : value);
}

async function setSecret(
  run: Run,
  store: SecretStore,
  name: string,
  { generate }: SecretCommandOptions,
): Promise<void> {
  requireRecipients(store);
  const value =
    generate === undefined ? await readValue(run, name) : generateValue(generate === true ? 32 : generate);
  await keepValue(run, store, name, value);
}

/** Keeps a value, and tells what there is to know of it. */
export async function keepValue(run: Run, store: SecretStore, name: string, value: string): Promise<void> {
  requireValue(name, value);
  run.reporter.redactor?.add(value);
  const before = store.has(name);
  await store.set(name, value);
  const note = (text: string) => run.reporter({ type: "note", text });
  const readers = Object.keys(store.place.recipients).join(", ");
  note(`${store.fileOf(name)} ${before ? "has a new value" : "is written"}; ${readers} can read it.`);
  if (value.length < 8)
    note(
      "It is short: it can be guessed, and one of fewer than 4 characters is not taken out of what commands print.",
    );
  await tellUnreadable(store, note);
}

async function tellUnreadable({ place }: SecretStore, note: (text: string) => void): Promise<void> {
  const { publicKeys } = await import("../secrets/age.ts");
  const own = await publicKeys(findOwnKeys(place.environment)).catch(() => []);
  if (!own.some((key) => Object.values(place.recipients).includes(key)))
    note("You cannot read it yourself: none of the recipients is a key of yours.");
}

function requireValue(name: string, value: string): void {
  const refuse = (message: string, hint: string) => {
    throw new ProogError({ code: "secret-unreadable", message, hint });
  };
  if (value === "")
    refuse(
      `The value of ${name} is empty, so nothing was changed.`,
      `Type one, or say: proog secret set ${name} <FILE`,
    );
  if (value.includes("\0") || value.includes("\ufffd"))
    refuse(
      `The value of ${name} is no text in UTF-8, so nothing was changed.`,
      `Keep what is no text as base64: base64 -w 0 FILE | proog secret set ${name}`,
    );
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Letters and digits: no program takes them for anything else. */
function generateValue(length: number): string {
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join("");
}

/** Typed twice at a terminal, which does not show it; else all of the input. */
async function readValue(run: Run, name: string): Promise<string> {
  if (!process.stdin.isTTY) {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
    return dropNewline(Buffer.concat(chunks).toString("utf8"));
  }
  return await run.ask(async () => {
    const first = await askHidden(`Value of ${name}`);
    if ((await askHidden("Once more")) === first) return first;
    throw new ProogError({
      code: "command-line",
      message: "The two values are not the same, so nothing was changed.",
      hint: `Say it again: proog secret set ${name}`,
    });
  });
}

async function askHidden(message: string): Promise<string> {
  const { isCancel, password } = await import("@clack/prompts");
  const answer = await password({ message, output: process.stderr });
  if (isCancel(answer))
    throw new ProogError({ code: "interrupted", message: "No value was given, so nothing was changed." });
  return answer;
}

/** Those that are for others than the config says. */
async function encryptAnew(run: Run, store: SecretStore): Promise<number> {
  requireRecipients(store);
  const note = (text: string) => run.reporter({ type: "note", text });
  const stale = store.names().filter((name) => !store.isFor(store.readersOf(name)));
  if (stale.length === 0) {
    note("All secrets are for the recipients in the config: there is nothing to do.");
    return 0;
  }
  // All are read before one is written, so that a key that does not fit leaves nothing half done.
  const values: [string, string][] = [];
  const gone = new Set<string>();
  for (const name of stale) {
    values.push([name, await store.get(name)]);
    const wanted = Object.values(store.place.recipients);
    if (store.readersOf(name)?.some((key) => !wanted.includes(key))) gone.add(name);
  }
  for (const [name, value] of values) await store.set(name, value);
  note(
    `${stale.map((name) => store.fileOf(name)).join(", ")}: encrypted for ${Object.keys(store.place.recipients).join(", ")}.`,
  );
  if (gone.size > 0)
    note(
      `Who could read ${[...gone].join(", ")} before may still know the value, and has it in the history of git: give a new one where that matters: proog secret rotate NAME`,
    );
  return 0;
}
