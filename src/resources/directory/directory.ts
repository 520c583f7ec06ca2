import { isAccessPath } from "../access.ts";
import type { CompileContext } from "../context.ts";
import { declare } from "../declare.ts";
import type { CommonOptions, Compiled, Kind, Present, Resource } from "../kind.ts";
import {
  type AccessOptions,
  accessNames,
  accessOf,
  placeShell,
  surveyAbsent,
  surveyAccess,
} from "../path/path.ts";
import {
  checkDirectory,
  checkFlag,
  checkMode,
  checkOptions,
  checkOwner,
  checkPath,
  commonNames,
  isAbsent,
  type OptionNames,
} from "../rules.ts";

/** Options of a directory that must be there. */
export interface DirectoryOptions extends AccessOptions, CommonOptions {}

/** Options of a directory that must not be there. */
export interface AbsentDirectoryOptions extends CommonOptions {
  readonly absent: true;
  /** Remove it with all that is in it. Default: only an empty one is removed. */
  readonly recursive?: boolean;
}

const optionNames: OptionNames<DirectoryOptions> = { ...accessNames, ...commonNames };
const absentNames: OptionNames<Omit<AbsentDirectoryOptions, "absent">> = { recursive: true, ...commonNames };

export interface DirectoryResource extends Resource {
  readonly type: "directory";
  readonly absent?: true;
  readonly recursive?: boolean;
  readonly mode?: string;
  readonly owner?: string;
  readonly group?: string;
}

/** The shell for a directory, for kinds that keep one. */
export const directoryShell: readonly URL[] = [...placeShell, new URL("directory.sh", import.meta.url)];

/**
 * A directory with this owner, group and mode (default 0755, root); its parent must exist or be declared before it.
 * What is in it is not touched. A file or symlink that stands there is left alone, and reported.
 * @example directory("/srv/app", { owner: "app", mode: "0750" })
 */
export function directory(
  path: string,
  options: Present<DirectoryOptions> | AbsentDirectoryOptions = {},
): DirectoryResource {
  if (isAbsent(options)) {
    const fields = { type: "directory", name: path, absent: true, recursive: options.recursive || undefined };
    return declare<DirectoryResource>(fields as Omit<DirectoryResource, "at">, options, [
      checkPath("path", path),
      ...checkOptions(options, absentNames),
      checkFlag("recursive", options.recursive),
    ]);
  }
  const { mode, owner, group } = options ?? {};
  return declare<DirectoryResource>(
    { type: "directory", name: path, mode, owner, group } as Omit<DirectoryResource, "at">,
    options,
    [
      checkDirectory("path", path),
      ...checkOptions(options, optionNames),
      checkMode(mode),
      ...checkOwner({ owner, group }),
    ],
  );
}

function compile(resource: DirectoryResource, context: CompileContext): Compiled {
  const { name } = resource;
  const common = { claims: [`path ${name}`], access: isAccessPath(name, context.login) };
  if (resource.absent) {
    const survey = surveyAbsent(name);
    return {
      arguments: [name, "absent", ...(resource.recursive ? ["recursive"] : [])],
      ...common,
      ...(survey && { survey }),
    };
  }
  const access = accessOf(resource, "0755");
  const survey = surveyAccess(name, "directory", access, context);
  return {
    arguments: [name, access.mode, access.owner, access.group],
    ...common,
    ...(survey && { survey }),
  };
}

export const directoryKind: Kind<DirectoryResource> = {
  type: "directory",
  batch: "paths",
  sure: true,
  shell: directoryShell,
  surveys: [],
  compile,
};
