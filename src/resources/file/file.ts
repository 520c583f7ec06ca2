import { hash } from "node:crypto";
import { isAccessPath } from "../access.ts";
import type { CompileContext } from "../context.ts";
import { declare, declareAbsent, type Mistake } from "../declare.ts";
import type { Absent, Blob, CommonOptions, Compiled, Kind, Present, Resource, SurveyLine } from "../kind.ts";
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

/** Options of a file that must be there; its content is given by exactly one of `content` and `from`. */
export interface FileOptions extends AccessOptions, CommonOptions {
  /** The whole content, as UTF-8; or a function of the node that gives it. */
  readonly content?: string | ((node: Node) => string);
  /** A local file with the content, of any size; relative to the config's folder. */
  readonly from?: string;
  /**
   * A command that must succeed before the new content is put in place; `%` is the new file.
   * @example "nginx -t -c %"
   */
  readonly validate?: string;
}

export interface FileResource extends Resource {
  readonly type: "file";
  readonly absent?: true;
  readonly content?: string | ((node: Node) => string);
  readonly from?: string;
  readonly validate?: string;
  readonly mode?: string;
  readonly owner?: string;
  readonly group?: string;
}

const optionNames: OptionNames<FileOptions> = {
  ...{ content: true, from: true, validate: true },
  ...accessNames,
  ...commonNames,
};

/** Where a content comes from. */
type FileSource = Pick<FileOptions, "content" | "from">;

/** The shell for a regular file, for kinds that keep one. */
export const fileShell: readonly URL[] = [...placeShell, new URL("file.sh", import.meta.url)];

/** The shell that changes a part of a text file, for kinds that keep something in one. */
export const rewriteShell: readonly URL[] = [pathShell, new URL("rewrite.sh", import.meta.url)];

/**
 * A regular file with this content, owner, group and mode (default 0644, root). New content is written beside it,
 * validated and renamed into place; what was there is kept for `proog undo`. A directory or symlink that stands there
 * is left alone, and reported.
 * @example file("/etc/motd", { content: (node) => `This is ${node.name}.\n` })
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
    checkSource(given),
    validate !== undefined && !String(validate).includes("%")
      ? `validate is ${show(validate)}, and must name the new file as %: "nginx -t -c %".`
      : undefined,
  ]);
}

/** Exactly one of content and from. */
export function checkSource({ content, from }: FileSource): Mistake | undefined {
  if (content === undefined && from === undefined)
    return 'It has neither content nor from: give one, or { content: "" } for an empty file.';
  if (content !== undefined && from !== undefined) return "It has both content and from: give one of them.";
  if (content !== undefined && typeof content !== "string" && typeof content !== "function")
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
  const access = accessOf(resource, "0644");
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
  { sha256 }: Blob,
  context: CompileContext,
): SurveyLine[] | undefined {
  const survey = surveyAccess(path, "file", access, context);
  return survey && [...survey, { survey: "sha256", line: `${sha256}  ${path}` }];
}

/** A text as the content of a file. */
export function blobOfText(text: string): Blob {
  return { sha256: hash("sha256", text), size: Buffer.byteLength(text), source: { text } };
}

/** The content that a declaration gives, by its hash. */
export async function blobOf({ content, from }: FileSource, context: CompileContext): Promise<Blob> {
  if (from !== undefined) {
    const { sha256, size, path } = await context.hashFile(from);
    return { sha256, size, source: { path } };
  }
  return blobOfText(String(content));
}

export const fileKind: Kind<FileResource> = {
  type: "file",
  batch: "paths",
  sure: true,
  shell: fileShell,
  surveys: [],
  compile,
};
