import { type Command, InvalidArgumentError } from "commander";

/** Options that every command about a fleet takes. */
export interface CommonOptions {
  readonly environment?: string;
  readonly config?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly timings?: boolean;
  /** Of commands on nodes, only failures are shown. */
  readonly quiet?: boolean;
  /** Outputs that are equal are shown once. */
  readonly fold?: boolean;
  /** Whether what is longer than the terminal is paged; only commands that can have this. */
  readonly pager?: boolean;
}

/** Options of commands that connect to many nodes. */
export interface NodesOptions extends CommonOptions {
  readonly parallel: number;
  readonly failed?: boolean;
}

/** Which fleet, which environment, and for whom the output is. */
export function addFleetOptions(command: Command): Command {
  return command
    .option("-e, --environment <name>", "the environment (default: the config's, or the only one)")
    .option("--config <file>", "the config (default: proog.config.ts here or in the nearest folder above)")
    .option("--json", "print events, one JSON object a line");
}

/** How much a run tells. */
export function addViewOptions(command: Command): Command {
  return command
    .option("-v, --verbose", "show what is in order, too, whole diffs, and the output of commands")
    .option("--timings", "show where the time went");
}

/** For commands whose result can be longer than a terminal. */
export function addPagerOption(command: Command): Command {
  return command.option(
    "--no-pager",
    "do not page what is longer than the terminal (pager: PROOG_PAGER, PAGER or less)",
  );
}

export function addParallelOption(command: Command): Command {
  return command.option("--parallel <number>", "how many nodes at once", parseCount, 20);
}

/** Options of commands that run something on nodes. */
export interface HostsOptions extends NodesOptions {
  readonly hosts?: readonly string[];
  readonly failFast?: boolean;
  readonly dryRun?: boolean;
}

/** Where something runs, and how much of it is shown. */
export function addHostsOptions(command: Command): Command {
  return command
    .option(
      "-H, --hosts <names>",
      "on these nodes, by name or address: web-1,web-2; may be given several times",
      gatherNames,
    )
    .option("--fail-fast", "begin on no further node when one has failed")
    .option("-n, --dry-run", "tell what would run, and run nothing")
    .option("-q, --quiet", "show nothing but what fails")
    .option("-v, --verbose", "show commands of several lines whole, and the output of resources");
}

/** Names with commas between them. */
export function gatherNames(text: string, before: readonly string[] = []): string[] {
  const names = text.split(",").map((name) => name.trim());
  for (const [index, name] of names.entries()) {
    if (name === "") throw new InvalidArgumentError("It must be names such as web-1,web-2.");
    if (before.includes(name) || names.indexOf(name) < index)
      throw new InvalidArgumentError(`${name} is named twice.`);
  }
  return [...before, ...names];
}

export function addFailedOption(command: Command): Command {
  return command.option("--failed", "only the nodes where the last apply failed");
}

/** Options of commands that look at resources. */
export interface PickOptions {
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
}

/** Which resources of the nodes. */
export function addPickOptions(command: Command): Command {
  return command
    .option(
      "--only <what>",
      "only these resources: a kind (file), a name (/etc/motd, service:nginx) or a tag (tag:security);\n" +
        "* stands for any characters; may be given several times; or only these nodes: web-1, web-1..3",
      gather,
    )
    .option("--skip <what>", "all but these; both may be given", gather);
}

/** An option that may be given several times. */
export function gather(text: string, before: readonly string[] = []): string[] {
  if (text === "") throw new InvalidArgumentError("It must name something.");
  return [...before, text];
}

/** A whole number from 1. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (/^[0-9]+$/.test(text) && count >= 1) return count;
  throw new InvalidArgumentError("It must be a whole number from 1.");
}

/** Whole seconds, at most a day. */
export function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (/^[0-9]{1,5}$/.test(text) && seconds <= 86_400) return seconds;
  throw new InvalidArgumentError("It must be a whole number of seconds, at most 86400.");
}

/** What stands at the end of a command's help. */
export interface HelpEnd {
  /** Calls and what they do. */
  readonly examples: readonly (readonly [string, string])[];
  /** Exit statuses and what they mean. */
  readonly exit: readonly (readonly [number | string, string])[];
}

const helpEnds = new WeakMap<Command, HelpEnd>();

/** What its help ends with, for other forms of it. */
export function helpEndOf(command: Command): HelpEnd | undefined {
  return helpEnds.get(command);
}

export function addHelpEnd(command: Command, end: HelpEnd): Command {
  helpEnds.set(command, end);
  const { examples, exit } = end;
  const text = `\nExamples:\n${alignPairs(examples)}\n\nExit status:\n${alignPairs(exit)}`;
  return command.addHelpText("after", text);
}

function alignPairs(pairs: readonly (readonly [number | string, string])[]): string {
  const width = Math.max(...pairs.map(([left]) => String(left).length));
  return pairs.map(([left, right]) => `  ${String(left).padEnd(width)}  ${right}`).join("\n");
}
