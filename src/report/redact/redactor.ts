import { writeEncodings } from "./encodings.ts";

/** What stands in the place of a secret. */
const mask = "***";

/** Of longer texts, any part of this many characters is known, too: programs break lines and cut what they quote. */
const partLength = 12;
const shortestWhole = 20;

/**
 * Takes secrets out of texts: as they are, as programs quote, escape and encode them, and in parts where they are long. It learns
 * them as they are asked for, so that nothing is shown that was ever known here.
 */
export class Redactor {
  readonly #values = new Set<string>();
  /** Texts by which the values are known. */
  #known: readonly string[] = [];
  readonly #parts = new Set<string>();

  /** A value that is shown nowhere from now on. */
  add(value: string): void {
    if (this.#values.has(value)) return;
    this.#values.add(value);
    const found = writeEncodings(value);
    this.#known = [...new Set([...this.#known, ...found])];
    for (const text of found) for (const part of partsOf(text)) this.#parts.add(part);
  }

  /** The text with `***` in the place of what is secret; the same text where there is nothing. */
  text(text: string): string {
    if (this.#known.length === 0 || text.length < 4) return text;
    const secret = this.#find(text);
    return secret.length === 0 ? text : cover(text, secret);
  }

  /** The same in all texts of a value, at any depth but below these names. */
  value<Value>(value: Value, except: ReadonlySet<string> = new Set()): Value {
    if (this.#known.length === 0) return value;
    return this.#each(value, except) as Value;
  }

  /**
   * A way for text that comes in chunks: what may be the beginning of a secret waits for what comes next, at most a line.
   * @param write Gets what is safe to show.
   */
  stream(write: (text: string) => void): { write(chunk: string): void; end(): void } {
    let rest = "";
    return {
      write: (chunk) => {
        rest += chunk;
        const end = rest.lastIndexOf("\n") + 1;
        // A value of several lines is known by each of them.
        if (end > 0) write(this.text(rest.slice(0, end)));
        rest = rest.slice(end);
        const ready = this.#readyOf(rest);
        if (ready > 0) write(this.text(rest.slice(0, ready)));
        rest = rest.slice(ready);
      },
      end: () => {
        if (rest !== "") write(this.text(rest));
        rest = "";
      },
    };
  }

  /** What of a line that has no end yet can be shown: all, unless it ends with what a secret begins with. */
  #readyOf(text: string): number {
    if (this.#known.length === 0 || text === "") return text.length;
    let held = 0;
    for (const known of this.#known) {
      const most = Math.min(known.length - 1, text.length);
      for (let length = most; length > held; length--)
        if (text.endsWith(known.slice(0, length))) {
          held = length;
          break;
        }
    }
    // What is about to be covered must not be cut in the middle.
    const spans = this.#find(text);
    const open = spans.find(([start, end]) => start < text.length - held && end >= text.length - held);
    return open ? open[0] : text.length - held;
  }

  #each(value: unknown, except: ReadonlySet<string>): unknown {
    if (typeof value === "string") return this.text(value);
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map((item) => this.#each(item, except));
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        name,
        except.has(name) ? inner : this.#each(inner, except),
      ]),
    );
  }

  /** Where secrets are, in order, without overlaps. */
  #find(text: string): [start: number, end: number][] {
    const spans: [number, number][] = [];
    for (const known of this.#known)
      for (let at = text.indexOf(known); at >= 0; at = text.indexOf(known, at + 1))
        spans.push([at, at + known.length]);
    if (this.#parts.size > 0)
      for (let at = 0; at + partLength <= text.length; at++)
        if (this.#parts.has(text.slice(at, at + partLength))) spans.push([at, at + partLength]);
    return joinSpans(spans);
  }
}

/** The texts by which values are known, for those who look for them elsewhere. */
export function knownTexts(values: Iterable<string>): string[] {
  return [...new Set([...values].flatMap(writeEncodings))];
}

function partsOf(text: string): string[] {
  if (text.length < shortestWhole) return [];
  const parts: string[] = [];
  // A part in two lines is none that a line has.
  for (let at = 0; at + partLength <= text.length; at++) parts.push(text.slice(at, at + partLength));
  return parts.filter((part) => !part.includes("\n"));
}

function joinSpans(spans: [number, number][]): [number, number][] {
  const joined: [number, number][] = [];
  for (const [start, end] of spans.sort(([one], [other]) => one - other)) {
    const last = joined.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else joined.push([start, end]);
  }
  return joined;
}

function cover(text: string, spans: readonly (readonly [number, number])[]): string {
  let covered = "";
  let from = 0;
  for (const [start, end] of spans) {
    covered += text.slice(from, start) + mask;
    from = end;
  }
  return covered + text.slice(from);
}
