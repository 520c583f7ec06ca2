import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunFilter } from "../../src/store/filters.ts";
import { openStore, type Store } from "../../src/store/store.ts";
import type { BenchFleet } from "../bench-fleet.ts";
import { filled, fillStore } from "../fill-store.ts";
import { directoryPath } from "../fleet/contents.ts";
import { compare, median } from "../sampling.ts";
import type { Row } from "./row.ts";

const web = Array.from({ length: 10 }, (_, index) => `web-${index + 1}`);

const writingRow: Row = {
  what: "proog apply --yes of 100 resources on 10 nodes, their files, folders and links gone; with the store",
  ...{ against: "the same with `store: false`", target: 1.03, unit: "ms" },
  measure: async (fleet, runs) => {
    await fleet.need(web);
    const nodes = await fleet.targets(web);
    const prepare = () => Promise.all(nodes.map((node) => fleet.ssh(node, `rm -rf ${directoryPath(0)}`)));
    const apply = (store: "on" | "off") => async () => {
      process.env.BENCH_STORE = store;
      const { milliseconds, stdout } = await fleet.proog(["apply", "--yes", ...web]);
      if (!/\d+ resources changed on 10 nodes/.test(stdout))
        throw new Error(`Not all was changed:\n${stdout}`);
      return milliseconds;
    };
    try {
      return await compare(runs, { prepare, run: apply("on") }, { prepare, run: apply("off") });
    } finally {
      delete process.env.BENCH_STORE;
    }
  },
};

/** What `proog history` and the page ask. */
const queries: Readonly<Record<string, RunFilter>> = {
  all: {},
  node: { node: filled.rareNode },
  role: { role: "db", environment: "live" },
  who: { who: "bob" },
  failed: { states: ["failed", "interrupted"], environment: "live" },
  since: { since: Date.now() - 7 * 86_400_000, commands: ["apply"] },
  none: { node: "web-0" },
};

const queryRow: Row = {
  what: `history of ${filled.runs.toLocaleString("en")} runs, the slowest of its queries`,
  ...{ against: "50 ms", target: 1, unit: "ms" },
  measure: async (_fleet: BenchFleet, runs) => {
    const folder = mkdtempSync(join(tmpdir(), "proog-bench-store-"));
    try {
      const file = join(folder, "store.sqlite");
      await fillStore(file);
      const store = await openStore({ type: "sqlite", file });
      const found = await Promise.all(Object.values(queries).map((query) => time(store, query, runs)));
      await store.close();
      const slowest = Math.max(...found);
      return { candidate: slowest, baseline: 50, ratio: slowest / 50 };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

async function time(store: Store, query: RunFilter, runs: number): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const started = performance.now();
    await store.runs(query, { limit: 50 });
    times.push(performance.now() - started);
  }
  return median(times);
}

export const storeRows: readonly Row[] = [writingRow, queryRow];
