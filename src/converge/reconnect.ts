import { setTimeout as sleep } from "node:timers/promises";
import { openSession } from "../connect/open.ts";
import type { Session } from "../connect/session.ts";
import type { Credentials } from "../connect/target.ts";
import { ProogError } from "../report/error.ts";
import type { Interrupt } from "./node.ts";
import type { FollowedRun } from "./run-log.ts";

/** Seconds for which a lost connection is sought again. The run on the node goes on meanwhile. */
const reconnectLimit = 120;

/** Seconds that a machine may take to reboot. */
const rebootLimit = 600;

/**
 * Connects to a node again, and reads on in the log of the run there. Why it does not succeed yet, `refused` hears.
 * @throws ProogError `connection-lost` when it does not succeed in time.
 */
export async function reconnect(
  { target }: Session,
  log: FollowedRun,
  run: string,
  credentials: Credentials,
  interrupt: Interrupt,
  refused: (error: unknown) => void,
): Promise<Session> {
  const { name } = target;
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 1000);
  const limit = log.rebooting ? rebootLimit : reconnectLimit;
  if (!log.rebooting) log.note(describeLoss(name, log, limit));
  for (;;) {
    if (log.rebooting) log.progress?.(`waiting for ${name} to come back, ${seconds()} s`);
    try {
      const program = { mode: "follow" };
      const { session } = await openSession(target, program, credentials, interrupt.kill);
      session.send(`follow ${run} ${log.offset + 1}`);
      return session;
    } catch (error) {
      refused(error);
      if (interrupt.kill.aborted) throw lostError(name, log, "", error);
      if (seconds() > limit) throw lostError(name, log, ` within ${limit} s`, error);
      await sleep(1000, undefined, { signal: interrupt.kill }).catch(() => {});
    }
  }
}

function describeLoss(name: string, { risky }: FollowedRun, limit: number): string {
  const what = risky
    ? " amid changes that can lock you out; unless a new one succeeds, they are put back there"
    : "; the run goes on there";
  return `The connection to ${name} is lost${what}. Trying again for ${limit} s.`;
}

function lostError(name: string, { rebooting }: FollowedRun, within: string, cause: unknown): ProogError {
  const next = "the next proog plan or apply tells how it ended.";
  if (rebooting) {
    return new ProogError({
      code: "connection-lost",
      message: `${name} was rebooted, and has not come back${within}.`,
      hint: `Look at its console. When it is up, the run goes on there by itself; ${next}`,
      cause,
    });
  }
  return new ProogError({
    code: "connection-lost",
    message: `The connection to ${name} was lost, and it could not be reached again${within}.`,
    hint: `The run goes on there by itself; ${next}`,
    cause,
  });
}
