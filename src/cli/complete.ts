import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command, Option } from "commander";
import { shells } from "./commands/completion.ts";
import { secretActions } from "./commands/secret.ts";
import { findNames, type KnownNames, type KnownTask } from "./known-names.ts";

/** A word that can stand there, and what it is. */
type Candidate = readonly [word: string, what: string];

/** What the shell completes itself. */
const files: readonly Candidate[] = [[":files", ""]];

/**
 * `proog __complete WORD…`: prints what the last word, which may be empty, can become: a line each, with a tab before what it
 * is. Nothing is asked of a provider or a machine, so that a tab is answered at once.
 */
export async function complete(program: Command, words: readonly string[]): Promise<void> {
  const candidates = await listCandidates(program, words.slice(0, -1), words.at(-1) ?? "");
  process.stdout.write(
    candidates.map(([word, what]) => `${word}\t${what}\n`.replace(":files\t", ":files")).join(""),
  );
}

async function listCandidates(
  program: Command,
  before: readonly string[],
  current: string,
): Promise<readonly Candidate[]> {
  // What stands behind -- is a command of the node.
  if (before.includes("--")) return [];
  const [name, ...words] = before;
  const command = program.commands.find((candidate) => candidate.name() === name);
  if (name === undefined || !command)
    return current.startsWith("-") ? optionsOf(program) : name === undefined ? commandsOf(program) : [];
  const names = () => findNames(valueBehind(words, ["--config"]));
  const environment = valueBehind(words, ["-e", "--environment"]);
  const [, given = "", prefix = ""] = /^((--[a-z-]+)=)/.exec(current) ?? [];
  const asking = optionNamed(command, prefix || words.at(-1));
  if (asking?.required) {
    const values = await valuesOf(asking, names, environment);
    return values.map(([word, what]) => (word === ":files" ? [word, what] : [given + word, what]));
  }
  if (command.name() === "run") {
    const candidates = await ofTask(positionals(command, words)[0], names, current, words.at(-1));
    if (candidates) return candidates;
    if (current.startsWith("-"))
      return [...(await flagsOf(positionals(command, words)[0], names)), ...optionsOf(command)];
  }
  if (current.startsWith("-")) return optionsOf(command);
  return await argumentsOf(program, command, positionals(command, words), names, environment);
}

/** The names of tasks, and what a flag of one can be; undefined where it is about something else. */
async function ofTask(
  name: string | undefined,
  names: () => Promise<KnownNames>,
  current: string,
  last: string | undefined,
): Promise<readonly Candidate[] | undefined> {
  if (name === undefined) {
    if (current.startsWith("-")) return undefined;
    return (await names()).tasks.map(({ name, description }): Candidate => [name, description]);
  }
  const [, prefix = "", given = ""] = /^((--[a-z0-9-]+)=)/.exec(current) ?? [];
  const asking = (await findTask(name, names))?.flags.find(({ flag }) => flag === (given || last));
  if (!asking || asking.choices.length === 0) return undefined;
  return asking.choices.map((choice) => [prefix + choice, ""]);
}

async function flagsOf(name: string | undefined, names: () => Promise<KnownNames>): Promise<Candidate[]> {
  const { flags = [] } = (await findTask(name, names)) ?? {};
  return flags.map(({ flag, help }): Candidate => [flag, help]);
}

async function findTask(
  name: string | undefined,
  names: () => Promise<KnownNames>,
): Promise<KnownTask | undefined> {
  const wanted = name?.replaceAll("-", "_");
  return (await names()).tasks.find((task) => task.name === wanted);
}

function commandsOf(program: Command): Candidate[] {
  return program.commands.map((command) => [command.name(), command.summary()]);
}

function optionsOf(command: Command): Candidate[] {
  const help: Candidate = ["--help", "show this help"];
  return [
    ...command.options.map((option): Candidate => [option.long ?? option.flags, summary(option)]),
    ...(command.options.some(({ long }) => long === "--help") ? [] : [help]),
  ];
}

function summary({ description }: Option): string {
  return description.split("\n")[0] ?? "";
}

