import { aptKind } from "./apt/apt.ts";
import { directoryKind } from "./directory/directory.ts";
import { fileKind } from "./file/file.ts";
import type { Kind, Resource } from "./kind.ts";
import { runKind } from "./run/run.ts";
import { serviceKind } from "./service/service.ts";
import { symlinkKind } from "./symlink/symlink.ts";
import { systemdUnitKind } from "./systemdUnit/systemdUnit.ts";

/** Every kind there is, by the name that the user writes. */
const kinds: readonly Kind[] = [
  aptKind,
  directoryKind,
  fileKind,
  runKind,
  serviceKind,
  symlinkKind,
  systemdUnitKind,
];

const byType = new Map(kinds.map((kind) => [kind.type, kind]));

/** The kind of a resource. */
export function kindOf(resource: Resource): Kind {
  const kind = byType.get(resource.type);
  if (kind === undefined) throw new Error(`There is no kind "${resource.type}".`);
  return kind;
}

export function allKinds(): readonly Kind[] {
  return kinds;
}
