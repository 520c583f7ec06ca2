import { aptKind } from "./apt/apt.ts";
import { cronKind } from "./cron/cron.ts";
import { directoryKind } from "./directory/directory.ts";
import { fileKind } from "./file/file.ts";
import { gitKind } from "./git/git.ts";
import { groupKind } from "./group/group.ts";
import type { Kind, Resource } from "./kind.ts";
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
  runKind,
  serviceKind,
  symlinkKind,
  systemdUnitKind,
  userKind,
];

/** The kinds that a config can use: those that come with Proog, and the fleet's own. */
export class Kinds {
  readonly #byType: ReadonlyMap<string, Kind>;

  constructor(own: readonly Kind[] = []) {
    this.#byType = new Map([...kinds, ...own].map((kind) => [kind.type, kind]));
  }

  /** The kind of a resource. */
  of(resource: Resource): Kind {
    const kind = this.#byType.get(resource.type);
    if (kind === undefined) throw new Error(`There is no kind "${resource.type}".`);
    return kind;
  }

  /** Whether there is a kind of this name. */
  has(type: string): boolean {
    return this.#byType.has(type);
  }

  /** Their names. */
  types(): string[] {
    return [...this.#byType.keys()];
  }
}

/** Those that come with Proog. */
export function allKinds(): readonly Kind[] {
  return kinds;
}
