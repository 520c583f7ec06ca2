import { runCommand } from "../command.ts";
import { compare } from "../sampling.ts";
import type { Row } from "./row.ts";

export const helpRow: Row = {
  ...{ what: "proog --help", against: "`node -e 0`", target: 4, unit: "ms" },
  measure: async (fleet, runs) =>
    await compare(
      2 * runs,
      { run: async () => (await fleet.proog(["--help"])).milliseconds },
      { run: async () => (await runCommand("node", ["-e", "0"], { signal: fleet.signal })).milliseconds },
    ),
};
