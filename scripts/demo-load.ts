// Load for bin/demo live: asks an address 50 times a second, for half an hour at most. For each line of its input it says what came of it since
// the line before, as soon as all that was asked until then has its answer or none.
import { request } from "node:http";
import { createInterface } from "node:readline";
import { startLoad } from "../test/hosts/load.ts";

const [url = ""] = process.argv.slice(2);
const rate = 50;
const longest = 30 * 60_000;

let answered = performance.now();
let silence = 0;
/** Over a new connection each time, as somebody who comes anew. */
function knock(): void {
  const asked = request(url, { agent: false, timeout: 1000 }, (response) => {
    response.resume();
    silence = Math.max(silence, performance.now() - answered);
    answered = performance.now();
  });
  asked.on("timeout", () => asked.destroy());
  asked.on("error", () => {});
  asked.end();
}

let load = startLoad(url, { rate });
setInterval(knock, 50);
setTimeout(() => process.exit(1), longest);
for await (const _ of createInterface({ input: process.stdin })) {
  const before = load;
  load = startLoad(url, { rate });
  const { requests, failed, times } = await before.stop();
  const slowest = ((times.at(-1) ?? 0) / 1000).toFixed(1);
  const whys = [...new Set(failed)].slice(0, 3).join("; ");
  console.log(
    `${requests} requests meanwhile, ${failed.length} failed${whys && ` (${whys})`}; the slowest took ${slowest} s, ` +
      `and the longest silence was ${(silence / 1000).toFixed(1)} s`,
  );
  silence = 0;
}
process.exit(0);
