import type { Program } from "../catalog/program.ts";
import { Session, type SessionProgram } from "./session.ts";
import type { Become, Target } from "./target.ts";

/** A session that is begun before it is known what for: it waits for its program, and nothing goes over it until then. */
export class BegunSession {
  readonly become: Become;
  readonly #mode: string;
  readonly #session: Session;
  readonly #program = Promise.withResolvers<Program>();
  readonly #prints = Promise.withResolvers<string>();

  constructor(target: Target, mode: string) {
    this.become = target.user === "root" ? "none" : "ask-nothing";
    this.#mode = mode;
    const program = { mode, program: this.#program.promise, prints: this.#prints.promise };
    this.#prints.promise.catch(() => {});
    this.#session = Session.open(target, program, this.become);
  }

  /** The session, which is the caller's then; absent where it is not one for that. */
  use({ mode, program, prints = "" }: SessionProgram, become: Become): Session | undefined {
    if (mode !== this.#mode || become !== this.become || program === undefined) return undefined;
    this.#program.resolve(program);
    this.#prints.resolve(prints);
    return this.#session;
  }

  abort(): void {
    this.#session.abort();
  }
}
