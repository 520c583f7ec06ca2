import { readFile } from "node:fs/promises";
import { Program } from "../catalog/program.ts";
import { decodeField } from "../connect/field.ts";
import { openSession } from "../connect/open.ts";
import type { Credentials, Target } from "../connect/target.ts";

/** A run that a node knows of. */
export interface NodeRun {
  readonly id: string;
  readonly command: "apply" | "undo";
  /** `ada@controller` */
  readonly by: string;
  /** Milliseconds since 1970. */
  readonly began: number;
  readonly ended: number;
  /** `done`, `failed`, `stopped`, `put-back`; `died`; absent while it goes on. */
  readonly outcome?: string;
  readonly results: readonly { readonly number: number; readonly outcome: string; readonly key: string }[];
}

/** What a node knows of its past. */
export interface NodePast {
  readonly runs: readonly NodeRun[];
  /** The last run that brought it to all that was declared. */
  readonly applied?: { readonly at: number; readonly run: string; readonly by: string };
}

/** Asks a node, in one round trip, which runs it knows of. */
export async function askRuns(
  target: Target,
  credentials: Credentials,
  signal?: AbortSignal,
): Promise<NodePast> {
  const shell = await readFile(new URL("runs.sh", import.meta.url), "utf8");
  const program = { mode: "runs", program: new Program([shell]) };
  const { session } = await openSession(target, program, credentials, signal);
  const reading = new RunsReading();
  for await (const line of session.lines()) {
    if (line.verb === undefined) continue;
    if (line.verb === "answered") {
      session.close();
      return reading.told();
    }
    reading.take(line.verb, line.fields);
  }
  throw session.failure();
}

/** Reads the lines of runs.sh. */
class RunsReading {
  readonly #runs: (Omit<NodeRun, "results"> & {
    readonly said: Map<number, { outcome: string; key: string }>;
  })[] = [];

  #applied: NodePast["applied"];

  told(): NodePast {
    const runs = this.#runs.map(({ said, ...run }) => {
      return { ...run, results: [...said].map(([number, result]) => ({ number, ...result })) };
    });
    return { runs, ...(this.#applied && { applied: this.#applied }) };
  }

  take(verb: string, fields: readonly string[]): void {
    const [first = "", second = "", third = "", fourth = "", fifth = "", sixth = ""] = fields;
    const said = this.#runs.at(-1)?.said;
    if (verb === "run")
      this.#runs.push({
        ...{ id: first, command: second === "undo" ? "undo" : "apply", by: decodeField(sixth) },
        ...{ began: Number(third) * 1000, ended: Number(fourth) * 1000, said: new Map() },
        ...(fifth !== "-" && { outcome: fifth }),
      });
    else if (verb === "applied")
      this.#applied = { run: first, at: Number(second) * 1000, by: decodeField(third) };
    else if (verb === "did") said?.set(Number(first), { outcome: second, key: `resource ${first}` });
    else if (verb === "key") {
      const result = said?.get(Number(first));
      if (result) result.key = `${second} ${decodeField(third)}`;
    }
  }
}
