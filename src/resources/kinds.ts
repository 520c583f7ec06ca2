import { aptKind } from "./apt/apt.ts";
import { cronKind } from "./cron/cron.ts";
import { directoryKind } from "./directory/directory.ts";
import { fileKind } from "./file/file.ts";
import { gitKind } from "./git/git.ts";
import { groupKind } from "./group/group.ts";
import type { Kind, Resource } from "./kind.ts";
import { rebootKind } from "./reboot/reboot.ts";
import { runKind } from "./run/run.ts";
import { serviceKind } from "./service/service.ts";
import { symlinkKind } from "./symlink/symlink.ts";
import { systemdUnitKind } from "./systemdUnit/systemdUnit.ts";
import { userKind } from "./user/user.ts";

/** Every kind there is, by the name that the user writes. */
const kinds: readonly Kind[] = [
  aptKind,
  cronKind,
  directoryKind,
  fileKind,
  gitKind,
  groupKind,
  rebootKind,
  runKind,
  serviceKind,
  symlinkKind,
  systemdUnitKind,
  userKind,
];

const byType = new Map(kinds.map((kind) => [kind.type, kind]));

/** The kind of a resource. */
export function kindOf(resource: Resource): Kind {
  const kind = byType.get(resource.type);
  if (kind === undefined) throw new Error(`There is no kind "${resource.type}".`);
  return kind;
}

/** Whether there is a kind of this name. */
export function isKind(type: string): boolean {
  return byType.has(type);
}

export function allKinds(): readonly Kind[] {
  return kinds;
}
