import type { Writable } from "node:stream";

/** Milliseconds between two drawings of the live area, and how long something must go on before it is drawn at all. */
const drawEvery = 100;
const drawAfter = 250;

export interface ScreenOptions {
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Whether there is a live area, at the bottom of a terminal. */
  readonly live: boolean;
  readonly now: () => number;
  /** The lines of the live area as they are now, each no wider than the terminal. */
  readonly area: () => readonly string[];
}

type StreamName = "stdout" | "stderr";

interface Write {
  readonly stream: StreamName;
  readonly text: string;
}

/**
 * The two streams, and on a terminal a live area below what was printed. With a live area, what is printed waits for
 * the next drawing, so that a storm of lines does not make it flicker.
 */
export class Screen {
  readonly #options: ScreenOptions;
  readonly #timer: NodeJS.Timeout | undefined;
  #waiting: Write[] = [];
  #drawn: readonly string[] = [];
  #drawnAt = Number.NEGATIVE_INFINITY;
  #busySince: number | undefined;
  #held = false;

  constructor(options: ScreenOptions) {
    this.#options = options;
    if (options.live) this.#timer = setInterval(() => this.flush(), drawEvery).unref();
  }

  print(stream: StreamName, lines: readonly string[]): void {
    if (lines.length === 0) return;
    this.#waiting.push({ stream, text: `${lines.join("\n")}\n` });
    if (this.#options.live && this.#options.now() - this.#drawnAt < drawEvery) return;
    this.flush();
  }

  /** Writes what waits, and draws the live area anew. */
  flush(): void {
    if (this.#held) return;
    const area = this.#currentArea();
    if (this.#waiting.length === 0 && area.join("\n") === this.#drawn.join("\n")) return;
    if (this.#drawn.length > 0) this.#waiting.unshift({ stream: "stderr", text: erase(this.#drawn.length) });
    if (area.length > 0) this.#waiting.push({ stream: "stderr", text: `${area.join("\n")}\n` });
    for (const { stream, text } of joinWrites(this.#waiting)) this.#options[stream].write(text);
    this.#waiting = [];
    this.#drawn = area;
    this.#drawnAt = this.#options.now();
  }

  /** Writes what waits, takes the live area away, and keeps still until `resume`. */
  suspend(): void {
    this.flush();
    this.#erase();
    this.#held = true;
  }

  resume(): void {
    this.#held = false;
    this.#busySince = undefined;
    this.flush();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#held = false;
    this.flush();
    this.#erase();
  }

  /** The live area, once something goes on for longer than a blink. */
  #currentArea(): readonly string[] {
    if (!this.#options.live) return [];
    const area = this.#options.area();
    const now = this.#options.now();
    if (area.length === 0) this.#busySince = undefined;
    else this.#busySince ??= now;
    return this.#busySince !== undefined && now - this.#busySince >= drawAfter ? area : [];
  }

  #erase(): void {
    if (this.#drawn.length > 0) this.#options.stderr.write(erase(this.#drawn.length));
    this.#drawn = [];
  }
}

/** Goes up so many lines and clears from there. */
function erase(lines: number): string {
  return `\x1b[${lines}F\x1b[J`;
}

/** Neighbours on the same stream go out in one write, so that nothing flickers. */
function joinWrites(writes: readonly Write[]): Write[] {
  const joined: Write[] = [];
  for (const write of writes) {
    const last = joined.at(-1);
    if (last?.stream === write.stream) joined.splice(-1, 1, { ...last, text: last.text + write.text });
    else joined.push(write);
  }
  return joined;
}
