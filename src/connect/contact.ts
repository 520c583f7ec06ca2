import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { quote } from "../catalog/quote.ts";
import { type ErrorCode, ProogError } from "../report/error.ts";
import { harmless } from "../report/text/harmless.ts";
import { Askpass } from "./askpass.ts";
import { sshArguments } from "./ssh.ts";
import { placeOf, sshFailure } from "./ssh-failure.ts";
import type { Target } from "./target.ts";

/** A host key that ssh does not know yet. */
export interface UnknownKey {
  /** `SHA256:…`, as ssh-keygen -l prints it. */
  readonly fingerprint: string;
  /** `ED25519` */
  readonly type: string;
  /** What ssh has to say of it: other names that it is known by. */
  readonly remarks: readonly string[];
}

/** Who is asked at the first contact with a machine. */
export interface Receptionist {
  /** Whether the key of the host is right; it is remembered then, where ssh remembers. */
  acceptKey(target: Target, key: UnknownKey): Promise<boolean>;
  /** What ssh asks: a passphrase or, where `password` is allowed, a password. None when there is nobody. */
  answer(target: Target, question: string): Promise<string | undefined>;
  /** Whether a password may be asked for, where no key lets us in. */
  readonly asksPasswords: boolean;
  progress(target: Target, text: string): void;
}

/** How a machine let us in. */
export interface Contact {
  readonly target: Target;
  /** The password that it took, if it took one. */
  readonly password?: string;
}

interface Attempt {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly password?: string;
  readonly refused?: UnknownKey;
}

