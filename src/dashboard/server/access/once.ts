import { isSame, newSecret } from "./secrets.ts";

/** How long a link is good for, in milliseconds. */
const limit = 15 * 60_000;

/** The secret of the link that logs in: each is good for one time, and for a quarter of an hour. */
export class OneTimeLink {
  #secret = newSecret();
  #made: number;
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.#made = now();
  }

  get secret(): string {
    return this.#secret;
  }

  /** Whether it is the one; it is not any more then. */
  take(secret: string): boolean {
    if (this.#now() - this.#made > limit || !isSame(secret, this.#secret)) return false;
    this.renew();
    return true;
  }

  /** Another one, from now on. */
  renew(): string {
    this.#secret = newSecret();
    this.#made = this.#now();
    return this.#secret;
  }
}
