import { declare, type Mistake } from "../declare.ts";
import type { CommonOptions, Compiled, Kind, Resource, SurveyLine } from "../kind.ts";
import { isPlain, pathShell } from "../path/path.ts";
import { checkOptions, checkPath, commonNames, type OptionNames, show } from "../rules.ts";

/** Which one is taken: exactly one of `path` and `automatic`. */
export interface AlternativesOptions extends CommonOptions {
  /** The one that is chosen by hand, and stays so whatever is installed. */
  readonly path?: string;
  /** The machine chooses the best one itself again. */
  readonly automatic?: true;
}

const optionNames: OptionNames<AlternativesOptions> = { path: true, automatic: true, ...commonNames };

export interface AlternativesResource extends Resource {
  readonly type: "alternatives";
  readonly path?: string;
  readonly automatic?: true;
}

/**
 * The program behind a common name, as update-alternatives(1) chooses it, with all that belongs to it (manual pages, …).
 * @example alternatives("editor", { path: "/usr/bin/vim.basic" })
 * @example alternatives("editor", { automatic: true })
 */
export function alternatives(name: string, options: AlternativesOptions): AlternativesResource {
  const { path, automatic } = options ?? {};
  const fields = { type: "alternatives", name, path, automatic: automatic || undefined };
  return declare<AlternativesResource>(fields as Omit<AlternativesResource, "at">, options, [
    checkName(name),
    ...checkOptions(options, optionNames),
    path === undefined ? undefined : checkPath("path", path),
    automatic === undefined || automatic === true
      ? undefined
      : `automatic is ${show(automatic)}, and must be true or left out.`,
    (path === undefined) === (automatic === undefined)
      ? `It has ${path === undefined ? "neither path nor" : "both path and"} automatic: give one of them.`
      : undefined,
  ]);
}

function checkName(name: unknown): Mistake | undefined {
  if (typeof name === "string" && /^[A-Za-z0-9_.+-]+$/.test(name) && !/^[.-]/.test(name)) return undefined;
  return `name is ${show(name)}, and must be one that update-alternatives --get-selections lists, such as "editor".`;
}

function compile({ name, path }: AlternativesResource): Compiled {
  const words = path === undefined ? ["automatic"] : ["manual", path];
  const survey: SurveyLine[] = [{ survey: "alternatives", line: [name, ...words].join(" ") }];
  return {
    arguments: [name, ...words],
    claims: [`alternatives ${name}`],
    ...([name, ...words].every(isPlain) && { survey }),
  };
}

export const alternativesKind: Kind<AlternativesResource> = {
  type: "alternatives",
  shell: [pathShell, new URL("alternatives.sh", import.meta.url)],
  compile,
};
