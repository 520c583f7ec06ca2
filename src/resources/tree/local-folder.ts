import { type Dirent, lstatSync, readdirSync, readlinkSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { ProogError } from "../../report/error.ts";
import { nearestName } from "../../report/text/nearest.ts";
import type { CompileContext } from "../context.ts";
import { type CompiledRule, isIgnored } from "./ignore.ts";

/** What a local folder holds. */
export type LocalEntry =
  | { readonly type: "directory"; readonly path: string }
  | { readonly type: "link"; readonly path: string; readonly target: string }
  | {
      readonly type: "file";
      readonly path: string;
      readonly executable: boolean;
      readonly local: string;
      readonly sha256: string;
      /** In bytes. */
      readonly size: number;
    };

/** What is asked of the world outside. */
type ReadContext = Pick<CompileContext, "directory" | "hashFile">;

/** What of it was read, by run: every node gets the same, even if it changes meanwhile. */
const read = new WeakMap<CompileContext["hashFile"], Map<string, Promise<LocalEntry[]>>>();

/**
 * Everything in a local folder that is not ignored, folders before what is in them.
 * @throws ProogError `local-file-missing`
 */
export function readLocalFolder(
  from: string,
  rules: readonly CompiledRule[],
  context: ReadContext,
): Promise<LocalEntry[]> {
  const known = read.get(context.hashFile) ?? new Map<string, Promise<LocalEntry[]>>();
  read.set(context.hashFile, known);
  const key = JSON.stringify([from, rules]);
  const found = known.get(key) ?? readAndHash(from, rules, context);
  known.set(key, found);
  return found;
}

async function readAndHash(
  from: string,
  rules: readonly CompiledRule[],
  context: ReadContext,
): Promise<LocalEntry[]> {
  const root = resolve(context.directory, from);
  const entries: LocalEntry[] = [];
  for (const name of walk(root, "", rules, from, context.directory)) {
    const local = `${root === "/" ? "" : root}/${name.path}`;
    if (name.entry.isDirectory()) entries.push({ type: "directory", path: name.path });
    else if (name.entry.isSymbolicLink())
      entries.push({
        type: "link",
        path: name.path,
        target: attempt(() => readlinkSync(local), from, name.path),
      });
    else if (name.entry.isFile()) {
      const { executable, sha256, size } = await context.hashFile(local).catch((error: unknown) => {
        // One that has gone says more of the folder than of the file.
        attempt(() => lstatSync(local), from, name.path);
        throw error;
      });
      entries.push({ type: "file", path: name.path, executable, local, sha256, size });
    } else
      throw failure(
        `In the local folder ${JSON.stringify(from)}, ${JSON.stringify(name.path)} is no file, folder or link.`,
        `Remove it, or ignore it: ignore: [${JSON.stringify(`/${name.path}`)}].`,
      );
  }
  return entries;
}

interface Found {
  readonly path: string;
  readonly entry: Dirent;
}

function* walk(
  root: string,
  folder: string,
  rules: readonly CompiledRule[],
  from: string,
  directory: string,
): Generator<Found> {
  for (const entry of listFolder(root, folder, from, directory)) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (isIgnored(rules, path, entry.isDirectory())) continue;
    if (path.includes("\ufffd"))
      throw failure(
        `In the local folder ${JSON.stringify(from)}, the name ${JSON.stringify(path)} is not UTF-8.`,
        "Rename it.",
      );
    yield { path, entry };
    if (entry.isDirectory()) yield* walk(root, path, rules, from, directory);
  }
}

function listFolder(root: string, folder: string, from: string, directory: string): Dirent[] {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true }).sort((one, other) =>
      one.name < other.name ? -1 : 1,
    );
  } catch (error) {
    if (folder !== "") throw unreadable(error, from, folder);
    throw missing(error, root, from, directory);
  }
}

function missing(error: unknown, root: string, from: string, directory: string): ProogError {
  const hint = `Local folders are looked for from the folder of the config, ${directory}.`;
  const written = JSON.stringify(from);
  switch (codeOf(error)) {
    case "ENOENT":
      return failure(`There is no local folder ${written}.${suggestFolder(root, from)}`, hint);
    case "ENOTDIR":
      return failure(
        `The local ${written} is no folder.`,
        `One file is sent by file(…, { from: ${written} }).`,
      );
    default:
      return unreadable(error, from, "");
  }
}

function suggestFolder(root: string, from: string): string {
  try {
    const folders = readdirSync(dirname(root), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    const nearest = nearestName(
      basename(root),
      folders.map(({ name }) => name),
    );
    return nearest === undefined ? "" : ` Did you mean ${JSON.stringify(join(dirname(from), nearest))}?`;
  } catch {
    // A folder that is not there has nothing to suggest.
    return "";
  }
}

function attempt<Result>(look: () => Result, from: string, path: string): Result {
  try {
    return look();
  } catch (error) {
    throw unreadable(error, from, path);
  }
}

function unreadable(error: unknown, from: string, path: string): ProogError {
  const where = path === "" ? "" : `, ${JSON.stringify(path)}`;
  if (codeOf(error) === "ENOENT")
    return failure(
      `The local folder ${JSON.stringify(from)} changed while it was read${where && `: ${where.slice(2)} has gone`}.`,
      "Say it again when it is whole.",
    );
  const why = error instanceof Error ? error.message : String(error);
  return failure(`The local folder ${JSON.stringify(from)}${where} cannot be read: ${why}`);
}

function failure(message: string, hint?: string): ProogError {
  return new ProogError({ code: "local-file-missing", message, hint });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
