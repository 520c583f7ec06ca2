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

/**
 * The two streams, and on a terminal a live area below what was printed. With a live area, what is printed waits for
 * the next drawing, so that a storm of lines does not make it flicker.
 */
export class Screen {
  readonly #options: ScreenOptions;
  readonly #timer: NodeJS.Timeout | undefined;
  #waiting: { readonly stream: StreamName; readonly text: string }[] = [];
  #drawn: readonly string[] = [];
  #drawnAt = Number.NEGATIVE_INFINITY;
  #busySince: number | undefined;
  #held = false;

  constructor(options: ScreenOptions) {
    this.#options = options;
    // A reader that has gone away (`proog plan | head`) is no reason to let a run die.
    for (const stream of [options.stdout, options.stderr]) stream.on("error", ignoreBrokenPipe);
    if (options.live) this.#timer = setInterval(() => this.#tick(), drawEvery).unref();
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
    this.#erase();
    for (const { stream, text } of this.#joined()) this.#options[stream].write(text);
    this.#waiting = [];
    if (area.length > 0) this.#options.stderr.write(`${area.join("\n")}\n`);
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

  #tick(): void {
    this.flush();
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
    if (this.#drawn.length > 0) this.#options.stderr.write(`\x1b[${this.#drawn.length}F\x1b[J`);
    this.#drawn = [];
  }

  /** Neighbours on the same stream go out in one write. */
  #joined(): { stream: StreamName; text: string }[] {
    const joined: { stream: StreamName; text: string }[] = [];
    for (const { stream, text } of this.#waiting) {
      const last = joined.at(-1);
      if (last?.stream === stream) last.text += text;
      else joined.push({ stream, text });
    }
    return joined;
  }
}

function ignoreBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
