import { hash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { ProogError } from "../../report/error.ts";
import type { CompileContext } from "../context.ts";
import { declare, declareAbsent, type Mistake } from "../declare.ts";
import { fileShell } from "../file/file.ts";
import {
  type Absent,
  type Blob,
  type CommonOptions,
  type Compiled,
  type Kind,
  keyOf,
  type Present,
  type Resource,
  type SurveyLine,
} from "../kind.ts";
import { accessOf, surveyAbsent, surveyAccess } from "../path/path.ts";
import {
  checkFlag,
  checkOptions,
  checkPath,
  commonNames,
  isAbsent,
  type OptionNames,
  show,
} from "../rules.ts";
import { type Keyring, type PublicKey, readKeyring } from "./openpgp.ts";

/** Options of a repository that apt must know. Whom it trusts there is given by exactly one of `key`, `signedBy` and `trusted`. */
export interface AptRepositoryOptions extends CommonOptions {
  /** Where it is; several are mirrors of each other. Each with `https:`, `http:`, `file:` or what else apt has a method for. */
  readonly url: string | readonly string[];
  /**
   * The suites or codenames: a folder of `dists/` each; or a path with "/" at its end, for a repository without these.
   * @example ["trixie", "trixie-updates"]
   * @example "./"
   */
  readonly suites: string | readonly string[];
  /** Their parts, such as `"main"`. None where the suite is a path. */
  readonly components?: string | readonly string[];
  /**
   * Its public key, armoured or not: a local file, relative to the config's folder, or a URL, from which this machine fetches
   * it once a day. It comes to `/etc/apt/keyrings/NAME.asc` or `.gpg`, and is trusted for this repository alone.
   */
  readonly key?: string;
  /**
   * The fingerprint of the key, or of each where it holds several, as `gpg --show-keys` prints it: one that does not fit is
   * refused before anything is changed. Needed where the key comes from a URL.
   */
  readonly fingerprint?: string | readonly string[];
  /** A keyring that is on the machine already, such as "/usr/share/keyrings/debian-archive-keyring.gpg". */
  readonly signedBy?: string;
  /** Takes what is there without any signature: for a local archive that only root can write to. */
  readonly trusted?: boolean;
  /** Default: those of the machine. */
  readonly architectures?: string | readonly string[];
  /** Packages, their sources, or both. Default: `"deb"`. */
  readonly types?: AptRepositoryType | readonly AptRepositoryType[];
  /**
   * Further fields, see sources.list(5).
   * @example { "Check-Valid-Until": "no" }
   */
  readonly options?: Readonly<Record<string, string>>;
}

/** What a repository is asked for: packages, or their sources. */
export type AptRepositoryType = "deb" | "deb-src";

const optionNames: OptionNames<AptRepositoryOptions> = {
  ...{
    url: true,
    suites: true,
    components: true,
    key: true,
    fingerprint: true,
    signedBy: true,
    trusted: true,
  },
  ...{ architectures: true, types: true, options: true, ...commonNames },
};

export interface AptRepositoryResource
  extends Resource,
    Partial<Omit<AptRepositoryOptions, "optional" | "tags">> {
  readonly type: "aptRepository";
  readonly absent?: true;
}

/**
 * A repository of packages: `/etc/apt/sources.list.d/NAME.sources`, and its key in `/etc/apt/keyrings`. The next `apt` after a
 * change reads the package lists anew. Absent: both go; packages that came from it stay.
 * @example
 * aptRepository("docker", {
 *   url: "https://download.docker.com/linux/debian",
 *   suites: "trixie",
 *   components: "stable",
 *   key: "https://download.docker.com/linux/debian/gpg",
 *   fingerprint: "9DC8 5822 9FC7 DD38 854A E2D8 8D81 803C 0EBF CD88",
 * })
 * @example
 * aptRepository("backports", {
 *   url: "http://deb.debian.org/debian",
 *   suites: "trixie-backports",
 *   components: "main",
 *   signedBy: "/usr/share/keyrings/debian-archive-keyring.gpg",
 * })
 * @example aptRepository("docker", { absent: true })
 */
export function aptRepository(
  name: string,
  options: Present<AptRepositoryOptions> | Absent,
): AptRepositoryResource {
  if (isAbsent(options))
    return declareAbsent<AptRepositoryResource>("aptRepository", name, options, checkName(name));
  const { optional: _, tags: __, absent: ___, ...fields } = { ...options };
  return declare<AptRepositoryResource>({ ...fields, type: "aptRepository", name }, options, [
    checkName(name),
    ...checkOptions(options, optionNames),
    ...checkWords("url", fields.url, /^[a-z][a-z0-9+.-]*:\S+$/i, '"https://example.org/debian"'),
    ...checkWords("suites", fields.suites, /^[A-Za-z0-9._/~:+-]+$/, '"trixie"'),
    checkComponents(fields),
    ...checkWords("architectures", fields.architectures ?? [], /^[a-z0-9-]+$/, '"amd64"'),
    ...checkWords("types", fields.types ?? [], /^deb(-src)?$/, '"deb" or "deb-src"'),
    ...checkTrust(fields),
    checkFlag("trusted", fields.trusted),
    ...checkFields(fields.options),
  ]);
}

/** Files of other names are passed over: sources.list(5). */
function checkName(name: string): Mistake | undefined {
  if (
    typeof name === "string" &&
    /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name) &&
    !/\.(list|sources)$/.test(name)
  )
    return undefined;
  return `name is ${show(name)}, and must be of letters, digits, "_", "-" and ".", without an ending: "docker".`;
}

