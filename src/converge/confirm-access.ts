import { setTimeout as sleep } from "node:timers/promises";
import { openSession } from "../connect/open.ts";
import type { Session } from "../connect/session.ts";
import type { Credentials } from "../connect/target.ts";
import type { AccessQuestion } from "./run-log.ts";

/** Milliseconds between two tries: a server that is just restarted needs a moment. */
const pause = 500;

/**
 * Answers a run that has made changes which can lock the operator out: as the same user, in the same way to root as in the
 * kept session, by a connection that is made anew. Tries until it succeeds or nobody waits for it any more; gives why it did not.
 */
export async function confirmAccess(
  kept: Session,
  run: string,
  { count }: AccessQuestion,
  credentials: Credentials,
  signal: AbortSignal,
): Promise<unknown> {
  let refusal: unknown;
  while (!signal.aborted) {
    try {
      const { session } = await openSession(
        { ...kept.target, fresh: true },
        { mode: "follow", text: "" },
        credentials,
        signal,
        kept,
      );
      session.send(`confirm ${run} ${count}`);
      for await (const { verb } of session.lines()) if (verb === "confirmed" || verb === "late") break;
      session.close();
      return undefined;
    } catch (error) {
      if (!signal.aborted) refusal = error;
    }
    await sleep(pause, undefined, { signal }).catch(() => {});
  }
  return refusal;
}