export interface ContactOptions {
  /** A place for files where programs can be run. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** For so many seconds sshd may shut out whom it has denied several times; see PerSourcePenalties in sshd_config(5). */
const longestPenalty = 40;

/**
 * Comes to a machine for the first time, as the first of these users whom it lets in: by keys, or else by a password as the first
 * one. The connection is kept, so that what follows needs neither.
 * @throws ProogError that says how it was denied, which host key is not known, or that it cannot be reached.
 */
export async function makeContact(
  target: Target,
  users: readonly string[],
  receptionist: Receptionist,
  options: ContactOptions,
): Promise<Contact> {
  const waiting = [...users];
  const denied: ProogError[] = [];
  const tried = new Set<string>();
  for (let user = waiting.shift(); user !== undefined; user = waiting.shift()) {
    if (tried.has(user)) continue;
    tried.add(user);
    const as = { ...target, user };
    const attempt = await tellingWhenSlow(
      () => receptionist.progress(as, `connecting as ${user}`),
      tried.size > 1,
      tryLogin(as, receptionist, options, false),
    );
    if (isIn(attempt)) return { target: as };
    // Please login as the user "debian" rather than the user "root".
    const [, other] = /login as the user "([a-z_][a-z0-9_-]*)"/.exec(attempt.stdout) ?? [];
    if (other !== undefined) waiting.unshift(other);
    else {
      const error = failureOf(as, attempt);
      if (error.code !== "permission-denied") throw error;
      denied.push(error);
    }
  }
  const [first] = users;
  if (
    receptionist.asksPasswords &&
    first !== undefined &&
    denied.some(({ detail }) => takesPasswords(detail))
  ) {
    const as = { ...target, user: first };
    receptionist.progress(as, `connecting as ${first} by a password`);
    const attempt = await tryLogin(as, receptionist, options, true);
    if (isIn(attempt)) return { target: as, ...(attempt.password && { password: attempt.password }) };
    throw failureOf(as, attempt);
  }
  throw deniedError(target, [...tried], denied);
}

/** Tells of an attempt at once, or when it takes longer than a second. */
async function tellingWhenSlow<Result>(
  tell: () => void,
  now: boolean,
  attempt: Promise<Result>,
): Promise<Result> {
  const timer = now ? undefined : setTimeout(tell, 1000);
  if (now) tell();
  try {
    return await attempt;
  } finally {
    clearTimeout(timer);
  }
}

/** root@web1: Permission denied (publickey,password). */
function takesPasswords(detail = ""): boolean {
  return /\((.*,)?(password|keyboard-interactive)(,.*)?\)/.test(detail);
}

function isIn({ status, stdout }: Attempt): boolean {
  return status === 0 && /(^|\n)[0-9]+\n$/.test(stdout);
}

/** Tries again while sshd shuts us out for attempts that were denied before. */
async function tryLogin(
  target: Target,
  receptionist: Receptionist,
  options: ContactOptions,
  byPassword: boolean,
): Promise<Attempt> {
  for (let waited = 0; ; waited += 5) {
    const attempt = await login(target, receptionist, options, byPassword);
    const shutOut =
      attempt.status === 255 && /kex_exchange_identification|Not allowed at this time/.test(attempt.stderr);
    if (!shutOut || waited >= longestPenalty || options.signal.aborted) return attempt;
    receptionist.progress(target, "waiting: sshd lets us in after some seconds");
    await sleep(5000, undefined, { signal: options.signal }).catch(() => {});
  }
}

async function login(
  target: Target,
  receptionist: Receptionist,
  { folder, signal }: ContactOptions,
  byPassword: boolean,
): Promise<Attempt> {
  let password: string | undefined;
  let refused: UnknownKey | undefined;
  let thrown: unknown;
  const askpass = await Askpass.open(folder, async (question) => {
    // ssh asks for a password three times.
    if (thrown) return undefined;
    const key = parseKeyQuestion(question);
    if (key) {
      if (await receptionist.acceptKey(target, key)) return "yes";
      refused = key;
      return "no";
    }
    const answer = await receptionist.answer(target, question).catch((error: unknown) => {
      thrown = error;
      return undefined;
    });
    if (byPassword && !/passphrase/i.test(question)) password = answer;
    return answer;
  });
  const methods = byPassword
    ? ["NumberOfPasswordPrompts=3"]
    : ["PasswordAuthentication=no", "KbdInteractiveAuthentication=no"];
  const settings = [...methods, "BatchMode=no"].flatMap((setting) => ["-o", setting]);
  try {
    const ended = await runSsh(
      [...settings, ...sshArguments(target), "id -u"],
      "",
      signal,
      askpass.environment,
    );
    // Who does not want to answer does not want to go on.
    if (thrown) throw thrown;
    return { ...ended, ...(password !== undefined && { password }), ...(refused && { refused }) };
  } finally {
    askpass.close();
  }
}

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function runSsh(
  args: readonly string[],
  input: string,
  signal: AbortSignal,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Ended> {
  // A session of its own: it must not ask on the terminal by itself.
  const child = spawn("ssh", ["-T", ...args], { stdio: ["pipe", "pipe", "pipe"], detached: true, env });
  const abort = () => child.kill("SIGTERM");
  signal.addEventListener("abort", abort);
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null)).once("close", resolve);
  });
  try {
    const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    if (signal.aborted)
      throw new ProogError({ code: "interrupted", message: "Interrupted at the first contact." });
    return { status, stdout, stderr };
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/**
 * The key that ssh asks about:
 *
 *     The authenticity of host 'web1 (10.1.2.3)' can't be established.
 *     ED25519 key fingerprint is SHA256:….
 *     This key is not known by any other names.
 *     Are you sure you want to continue connecting (yes/no/[fingerprint])?
 */
function parseKeyQuestion(question: string): UnknownKey | undefined {
  const [, type = "", fingerprint] = /^(\S+) key fingerprint is:? (\S+?)\.?$/m.exec(question) ?? [];
  if (fingerprint === undefined) return undefined;
  const lines = question.split("\n");
  const from = lines.findIndex((line) => line.includes(fingerprint));
  const remarks = lines
    .slice(from + 1)
    .filter((line) => line !== "" && !/^Are you sure|not known by any other/.test(line));
  return { fingerprint, type, remarks: remarks.map(harmless) };
}

function failureOf(target: Target, { status, stdout, stderr, refused }: Attempt): ProogError {
  if (refused) return unknownKey(target, refused);
  if (status === 255 || status === null) return sshFailure(target, stderr);
  return new ProogError({
    code: "unsuitable-target",
    message: `${target.name} (${placeOf(target)}) lets us in, but runs no command: it ended with status ${status}.`,
    detail: `${stdout}${stderr}`.trim().split("\n").slice(-20).join("\n"),
    hint: "The user needs a shell: proog install … --user NAME takes another one.",
  });
}

function unknownKey(target: Target, { type, fingerprint, remarks }: UnknownKey): ProogError {
  return new ProogError({
    code: "host-key-unknown",
    message: `The ${type} host key of ${target.name} (${placeOf(target)}) is not known:`,
    detail: [fingerprint, ...remarks].join("\n"),
    hint:
      `Compare it with what the machine itself says, on its console:\n  ssh-keygen -lf /etc/ssh/ssh_host_${type.toLowerCase()}_key.pub\n` +
      `If it is the same:\n  proog install … --accept-host-key ${fingerprint}`,
  });
}

function deniedError(target: Target, users: readonly string[], denied: readonly ProogError[]): ProogError {
  const names = users.length > 1 ? `${users.slice(0, -1).join(", ")} and ${users.at(-1)}` : (users[0] ?? "");
  const { detail = "" } = denied[0] ?? {};
  const code: ErrorCode = "permission-denied";
  return new ProogError({
    code,
    message: `${target.name} (${target.address}) denies the login as ${names}.`,
    detail,
    hint: takesPasswords(detail)
      ? "In a terminal a password is asked for; --user NAME says whose."
      : `It takes keys alone: put yours there (ssh-copy-id), or name a user who may enter: --user NAME`,
  });
}

/** Lets these public keys enter as the target's user, over the kept connection. */
export async function authorize(target: Target, keys: readonly string[], signal: AbortSignal): Promise<void> {
  const script = readFileSync(new URL("authorize.sh", import.meta.url), "utf8");
  const command = `sh -c ${quote(script)}`;
  const args = ["-o", "BatchMode=yes", ...sshArguments(target), command];
  const { status, stderr } = await runSsh(args, keys.map((key) => `${key}\n`).join(""), signal);
  if (status === 0) return;
  throw new ProogError({
    code: "permission-denied",
    message: `The key could not be put on ${target.name} (${placeOf(target)}).`,
    detail: stderr.trim(),
    hint: `Put it there by hand, into the user's ~/.ssh/authorized_keys: ${keys[0]}`,
  });
}

/** Whether one comes in by keys alone, by a connection of its own. */
export async function entersByKey(target: Target, signal: AbortSignal): Promise<boolean> {
  const args = ["-o", "BatchMode=yes", ...sshArguments({ ...target, fresh: true }), "true"];
  return (await runSsh(args, "", signal)).status === 0;
}