/** One word or several. */
function checkWords(option: string, given: unknown, form: RegExp, cure: string): Mistake[] {
  const words = Array.isArray(given) ? given : [given];
  if (words.length === 0 && Array.isArray(given) && (option === "url" || option === "suites"))
    return [`${option} is empty, and must have one such as ${cure}.`];
  return words.flatMap((word) =>
    typeof word === "string" && form.test(word)
      ? []
      : [
          `${option} ${Array.isArray(given) ? "has" : "is"} ${show(word)}, and must be ${option === "types" ? "" : "such as "}${cure}.`,
        ],
  );
}

function checkComponents({ suites, components }: AptRepositoryOptions): Mistake | undefined {
  const paths = listOf(suites).filter((suite) => typeof suite === "string" && suite.endsWith("/"));
  const [wrong] = checkWords("components", components ?? [], /^[A-Za-z0-9._/+-]+$/, '"main"');
  if (wrong !== undefined) return wrong;
  const parts = listOf(components);
  if (paths.length > 0 && parts.length > 0)
    return `components is ${show(components)}, and the suite ${show(paths[0])} is a path, which has none: leave them out.`;
  if (paths.length === 0 && parts.length === 0)
    return 'It has no components: give one such as "main", or a suite that is a path, such as "./".';
  return undefined;
}

function checkTrust({ key, fingerprint, signedBy, trusted }: AptRepositoryOptions): (Mistake | undefined)[] {
  const given = [
    key !== undefined && "key",
    signedBy !== undefined && "signedBy",
    trusted && "trusted",
  ].filter(Boolean);
  if (given.length === 0)
    return [
      "It has neither key nor signedBy: give the key of who signs it, a local file or a URL with its fingerprint.",
    ];
  if (given.length > 1) return [`It has both ${given.join(" and ")}: give one of them.`];
  return [
    key !== undefined && (typeof key !== "string" || key === "")
      ? `key is ${show(key)}, and must be a local file such as "keys/docker.asc", or a URL.`
      : undefined,
    signedBy === undefined ? undefined : checkPath("signedBy", signedBy),
    ...checkFingerprint(key, fingerprint),
  ];
}

