import { digest } from "../secrets.ts";

/** A login that was begun here and is at the provider's. */
export interface Flow {
  /** Where it is: nobody else is shown what comes back. */
  readonly issuer: string;
  /** What the provider gives back, so that nobody else's answer is taken for it. */
  readonly state: string;
  readonly nonce: string;
  /** By what the provider knows that who brings the code is who asked for it (PKCE). */
  readonly verifier: string;
  /** Where the provider leads back to. */
  readonly redirect: string;
  /** The page that one comes from. */
  readonly to: string;
}

interface KeptFlow extends Flow {
  readonly browser: string;
  readonly from: string;
  readonly begun: number;
}

/** How long one may take, in milliseconds. */
const limit = 10 * 60_000;

/** How many may go on at a time: of one address, and of all. */
const most = { ofAddress: 50, ofAll: 10_000 } as const;

/** Logins that go on: each is finished in the browser that has begun it, one time. */
export class Flows {
  readonly #flows = new Map<string, KeptFlow>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Of who begins too many, the oldest goes. */
  begin(flow: Flow, browser: string, from: string): void {
    for (const [state, { begun }] of this.#flows) if (this.#isOver(begun)) this.#flows.delete(state);
    const own = [...this.#flows.values()].filter((each) => each.from === from);
    const oldest = own.length >= most.ofAddress ? own[0]?.state : undefined;
    if (oldest !== undefined) this.#flows.delete(oldest);
    const [first] = this.#flows.size >= most.ofAll ? this.#flows.keys() : [];
    if (first !== undefined) this.#flows.delete(first);
    this.#flows.set(flow.state, { ...flow, browser: digest(browser), from, begun: this.#now() });
  }

  /** The one that is over by this; absent when it is none of this browser's, or too old. */
  take(state: string, browser: string): Flow | undefined {
    const flow = this.#flows.get(state);
    if (!flow || flow.browser !== digest(browser)) return undefined;
    this.#flows.delete(state);
    return this.#isOver(flow.begun) ? undefined : flow;
  }

  #isOver(begun: number): boolean {
    return this.#now() - begun > limit;
  }
}
