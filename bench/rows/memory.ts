import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { keepPlaces } from "../../scripts/keep-places.ts";
import { root, runCommand } from "../command.ts";
import type { Row } from "./row.ts";

const limit = 200;

/** One machine stands for all ten: the controller has ten catalogs, ten sessions and ten checks all the same. */
export const memoryRow: Row = {
  what: "memory of the controller, plan of 10 nodes × 10,000 resources in order",
  ...{ against: `${limit} MB`, target: 1, unit: "MB" },
  measure: async (fleet) => {
    await fleet.need(["big"]);
    const program = join(fleet.folder, "plan-big-nodes.mjs");
    await bundle(join(import.meta.dirname, "../plan-big-nodes.ts"), program);
    const { stdout } = await runCommand(process.execPath, [...(await nodeOptions()), program, fleet.folder], {
      signal: fleet.signal,
    });
    const megabytes = Number(stdout);
    return { candidate: megabytes, baseline: limit, ratio: megabytes / limit };
  },
};

/** What the program itself says to Node, in its first line. */
async function nodeOptions(): Promise<string[]> {
  const [first = ""] = (await readFile(join(root, "bin/proog.js"), "utf8")).split("\n");
  return first.split(" ").filter((word) => word.startsWith("--"));
}

/** One file, as the program itself is built: from its source Node would need more memory. */
async function bundle(input: string, file: string): Promise<void> {
  const plugins = [keepPlaces(join(root, "dist"))];
  const built = await rolldown({ input, platform: "node", external: /^node:/, plugins });
  await built.write({ file, format: "esm", codeSplitting: false });
}
