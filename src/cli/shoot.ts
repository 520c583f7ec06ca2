import { selectNodes } from "../fleet/selector.ts";
import { refuseExisting } from "../providers/with-existing.ts";
import { ProogError } from "../report/error.ts";
import { listNames } from "../report/text/names.ts";
import type { LastWords } from "../status/last-words.ts";
import type { ShootOptions } from "./commands/shoot.ts";
import { askText, confirm, requireTerminal } from "./credentials.ts";
import { destroyNodes } from "./destroy.ts";
import { hearLastWords } from "./last-words.ts";
import { saysStateful } from "./protection.ts";
import type { Run } from "./run.ts";
import { type FleetNode, openWorkspace, type Workspace } from "./workspace.ts";

/** `proog shoot`: takes machines out of their pools, and destroys them. */
export async function shoot(run: Run, selectors: readonly string[], options: ShootOptions): Promise<number> {
  const workspace = await openWorkspace(options, run.reporter, run.credentials);
  if ((selectors.length === 0) === !options.all) {
    const name = workspace.nodes.find(({ machine }) => machine)?.name ?? "web-1";
    throw new ProogError({
      code: "command-line",
      message: options.all
        ? "proog shoot takes either --all or names of machines, and was given both."
        : "proog shoot was not told which machines.",
      hint: `Name them: proog shoot ${name}\nAll of ${workspace.environment}: proog shoot --all -e ${workspace.environment}`,
    });
  }
  const selected = selectNodes(workspace, selectors).filter(({ machine }) => machine);
  const others = selected.filter(({ existing }) => existing).map(({ name }) => name);
  if (others.length > 0 && !options.all) throw refuseExisting(others, "shot");
  if (others.length > 0)
    run.reporter({ type: "note", text: `${listNames(others)}: not created by Proog, so left alone.` });
  const doomed = selected.filter(({ existing }) => !existing);
  if (doomed.length === 0) {
    run.reporter({ type: "note", text: "None of these machines exists, so none was shot." });
    return 0;
  }
  const names = doomed.map(({ name }) => name);
  const words = await hearAll(run, workspace, doomed);
  if (run.ending.aborted) return 130;
  const stateful = doomed.filter((node) => isProtected(workspace, node, words.get(node.name)));
  const typed = await requireTyped(
    run,
    stateful.map(({ name }) => name),
    options,
  );
  if (
    !typed ||
    (!options.yes &&
      stateful.length < doomed.length &&
      !(await confirm(
        run,
        `Destroy ${names.join(", ")}, with all that is on ${names.length === 1 ? "it" : "them"}?`,
        `Say: proog shoot --yes ${names.join(" ")}`,
      )))
  ) {
    run.reporter({ type: "note", text: "Nothing was shot." });
    return 0;
  }
  await destroyNodes(run, workspace, doomed, {
    why: options.why ?? "shot by hand",
    drain: options.drain,
    words,
  });
  return 0;
}

/** What each of them has to say, all at the same time. */
async function hearAll(
  run: Run,
  workspace: Workspace,
  doomed: readonly FleetNode[],
): Promise<ReadonlyMap<string, LastWords | undefined>> {
  const hear = async (node: FleetNode) => [node.name, await hearLastWords(run, workspace, node)] as const;
  return new Map(await Promise.all(doomed.map(hear)));
}

/** The config says so, or the provider's record, or the machine itself: each of them counts, since the others may be lost. */
function isProtected(workspace: Workspace, node: FleetNode, words: LastWords | undefined): boolean {
  const noted = node.machine?.tags?.stateful === "yes" || words?.stateful === true;
  return noted || saysStateful(workspace, node) === true;
}

/** Has the name of each one typed that holds what is nowhere else; elsewhere than in a terminal, --destroy names it. */
async function requireTyped(
  run: Run,
  names: readonly string[],
  { destroy = [] }: ShootOptions,
): Promise<boolean> {
  for (const name of names.filter((candidate) => !destroy.includes(candidate))) {
    const hint = `Is it meant? Then say so: proog shoot ${name} --destroy ${name}`;
    requireTerminal(
      hint,
      `${name} holds what is nowhere else, and there is no terminal to type its name in, so nothing was shot.`,
    );
    const message = `${name} holds what is nowhere else (stateful). To destroy it, type its name:`;
    if ((await askText(run, message)) !== name) return false;
  }
  return true;
}