function optionNamed(command: Command, word: string | undefined): Option | undefined {
  return command.options.find(({ short, long }) => word !== undefined && (short === word || long === word));
}

/** What an option was given. */
function valueBehind(words: readonly string[], flags: readonly string[]): string | undefined {
  const index = words.findIndex((word) => flags.includes(word));
  return index < 0 ? undefined : words[index + 1];
}

/** The words that are no options, nor what options were given. */
function positionals(command: Command, words: readonly string[]): string[] {
  return words.filter(
    (word, index) => !word.startsWith("-") && !optionNamed(command, words[index - 1])?.required,
  );
}

async function valuesOf(
  option: Option,
  names: () => Promise<KnownNames>,
  environment: string | undefined,
): Promise<readonly Candidate[]> {
  if (option.long === "--hosts") return nodesOf(await names(), environment).map((node) => [node, "node"]);
  if (option.long === "--environment") {
    const { environments } = await names();
    return Object.keys(environments).map((name) => [name, "environment"]);
  }
  if (option.long === "--site") return (await names()).sites.map((site) => [site, "site"]);
  if (option.long === "--only" || option.long === "--skip") {
    const { kinds, tags } = await names();
    return [
      ...kinds.map((kind): Candidate => [kind, "kind"]),
      ...tags.map((tag): Candidate => [`tag:${tag}`, "tag"]),
    ];
  }
  return option.flags.endsWith("<file>") ? files : [];
}

async function argumentsOf(
  program: Command,
  command: Command,
  given: readonly string[],
  names: () => Promise<KnownNames>,
  environment: string | undefined,
): Promise<readonly Candidate[]> {
  const taken = command.registeredArguments;
  const argument = taken[given.length] ?? (taken.at(-1)?.variadic ? taken.at(-1) : undefined);
  switch (argument?.name()) {
    case "selector":
    case "words":
    case "node": {
      const known = await names();
      const { roles } = known;
      const nodes = nodesOf(known, environment);
      const wanted = argument.name() !== "node" ? roles.map((role): Candidate => [role, "role"]) : [];
      const all = [...nodes.map((node): Candidate => [node, "node"]), ...wanted];
      return all.filter(([word]) => !given.includes(word));
    }
    case "site":
      return (await names()).sites.map((site) => [site, "site"]);
    case "from":
    case "to":
      return Object.keys((await names()).environments).map((name) => [name, "environment"]);
    case "state":
      return (argument.argChoices ?? []).map((choice) => [choice, ""]);
    case "role":
      return (await names()).roles.map((role) => [role, "role"]);
    case "command":
      return command.name() === "help" ? commandsOf(program) : [];
    case "action":
      return Object.entries(secretActions);
    case "secret":
      return await secretNames();
    case "shell":
      return shells.map((shell) => [shell, ""]);
    case "name":
      return pagesOfReference();
    case "folder":
      return files;
    default:
      return [];
  }
}

/** Those in the usual folder, which is read without loading the config. */
async function secretNames(): Promise<Candidate[]> {
  try {
    const { findConfig } = await import("../fleet/find-config.ts");
    const { defaultSecretFolder } = await import("../fleet/secret-store.ts");
    const { SecretStore } = await import("../secrets/store.ts");
    const directory = dirname(findConfig(process.cwd()));
    const folder = join(directory, defaultSecretFolder);
    const store = new SecretStore({ folder, directory, recipients: {}, environment: process.env });
    return store.names().map((name) => [name, "secret"]);
  } catch {
    return [];
  }
}

function nodesOf(
  { environments, defaultEnvironment }: KnownNames,
  environment: string | undefined,
): readonly string[] {
  const here = environment ?? defaultEnvironment;
  return here === "" ? [...new Set(Object.values(environments).flat())] : (environments[here] ?? []);
}

function pagesOfReference(): Candidate[] {
  const pages = readdirSync(new URL("../../docs/reference/", import.meta.url));
  return pages.flatMap((page) =>
    /^[a-z].*\.md$/.test(page) ? [[page.slice(0, -".md".length), ""] as const] : [],
  );
}
