import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Live } from "../../src/dashboard/api.ts";
import { freePort, type Served, startServe } from "../../test/dashboard-client.ts";
import type { BenchFleet } from "../bench-fleet.ts";
import { root } from "../command.ts";
import { median } from "../sampling.ts";
import type { Row } from "./row.ts";

const serve = async (fleet: BenchFleet): Promise<Served> => await startServe(fleet.folder, process.env);

/** From the command until the page's first byte is there. */
async function firstByte(fleet: BenchFleet): Promise<number> {
  const port = await freePort();
  const started = performance.now();
  const child = spawn(process.execPath, [join(root, "bin/proog.js"), "serve", "--port", String(port)], {
    ...{ cwd: fleet.folder, stdio: "ignore" },
  });
  for (;;) {
    try {
      await fetch(`http://127.0.0.1:${port}/`);
      break;
    } catch {
      // It does not listen yet.
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
  const milliseconds = performance.now() - started;
  child.kill("SIGTERM");
  await once(child, "exit");
  return milliseconds;
}

const startLimit = 500;

const startRow: Row = {
  what: "proog serve, from its start to the first byte of the page",
  ...{ against: `${startLimit} ms`, target: 1, unit: "ms" },
  measure: async (fleet, runs) => {
    const times: number[] = [];
    for (let run = 0; run < runs; run++) times.push(await firstByte(fleet));
    const candidate = median(times);
    return { candidate, baseline: startLimit, ratio: candidate / startLimit };
  },
};

const eventLimit = 250;

/** Machines of local() have this host's clock: each line that is printed is the time at which it was. */
const ticking = "for n in $(seq 200); do date +%s%3N; sleep 0.03; done";

const eventRow: Row = {
  what: "a line that a command on a node prints, until one who watches the event stream has it: the slowest of 20 (p95)",
  ...{ against: `${eventLimit} ms`, target: 1, unit: "ms" },
  measure: async (fleet) => {
    await fleet.boot(["kind"]);
    await using served = await serve(fleet);
    const visit = await served.enter();
    const delays: number[] = [];
    const watch = visit.watch("", undefined, (message: Live) => {
      if (message.type === "event" && message.event.type === "command-output")
        delays.push(Date.now() - Number(message.event.line));
    });
    await watch.waitFor(({ type }) => type === "hello");
    await fleet.proog(["exec", "-H", "kind", "--", ticking]);
    await watch.waitFor((message) => message.type === "event" && message.event.type === "run-finished");
    watch.close();
    if (delays.length !== 200) throw new Error(`200 lines were printed, and ${delays.length} came.`);
    const slow = delays.toSorted((one, other) => one - other)[Math.floor(0.95 * delays.length)] ?? Number.NaN;
    return { candidate: slow, baseline: eventLimit, ratio: slow / eventLimit };
  },
};

const memoryLimit = 300;
const watchers = 200;

const watchersRow: Row = {
  what: `memory of proog serve while ${watchers} watch the event stream and 20 nodes apply: nothing is lost`,
  ...{ against: `${memoryLimit} MB`, target: 1, unit: "MB" },
  measure: async (fleet) => {
    await fleet.boot(["chatty"]);
    await using served = await serve(fleet);
    const visit = await served.enter();
    const watches = Array.from({ length: watchers }, () => visit.watch());
    await Promise.all(watches.map((watch) => watch.waitFor(({ type }) => type === "hello")));
    let most = 0;
    const timer = setInterval(() => {
      most = Math.max(most, residentMegabytes(served.pid));
    }, 100);
    await fleet.proog(["apply", "--yes", "chatty"]);
    const isEnd = (message: Live) => message.type === "event" && message.event.type === "run-finished";
    await Promise.all(watches.map((watch) => watch.waitFor(isEnd)));
    clearInterval(timer);
    const [first = [], ...others] = watches.map(({ ids }) => ids.join());
    for (const watch of watches) watch.close();
    if (others.some((ids) => ids !== first)) throw new Error("Not all have seen the same.");
    const { length = 0 } = watches[0]?.ids ?? [];
    if (length < 20 * 200) throw new Error(`More happened than the ${length} events that came.`);
    return { candidate: most, baseline: memoryLimit, ratio: most / memoryLimit };
  },
};

function residentMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
}

export const dashboardRows: readonly Row[] = [startRow, eventRow, watchersRow];