function checkFingerprint(key: string | undefined, given: unknown): Mistake[] {
  if (given === undefined)
    return isUrl(key)
      ? [
          "It has no fingerprint: without one, whoever has the server has the machines. gpg --show-keys prints it; compare it with what its owner publishes.",
        ]
      : [];
  if (key === undefined) return ["It has a fingerprint, and no key that it could be of."];
  return (Array.isArray(given) ? given : [given]).flatMap((fingerprint) => {
    const digits = typeof fingerprint === "string" ? withoutBlanks(fingerprint) : "";
    if (/^([0-9A-F]{40}|[0-9A-F]{64})$/.test(digits)) return [];
    const short = /^[0-9A-F]{8,39}$/.test(digits) ? ": the id of a key is too easily made" : "";
    return [`fingerprint is ${show(fingerprint)}, and must have 40 or 64 hexadecimal digits${short}.`];
  });
}

function checkFields(fields: unknown): Mistake[] {
  if (fields === undefined) return [];
  if (typeof fields !== "object" || fields === null || Array.isArray(fields))
    return [`options is ${show(fields)}, and must be fields such as { "Check-Valid-Until": "no" }.`];
  const own = /^(types|uris|suites|components|architectures|signed-by|trusted)$/i;
  return Object.entries(fields).flatMap(([name, value]) => {
    if (own.test(name)) return [`options has ${show(name)}, for which there is an option of its own.`];
    if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(name))
      return [`options has ${show(name)}, and must have names such as "Check-Valid-Until".`];
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
    if (typeof value !== "string" || value.trim() === "" || /[\u0000-\u001f\u007f]/.test(value))
      return [`options[${show(name)}] is ${show(value)}, and must be text in one line, such as "no".`];
    return [];
  });
}

function listOf<Word extends string>(given: Word | readonly Word[] | undefined): readonly Word[] {
  if (given === undefined) return [];
  return typeof given === "string" ? [given] : given;
}

function isUrl(key: unknown): key is string {
  return typeof key === "string" && /^https?:\/\//.test(key);
}

function withoutBlanks(fingerprint: string): string {
  return fingerprint.replaceAll(/\s/g, "").replace(/^0x/i, "").toUpperCase();
}

/** @see https://manpages.debian.org/sources.list.5 */
function writeSources(resource: AptRepositoryResource, keyring: string | undefined): string {
  const { name, url, suites, components, architectures, types = "deb", trusted, options } = resource;
  const fields: [string, string][] = [
    ["Types", listOf(types).join(" ")],
    ["URIs", listOf(url).join(" ")],
    ["Suites", listOf(suites).join(" ")],
    ["Components", listOf(components).join(" ")],
    ["Architectures", listOf(architectures).join(" ")],
    ["Signed-By", keyring ?? ""],
    ["Trusted", trusted ? "yes" : ""],
    ...Object.entries(options ?? {}),
  ];
  const lines = fields.filter(([, value]) => value !== "").map(([field, value]) => `${field}: ${value}\n`);
  return `# Written by Proog: aptRepository(${show(name)}).\n${lines.join("")}`;
}

const endings = ["asc", "gpg"] as const;

async function compile(resource: AptRepositoryResource, context: CompileContext): Promise<Compiled> {
  const { name } = resource;
  const path = `/etc/apt/sources.list.d/${name}.sources`;
  const keyPath = (ending: string) => `/etc/apt/keyrings/${name}.${ending}`;
  const claims = [path, ...endings.map(keyPath)].map((claimed) => `path ${claimed}`);
  const gone = (paths: readonly string[]): SurveyLine[] => paths.flatMap((one) => surveyAbsent(one) ?? []);
  if (resource.absent)
    return { arguments: [name, "absent"], claims, survey: gone([path, ...endings.map(keyPath)]) };
  const key = resource.key === undefined ? undefined : await readKey(resource, resource.key, context);
  const text = writeSources(resource, key ? keyPath(key.ending) : resource.signedBy);
  const sources: Blob = { sha256: hash("sha256", text), size: Buffer.byteLength(text), source: { text } };
  const there = (at: string, { sha256 }: Blob): SurveyLine[] => [
    ...(surveyAccess(at, "file", accessOf({}, "0644"), context) ?? []),
    { survey: "sha256", line: `${sha256}  ${at}` },
  ];
  const survey = [
    ...there(path, sources),
    ...(key ? there(keyPath(key.ending), key.blob) : []),
    ...gone(endings.filter((ending) => ending !== key?.ending).map(keyPath)),
  ];
  return {
    arguments: [
      ...[name, sources.sha256],
      ...(key ? [key.ending, key.blob.sha256, ...(key.unusable ? [key.unusable] : [])] : []),
    ],
    claims,
    blobs: [sources, ...(key ? [key.blob] : [])],
    // What is wrong with a key, only the check can say.
    ...(!key?.unusable && { survey }),
  };
}

