import type { ProogError } from "../report/error.ts";

/** Milliseconds that a function has for its own end, once all was asked to end. */
const lastWords = 1000;

/** How a call is waited for. */
export interface Patience {
  /** Ends everything. */
  readonly signal: AbortSignal;
  /** Seconds that its function may wait for what is nothing that it has begun here, and so has no limit of its own. */
  readonly timeLimit: number;
  /** The error of one that is waited for no more. */
  giveUp(code: "time-limit" | "interrupted"): ProogError;
}

/** What a call has begun: commands and the like. One that nobody waits for is waited for at the end. */
export class Pending {
  readonly #patience: Patience;
  readonly #begun = new Set<Begun>();
  readonly #ending = new AbortController();
  readonly #failed = Promise.withResolvers<never>();
  #running = 0;
  #following = false;
  #watch: NodeJS.Timeout | undefined;
  /** Ends them. */
  readonly signal: AbortSignal;

  constructor(patience: Patience) {
    this.#patience = patience;
    this.signal = AbortSignal.any([patience.signal, this.#ending.signal]);
    this.#failed.promise.catch(() => {});
  }

  /** Rejects when the call has failed. */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  /** Calls the function, and waits for it and for all that it has begun, but not forever. */
  async follow<Value>(action: () => Value | Promise<Value>): Promise<Value> {
    const interrupted = () => void this.#giveUpInterrupted();
    const { signal } = this.#patience;
    signal.addEventListener("abort", interrupted, { once: true });
    this.#following = true;
    this.#startWatch();
    let value: Value;
    try {
      value = await Promise.race([(async () => await action())(), this.failed]);
    } catch (error) {
      // What it had begun beside is of no use any more.
      this.#ending.abort();
      this.#failed.reject(error);
      await this.#settle();
      throw error;
    } finally {
      this.#following = false;
      clearTimeout(this.#watch);
      signal.removeEventListener("abort", interrupted);
    }
    await this.#settle();
    // One that failed without anyone having waited for it is an error.
    for (const begun of this.#begun) if (!begun.awaited) await begun.promise();
    return value;
  }

  /** Begins something that has a limit of its own, unless the call has failed: then whatever still goes on of it begins nothing more. */
  begin<Value>(action: () => Promise<Value>): Promise<Value> {
    const promise = this.#ending.signal.aborted
      ? Promise.reject(this.#patience.giveUp("interrupted"))
      : this.hold(action());
    const begun = new Begun((resolve, reject) => promise.then(resolve, reject));
    this.#begun.add(begun);
    // Its failure is told at the end, when nobody has waited for it; a result that has been given is kept no longer.
    begun.promise().then(
      () => this.#begun.delete(begun),
      () => {},
    );
    return begun as unknown as Promise<Value>;
  }

  /** Waits for what ends by itself: meanwhile the function may wait. */
  async hold<Value>(promise: Promise<Value>): Promise<Value> {
    this.#running += 1;
    clearTimeout(this.#watch);
    try {
      return await promise;
    } finally {
      this.#running -= 1;
      this.#startWatch();
    }
  }

  #startWatch(): void {
    if (this.#running > 0 || !this.#following) return;
    const { timeLimit } = this.#patience;
    this.#watch = setTimeout(
      () => this.#failed.reject(this.#patience.giveUp("time-limit")),
      timeLimit * 1000,
    );
    // When nothing else is left, nothing can come any more, and that is told at once.
    this.#watch.unref();
  }

  async #giveUpInterrupted(): Promise<void> {
    await this.#settle();
    setTimeout(() => this.#failed.reject(this.#patience.giveUp("interrupted")), lastWords);
  }

  async #settle(): Promise<void> {
    await Promise.allSettled([...this.#begun].map((begun) => begun.promise()));
  }
}

/** A promise that knows whether somebody waits for it. A plain one cannot be asked. */
class Begun extends Promise<unknown> {
  awaited = false;

  // What `then` gives is a plain promise.
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  // biome-ignore lint/suspicious/noThenProperty: that is how waiting for it is noticed.
  override then<One, Two>(
    done?: ((value: unknown) => One | PromiseLike<One>) | null,
    failed?: ((reason: unknown) => Two | PromiseLike<Two>) | null,
  ): Promise<One | Two> {
    this.awaited = true;
    return super.then(done, failed);
  }

  /** The same without being taken for a waiting one. */
  promise(): Promise<unknown> {
    const before = this.awaited;
    const plain = super.then((value) => value);
    this.awaited = before;
    return plain;
  }
}
