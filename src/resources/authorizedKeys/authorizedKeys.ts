import { readFile } from "node:fs/promises";
import { mistakesError } from "../../report/mistakes.ts";
import { accountShell, asUserShell, checkOwnAccount } from "../account/account.ts";
import type { CompileContext } from "../context.ts";
import { declare, declareAbsent, type Mistake } from "../declare.ts";
import {
  type Absent,
  type CommonOptions,
  type Compiled,
  type Kind,
  keyOf,
  type Present,
  type Resource,
  type SurveyLine,
} from "../kind.ts";
import { isPlain, pathShell } from "../path/path.ts";
import { checkFlag, checkOptions, commonNames, isAbsent, type OptionNames, show } from "../rules.ts";
import {
  checkKeyOptions,
  checkOption,
  type KeyOptions,
  keyOptionNames,
  splitOptions,
  writeKeyOptions,
} from "./key-options.ts";
import { isPrivateKey, type PublicKey, parsePublicKey, privateKeyCure } from "./public-key.ts";

/** A key, and what it may be used for. */
export interface AuthorizedKey extends KeyOptions {
  /** The public key as its `.pub` file has it; or the path of such a local file, relative to the config's folder. */
  readonly key: string;
}

/** Which keys let somebody in as this user. */
export interface AuthorizedKeysOptions extends CommonOptions {
  /**
   * Keys that let in: each the text of a public key, the path of a local `.pub` file, which may hold several, or one of
   * the two with what it may be used for.
   */
  readonly keys?: readonly (string | AuthorizedKey)[];
  /** Takes out all that `keys` does not have, by whomever it was put there. Default: other keys stay. */
  readonly exclusive?: boolean;
  /** Keys that must not let in any more, as text or local `.pub` files; what options they have does not matter. */
  readonly revoked?: readonly string[];
}

const optionNames: OptionNames<AuthorizedKeysOptions> = {
  ...{ keys: true, exclusive: true, revoked: true },
  ...commonNames,
};
const keyNames: OptionNames<AuthorizedKey> = { key: true, ...keyOptionNames };

export interface AuthorizedKeysResource extends Resource, Partial<Omit<AuthorizedKeysOptions, "optional">> {
  readonly type: "authorizedKeys";
  readonly absent?: true;
}

/**
 * The keys with which one gets in as this user by ssh: `~/.ssh/authorized_keys`, with the owners and modes that sshd
 * demands. The user is there, or declared before. Everything below its home is done as that user, so that
 * nothing that it has put there can lead root elsewhere.
 * @example authorizedKeys("ada", { keys: ["keys/ada.pub", "keys/ada-phone.pub"], exclusive: true })
 * @example authorizedKeys("backup", { keys: [{ key: "keys/nas.pub", restrict: true, command: "/usr/local/bin/backup" }] })
 * @example authorizedKeys("ada", { revoked: ["keys/lost-laptop.pub"] })
 * @example authorizedKeys("bob", { absent: true })
 */
export function authorizedKeys(
  user: string,
  options: Present<AuthorizedKeysOptions> | Absent,
): AuthorizedKeysResource {
  if (isAbsent(options))
    return declareAbsent<AuthorizedKeysResource>(
      "authorizedKeys",
      user,
      options,
      checkOwnAccount("user", user),
    );
  const { keys, exclusive, revoked }: AuthorizedKeysOptions = options ?? {};
  const mistakes = [
    checkOwnAccount("user", user),
    ...checkOptions(options, optionNames),
    ...checkKeys("keys", keys),
    ...checkKeys("revoked", revoked),
    keys === undefined && revoked === undefined
      ? 'It has neither keys nor revoked: give keys such as ["keys/ada.pub"], or { absent: true } for none at all.'
      : undefined,
    checkFlag("exclusive", exclusive),
    exclusive && keys === undefined
      ? "exclusive is true without keys: give keys, or { absent: true } for none at all."
      : undefined,
    exclusive && revoked !== undefined
      ? "It has revoked, and exclusive takes out all but keys anyway: leave out revoked."
      : undefined,
  ].filter((mistake) => mistake !== undefined);
  // What holds a private key is not kept anywhere.
  const kept = mistakes.some((mistake) => mistake.includes(privateKeyCure))
    ? {}
    : { keys, exclusive, revoked };
  const fields = { type: "authorizedKeys", name: user, ...kept };
  return declare<AuthorizedKeysResource>(fields as Omit<AuthorizedKeysResource, "at">, options, mistakes);
}

/** What can be told without reading files. */
function checkKeys(option: "keys" | "revoked", keys: unknown): Mistake[] {
  if (keys === undefined) return [];
  if (!Array.isArray(keys))
    return [
      typeof keys === "string" && isPrivateKey(keys)
        ? `${option} ${privateKeyCure}`
        : `${option} must be a list such as ["keys/ada.pub"].`,
    ];
  return keys.flatMap((key, index) => checkKey(`${option}[${index}]`, key, option === "keys"));
}

function checkKey(at: string, given: unknown, withOptions: boolean): Mistake[] {
  if (typeof given === "string") return checkKeyText(at, given, withOptions);
  if (!withOptions || !isKeyObject(given))
    return [`${at} must be a public key, or the path of a local file that ends in ".pub".`];
  const unknown = checkOptions(given, keyNames).map((mistake) => `${at}: ${mistake}`);
  const text = checkKeyText(`${at}.key`, given.key, false);
  return [...unknown, ...text, ...checkKeyOptions(at, given)];
}

function isKeyObject(given: unknown): given is AuthorizedKey {
  return typeof given === "object" && given !== null && "key" in given && typeof given.key === "string";
}

