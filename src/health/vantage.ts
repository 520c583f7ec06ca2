import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Program } from "../catalog/program.ts";
import { quote } from "../catalog/quote.ts";
import { loadShell } from "../catalog/shell.ts";
import { LineSplitter } from "../connect/lines.ts";
import { openSession } from "../connect/open.ts";
import type { Credentials, Target } from "../connect/target.ts";
import { ProogError } from "../report/error.ts";

/** A node from which others, or itself, are looked at. */
export interface NodeVantage {
  readonly name: string;
  readonly target: Target;
  readonly credentials: Credentials;
}

/** From where nodes are looked at: a node, by a connection to it, or this machine. */
export type Vantage = NodeVantage | { readonly name: "controller"; readonly target?: never };

/** This machine. */
export const controller: Vantage = { name: "controller" };

/** What probe.pl says: a verb, and the words behind it. */
export interface Said {
  readonly verb: string;
  readonly fields: readonly string[];
}

const perl = new URL("probe.pl", import.meta.url);
const shell = new URL("probe.sh", import.meta.url);

/**
 * Runs probe.pl there, and gives what it says, as it comes, until it ends or the signal does.
 * @throws what connecting throws, and ProogError `probe-failed` when it does not end as it should.
 */
export async function* look(
  vantage: Vantage,
  words: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<Said, void, undefined> {
  if (signal?.aborted) return;
  if (vantage.target) yield* askNode(vantage, `look ${words.map(quote).join(" ")}\n`, signal);
  else yield* lookFromHere(words, signal);
}

/** What a part of probe.sh says on a node. */
export async function* askNode(
  { name, target, credentials }: NodeVantage,
  call: string,
  signal?: AbortSignal,
): AsyncGenerator<Said, void, undefined> {
  const program = new Program([readFileSync(shell, "utf8"), loadShell(perl.href), call]);
  const { session } = await openSession(target, { mode: "probe", program }, credentials, signal);
  const abort = () => session.abort();
  signal?.addEventListener("abort", abort);
  const printed: string[] = [];
  let over = false;
  try {
    for await (const line of session.lines()) {
      over = line.verb === "answered";
      if (line.verb === undefined) printed.push(line.text);
      else if (line.verb !== "answered") yield { verb: line.verb, fields: line.fields };
      else if (line.fields[0] === "0") return;
      else throw failed(name, line.fields[0] ?? "", printed);
    }
    if (!signal?.aborted) throw session.failure(printed);
  } finally {
    signal?.removeEventListener("abort", abort);
    // One who has seen enough ends it: what it prints next has no reader.
    if (over) session.close();
    else session.abort();
  }
}

async function* lookFromHere(
  words: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<Said, void, undefined> {
  const child = spawn("perl", [fileURLToPath(perl), "", ...words], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH, LC_ALL: "C" },
    ...(signal && { signal }),
  });
  const lines: string[] = [];
  let complaint = "";
  let wake = () => {};
  let ended = false;
  const splitter = new LineSplitter((line) => {
    lines.push(line);
    wake();
  });
  child.stdout.on("data", (chunk: Buffer) => splitter.write(chunk));
  child.stderr.on("data", (chunk: Buffer) => {
    complaint += chunk.toString("utf8");
  });
  const end = (error?: Error) => {
    if (error) complaint += error.message;
    ended = true;
    wake();
  };
  child.on("error", end);
  child.on("close", () => end());
  try {
    for (;;) {
      const line = lines.shift();
      if (line !== undefined) {
        const [verb = "", ...fields] = line.split(" ");
        yield { verb, fields };
      } else if (ended) break;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
    if (child.exitCode !== 0 && !signal?.aborted) {
      // Below 0 where it could not even be started.
      const status = (child.exitCode ?? -1) < 0 ? undefined : String(child.exitCode);
      throw failed("this machine", status, [complaint.trim()]);
    }
  } finally {
    if (child.exitCode === null && child.kill()) await once(child, "close");
  }
}

function failed(where: string, status: string | undefined, printed: readonly string[]): ProogError {
  const why = status === undefined ? "there is no perl" : `perl ended with status ${status}`;
  return new ProogError({
    code: "probe-failed",
    message: `Nodes could not be looked at from ${where}: ${why}.`,
    detail: printed.slice(-20).join("\n"),
    hint: "It needs perl, which is on every Debian: apt-get install perl-base",
  });
}
