import { once } from "node:events";
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Event } from "../../src/report/event.ts";
import { type Load, type LoadResult, startLoad } from "../../test/hosts/load.ts";
import type { Stage } from "./stage.ts";

/** One line of the table. For counts and times, the ratio is the figure itself. */
export interface Figure {
  readonly what: string;
  readonly ratio: number;
  readonly target: number;
  /** How much is behind it: `15,000 requests, 10 kills`. */
  readonly of: string;
  /** Larger is better. */
  readonly atLeast?: true;
}

export interface FailoverRow {
  readonly name: string;
  /** Healing is at work meanwhile. */
  readonly watched: boolean;
  measure(stage: Stage, runs: number): Promise<Figure[]>;
}

const perSecond = 500;

/** Requests at the floating address as long as that takes. */
async function underLoad(stage: Stage, work: (load: Load) => Promise<void>): Promise<LoadResult> {
  const load = startLoad(stage.url, { rate: perSecond });
  try {
    await work(load);
    await sleep(500);
  } finally {
    await load.stop();
  }
  const result = load.so();
  for (const [what, count] of Object.entries(Object.groupBy(result.failed, (text) => text)))
    console.error(`  failed: ${count?.length} × ${what}`);
  return result;
}

function failed(what: string, { failed, requests, sentAgain }: LoadResult, more = ""): Figure {
  const again = sentAgain > 0 ? `, ${sentAgain} of them sent again` : "";
  return { what, ratio: failed.length, target: 0, of: `${requests} requests${again}${more}` };
}

/** A node that was struck, and replaced. */
interface Replaced {
  /** When it was struck, of `performance.now()`. */
  readonly struck: number;
  /** Seconds until another one served in its place. */
  readonly took: number;
}

/** Strikes a node of three and waits until another one serves in its place. */
async function replaceOne(stage: Stage, signal: "SIGKILL" | "SIGSTOP"): Promise<Replaced> {
  const [victim] = (await stage.serving()).toReversed();
  if (victim === undefined) throw new Error("Nobody serves.");
  const before = stage.told().length;
  const struck = performance.now();
  stage.strike(victim, signal);
  const joined = (event: Event) =>
    event.type === "pool-member" &&
    event.state === "healthy" &&
    event.weight === 100 &&
    event.node !== victim;
  await stage.hears(joined, before, 180);
  const took = (performance.now() - struck) / 1000;
  console.error(`  ${victim}: another one serves after ${took.toFixed(1)} s`);
  const gone = (event: Event) =>
    event.type === "watch-finished" && event.action === "discard" && event.node === victim;
  await stage.hears(gone, before, 60);
  return { struck, took };
}

const throughput: FailoverRow = {
  name: "throughput",
  watched: false,
  measure: async (stage, runs) => {
    const address = await stage.address("balancer-1");
    const ask = async (port: number) => {
      const { stdout } = await stage.ssh("load-1", `wrk -t 1 -c 32 -d 4 http://${address}:${port}/`);
      return Number(/Requests\/sec:\s*([0-9.]+)/.exec(stdout)?.[1]);
    };
    const [ours, plain]: [number[], number[]] = [[], []];
    await ask(80);
    for (let round = 0; round < Math.max(5, runs); round++) {
      // By turns, and each one first every other time.
      const order = round % 2 === 0 ? [80, 81] : [81, 80];
      for (const port of order) (port === 80 ? ours : plain).push(await ask(port));
    }
    const ratio = median(ours) / median(plain);
    return [
      {
        what: "throughput, to plain nginx with the same written by hand",
        ...{ ratio, target: 0.97, atLeast: true as const },
        of: `${Math.round(median(ours))} to ${Math.round(median(plain))} requests/s, wrk with 32 connections`,
      },
    ];
  },
};

const release: FailoverRow = {
  name: "release",
  watched: true,
  measure: async (stage) => {
    const download = fetchWhole(`${stage.url}download`);
    const socket = await openSocket(`${stage.url}socket`);
    await sleep(300);
    const result = await underLoad(stage, async () => {
      stage.declare();
      await stage.proog(["apply", "--yes", "web"]);
    });
    const size = await download;
    const { seconds, cut } = socket.end();
    return [
      failed("requests failed during a rolling release over 3 nodes", result),
      {
        what: "download of 10 s cut by a rolling release",
        ...{ ratio: size === 10_000_000 ? 0 : 1, target: 0 },
        of: `${size} bytes of 10000000`,
      },
      {
        what: "WebSocket cut by a rolling release, which waits for it for 30 s and goes on",
        ...{ ratio: cut ? 1 : 0, target: 0 },
        of: `it had been open for ${seconds.toFixed(0)} s`,
      },
    ];
  },
};