function checkKeyText(at: string, text: string, withOptions: boolean): Mistake[] {
  if (isFile(text)) return [];
  const parsed = parsePublicKey(text);
  if (typeof parsed === "string") {
    const cure = /\s/.test(text.trim()) ? "" : ' The path of a local file must end in ".pub".';
    return [`${at} ${parsed}${isPrivateKey(text) ? "" : cure}`];
  }
  return checkLineOptions(at, parsed, withOptions);
}

/** The options that stand in front of the key, in one text with it. */
function checkLineOptions(at: string, { options }: PublicKey, allowed: boolean): Mistake[] {
  if (options !== "" && !allowed)
    return [`${at} has options in front of the key: give the bare key, and its options beside it.`];
  return splitOptions(options).flatMap((option) => checkOption(at, option) ?? []);
}

/** A text of a key has blanks in it, and does not end so. */
function isFile(text: string): boolean {
  return /^[^\n]+\.pub$/.test(text) && !/(^|[ ,])(ssh|ecdsa|sk)-\S+ +AAAA/.test(text) && !isPrivateKey(text);
}

interface KeyLine {
  readonly blob: string;
  readonly line: string;
  /** `keys[0]` */
  readonly at: string;
}

async function compile(resource: AuthorizedKeysResource, context: CompileContext): Promise<Compiled> {
  const { name, exclusive = false } = resource;
  const claims = [`authorized keys of ${name}`];
  const access = true;
  if (resource.absent) {
    const survey = surveyKeys(name, ["absent"]);
    return { arguments: [name, "absent"], claims, access, ...(survey && { survey }) };
  }
  const mistakes: string[] = [];
  const keys = await readKeys("keys", resource.keys ?? [], context, mistakes);
  const revoked = await readKeys("revoked", resource.revoked ?? [], context, mistakes);
  mistakes.push(...findDoubles([...keys, ...revoked]));
  if (mistakes.length > 0)
    throw mistakesError(
      mistakes.map((mistake) => ({
        ...{ code: "invalid-option", message: `${keyOf(resource)}: ${mistake}`, where: resource.at },
      })),
    );
  const survey = surveyKeys(name, [
    ...(keys.length > 0 || exclusive ? ["access"] : []),
    ...keys.flatMap(({ line, blob }, index) =>
      exclusive ? `line ${index + 1} ${line}` : [`has ${line}`, `once ${blob}`],
    ),
    ...(exclusive ? [`lines ${keys.length}`] : []),
    ...revoked.map(({ blob }) => `no ${blob}`),
  ]);
  return {
    arguments: [
      ...[name, exclusive ? "exactly" : "among"],
      ...keys.map(({ line }) => `key=${line}`),
      ...revoked.map(({ blob }) => `revoked=${blob}`),
    ],
    ...{ claims, access },
    ...(survey && { survey }),
  };
}

function surveyKeys(user: string, facts: readonly string[]): SurveyLine[] | undefined {
  if (![user, ...facts].every((fact) => fact.split(" ").every(isPlain))) return undefined;
  return facts.map((fact) => ({ survey: "authorized_keys", line: `${user} ${fact}` }));
}

async function readKeys(
  option: string,
  given: readonly (string | AuthorizedKey)[],
  context: CompileContext,
  mistakes: Mistake[],
): Promise<KeyLine[]> {
  const lines: KeyLine[] = [];
  for (const [index, each] of given.entries()) {
    const at = `${option}[${index}]`;
    const { key, ...options } = typeof each === "string" ? { key: each } : each;
    const texts = isFile(key) ? await readKeyFile(at, key, context, mistakes) : [{ at, text: key }];
    for (const { at, text } of texts) {
      const parsed = parsePublicKey(text);
      const found =
        typeof parsed === "string"
          ? [`${at} ${parsed}`]
          : checkLineOptions(at, parsed, typeof each === "string");
      mistakes.push(...found);
      if (typeof parsed === "object" && found.length === 0) lines.push({ at, ...writeLine(parsed, options) });
    }
  }
  return lines;
}

function writeLine(
  { options, type, blob, comment }: PublicKey,
  given: KeyOptions,
): Pick<KeyLine, "blob" | "line"> {
  const words = [options || writeKeyOptions(given), type, blob, comment];
  return { blob, line: words.filter((word) => word !== "").join(" ") };
}

/** The lines of a .pub file that hold a key. */
async function readKeyFile(at: string, key: string, context: CompileContext, mistakes: Mistake[]) {
  const { path } = await context.hashFile(key);
  const text = await readFile(path, "utf8");
  if (isPrivateKey(text)) {
    mistakes.push(`${at}, the local file ${show(key)}, ${privateKeyCure}`);
    return [];
  }
  const lines = text
    .split("\n")
    .map((line, index) => ({ at: `${at}, line ${index + 1} of ${show(key)},`, text: line }));
  const held = lines.filter(({ text }) => text.trim() !== "" && !text.startsWith("#"));
  if (held.length === 0) mistakes.push(`${at}, the local file ${show(key)}, holds no key.`);
  return held;
}

function findDoubles(keys: readonly KeyLine[]): Mistake[] {
  const first = new Map<string, string>();
  return keys.flatMap(({ blob, at }) => {
    const before = first.get(blob);
    first.set(blob, before ?? at);
    return before === undefined
      ? []
      : [`${at.replace(/,$/, "")} is the same key as ${before.replace(/,$/, "")}: keep one of them.`];
  });
}

export const authorizedKeysKind: Kind<AuthorizedKeysResource> = {
  type: "authorizedKeys",
  shell: [pathShell, ...accountShell, asUserShell, new URL("authorizedKeys.sh", import.meta.url)],
  compile,
};