interface ReadKey {
  readonly blob: Blob;
  readonly ending: (typeof endings)[number];
  /** Why apt will take nothing that it signed, in a few words: `expired on 2024-05-01`. */
  readonly unusable: string | undefined;
}

/** @throws ProogError `invalid-option` for what is no key, or one that its fingerprint does not fit. */
async function readKey(
  resource: AptRepositoryResource,
  written: string,
  context: CompileContext,
): Promise<ReadKey> {
  const { path, sha256, size } = isUrl(written)
    ? await context.fetchFile(written)
    : await context.hashFile(written);
  const said = `The key ${show(written)} of ${keyOf(resource)}`;
  const keyring = parseKey(resource, said, await readFile(path));
  const fingerprints = listOf(resource.fingerprint).map(withoutBlanks);
  if (fingerprints.length > 0) checkFits(resource, said, keyring.keys, fingerprints);
  return {
    blob: { sha256, size, source: { path } },
    ending: keyring.armoured ? "asc" : "gpg",
    unusable: sayUnusable(keyring.keys),
  };
}

function parseKey(resource: AptRepositoryResource, said: string, bytes: Buffer): Keyring {
  try {
    return readKeyring(bytes);
  } catch (error) {
    throw new ProogError({
      code: "invalid-option",
      message: `${said} ${error instanceof Error ? error.message : error}.`,
      where: resource.at,
    });
  }
}

/** Each key is declared and each declared one is there: a key that came along would be trusted as much. */
function checkFits(
  resource: AptRepositoryResource,
  said: string,
  keys: readonly PublicKey[],
  fingerprints: readonly string[],
): void {
  const found = keys.map(({ fingerprint }) => fingerprint);
  const wrong = found.filter((fingerprint) => !fingerprints.includes(fingerprint));
  const missing = fingerprints.filter((fingerprint) => !found.includes(fingerprint));
  if (wrong.length === 0 && missing.length === 0) return;
  const what =
    missing.length === 0
      ? `holds also ${wrong.join(", ")}, which fingerprint does not name`
      : `does not fit its fingerprint: it is ${found.join(", ")}, and must be ${fingerprints.join(", ")}`;
  throw new ProogError({
    code: "invalid-option",
    message: `${said} ${what}.`,
    where: resource.at,
    hint: "Nothing was changed. Compare with what the owner of the repository publishes, in more than one place.",
  });
}

function sayUnusable(keys: readonly PublicKey[]): string | undefined {
  const now = new Date();
  if (keys.some(({ expires, revoked }) => !revoked && (expires === undefined || expires > now)))
    return undefined;
  const last = keys
    .flatMap(({ expires, revoked }) => (revoked || !expires ? [] : [expires]))
    .sort((a, b) => +b - +a)[0];
  return last ? `expired on ${last.toISOString().slice(0, 10)}` : "was revoked";
}

export const aptRepositoryKind: Kind<AptRepositoryResource> = {
  type: "aptRepository",
  sure: true,
  shell: [...fileShell, new URL("aptRepository.sh", import.meta.url)],
  surveys: [],
  compile,
};
