import { directoryKind } from "./directory/directory.ts";
import { fileKind } from "./file/file.ts";
import type { Kind, Resource } from "./kind.ts";
import { symlinkKind } from "./symlink/symlink.ts";

const kinds = new Map<string, unknown>(
  [directoryKind, fileKind, symlinkKind].map((kind) => [kind.type, kind]),
);

/** The kind of a resource. */
export function kindOf(resource: Resource): Kind {
  const kind = kinds.get(resource.type);
  if (kind === undefined) throw new Error(`There is no kind "${resource.type}".`);
  return kind as Kind;
}
