import { becomeRoot } from "../connect/open.ts";
import type { Become, Credentials, Target } from "../connect/target.ts";
import { CommandSession } from "./command-session.ts";
import type { CommandEnd, CommandOutput, CommandRequest, Runner } from "./request.ts";

/** How many commands run on a node at once; sshd takes ten sessions in a connection (MaxSessions in sshd_config(5)). */
const sessionLimit = 8;

/** Runs commands on a node: each one in a session that is kept for the next, at once where several are waited for together. */
export class NodeRunner implements Runner {
  readonly node: string;
  readonly login: string | undefined;
  readonly #target: Target;
  readonly #credentials: Credentials;
  readonly #open = new Set<CommandSession>();
  readonly #idle = { own: [] as CommandSession[], root: [] as CommandSession[] };
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(target: Target, credentials: Credentials) {
    this.node = target.name;
    this.login = target.user;
    this.#target = target;
    this.#credentials = credentials;
  }

  /** Makes the connection now, so that the first command need not wait for it. */
  begin(): void {
    this.#idle.own.push(this.#start("none"));
  }

  async run(request: CommandRequest, output: CommandOutput, signal: AbortSignal): Promise<CommandEnd> {
    await this.#takePlace();
    try {
      signal.throwIfAborted();
      const kind = request.user === undefined ? "own" : "root";
      const session = request.terminal ? await this.#openTerminal(kind) : await this.#take(kind);
      // Being root is the session's, not the command's.
      const { user, ...rest } = request;
      const asked = user === undefined || user === "root" ? rest : { ...rest, user };
      try {
        return await session.run(asked, output, signal);
      } finally {
        if (session.usable) this.#idle[kind].push(session);
        else {
          this.#open.delete(session);
          session.close();
        }
      }
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  close(): void {
    for (const session of this.#open) session.close();
    this.#open.clear();
  }

  /** The same, also where a connection is still being made. */
  abort(): void {
    for (const session of this.#open) session.abort();
    this.#open.clear();
  }

  async #takePlace(): Promise<void> {
    if (this.#running >= sessionLimit)
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    this.#running += 1;
  }

  async #take(kind: "own" | "root"): Promise<CommandSession> {
    for (let idle = this.#idle[kind].pop(); idle; idle = this.#idle[kind].pop()) if (idle.usable) return idle;
    return kind === "own" ? this.#start("none") : await this.#becomeRoot(false);
  }

  async #openTerminal(kind: "own" | "root"): Promise<CommandSession> {
    return kind === "own" ? this.#start("none", true) : await this.#becomeRoot(true);
  }

  async #becomeRoot(terminal: boolean): Promise<CommandSession> {
    return await becomeRoot(
      this.#target,
      this.#credentials,
      (become) => this.#start(become, terminal),
      async (session) => {
        await session.ready;
        return session;
      },
    );
  }

  #start(become: Become, terminal = false): CommandSession {
    const session = CommandSession.open(this.#target, become, terminal);
    this.#open.add(session);
    return session;
  }
}
