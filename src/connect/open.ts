import { ProogError } from "../report/error.ts";
import type { BegunSession } from "./begun-session.ts";
import { Session, type SessionProgram } from "./session.ts";
import type { Become, Credentials, Target } from "./target.ts";

/** A node that answered, and what it says it is. */
export interface Opened {
  readonly session: Session;
  /** `debian 13` */
  readonly system: string;
  /** What no other machine has, as long as it is not booted again. */
  readonly machine: string;
}

/**
 * Connects to a node, becomes root there and starts the program. Root needs nothing; others sudo without a password, and
 * where that is refused with one, asked once; `like` is a session that knows already which it is, and `begun` one that was begun to it.
 * @throws ProogError for a host that cannot be reached, denies, has no sudo right or is no Debian.
 */
export async function openSession(
  target: Target,
  program: SessionProgram,
  credentials: Credentials,
  signal?: AbortSignal,
  like?: Session,
  begun?: BegunSession,
): Promise<Opened> {
  let early = begun;
  const open = (become: Become) => {
    const session = early?.use(program, become);
    if (!session) early?.abort();
    early = undefined;
    return session ?? Session.open(target, program, become);
  };
  const beginOrAgain = async (session: Session) => {
    try {
      return await begin(session, signal);
    } catch (error) {
      if (!session.wasDropped) throw error;
      return await begin(session.anew(program), signal);
    }
  };
  return await becomeRoot(target, credentials, open, beginOrAgain, like?.withPassword);
}

/** What may be refused for the lack of a password, and says what sudo complained of. */
interface Refusable {
  readonly complaint: string;
}

/**
 * Opens and begins what must be root at the far end: as root itself, by sudo without a password, or with one that is asked for.
 * @param withPassword It is known to need one.
 */
export async function becomeRoot<Opening extends Refusable, Result>(
  target: Target,
  credentials: Credentials,
  open: (become: Become) => Opening,
  begin: (opening: Opening) => Promise<Result>,
  withPassword = false,
): Promise<Result> {
  if (!withPassword) {
    if (target.user === "root") return await begin(open("none"));
    try {
      return await begin(open("ask-nothing"));
    } catch (error) {
      if (!(error instanceof ProogError) || error.code !== "sudo-denied") throw error;
    }
  }
  for (let wrong = false; ; wrong = true) {
    const password = await credentials.sudoPassword(target, wrong);
    const opening = open({ password });
    try {
      return await begin(opening);
    } catch (error) {
      // sudo asks again only after a wrong password.
      if (
        wrong ||
        !/Sorry, try again|incorrect password|Authentication failed, try again/.test(opening.complaint)
      )
        throw error;
    }
  }
}

async function begin(session: Session, signal: AbortSignal | undefined): Promise<Opened> {
  const abort = () => session.abort();
  signal?.addEventListener("abort", abort);
  try {
    return await readBeginning(session);
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

async function readBeginning(session: Session): Promise<Opened> {
  let system = "unknown";
  let machine = "";
  const printed: string[] = [];
  for await (const line of session.lines()) {
    if (line.verb === undefined) {
      printed.push(line.text);
    } else if (line.verb === "system") {
      system = `${line.fields[0]} ${line.fields[1]}`;
      machine = line.fields[2] ?? "";
    } else if (line.verb === "unsuitable") {
      throw unsuitable(session.target, system, line.fields);
    } else if (line.verb === "newer") {
      throw newerState(session.target, line.fields[0] ?? "");
    } else if (line.verb === "ready") {
      return { session, system, machine };
    }
  }
  throw session.failure(printed);
}

function newerState({ name }: Target, format: string): ProogError {
  return new ProogError({
    code: "newer-state",
    message: `A newer Proog has worked on ${name}: its /var/lib/proog has the format ${format}, and this one knows 1.`,
    hint: "Use that version, or a later one: npm install proog@latest. Nothing was changed.",
  });
}

function unsuitable(
  target: Target,
  system: string,
  [reason = "", ...missing]: readonly string[],
): ProogError {
  const code = "unsuitable-target";
  const place = target.user ? `${target.user}@${target.address}` : target.address;
  if (reason === "no-debian") {
    return new ProogError({
      code,
      message: `${target.name} (${place}) is no Debian: it says it is ${system}, and has no dpkg.`,
      hint: "Proog works with Debian stable and oldstable, and a current Ubuntu LTS.",
    });
  }
  if (reason === "not-root") {
    return new ProogError({
      code,
      message: `${target.name} (${place}) does not let us be root.`,
      hint: "Log in as root, or as a user that may sudo.",
    });
  }
  return new ProogError({
    code,
    message: `${target.name} (${place}) lacks ${missing.join(", ")}.`,
    hint: `On it: apt-get install ${packagesOf(missing)}`,
  });
}

/** Which Debian package has a command. */
const packages: Readonly<Record<string, string>> = {
  systemctl: "systemd-sysv",
  awk: "mawk",
  xargs: "findutils",
  flock: "util-linux",
  setsid: "util-linux",
  getent: "libc-bin",
  tar: "tar",
  cmp: "diffutils",
};

function packagesOf(commands: readonly string[]): string {
  return [...new Set(commands.map((command) => packages[command] ?? "coreutils"))].join(" ");
}