const bootAndShoot: FailoverRow = {
  name: "boot and shoot",
  watched: false,
  measure: async (stage) => {
    const before = await stage.serving();
    const booting = await underLoad(stage, async () => void (await stage.proog(["boot", "web", "-n", "1"])));
    const after = await stage.serving();
    const node = after.find((name) => !before.includes(name));
    if (node === undefined) throw new Error("The new node serves nobody.");
    const served = [...booting.answers.keys()].some((text) => text.startsWith(`${node} `));
    if (!served) throw new Error(`${node} was booted, and answered nothing.`);
    const shooting = await underLoad(stage, async () => void (await stage.proog(["shoot", "--yes", node])));
    return [
      failed("requests failed during proog boot", booting),
      failed("requests failed during proog shoot", shooting),
    ];
  },
};

const reloads: FailoverRow = {
  name: "reloads",
  watched: false,
  measure: async (stage) => {
    const count = 20;
    const reload = `for i in $(seq ${count}); do systemctl reload nginx || exit 1; sleep 0.3; done`;
    const result = await underLoad(stage, async () => void (await stage.ssh(await stage.active(), reload)));
    return [failed("requests failed during reloads of the balancer", result, `, ${count} reloads`)];
  },
};

const stopped: FailoverRow = {
  name: "SIGSTOP",
  watched: true,
  measure: async (stage, runs) => {
    const first = 10_000;
    const strikes: (() => readonly number[])[] = [];
    const result = await underLoad(stage, async (load) => {
      for (let round = 0; round < runs; round++) {
        const { struck } = await replaceOne(stage, "SIGSTOP");
        await sleep(Math.max(0, struck + first - performance.now()));
        strikes.push(() => load.timesAfter(struck, first));
      }
    });
    // Asked when all requests have their answers.
    const all = strikes.map((times) => times());
    const times = all.flat().toSorted((one, other) => one - other);
    const p99 = (some: readonly number[]) =>
      (some[Math.floor(some.length * 0.99)] ?? Number.POSITIVE_INFINITY) / 1000;
    return [
      failed("requests failed when a web node is stopped by SIGSTOP", result, `, ${runs} stops`),
      {
        what: "99 of 100 requests of the first 10 s after that, in seconds",
        ...{ ratio: p99(times), target: 2.5 },
        of: `${times.length} requests, ${runs} stops; the worst of these ${Math.max(...all.map(p99)).toFixed(2)} s`,
      },
    ];
  },
};

const killed: FailoverRow = {
  name: "kill",
  watched: true,
  measure: async (stage, runs) => {
    const took: number[] = [];
    const result = await underLoad(stage, async () => {
      for (let round = 0; round < runs; round++) took.push((await replaceOne(stage, "SIGKILL")).took);
    });
    return [
      failed("requests failed when a web node is killed", result, `, ${runs} kills`),
      {
        what: "from a node's death to its replacement healthy in the pool, in seconds",
        ...{ ratio: median(took), target: 30 },
        of: `the median of ${runs}; the longest ${Math.max(...took).toFixed(1)} s`,
      },
    ];
  },
};

const address: FailoverRow = {
  name: "address",
  watched: false,
  measure: async (stage) => {
    const active = await stage.active();
    const answers: number[] = [];
    const over = new AbortController();
    const asking = (async () => {
      while (!over.signal.aborted) {
        if (await answersSoon(stage.url)) answers.push(performance.now());
        await sleep(10);
      }
    })();
    await sleep(1000);
    const begun = performance.now();
    stage.strike(active, "SIGKILL");
    await sleep(8000);
    over.abort();
    await asking;
    const first = answers.find((at) => at > begun + 50);
    const before = answers.findLast((at) => at <= begun + 50);
    const gap =
      first === undefined || before === undefined ? Number.POSITIVE_INFINITY : (first - before) / 1000;
    await stage.proog(["boot", active]);
    return [
      {
        what: "until the floating address answers after the active balancer died, in seconds",
        ...{ ratio: gap, target: 3, of: `${active} killed` },
      },
    ];
  },
};

/** The whole table, in the order in which it is measured. */
export const failoverRows: readonly FailoverRow[] = [
  throughput,
  reloads,
  bootAndShoot,
  address,
  release,
  stopped,
  killed,
];

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Over a connection of its own, within a third of a second. */
function answersSoon(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request(url, { agent: false, timeout: 300 }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode === 200));
      response.on("error", () => resolve(false));
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve(false));
    asked.end();
  });
}

/** A WebSocket on which something comes each half second. */
async function openSocket(url: string): Promise<{ end(): { seconds: number; cut: boolean } }> {
  const headers = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13" };
  const asked = request(url, {
    agent: false,
    headers: { ...headers, "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==" },
  });
  asked.end();
  const [, socket] = await once(asked, "upgrade");
  const begun = performance.now();
  let heard = begun;
  socket.on("data", () => {
    heard = performance.now();
  });
  // Whatever ends it: nothing comes any more.
  socket.on("error", () => {});
  return {
    end: () => {
      const cut = socket.destroyed || performance.now() - heard > 5000;
      socket.destroy();
      return { seconds: (heard - begun) / 1000, cut };
    },
  };
}

/** How many bytes come of it. */
async function fetchWhole(url: string): Promise<number> {
  let size = 0;
  try {
    const { body } = await fetch(url);
    for await (const chunk of body ?? []) size += chunk.length;
  } catch (error) {
    console.error(`  the download: ${error}`);
  }
  return size;
}
