import type { Command } from "commander";
import { runLazily } from "../lazily.ts";
import {
  addFleetOptions,
  addHelpEnd,
  addParallelOption,
  type HelpEnd,
  type NodesOptions,
  parseSeconds,
} from "../options.ts";

const selectors = "A selector is a role (web), a node (web-1) or a slice (web-1..3).";

const exit: HelpEnd["exit"] = [
  [0, "done"],
  [1, "error"],
  [3, "some nodes failed"],
  [130, "interrupted"],
];

export interface DrainOptions extends NodesOptions {
  /** Seconds. */
  readonly limit: number;
  readonly why?: string;
  readonly last?: boolean;
}

export interface JoinOptions extends NodesOptions {
  /** Seconds. */
  readonly ramp: number;
  readonly why?: string;
  readonly check?: boolean;
}

export function addDrain(program: Command): void {
  const command = program
    .command("drain <selector...>")
    .summary("take nodes out of their pools")
    .description(
      "Gives nodes no new requests, and waits for those that they have to end. They stay out until proog join, whatever is applied " +
        `meanwhile.\n${selectors}`,
    )
    .option("--limit <seconds>", "how long connections have to end", parseSeconds, 30)
    .option("--why <text>", "what others shall read in proog pool")
    .option("--last", "also where nobody is left to serve then");
  addFleetOptions(command);
  addParallelOption(command);
  addHelpEnd(command, {
    examples: [
      ["proog drain web-2", "to look into it, while others serve"],
      ['proog drain web-2 --why "new disk" --limit 600', "with time for long downloads"],
      ["proog join web-2", "back again"],
    ],
    exit,
  }).action((chosen: string[], options: DrainOptions) =>
    runLazily("drain", options, async (run) => (await import("../stepping.ts")).drain(run, chosen, options)),
  );
}

export function addJoin(program: Command): void {
  const command = program
    .command("join <selector...>")
    .summary("bring nodes into their pools")
    .description(
      "Looks whether nodes are healthy, as their roles say, and gives them their share of the requests, more by and by.\n" +
        selectors,
    )
    .option("--ramp <seconds>", "until they have all of their share; 0 gives it at once", parseSeconds, 10)
    .option("--why <text>", "what others shall read in proog pool")
    .option("--no-check", "also where they are not healthy");
  addFleetOptions(command);
  addParallelOption(command);
  addHelpEnd(command, {
    examples: [
      ["proog join web-2", "when it is healthy"],
      ["proog join web", "all nodes of the role"],
    ],
    exit,
  }).action((chosen: string[], options: JoinOptions) =>
    runLazily("join", options, async (run) => (await import("../stepping.ts")).join(run, chosen, options)),
  );
}

export function addPause(program: Command): void {
  const command = program
    .command("pause <selector> <why>")
    .summary("leave nodes alone for a while")
    .description(
      "Notes on nodes, and in their pools, that somebody is at them: applies pass them over and say why, and proog watch neither " +
        `heals nor replaces them. They go on serving; to take one out, too: proog drain.\n${selectors}`,
    );
  addFleetOptions(command);
  addParallelOption(command);
  addHelpEnd(command, {
    examples: [
      ['proog pause web-1 "looking into slow requests"', "one node"],
      ['proog pause db "moving the disks, until Monday"', "all nodes of a role"],
      ["proog resume web-1", "the end of it"],
    ],
    exit,
  }).action((selector: string, why: string, options: NodesOptions) =>
    runLazily("pause", options, async (run) =>
      (await import("../stepping.ts")).pause(run, selector, why, options),
    ),
  );
}

export function addResume(program: Command): void {
  const command = program
    .command("resume <selector...>")
    .summary("end what proog pause began")
    .description(
      `Lets applies and proog watch care for nodes again. One that is drained stays so until proog join.\n${selectors}`,
    );
  addFleetOptions(command);
  addParallelOption(command);
  addHelpEnd(command, {
    examples: [["proog resume web-1", "one node"]],
    exit,
  }).action((chosen: string[], options: NodesOptions) =>
    runLazily("resume", options, async (run) =>
      (await import("../stepping.ts")).resume(run, chosen, options),
    ),
  );
}
