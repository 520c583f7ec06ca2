import type { JournalLine } from "./entry.ts";

/** Puts lines of many journals into the order of time, as far as they are known. */
export class LineMerger {
  #waiting: JournalLine[] = [];

  add(line: JournalLine): void {
    this.#waiting.push(line);
  }

  /** Those of before this moment, which no later one can precede; without one, all. */
  take(before = Number.POSITIVE_INFINITY): JournalLine[] {
    // Lines of the same moment stay as they came.
    const sorted = this.#waiting.toSorted((one, other) => one.at - other.at);
    const count = sorted.findIndex(({ at }) => at >= before);
    const ready = count < 0 ? sorted : sorted.slice(0, count);
    this.#waiting = sorted.slice(ready.length);
    return ready;
  }
}
