import { isAccessPath } from "../access.ts";
import type { CompileContext } from "../context.ts";
import { declare, declareAbsent } from "../declare.ts";
import type { Absent, CommonOptions, Compiled, Kind, Present, Resource } from "../kind.ts";
import { compileAbsent, isPlain, placeShell } from "../path/path.ts";
import { checkOptions, checkPath, commonNames, isAbsent, show } from "../rules.ts";

/** Where a symlink points. */
export interface SymlinkOptions extends CommonOptions {
  /** What it points to, as it is written into the link: absolute, or relative to the link's folder. It need not exist. */
  readonly to: string;
}

export interface SymlinkResource extends Resource {
  readonly type: "symlink";
  readonly absent?: true;
  readonly to?: string;
}

/**
 * A symbolic link. One that points elsewhere is replaced in one step (rename(2)), so that there is always one;
 * a file or directory that stands there is left alone, and reported.
 * @example symlink("/srv/app/current", { to: "releases/42" })
 * @example symlink("/etc/nginx/sites-enabled/default", { absent: true })
 */
export function symlink(path: string, options: Present<SymlinkOptions> | Absent): SymlinkResource {
  if (isAbsent(options))
    return declareAbsent<SymlinkResource>("symlink", path, options, checkPath("path", path));
  const { to } = options ?? {};
  const sound = typeof to === "string" && to !== "" && !to.includes("\0");
  return declare<SymlinkResource>({ type: "symlink", name: path, to }, options, [
    checkPath("path", path),
    ...checkOptions(options, { to: true, ...commonNames }),
    sound
      ? undefined
      : `to is ${show(to)}, and must be what the link points to, such as "/srv/app/releases/42".`,
  ]);
}

function compile({ name, to }: SymlinkResource, { login }: CompileContext): Compiled {
  const common = { claims: [`path ${name}`], access: isAccessPath(name, login) };
  if (to === undefined) return { ...compileAbsent(name), ...common };
  const plain = isPlain(name) && isPlain(to);
  return {
    arguments: [name, "to", to],
    ...common,
    ...(plain && { survey: [{ survey: "link", line: `'${name}' -> '${to}' ${name}` }] }),
  };
}

export const symlinkKind: Kind<SymlinkResource> = {
  type: "symlink",
  batch: "paths",
  sure: true,
  shell: [...placeShell, new URL("symlink.sh", import.meta.url)],
  surveys: [],
  compile,
};
