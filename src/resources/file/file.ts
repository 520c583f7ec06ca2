import { hash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { ProogError } from "../../report/error.ts";
import { isAccessPath } from "../access.ts";
import type { CompileContext } from "../context.ts";
import { declare, declareAbsent, type Mistake } from "../declare.ts";
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
import type { Node } from "../node.ts";
import {
  type Access,
  type AccessOptions,
  accessNames,
  accessOf,
  compileAbsent,
  pathShell,
  placeShell,
  surveyAccess,
} from "../path/path.ts";
import {
  checkMode,
  checkOptions,
  checkOwner,
  checkPath,
  commonNames,
  isAbsent,
  type OptionNames,
  show,
} from "../rules.ts";
import { holdsSecret, revealText, secretBlob } from "../secret/content.ts";
import {
  isSecret,
  isSecretText,
  looksLikeSecret,
  type Secret,
  type SecretText,
  secretsIn,
} from "../secret/secret.ts";

/** Options of a file that must be there; its content is given by exactly one of `content` and `from`. */
export interface FileOptions extends AccessOptions, CommonOptions {
  /**
   * The whole content, as UTF-8; or a function of the node that gives it. With a secret in it, the mode is `"0600"` unless it is
   * given, others cannot be let in, and no diff shows it.
   */
  readonly content?: FileContent | ((node: Node) => FileContent);
  /** A local file with the content, of any size; relative to the config's folder. */
  readonly from?: string;
  /**
   * A command that must succeed before the new content is put in place; `%` is the new file.
   * @example "nginx -t -c %"
   */
  readonly validate?: string;
}

/** A text, a secret, or a text with secrets: `secret("token")`, `template` and `json`. */
export type FileContent = string | Secret | SecretText;

export interface FileResource extends Resource {
  readonly type: "file";
  readonly absent?: true;
  readonly content?: FileContent | ((node: Node) => FileContent);
  readonly from?: string;
  readonly validate?: string;
  readonly mode?: string;
  readonly owner?: string;
  readonly group?: string;
  readonly mustName?: MustName;
}

const optionNames: OptionNames<FileOptions> = {
  ...{ content: true, from: true, validate: true },
  ...accessNames,
  ...commonNames,
};

/** Where a content comes from. */
interface FileSource {
  readonly content?: unknown;
  readonly from?: string;
  readonly mustName?: MustName;
}

/** What a recipe needs to find in a file that is the user's own. */
export interface MustName {
  /** One of these. */
  readonly parts: readonly string[];
  /** What is wrong where it has none of them, and what to do. */
  readonly message: string;
  readonly hint: string;
}

/** The shell for a regular file, for kinds that keep one. */
export const fileShell: readonly URL[] = [...placeShell, new URL("file.sh", import.meta.url)];

/** The shell that changes a part of a text file, for kinds that keep something in one. */
export const rewriteShell: readonly URL[] = [pathShell, new URL("rewrite.sh", import.meta.url)];

/**
 * A regular file with this content, owner, group and mode (default 0644, root). New content is written beside it,
 * validated and renamed into place; what was there is kept for `proog undo`. A directory or symlink that stands there
 * is left alone, and reported.
 * @example file("/etc/motd", { content: (node) => `This is ${node.name}.\n` })
 * @example file("/etc/app.env", { content: template`DB_PASSWORD=${secret("db", { as: "shell" })}\n`, group: "app", mode: "0640" })
 * @example file("/etc/nginx/nginx.conf", { from: "nginx/nginx.conf", validate: "nginx -t -c %" })
 * @example file("/etc/nginx/conf.d/old.conf", { absent: true })
 */
export function file(path: string, options: Present<FileOptions> | Absent): FileResource {
  if (isAbsent(options)) return declareAbsent<FileResource>("file", path, options, checkPath("path", path));
  const given: FileOptions = options ?? {};
  const { content, from, validate, mode, owner, group } = given;
  const fields = { type: "file", name: path, content, from, validate, mode, owner, group } as const;
  return declare<FileResource>(fields as Omit<FileResource, "at">, options, [
    checkPath("path", path),
    ...checkOptions(options, optionNames),
    checkMode(mode),
    ...checkOwner({ owner, group }),
    checkSource(given, isSecretContent(content)),
    isSecretContent(content) ? checkSecretMode(mode) : undefined,
    validate !== undefined && !String(validate).includes("%")
      ? `validate is ${show(validate)}, and must name the new file as %: "nginx -t -c %".`
      : undefined,
  ]);
}

function isSecretContent(content: unknown): content is Secret | SecretText {
  return isSecret(content) || isSecretText(content);
}

/** A secret that everybody on the machine can read is none. */
function checkSecretMode(mode: string | undefined): Mistake | undefined {
  if (mode === undefined || checkMode(mode) !== undefined || (Number.parseInt(mode, 8) & 0o007) === 0)
    return undefined;
  return `mode is ${show(mode)}, and content has a secret that others could read then: "0640" lets in a group, "0600" only the owner.`;
}

/**
 * Exactly one of content and from.
 * @param secret Whether the content is one with secrets, where that is allowed.
 */
export function checkSource({ content, from }: FileSource, secret = false): Mistake | undefined {
  if (content === undefined && from === undefined)
    return 'It has neither content nor from: give one, or { content: "" } for an empty file.';
  if (content !== undefined && from !== undefined) return "It has both content and from: give one of them.";
  if (typeof content === "string" && looksLikeSecret(content))
    return "content is JSON in which a secret is its declaration, not its value: write json({ … }) in the place of JSON.stringify({ … }).";
  if (content !== undefined && typeof content !== "string" && typeof content !== "function" && !secret)
    return `content is ${show(content)}, and must be a string or a function of the node.`;
  if (from !== undefined && (typeof from !== "string" || from === ""))
    return `from is ${show(from)}, and must be the path of a local file, such as "nginx/nginx.conf".`;
  return undefined;
}

async function compile(resource: FileResource, context: CompileContext): Promise<Compiled> {
  const { name } = resource;
  const common = { claims: [`path ${name}`], access: isAccessPath(name, context.login) };
  if (resource.absent) return { ...compileAbsent(name), ...common };
  const blob = await blobOf(resource, context);
  const mistake = blob.secrets && checkSecretMode(resource.mode);
  if (mistake !== undefined)
    throw new ProogError({ code: "invalid-option", message: `${keyOf(resource)}: ${mistake}` });
  const access = accessOf(resource, blob.secrets ? "0600" : "0644");
  const survey = surveyFile(name, access, blob, context);
  return {
    arguments: [
      ...[name, access.mode, access.owner, access.group, blob.sha256],
      ...(resource.validate ? [resource.validate.replaceAll("%", '"$1"')] : []),
    ],
    ...common,
    blobs: [blob],
    ...(survey && { survey }),
  };
}

/** The survey lines of a regular file with this content, or nothing where its name is not plain. */
export function surveyFile(
  path: string,
  access: Access,
  blob: Blob,
  context: CompileContext,
): SurveyLine[] | undefined {
  const survey = surveyAccess(path, "file", access, context);
  return (
    survey && [...survey, { survey: blob.secrets ? "secret" : "sha256", line: `${blob.sha256}  ${path}` }]
  );
}

/** A text as the content of a file. */
export function blobOfText(text: string): Blob {
  return { sha256: hash("sha256", text), size: Buffer.byteLength(text), source: { text } };
}

/** The content that a declaration gives, by its hash. */
export async function blobOf(resource: Resource & FileSource, context: CompileContext): Promise<Blob> {
  const { content, from, mustName } = resource;
  if (from !== undefined) {
    const { sha256, size, path } = await context.hashFile(from);
    if (mustName) requireNames(resource, mustName, await readFile(path, "utf8"));
    return { sha256, size, source: { path } };
  }
  if (mustName && typeof content === "string") requireNames(resource, mustName, content);
  if (!isSecretContent(content)) return blobOfText(String(content));
  const text = await revealText(content, context);
  return holdsSecret(content) ? secretBlob(resource, "content", secretsIn(content), text) : blobOfText(text);
}

function requireNames(resource: Resource, { parts, message, hint }: MustName, text: string): void {
  if (parts.some((part) => text.includes(part))) return;
  throw new ProogError({ code: "invalid-option", message: `${keyOf(resource)}: ${message}`, hint });
}

export const fileKind: Kind<FileResource> = {
  type: "file",
  batch: "paths",
  sure: true,
  secrets: ["content"],
  shell: fileShell,
  surveys: [],
  compile,
};
