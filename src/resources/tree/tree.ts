import { hash } from "node:crypto";
import type { CompileContext } from "../context.ts";
import { declare, type Mistake } from "../declare.ts";
import { directoryShell } from "../directory/directory.ts";
import type { Absent, Blob, CommonOptions, Compiled, Kind, Present, Resource } from "../kind.ts";
import { isPlain, surveyAbsent } from "../path/path.ts";
import {
  absentNames,
  checkAccount,
  checkMode,
  checkOptions,
  checkPath,
  commonNames,
  isAbsent,
  type OptionNames,
  show,
} from "../rules.ts";
import { type CompiledRule, checkIgnore, compileRules, isIgnored, parseIgnore } from "./ignore.ts";
import { type LocalEntry, readLocalFolder } from "./local-folder.ts";

/** Options of a folder that is mirrored. */
export interface TreeOptions extends CommonOptions {
  /** The local folder; relative to the config's folder. Its files, folders and symlinks are mirrored, empty folders too. */
  readonly from: string;
  /**
   * What of it stays here, as lines of a `.gitignore` say it; the same on the machine is left alone, too.
   * @example ["*.map", "/cache/", "!important.map"]
   */
  readonly ignore?: readonly string[];
  /** Remove what is on the machine and not in the local folder, but what is ignored. Default: false. */
  readonly removeExtras?: boolean;
  /** The user that owns everything in it. Default: `root`. */
  readonly owner?: string;
  /** Its group. Default: the owner's name, `root` for root. */
  readonly group?: string;
  /**
   * Permissions of files, octal. One that its owner may execute here may be executed there by all who may read it.
   * Default: `"0644"`, so `"0755"` for these.
   */
  readonly fileMode?: string;
  /** Permissions of folders, octal. Default: `"0755"`. */
  readonly directoryMode?: string;
}

const optionNames: OptionNames<TreeOptions> = {
  ...{ from: true, ignore: true, removeExtras: true, owner: true, group: true, fileMode: true },
  ...{ directoryMode: true, ...commonNames },
};

export interface TreeResource extends Resource, Partial<Omit<TreeOptions, "optional" | "tags">> {
  readonly type: "tree";
  readonly absent?: true;
}

/**
 * A local folder, mirrored to the machine: files, folders and symlinks, with owner and permissions. What differs is written
 * beside and renamed into place; what is replaced or removed is kept for `proog undo`. Where a folder stands in the way of
 * a file, all of it is left alone, and reported.
 * @example tree("/srv/site/public", { from: "public", ignore: ["*.map"], removeExtras: true })
 * @example tree("/usr/local/lib/backup", { from: "backup", owner: "backup", fileMode: "0640", directoryMode: "0750" })
 * @example tree("/srv/old", { absent: true })
 */
export function tree(path: string, options: Present<TreeOptions> | Absent): TreeResource {
  if (isAbsent(options)) {
    return declare<TreeResource>({ type: "tree", name: path, absent: true }, options, [
      checkPlace(path, true),
      ...checkOptions(options, absentNames),
    ]);
  }
  const { optional: _, tags: __, absent: ___, ...fields } = { ...options };
  return declare<TreeResource>({ ...fields, type: "tree", name: path }, options, [
    checkPlace(path, fields.removeExtras),
    ...checkOptions(options, optionNames),
    checkFrom(fields.from),
    checkIgnore(fields.ignore),
    checkRemoveExtras(fields.removeExtras),
    checkAccount("owner", fields.owner),
    checkAccount("group", fields.group),
    checkModeOf("fileMode", fields.fileMode),
    checkModeOf("directoryMode", fields.directoryMode),
  ]);
}

/** Folders of which everything can depend on what nobody declares. */
function checkPlace(path: string, removes: unknown): Mistake | undefined {
  if (path === "/")
    return `path is "/", and everything's permissions would be those of the local folder: name what it holds, such as "/etc/nginx".`;
  const mistake = checkPath("path", path);
  if (mistake !== undefined || !removes || path.lastIndexOf("/") > 0) return mistake;
  return `path is ${show(path)}, of which nothing else would be left: name a folder of its own, such as ${show(`${path}/site`)}.`;
}

function checkFrom(from: string): Mistake | undefined {
  if (typeof from === "string" && from !== "" && !from.includes("\0")) return undefined;
  return `from is ${show(from)}, and must be the path of a local folder, such as "public".`;
}

