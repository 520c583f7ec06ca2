import { type Command, InvalidArgumentError } from "commander";
import { runLazily } from "../lazily.ts";
import {
  addFleetOptions,
  addHelpEnd,
  addPagerOption,
  addViewOptions,
  type CommonOptions,
  gather,
  parseCount,
} from "../options.ts";

export interface HistoryOptions extends CommonOptions {
  readonly node?: string;
  readonly role?: string;
  readonly who?: string;
  readonly command?: readonly string[];
  /** Milliseconds. */
  readonly since?: number;
  readonly failed?: boolean;
  readonly number: number;
  readonly before?: string;
  readonly sync?: boolean;
}

export function addHistory(program: Command): void {
  const command = program
    .command("history")
    .summary("list what was done: by whom, when, and how it ended")
    .description(
      "Lists runs from the store, the newest first: plans, applies, boots, shoots, tasks, installations, whoever began them and " +
        "from where. Asks no node.\n" +
        "A run that was killed, or whose machine has died, is told as interrupted; what nodes did all the same, the next " +
        "command for them finds out.",
    )
    .option("--node <name>", "only runs that were about this node")
    .option("--role <name>", "only runs that were about nodes of this role")
    .option("--who <name>", "only runs of this user, ada or ada@controller")
    .option("--command <name>", "only runs of this command; may be given several times", gather)
    .option("--since <time>", "only runs of the last 90min, 24h, 7d; or since a day, 2026-11-25", parseSince)
    .option("--failed", "only runs that have failed, or were interrupted")
    .option("-n, --number <number>", "how many at most", parseCount, 20)
    .option("--before <run>", "those before this one, to go on")
    .option("--sync", "get from all nodes what they know of runs that the store does not have");
  addFleetOptions(command);
  addPagerOption(command);
  addHelpEnd(command, {
    examples: [
      ["proog history", "the last 20 runs, of all environments"],
      ["proog history --node web-1 --since 7d", "what was done with a node in the last week"],
      ["proog history --failed -e live", "what went wrong"],
      ["proog history --who ada --command apply", "what somebody has applied"],
      ["proog history --sync", "after the store was lost: ask the nodes"],
      ["proog history --json -n 1000 | jq 'select(.type == \"run-recorded\").run'", "for programs"],
    ],
    exit: [
      [0, "told"],
      [1, "error, such as a store that cannot be opened"],
      [3, "with --sync: some nodes could not be asked"],
      [130, "interrupted"],
    ],
  }).action((options: HistoryOptions) =>
    runLazily("history", options, async (run) => (await import("../history.ts")).history(run, options)),
  );
}

export function addShow(program: Command): void {
  const command = program
    .command("show [run]")
    .summary("show a run: its plan with diffs, what was done, what it said")
    .description(
      "Shows a run from the store as it went: its plan with all diffs, what became of each resource, and what failed. Asks no " +
        "node. Without a run, the last one.",
    );
  addFleetOptions(command);
  addViewOptions(command);
  addPagerOption(command);
  addHelpEnd(command, {
    examples: [
      ["proog show", "the last run"],
      ["proog show 20261122-231542-4f1a", "this one"],
      ["proog show -v 20261122-231542-4f1a", "with whole diffs and all output of commands"],
      ["proog show 20261122-231542-4f1a --json", "all of it, for programs"],
    ],
    exit: [
      [0, "shown"],
      [1, "error, such as a run that is not known"],
    ],
  }).action((shown: string | undefined, options: CommonOptions) =>
    runLazily("show", options, async (run) => (await import("../history.ts")).show(run, shown, options)),
  );
}

const units: Readonly<Record<string, number>> = {
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `24h`: milliseconds. */
export function parseAge(text: string): number {
  const [, digits = "", unit = ""] = /^([0-9]{1,6})(s|min|h|d|w)$/.exec(text) ?? [];
  const factor = units[unit];
  if (factor === undefined) throw new InvalidArgumentError("It must be a time such as 90min, 24h or 7d.");
  return Number(digits) * factor;
}

function parseSince(text: string): number {
  const day = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text) ? Date.parse(`${text}T00:00`) : Number.NaN;
  if (!Number.isNaN(day)) return Date.now() - day;
  try {
    return parseAge(text);
  } catch {
    throw new InvalidArgumentError(
      "It must be a time such as 90min, 24h or 7d, or a day such as 2026-11-25.",
    );
  }
}
