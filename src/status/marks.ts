import { readFile } from "node:fs/promises";
import { Program } from "../catalog/program.ts";
import { quote } from "../catalog/quote.ts";
import { openSession } from "../connect/open.ts";
import type { Credentials, Target } from "../connect/target.ts";
import { ProogError } from "../report/error.ts";

/** What is noted of a machine on the machine itself. */
export type Mark =
  | { readonly do: "pause"; readonly by: string; readonly why: string }
  | { readonly do: "resume" }
  /** It holds what is nowhere else. */
  | { readonly do: "protect"; readonly by: string }
  | { readonly do: "release" };

/**
 * Notes it in /var/lib/proog of the machine.
 * @returns Whether that changed anything.
 * @throws what connecting throws, and ProogError `command-failed` where the note cannot be written.
 */
export async function markMachine(
  target: Target,
  mark: Mark,
  credentials: Credentials,
  signal?: AbortSignal,
): Promise<boolean> {
  const shell = await readFile(new URL("marks.sh", import.meta.url), "utf8");
  const { do: verb, ...fields } = mark;
  const call = [verb, ...Object.values(fields).map(quote)].join(" ");
  const program = new Program([shell, `${call}\n`]);
  const { session } = await openSession(target, { mode: "mark", program }, credentials, signal);
  const printed: string[] = [];
  let changed: boolean | undefined;
  for await (const line of session.lines()) {
    if (line.verb === undefined) printed.push(line.text);
    else if (line.verb === "answered") {
      session.close();
      if (changed !== undefined) return changed;
      throw new ProogError({
        code: "command-failed",
        message: `Nothing could be noted on ${target.name}.`,
        detail: printed.slice(-5).join("\n"),
        hint: `Is its disk full, or read-only? On it: df /var/lib/proog`,
      });
    } else changed = line.verb === "noted";
  }
  throw session.failure(printed);
}
