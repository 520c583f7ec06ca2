import { ProogError } from "../report/error.ts";
import { listNames } from "../report/text/names.ts";
import { showPlace } from "../report/text/place.ts";
import { askLastWords, type LastWords } from "../status/last-words.ts";
import type { Run } from "./run.ts";
import { keepWithRun } from "./run-files.ts";
import { type FleetNode, runs, type Workspace } from "./workspace.ts";

/** Milliseconds that a machine has to answer: many are shot because they do not. */
const patience = 8000;

/** What a machine says that still answers; undefined of one that does not. */
export async function hearLastWords(
  { credentials, ending }: Pick<Run, "credentials" | "ending">,
  workspace: Workspace,
  node: FleetNode,
): Promise<LastWords | undefined> {
  if (!runs(node)) return undefined;
  const signal = AbortSignal.any([ending, AbortSignal.timeout(patience)]);
  try {
    return await askLastWords(workspace.target(node), credentials, signal);
  } catch (error) {
    if (!(error instanceof ProogError)) throw error;
    return undefined;
  }
}

/**
 * Keeps the console logs of machines, and their journals, with the run, and says where.
 * @param words What was heard of them; of those without it, the provider may have the journal.
 */
export async function keepLastWords(
  { identity, reporter }: Run,
  { provider, providerContext, directory }: Workspace,
  names: readonly string[],
  words: ReadonlyMap<string, LastWords | undefined> = new Map(),
): Promise<void> {
  let folder: string | undefined;
  for (const name of names) {
    const console = (await provider.console?.(name, providerContext)) ?? "";
    // A machine that does not run, or not answer, is not asked: its provider may know.
    const journal = words.get(name)?.journal || ((await provider.journal?.(name, providerContext)) ?? "");
    const texts = { [`${name}.console`]: console, [`${name}.journal`]: journal };
    for (const [file, text] of Object.entries(texts))
      folder = keepWithRun(directory, identity.id, file, text) ?? folder;
  }
  if (folder === undefined) return;
  const text = `What ${listNames(names)} said last is kept in ${showPlace(folder, process.cwd())}`;
  reporter({ type: "note", text });
}
