// Kills an apply at each of its steps in each way, and tells how many were recovered from:
// npm run crash-loop -- [--ways controller,connection,run,power,reboot] [--kinds apt,file] [--without reboot] [--stride N] [--from N] [--machines N]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildWhenStale } from "../built.ts";
import { runCrashLoop, tellStruck, tellWay } from "./loop.ts";
import { wayNames } from "./ways.ts";

const { values } = parseArgs({
  options: {
    ways: { type: "string", default: wayNames.join(",") },
    kinds: { type: "string" },
    without: { type: "string" },
    stride: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
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
try {
  const { steps, tried, recovered } = await runCrashLoop({
    ...{
      folder,
      ways: chosen,
      machines: Number(values.machines),
      stride: Number(values.stride),
      from: Number(values.from),
    },
    ...(values.kinds && { kinds: values.kinds.split(",") }),
    ...(values.without && { without: values.without.split(",") }),
    signal: interrupt.signal,
    onStruck: (struck) => console.log(tellStruck(struck)),
  });
  for (const way of chosen) {
    const own = tried.filter((struck) => struck.way === way);
    const good = own.filter(({ problems }) => problems.length === 0).length;
    console.log(`${tellWay(way)}  ${own.length} tried, ${good} recovered`);
  }
  const struckAt = new Set(tried.map(({ hit }) => hit));
  console.log(
    `${steps} steps, ${struckAt.size} of all struck in the middle; ${tried.length} tried, ${recovered} recovered`,
  );
  process.exitCode = recovered === tried.length ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
