import { type Command, InvalidArgumentError, Option } from "commander";
import { runLazily, runWithSessions } from "../lazily.ts";
import {
  addFailedOption,
  addFleetOptions,
  addHelpEnd,
  addParallelOption,
  addPickOptions,
  addViewOptions,
  type NodesOptions,
  type PickOptions,
} from "../options.ts";

export interface ApplyOptions extends NodesOptions, PickOptions {
  readonly yes?: boolean;
  readonly interactive?: boolean;
  readonly plan?: string;
  /** Of roles with a rollout, only the first batch. */
  readonly canary?: boolean;
  /** Only what a rollout that stopped has left. */
  readonly resume?: boolean;
  /** Nodes must be healthy afterwards where that can be told, whatever their roles say: something counts on them. */
  readonly gated?: boolean;
  /** Minutes; `true` for as many as usual. */
  readonly wait?: number | true;
}

export function addApply(program: Command): void {
  const command = program
    .command("apply [selector...]")
    .summary("plan, ask, and make it so")
    .description(
      "Shows the plan, asks, and makes exactly these changes. The run goes on on the machines when the connection or " +
        "this command ends. Ctrl-C once stops after the resource in progress, twice at once.\n" +
        "A role with a rollout is changed a few nodes at a time: out of the pool, changed, healthy, back; the first bad batch stops it.\n" +
        "A selector is a role (web), a node (web-1) or a slice (web-1..3). Default: all nodes.",
    )
    .option("-y, --yes", "do not ask; without a terminal it is needed")
    .addOption(
      new Option("-i, --interactive", "ask for each change: yes, no, all of its kind, show it").conflicts(
        "yes",
      ),
    )
    .addOption(
      new Option(
        "--plan <file>",
        "make the changes of a saved plan (proog plan -o FILE) without asking; refused when a machine is not as it was then",
      ).conflicts(["only", "skip", "failed", "interactive"]),
    )
    .option("--canary", "of each role with a rollout, change the first batch and stop; go on with --resume")
    .addOption(
      new Option(
        "--resume",
        "go on where a rollout has stopped: the nodes that failed first, then those that were not begun",
      ).conflicts(["plan", "failed", "canary"]),
    );
  addWaitOption(command);
  addFleetOptions(command);
  addViewOptions(command);
  addParallelOption(command);
  addFailedOption(command);
  addPickOptions(command);
  addHelpEnd(command, {
    examples: [
      ["proog apply", "all nodes of the environment"],
      ["proog apply web-1", "one node first"],
      ["proog apply --interactive", "step by step"],
      ["proog apply --only tag:security", "a part of what is described; the rest is not looked at"],
      ["proog apply --plan monday.plan", "what was planned and looked at before"],
      ["proog apply --yes --json", "for programs"],
      ["proog apply --failed", "again, where the last apply failed"],
      ["proog apply --canary", "the first nodes of each role with a rollout"],
      ["proog apply --resume", "the rest of a rollout that was stopped, or stopped by itself"],
      ["proog apply --only web-1", "the same as proog apply web-1"],
      ["proog apply --wait=5", "at most 5 minutes after another run"],
    ],
    exit: [
      [0, "done, or nothing to change"],
      [1, "error; nothing was changed"],
      [3, "some nodes failed"],
      [4, "locked by another run"],
      [130, "interrupted"],
    ],
  }).action((selectors: string[], options: ApplyOptions) =>
    options.plan === undefined
      ? runWithSessions("apply", selectors, options, async (run, early) =>
          (await import("../apply.ts")).apply(run, selectors, options, early),
        )
      : // Its nodes stand in the plan.
        runLazily("apply", options, async (run) =>
          (await import("../apply.ts")).apply(run, selectors, options),
        ),
  );
}

/** For commands that make a run on nodes. */
export function addWaitOption(command: Command): Command {
  return command.option(
    "--wait [minutes]",
    "wait for a run that is there already, 30 minutes or --wait=MINUTES; else it is refused",
    parseMinutes,
  );
}

/** A selector right behind it is not for it. */
function parseMinutes(text: string): number {
  if (/^[0-9]{1,4}$/.test(text) && Number(text) >= 1) return Number(text);
  throw new InvalidArgumentError(
    "It must be a whole number of minutes, --wait=5; selectors stand before --wait.",
  );
}
