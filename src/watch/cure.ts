import { readFile } from "node:fs/promises";
import { Program } from "../catalog/program.ts";
import { quote } from "../catalog/quote.ts";
import { openSession } from "../connect/open.ts";
import type { Credentials, Target } from "../connect/target.ts";

/** Why a node is to be left alone, as it says itself; undefined where it is not. */
export async function askHands(
  target: Target,
  credentials: Credentials,
  signal: AbortSignal,
): Promise<string | undefined> {
  const lines = await ask(target, ["look"], credentials, signal);
  const paused = lines.find(([verb]) => verb === "paused");
  if (paused) {
    const [, , by = "somebody", ...why] = paused;
    return `paused by ${by}: ${why.join(" ").trim()}`;
  }
  return lines.some(([verb]) => verb === "busy") ? "a run is going on there" : undefined;
}

/** Starts units again. @returns Those that did not start. */
export async function restartUnits(
  target: Target,
  units: readonly string[],
  credentials: Credentials,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const lines = await ask(target, ["restart", ...units], credentials, signal);
  return lines.flatMap(([verb, unit = ""]) => (verb === "failed" ? [unit] : []));
}

async function ask(
  target: Target,
  words: readonly string[],
  credentials: Credentials,
  signal: AbortSignal,
): Promise<readonly (readonly string[])[]> {
  const shell = await readFile(new URL("cure.sh", import.meta.url), "utf8");
  const program = new Program([shell, `${words.map(quote).join(" ")}\n`]);
  const { session } = await openSession(target, { mode: "cure", program }, credentials, signal);
  const abort = () => session.abort();
  signal.addEventListener("abort", abort);
  const lines: string[][] = [];
  try {
    for await (const line of session.lines()) {
      if (line.verb === undefined) continue;
      if (line.verb === "answered") {
        session.close();
        return lines;
      }
      lines.push([line.verb, ...line.fields]);
    }
  } finally {
    signal.removeEventListener("abort", abort);
  }
  throw session.failure();
}
