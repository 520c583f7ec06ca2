import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { runCrashLoop, tellStruck } from "../../test/crash/loop.ts";
import { wayNames } from "../../test/crash/ways.ts";
import type { Row } from "./row.ts";

/** Tried against recovered. With fewer runs than ways, only so many ways. A try mostly waits: machines that boot, connections that end. */
export const crashLoopRow: Row = {
  what: "crash loop: steps × ways tried, and recovered",
  ...{ against: "those that were recovered from", target: 1, unit: "tries", long: true },
  measure: async (fleet, runs) => {
    const folder = join(fleet.folder, "crash");
    mkdirSync(folder);
    const ways = wayNames.slice(0, runs);
    const { steps, tried, recovered } = await runCrashLoop({
      ...{ folder, machines: 6, ways, signal: fleet.signal },
      onStruck: (struck) => console.error(tellStruck(struck)),
    });
    return {
      what: `crash loop: ${steps} steps × ${ways.length} ways: ${tried.length} tried, ${recovered} recovered`,
      ...{ candidate: tried.length, baseline: recovered, ratio: tried.length / recovered },
    };
  },
};
