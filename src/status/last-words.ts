import { readFile } from "node:fs/promises";
import { Program } from "../catalog/program.ts";
import { openSession } from "../connect/open.ts";
import type { Credentials, Target } from "../connect/target.ts";

/** What a machine has to say before it is destroyed. */
export interface LastWords {
  /** The last 2,000 lines of its journal. */
  readonly journal: string;
  /** It is noted on it that it holds what is nowhere else. */
  readonly stateful: boolean;
}

/** Asks a machine, in one round trip. */
export async function askLastWords(
  target: Target,
  credentials: Credentials,
  signal: AbortSignal,
): Promise<LastWords> {
  const program = new Program([await readFile(new URL("last-words.sh", import.meta.url), "utf8")]);
  const { session } = await openSession(target, { mode: "last", program }, credentials, signal);
  const abort = () => session.abort();
  signal.addEventListener("abort", abort);
  try {
    const lines: string[] = [];
    let stateful = false;
    for await (const line of session.lines()) {
      if (line.verb === undefined) lines.push(line.text);
      else if (line.verb === "stateful") stateful = true;
      else if (line.verb === "answered") {
        session.close();
        return { journal: lines.join("\n").trim(), stateful };
      }
    }
    throw session.failure();
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