function checkRemoveExtras(removeExtras: unknown): Mistake | undefined {
  if (removeExtras === undefined || typeof removeExtras === "boolean") return undefined;
  return `removeExtras is ${show(removeExtras)}, and must be true or false.`;
}

function checkModeOf(option: string, mode: string | undefined): Mistake | undefined {
  return checkMode(mode)?.replace(/^mode/, option);
}

async function compile(resource: TreeResource, context: CompileContext): Promise<Compiled> {
  const { name, from = "", ignore = [], removeExtras, owner = "root", group = owner } = resource;
  if (resource.absent) {
    const survey = surveyAbsent(name);
    return { arguments: [name, "absent"], claims: [`path ${name}`], ...(survey && { survey }) };
  }
  const rules = compileRules(parseIgnore(ignore));
  const entries = await readLocalFolder(from, rules, context);
  const lines = [
    ...(removeExtras ? rules : []).map(
      ({ negated, folders, source }) => `i =${negated ? "!" : ""}${folders ? "/" : ""} ${encode(source)} -`,
    ),
    `d ${modeOf(resource.directoryMode, "0755")} - .`,
    ...entries.map((entry) => writeEntry(entry, resource)),
  ];
  const manifest = `${lines.join("\n")}\n`;
  const key = hash("sha256", manifest).slice(0, 16);
  const words = [owner, group, removeExtras ? "remove" : "keep", key];
  return {
    arguments: [name, ...words],
    texts: { [key]: manifest },
    claims: [`path ${name}`, ...entries.map(({ path }) => `path ${name}/${path}`)],
    blobs: entries.flatMap(blobOf),
    ...(removeExtras && { sweeps: sweeper(name, entries, rules) }),
    survey: [{ survey: "tree", line: [encodePlain(name), ...words].join(" ") }],
  };
}

/** Whether a claim is of a path in it that is neither in the local folder nor ignored. */
function sweeper(
  root: string,
  entries: readonly LocalEntry[],
  rules: readonly CompiledRule[],
): (claim: string) => boolean {
  const inside = `path ${root}/`;
  const known = new Set(entries.map(({ path }) => path));
  return (claim) => {
    if (!claim.startsWith(inside)) return false;
    const path = claim.slice(inside.length);
    if (known.has(path)) return false;
    const parts = path.split("/");
    return !parts.some((_, index) => {
      const upTo = parts.slice(0, index + 1).join("/");
      return isIgnored(rules, upTo, true) || (upTo === path && isIgnored(rules, path, false));
    });
  };
}

function writeEntry(entry: LocalEntry, { fileMode, directoryMode }: TreeResource): string {
  const path = encode(entry.path);
  switch (entry.type) {
    case "directory":
      return `d ${modeOf(directoryMode, "0755")} - ${path}`;
    case "link":
      return `l 0777 ${encode(entry.target)} ${path}`;
    case "file":
      return `f ${fileModeOf(fileMode, entry.executable)} ${entry.sha256} ${path}`;
  }
}

function modeOf(mode: string | undefined, usual: string): string {
  return (mode ?? usual).padStart(4, "0");
}

/** Whoever may read an executable file may execute it. */
function fileModeOf(mode: string | undefined, executable: boolean): string {
  const number = Number.parseInt(mode ?? "0644", 8);
  return (executable ? number | ((number & 0o444) >> 2) : number).toString(8).padStart(4, "0");
}

/** A word of one line: bytes that would end it are written %0A. */
function encode(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is encoded
  return text.replace(/[\u0000- %\u007f]/g, encodeByte);
}

/** A word that a survey can have. */
function encodePlain(text: string): string {
  return isPlain(text.replaceAll("%", " "))
    ? text
    : [...Buffer.from(text)]
        .map((byte) =>
          /[A-Za-z0-9_./-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : escapeByte(byte),
        )
        .join("");
}

function encodeByte(character: string): string {
  return escapeByte(character.charCodeAt(0));
}

function escapeByte(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

function blobOf(entry: LocalEntry): Blob[] {
  if (entry.type !== "file") return [];
  const { sha256, size, local } = entry;
  return [{ sha256, size, source: { path: local } }];
}

export const treeKind: Kind<TreeResource> = {
  type: "tree",
  sure: true,
  packs: true,
  shell: [...directoryShell, new URL("tree.sh", import.meta.url), new URL("tree.pl", import.meta.url)],
  compile,
};
