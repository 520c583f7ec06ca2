import type { CompileContext } from "../../catalog/context.ts";
import { declare } from "../declare.ts";
import type { CommonOptions, Compiled, Kind, Resource } from "../kind.ts";
import { type AccessOptions, accessOf, pathShell, surveyAbsent, surveyAccess } from "../path/path.ts";
import { checkAccount, checkMode, checkPath } from "../rules.ts";

/** Options of a directory that must be there. */
export interface DirectoryOptions extends AccessOptions, CommonOptions {}

/** Options of a directory that must not be there. */
export interface AbsentDirectoryOptions extends CommonOptions {
  readonly absent: true;
  /** Remove it with all that is in it. Default: only an empty one is removed. */
  readonly recursive?: boolean;
}

export interface DirectoryResource extends Resource {
  readonly type: "directory";
  readonly absent?: true;
  readonly recursive?: boolean;
  readonly mode?: string;
  readonly owner?: string;
  readonly group?: string;
}

/**
 * A directory with this owner, group and mode (default 0755, root); its parent must exist or be declared before it.
 * What is in it is not touched. A file or symlink that stands there is left alone, and reported.
 * @example directory("/srv/app", { owner: "app", mode: "0750" })
 */
export function directory(
  path: string,
  options: DirectoryOptions | AbsentDirectoryOptions = {},
): DirectoryResource {
  const absent = "absent" in options;
  const fields = absent
    ? { absent: true as const, recursive: options.recursive || undefined }
    : { mode: options.mode, owner: options.owner, group: options.group };
  return declare<DirectoryResource>(
    { type: "directory", name: path, ...fields } as Omit<DirectoryResource, "at">,
    options,
    [
      checkPath("path", path),
      ...(absent
        ? []
        : [
            checkMode(options.mode),
            checkAccount("owner", options.owner),
            checkAccount("group", options.group),
          ]),
    ],
  );
}

function compile(resource: DirectoryResource, context: CompileContext): Compiled {
  const { name } = resource;
  const claims = [`path ${name}`];
  if (resource.absent) {
    const survey = surveyAbsent(name);
    return {
      arguments: [name, "absent", ...(resource.recursive ? ["recursive"] : [])],
      claims,
      ...(survey && { survey }),
    };
  }
  const access = accessOf(resource, "0755");
  const survey = surveyAccess(name, "directory", access, context);
  return {
    arguments: [name, access.mode, access.owner, access.group],
    claims,
    ...(survey && { survey }),
  };
}

export const directoryKind: Kind<DirectoryResource> = {
  type: "directory",
  shell: [pathShell, new URL("directory.sh", import.meta.url)],
  compile,
};
