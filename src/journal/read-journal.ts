import { readFile } from "node:fs/promises";
import { Program } from "../catalog/program.ts";
import { quote } from "../catalog/quote.ts";
import { openSession } from "../connect/open.ts";
import type { Credentials, Target } from "../connect/target.ts";
import { ProogError } from "../report/error.ts";
import { type JournalLine, parseEntry } from "./entry.ts";

/** Which lines of a journal. */
export interface JournalChoice {
  /** `app.service`; all where there is none. */
  readonly units: readonly string[];
  /** The last ones. */
  readonly lines: number;
  /** As journalctl(1) takes it: `2026-11-25 10:00`, `-1h`, `yesterday`. */
  readonly since?: string;
  readonly until?: string;
  /** `warning`, `3` */
  readonly priority?: string;
  /** A regular expression, as journalctl(1) takes it. */
  readonly grep?: string;
  readonly follow: boolean;
}

export interface JournalReading {
  readonly signal: AbortSignal;
  /** Told by how many milliseconds the node's clock is ahead of this machine's. */
  readonly clock: (off: number) => void;
}

/**
 * The lines of a node's journal as they come, each with its time by this machine's clock.
 * @throws what connecting throws, and ProogError `command-failed` where journalctl does not take what it is asked.
 */
export async function* readJournal(
  target: Target,
  choice: JournalChoice,
  credentials: Credentials,
  { signal, clock }: JournalReading,
): AsyncGenerator<JournalLine, void, undefined> {
  const shell = await readFile(new URL("journal.sh", import.meta.url), "utf8");
  const program = new Program([shell, `journal ${writeArguments(choice).map(quote).join(" ")}\n`]);
  const { session } = await openSession(target, { mode: "journal", program }, credentials, signal);
  const abort = () => session.abort();
  signal.addEventListener("abort", abort);
  const said: string[] = [];
  let off = 0;
  try {
    for await (const line of session.lines()) {
      if (line.verb === "clock") {
        off = clockOff(Number(line.fields[0]) / 1e6);
        clock(off);
      } else if (line.verb === "answered") {
        // 1: nothing was found.
        if (line.fields[0] === "0" || said.length === 0) return;
        throw refused(target.name, said);
      } else if (line.verb === undefined) {
        const entry = parseEntry(target.name, line.text, off);
        if (entry) yield entry;
        else said.push(line.text);
      }
    }
    if (!signal.aborted) throw session.failure(said);
  } finally {
    signal.removeEventListener("abort", abort);
    session.abort();
  }
}

/** What a slow connection may take is nothing that a clock is off by. */
function clockOff(theirs: number): number {
  const off = theirs - Date.now();
  return Math.abs(off) < 2000 ? 0 : off;
}

function writeArguments({ units, lines, since, until, priority, grep, follow }: JournalChoice): string[] {
  return [
    `--lines=${lines}`,
    ...units.map((unit) => `--unit=${unit}`),
    ...(since === undefined ? [] : [`--since=${since}`]),
    ...(until === undefined ? [] : [`--until=${until}`]),
    ...(priority === undefined ? [] : [`--priority=${priority}`]),
    ...(grep === undefined ? [] : [`--grep=${grep}`]),
    ...(follow ? ["--follow"] : []),
  ];
}

function refused(node: string, said: readonly string[]): ProogError {
  return new ProogError({
    code: "command-failed",
    message: `journalctl on ${node} did not take that.`,
    detail: said.slice(-5).join("\n"),
    hint: "Times, priorities and expressions are those of journalctl(1): --since -1h, --priority warning.",
  });
}
