// Kills an apply at each of its steps in each way, and tells how many were recovered from:
// npm run crash-loop -- [--ways controller,connection,run,power] [--kinds apt,file] [--without reboot] [--stride N] [--machines N]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildWhenStale } from "../built.ts";
import { runCrashLoop } from "./loop.ts";
import { type WayName, wayNames, ways } from "./ways.ts";

const { values } = parseArgs({
  options: {
    ways: { type: "string", default: wayNames.join(",") },
    kinds: { type: "string" },
    without: { type: "string" },
    stride: { type: "string", default: "1" },
    machines: { type: "string", default: "2" },
  },
});
const chosen = values.ways.split(",").map((name) => {
  const way = wayNames.find((known) => known === name);
  if (!way) throw new Error(`--ways has ${name}, and knows ${wayNames.join(", ")}.`);
  return way;
});

const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interrupt.abort());

buildWhenStale();
const folder = mkdtempSync(join(tmpdir(), "proog-crash-"));
const show = (way: WayName) => ways[way].what.padEnd(24);
try {
  const { steps, tried, recovered } = await runCrashLoop({
    ...{ folder, ways: chosen, machines: Number(values.machines), stride: Number(values.stride) },
    ...(values.kinds && { kinds: values.kinds.split(",") }),
    ...(values.without && { without: values.without.split(",") }),
    signal: interrupt.signal,
    onStruck: ({ step, way, hit, problems, seconds }) => {
      const place = hit === String(step.number) ? "" : ` (the run was at ${hit})`;
      console.log(
        `${problems.length === 0 ? "ok    " : "FAILED"}  ${show(way)}  ${step.number} ${step.key}${place}  ${seconds.toFixed(1)} s`,
      );
      for (const problem of problems) console.log(`  ${problem.replaceAll("\n", "\n  ")}`);
    },
  });
  for (const way of chosen) {
    const own = tried.filter((struck) => struck.way === way);
    const good = own.filter(({ problems }) => problems.length === 0).length;
    console.log(`${show(way)}  ${own.length} tried, ${good} recovered`);
  }
  const struckAt = new Set(tried.map(({ hit }) => hit));
  console.log(
    `${steps} steps, ${struckAt.size} of all struck in the middle; ${tried.length} tried, ${recovered} recovered`,
  );
  process.exitCode = recovered === tried.length ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
