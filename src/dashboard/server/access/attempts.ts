import { Refusal } from "../problem.ts";

/** How many wrong ones are let pass, within how many milliseconds. */
const limits = { ofAddress: 10, ofName: 30, within: 15 * 60_000 } as const;

/** Of how many addresses and names is kept what they tried. */
const most = 10_000;

/** Who tries too often has to wait: from one address, and with one name from any. */
export class Attempts {
  readonly #failures = new Map<string, number[]>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** @throws Refusal with the seconds to wait. */
  require(from: string, name: string): void {
    const wait = Math.max(
      this.#wait(`from ${from}`, limits.ofAddress),
      this.#wait(`name ${name}`, limits.ofName),
    );
    if (wait <= 0) return;
    const seconds = Math.ceil(wait / 1000);
    throw new Refusal({
      code: "too-many-requests",
      message: `Too many wrong logins. Wait ${seconds} s.`,
      seconds,
    });
  }

  failed(from: string, name: string): void {
    for (const key of [`from ${from}`, `name ${name}`]) {
      const times = [...this.#recent(key), this.#now()];
      this.#failures.delete(key);
      this.#failures.set(key, times);
    }
    for (const key of this.#failures.keys()) {
      if (this.#failures.size <= most) break;
      this.#failures.delete(key);
    }
  }

  succeeded(from: string): void {
    this.#failures.delete(`from ${from}`);
  }

  /** Milliseconds until the oldest of so many no longer counts. */
  #wait(key: string, count: number): number {
    const recent = this.#recent(key);
    const oldest = recent.at(-count);
    return oldest === undefined ? 0 : oldest + limits.within - this.#now();
  }

  #recent(key: string): number[] {
    const since = this.#now() - limits.within;
    return (this.#failures.get(key) ?? []).filter((time) => time > since);
  }
}
