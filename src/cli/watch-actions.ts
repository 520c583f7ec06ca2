import type { RolloutOptions } from "../fleet/role-options.ts";
import type { PoolControl } from "../pools/pool-control.ts";
import type { MachineTags } from "../providers/provider.ts";
import { ProogError } from "../report/error.ts";
import type { Event, Reporter } from "../report/event.ts";
import { askHands, restartUnits } from "../watch/cure.ts";
import type { LongAction } from "../watch/pool-watch.ts";
import { applyTo } from "./apply.ts";
import { bootNodes } from "./boot.ts";
import { destroyNodes } from "./destroy.ts";
import { hearLastWords, keepLastWords } from "./last-words.ts";
import { declaredUnits } from "./node-care.ts";
import { usualRamp } from "./rollout.ts";
import { newIdentity, type Run } from "./run.ts";
import { type FleetNode, refreshWorkspace, type Workspace } from "./workspace.ts";

/** Milliseconds that a node has to answer before anything is tried on it, and its units to start again. */
const answerLimit = 5000;
const restartLimit = 60_000;
/** Seconds that connections have to end before a machine that works is shot. */
const usualDrain = 30;

/** What of the commands' own events is told while one is at work for a watch: no plans, no summaries, no progress. */
const toldTypes: ReadonlySet<Event["type"]> = new Set<Event["type"]>([
  ...(["note", "machine-booted", "machine-shot", "pool-member", "gate", "error"] as const),
]);

/** What a watch does, by what the commands do. */
export class WatchActions {
  readonly #run: Run;
  readonly #role: string;
  readonly #workspace: () => Workspace;
  readonly #busy = new Set<string>();
  /** The same run, that tells of what it does and leaves the rest out. */
  readonly quiet: Run;

  constructor(run: Run, role: string, workspace: () => Workspace) {
    this.#run = run;
    this.#role = role;
    this.#workspace = workspace;
    this.quiet = this.#quietRun();
  }

  /** Something is being done to it by this watch. */
  isBusy(node: string): boolean {
    return this.#busy.has(node);
  }

  /** @throws ProogError why it did not come off. */
  async perform(action: LongAction, control: PoolControl | undefined): Promise<void> {
    const { node, why } = action;
    this.#busy.add(node);
    try {
      switch (action.type) {
        case "join":
          await control?.join(node, { why, ramp: this.#rollout.ramp ?? usualRamp });
          break;
        case "forget":
          await control?.remove(node, why);
          break;
        case "cure":
          await this.#cure(node);
          break;
        case "boot":
          await this.#boot(action);
          break;
        case "discard":
          if (action.keep) await this.#keep(node, why, control);
          else await this.#shoot(node, why, true);
          break;
        case "bury":
          await this.#shoot(node, why, false);
          break;
      }
    } finally {
      this.#busy.delete(node);
    }
  }

  /** How the role says that its nodes come and go. */
  get #rollout(): RolloutOptions {
    return this.#workspace().fleet.roles[this.#role]?.rollout ?? {};
  }

  /** Its units are started again, and what is declared is made so. */
  async #cure(name: string): Promise<void> {
    const run = this.#quietRun();
    const workspace = this.#workspace();
    const node = requireNode(workspace, name);
    const units = await declaredUnits(workspace, node);
    const target = workspace.target(node);
    const hands = await askHands(target, run.credentials, AbortSignal.timeout(answerLimit));
    if (hands !== undefined) throw new ProogError({ code: "command-failed", message: `${name}: ${hands}` });
    const signal = AbortSignal.timeout(restartLimit);
    const failed = await restartUnits(target, units, run.credentials, signal);
    const status = await applyTo(run, workspace, [node], { parallel: 1, yes: true });
    if (status !== 0) throw notApplied(name);
    if (failed.length > 0)
      throw new ProogError({
        code: "command-failed",
        message: `${failed.join(", ")} did not start on ${name}.`,
      });
  }

  async #boot({ node: name, replaces, scaled }: LongAction & { type: "boot" }): Promise<void> {
    const run = this.#quietRun();
    const since = String(Math.floor(Date.now() / 1000));
    const tags: MachineTags = {
      ...(replaces !== undefined && { replaces }),
      ...(scaled && { scaled: since }),
    };
    const workspace = await refreshWorkspace(this.#workspace());
    const options = { parallel: 1, install: true, gated: true };
    const status = await bootNodes(run, workspace, [name], options, tags);
    if (status !== 0) throw notApplied(name);
  }

  /** Out of its pool, with what it said last; and as it is. */
  async #keep(name: string, why: string, control: PoolControl | undefined): Promise<void> {
    const run = this.#quietRun();
    const workspace = await refreshWorkspace(this.#workspace());
    const node = workspace.nodes.find((candidate) => candidate.name === name);
    if (!node?.machine) return;
    await control?.remove(name, why);
    const now = Math.floor(Date.now() / 1000);
    const tags = { kept: `${now} ${why}`, booting: undefined, doomed: undefined };
    await workspace.provider.tag([name], tags, workspace.providerContext);
    await keepLastWords(run, workspace, [name], new Map([[name, await hearLastWords(run, workspace, node)]]));
  }

  async #shoot(name: string, why: string, drains: boolean): Promise<void> {
    const run = this.#quietRun();
    const workspace = await refreshWorkspace(this.#workspace());
    const node = workspace.nodes.find((candidate) => candidate.name === name);
    if (!node?.machine) return;
    await workspace.provider.tag([name], { doomed: "yes" }, workspace.providerContext);
    const words = new Map([[name, drains ? await hearLastWords(run, workspace, node) : undefined]]);
    const { drain = usualDrain } = this.#rollout;
    await destroyNodes(run, workspace, [node], { why, drain: drains ? drain : 0, words });
  }

  /** A run of its own, which nobody interrupts: what is begun comes to its end, or the process does. */
  #quietRun(): Run {
    const run = this.#run;
    const never = new AbortController().signal;
    const told = (event: Event) => {
      if (toldTypes.has(event.type) || isFailure(event)) run.reporter(event);
    };
    const { id, by } = newIdentity();
    const { redactor } = run.reporter;
    const reporter: Reporter = Object.assign(told, redactor && { redactor });
    const { stdout, credentials, ask } = run;
    return {
      ...{ reporter, stdout, credentials, ask, identity: { id, by: `watch/${by}` } },
      interrupt: { stop: never, kill: never },
      ending: never,
    };
  }
}

function isFailure(event: Event): boolean {
  return event.type === "node-finished" && event.error !== undefined;
}

function requireNode(workspace: Workspace, name: string): FleetNode {
  const node = workspace.nodes.find((candidate) => candidate.name === name);
  if (node) return node;
  throw new ProogError({ code: "unreachable", message: `${name} is no longer there.` });
}

function notApplied(name: string): ProogError {
  return new ProogError({
    code: "command-failed",
    message: `${name} could not be made as it is declared, or did not become healthy.`,
    hint: `Look at it: proog logs ${name}, proog ssh ${name}`,
  });
}
