import { encodeField } from "../connect/field.ts";
import type { Session } from "../connect/session.ts";
import type { Credentials } from "../connect/target.ts";
import type { Reporter } from "../report/event.ts";
import { knownTexts } from "../report/redact/redactor.ts";
import { contentsOf, neededContents, tarSize, writeContents } from "./blobs.ts";
import type { CheckedNode } from "./check-node.ts";
import { confirmAccess } from "./confirm-access.ts";
import type { Interrupt } from "./node.ts";
import type { PackedContents } from "./packed-contents.ts";
import { reconnect } from "./reconnect.ts";
import { type AccessQuestion, type FollowedRun, RunLog } from "./run-log.ts";

/** Which run this is, and whose. */
export interface RunIdentity {
  /** `20261122-231542-4f1a` */
  readonly id: string;
  /** `ada@controller` */
  readonly by: string;
}

export interface ApplyNodeOptions {
  readonly credentials: Credentials;
  readonly reporter: Reporter;
  readonly interrupt: Interrupt;
  /** Whether the plan was shown to somebody who took time to approve it: then all is looked at again first. */
  readonly asked: boolean;
  readonly packs: PackedContents;
  /** For how many seconds it may wait for another run on the node. Default: 0 */
  readonly patience?: number;
}

/** Makes the planned changes of a checked node, and follows them to their end. */
export async function applyNode(
  checked: CheckedNode,
  identity: RunIdentity,
  { credentials, reporter, interrupt, asked, packs, patience = 0 }: ApplyNodeOptions,
): Promise<RunLog> {
  const { session, catalog, findings } = checked;
  const approved = findings.flatMap(({ lines }) => lines).join("");
  const contents = await packs.pack(neededContents(catalog, findings));
  const bring = async (to: Session, numbers: readonly number[]) => {
    const wanted = await packs.pack(contentsOf(catalog, numbers));
    to.send(`contents ${tarSize(wanted)}`);
    await writeContents(wanted, to.input);
  };
  session.hide(knownTexts(catalog.secrets ?? []));
  const fresh = asked
    ? ""
    : ` fresh ${findings.map(({ number, certainty }) => `${number} ${certainty}`).join(" ")}`;
  session.send(
    `apply ${identity.id} ${Buffer.byteLength(approved)} ${tarSize(contents)} ${encodeField(identity.by)} ${patience}${fresh}`,
  );
  session.input.write(approved);
  try {
    await writeContents(contents, session.input);
  } catch (error) {
    // The far end waits for more, and drops what is not whole.
    session.abort();
    throw error;
  }
  // Without this line it was cut short, and does nothing.
  session.send("go");
  return await followRun(
    session,
    new RunLog(checked.name, catalog, reporter),
    identity,
    credentials,
    interrupt,
    bring,
  );
}

/**
 * Reads a run's log until its end, over as many connections as that takes.
 * @param bring Sends the contents of these resources, when the run has come to need them.
 */
export async function followRun<Log extends FollowedRun>(
  session: Session,
  log: Log,
  identity: RunIdentity,
  credentials: Credentials,
  interrupt: Interrupt,
  bring?: (to: Session, numbers: readonly number[]) => Promise<void>,
): Promise<Log> {
  let current = session;
  let question: AccessQuestion | undefined;
  /** Why the machine could not be entered, at last. */
  let refusal: unknown;
  let confirming: Promise<void> | undefined;
  const over = new AbortController();
  const answer = () => {
    if (!log.question || log.question === question) return;
    question = log.question;
    const given = AbortSignal.any([over.signal, interrupt.kill]);
    confirming = confirmAccess(session, identity.id, question, credentials, given).then((error) => {
      refusal = error ?? refusal;
    });
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
      await readLog(current, log, answer, bring);
      if (log.outcome) break;
      const refused = (error: unknown) => {
        refusal = error;
      };
      current = await reconnect(current, log, identity.id, credentials, interrupt, refused);
      repeat();
    }
    // Else a command right after this one would tell of a run that nobody has watched.
    await current.answers(5, "seen");
    current.close();
    over.abort();
    await confirming;
    if (log.outcome === "put-back") log.tellPutBack?.(refusal);
    return log;
  } finally {
    over.abort();
    interrupt.stop.removeEventListener("abort", stop);
    interrupt.kill.removeEventListener("abort", kill);
  }
}

/** Calls `answer` after each line. */
async function readLog(
  session: Session,
  log: FollowedRun,
  answer: () => void,
  bring: ((to: Session, numbers: readonly number[]) => Promise<void>) | undefined,
): Promise<void> {
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
    const numbers = log.wanting ?? [];
    if (launched && bring && numbers.length > 0) {
      log.wanting = [];
      await bring(session, numbers);
    }
  }
}
