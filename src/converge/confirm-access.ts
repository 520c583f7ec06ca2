import { setTimeout as sleep } from "node:timers/promises";
import { openSession } from "../connect/open.ts";
import type { Session } from "../connect/session.ts";
import type { Credentials } from "../connect/target.ts";
import { ProogError } from "../report/error.ts";
import type { AccessQuestion } from "./run-log.ts";

/** Milliseconds between two tries: a server that is just restarted needs a moment. */
const pause = 500;

/** After a denied login: sshd shuts out for a while who fails often, see PerSourcePenalties in sshd_config(5). */
const pauseWhenDenied = 10_000;

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
): Promise<ProogError | undefined> {
  let refusal: ProogError | undefined;
  while (!signal.aborted) {
    try {
      const { session } = await openSession(
        { ...kept.target, fresh: true },
        { mode: "follow" },
        credentials,
        signal,
        kept,
      );
      session.send(`confirm ${run} ${count}`);
      let answer = "";
      for await (const { verb = "" } of session.lines()) {
        answer = verb;
        if (verb === "confirmed" || verb === "late") break;
      }
      session.close();
      // When it is late, one can come in again since it was put back.
      return answer === "confirmed" ? undefined : refusal;
    } catch (error) {
      if (!(error instanceof ProogError)) throw error;
      // That nothing answers any more says less than what answered before.
      if (!signal.aborted && (error.code !== "unreachable" || !refusal)) refusal = error;
    }
    const denied = refusal?.code === "permission-denied";
    await sleep(denied ? pauseWhenDenied : pause, undefined, { signal }).catch(() => {});
  }
  return refusal;
}
