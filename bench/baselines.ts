import type { Target } from "../src/connect/target.ts";
import { type BenchFleet, bareSshArguments } from "./bench-fleet.ts";
import { runCommand } from "./command.ts";
import type { Contestant } from "./sampling.ts";

export const newConnection = "`ssh HOST true`, new connection";

/** `ssh HOST true` on a new connection, with the options about keys that Proog uses. */
export function bareSsh(fleet: BenchFleet, target: Target): Contestant {
  return { run: async () => (await fleet.ssh(target, "true")).milliseconds };
}

/** The same to many hosts, at most ten at once, by xargs(1). */
export function bareSshToAll(fleet: BenchFleet, targets: readonly Target[]): Contestant {
  const lines = targets.map((target) =>
    bareSshArguments(target)
      .map((word) => `'${word}'`)
      .join(" "),
  );
  // One line is one host; `true` stands behind the host.
  const input = lines.map((line) => `${line} true\n`).join("");
  const { signal } = fleet;
  return {
    run: async () => (await runCommand("xargs", ["-P10", "-L1", "ssh"], { input, signal })).milliseconds,
  };
}
