import { setTimeout as sleep } from "node:timers/promises";
import { encodeField } from "../connect/field.ts";
import { openSession } from "../connect/open.ts";
import type { Session } from "../connect/session.ts";
import type { Credentials } from "../connect/target.ts";
import { ProogError } from "../report/error.ts";
import type { Reporter } from "../report/event.ts";
import { neededBlobs, tarSize, writeBlobs } from "./blobs.ts";
import type { CheckedNode } from "./check-node.ts";
import { confirmAccess } from "./confirm-access.ts";
import type { Interrupt } from "./node.ts";
import { type AccessQuestion, type FollowedRun, RunLog } from "./run-log.ts";

/** Which run this is, and whose. */
export interface RunIdentity {
  /** `20261122-231542-4f1a` */
  readonly id: string;
  /** `ada@controller` */
  readonly by: string;
}

/** Seconds that a machine may take to reboot. */
const rebootLimit = 600;

/** Seconds for which a lost connection is sought again. The run on the node goes on meanwhile. */
const reconnectLimit = 120;

/** Makes the planned changes of a checked node, and follows them to their end. */
export async function applyNode(
  checked: CheckedNode,
  identity: RunIdentity,
  credentials: Credentials,
  reporter: Reporter,
  interrupt: Interrupt,
): Promise<RunLog> {
  const { session, catalog, findings } = checked;
  const approved = findings.flatMap(({ lines }) => lines).join("");
  const blobs = neededBlobs(catalog, findings);
  session.send(
    `apply ${identity.id} ${Buffer.byteLength(approved)} ${tarSize(blobs)} ${encodeField(identity.by)}`,
  );
  session.input.write(approved);
  try {
    await writeBlobs(blobs, session.input);
  } catch (error) {
    // The far end waits for more, and drops what is not whole.
    session.abort();
    throw error;
  }
  return await followRun(
    session,
    new RunLog(checked.name, catalog, reporter),
    identity,
    credentials,
    interrupt,
  );
}

/** Reads a run's log until its end, over as many connections as that takes. */
export async function followRun<Log extends FollowedRun>(
  session: Session,
  log: Log,
  identity: RunIdentity,
  credentials: Credentials,
  interrupt: Interrupt,
): Promise<Log> {
  let current = session;
  let question: AccessQuestion | undefined;
  let refusal: Promise<unknown> | undefined;
  const over = new AbortController();
  const answer = () => {
    if (!log.question || log.question === question) return;
    question = log.question;
    const given = AbortSignal.any([over.signal, interrupt.kill]);
    refusal = confirmAccess(session.target, identity.id, question, credentials, given);
  };
  const stop = () => current.send("stop");
  const kill = () => current.send("kill");
  const repeat = () => {
    if (interrupt.stop.aborted) stop();
    if (interrupt.kill.aborted) kill();
  };
  interrupt.stop.addEventListener("abort", stop);
  interrupt.kill.addEventListener("abort", kill);
  repeat();
  try {
    for (;;) {
      await readLog(current, log, answer);
      if (log.outcome) break;
      current = await reconnect(current, log, identity, credentials, interrupt);
      repeat();
    }
    current.send("seen");
    current.close();
    over.abort();
    if (log.outcome === "put-back") log.tellPutBack?.(await refusal);
    return log;
  } finally {
    over.abort();
    interrupt.stop.removeEventListener("abort", stop);
    interrupt.kill.removeEventListener("abort", kill);
  }
}

/** Calls `answer` after each line. */
async function readLog(session: Session, log: FollowedRun, answer: () => void): Promise<void> {
  let launched = false;
  for await (const line of session.lines()) {
    if (!launched) {
      launched = line.verb === "launched";
      if (line.verb === "launched" && line.fields[0]) session.adopt(line.fields[0]);
    } else {
      log.take(line);
      answer();
    }
    if (log.outcome) return;
  }
}

function notBack(name: string, rebooting: boolean, within: string, cause: unknown): ProogError {
  return new ProogError({
    code: "connection-lost",
    message: rebooting
      ? `${name} was rebooted, and has not come back${within}.`
      : `The connection to ${name} was lost, and it could not be reached again${within}.`,
    hint: rebooting
      ? "Look at its console. When it is up, the run goes on there by itself; the next proog plan or apply tells how it ended."
      : "The run goes on there by itself; the next proog plan or apply tells how it ended.",
    cause,
  });
}

async function reconnect(
  lost: Session,
  log: FollowedRun,
  { id }: RunIdentity,
  credentials: Credentials,
  interrupt: Interrupt,
): Promise<Session> {
  const { name } = lost.target;
  const started = performance.now();
  const limit = log.rebooting ? rebootLimit : reconnectLimit;
  if (!log.rebooting)
    log.note(`The connection to ${name} is lost; the run goes on there. Trying again for ${limit} s.`);
  for (;;) {
    const seconds = Math.round((performance.now() - started) / 1000);
    if (log.rebooting) log.progress?.(`waiting for ${name} to come back, ${seconds} s`);
    try {
      const program = { mode: "follow", text: "" };
      const { session } = await openSession(lost.target, program, credentials, interrupt.kill);
      session.send(`follow ${id} ${log.offset + 1}`);
      return session;
    } catch (error) {
      if (performance.now() > started + limit * 1000 || interrupt.kill.aborted)
        throw notBack(
          name,
          log.rebooting === true,
          interrupt.kill.aborted ? "" : ` within ${limit} s`,
          error,
        );
      await sleep(1000, undefined, { signal: interrupt.kill }).catch(() => {});
    }
  }
}
