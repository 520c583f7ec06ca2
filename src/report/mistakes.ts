import { type ErrorCode, type PlacedMistake, ProogError } from "./error.ts";
import { listNames } from "./text/names.ts";

/** What is wrong with what the user wrote, so that it is told with everything else that is, before anything is done. */
const aboutConfig: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "config-invalid",
  "config-failed",
  "invalid-option",
  "duplicate-resource",
  "unknown-trigger",
  "local-file-missing",
  "git-failed",
  "svn-failed",
  "download-failed",
  "secret-missing",
  "secret-unreadable",
]);

/** The mistakes that an error tells of; undefined when it is not about the config. */
export function mistakesOf(error: unknown): readonly PlacedMistake[] | undefined {
  if (!(error instanceof ProogError) || !aboutConfig.has(error.code)) return undefined;
  const { code, message, where, hint, detail } = error;
  return error.mistakes ?? [{ code, message, where, hint, detail }];
}

/** One error for all of them; those that several nodes share are told once. */
export function mistakesError(all: readonly PlacedMistake[]): ProogError {
  const mistakes = sortByPlace(mergeNodes(all));
  const [first, ...others] = mistakes;
  if (!first) throw new Error("There is no mistake.");
  if (others.length === 0) {
    const { code, where, hint, detail } = first;
    return new ProogError({ code, message: sayMistake(first), where, hint, detail, mistakes });
  }
  return new ProogError({
    code: others.every(({ code }) => code === first.code) ? first.code : "config-invalid",
    message: `The config has ${mistakes.length} mistakes.`,
    mistakes,
  });
}

/** The mistake in a sentence, with the nodes where it depends on them. */
export function sayMistake({ nodes, message }: PlacedMistake): string {
  return nodes ? `${listNames(nodes)}: ${message}` : message;
}

/** File by file, in the order of the lines. */
function sortByPlace(mistakes: readonly PlacedMistake[]): PlacedMistake[] {
  const files = [...new Set(mistakes.map(({ where }) => parsePlace(where).file))];
  return mistakes.toSorted((one, other) => {
    const [first, second] = [parsePlace(one.where), parsePlace(other.where)];
    return files.indexOf(first.file) - files.indexOf(second.file) || first.line - second.line;
  });
}

function parsePlace(where = ""): { readonly file: string; readonly line: number } {
  const [, file = where, line = "0"] = /^(.*):(\d+)$/.exec(where) ?? [];
  return { file, line: Number(line) };
}

function mergeNodes(mistakes: readonly PlacedMistake[]): PlacedMistake[] {
  const merged = new Map<string, PlacedMistake>();
  for (const mistake of mistakes) {
    const { nodes, ...rest } = mistake;
    const key = JSON.stringify(rest);
    const known = merged.get(key)?.nodes ?? [];
    merged.set(key, nodes ? { ...rest, nodes: [...new Set([...known, ...nodes])] } : rest);
  }
  return [...merged.values()];
}
