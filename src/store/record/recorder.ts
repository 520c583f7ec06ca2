import { setTimeout as wait } from "node:timers/promises";
import type { Event, Reporter } from "../../report/event.ts";
import type { StorePlace, StoreWriter } from "../database/database.ts";
import type { Query } from "../statements.ts";
import { describeTrouble, troubleOf } from "../trouble.ts";
import type { KeptTime, RecordedNode, RecordedRun, RunRows } from "./run-rows.ts";

/** A run, as its command knows it from the beginning. */
export type CommandRun = Pick<RecordedRun, "id" | "command" | "who" | "origin" | "args" | "glance">;

/** What a recorder needs of the one who shows things. */
export interface RecorderVoice {
  /** Says to the user what is wrong with the store. */
  tell(text: string): void;
  /** Takes secrets out of a text. */
  redact(text: string): string;
}

/** What is known when the config is. */
export interface RecordPlace {
  readonly environment: string;
  /** The folder of the config. */
  readonly directory: string;
  readonly nodes: ReadonlyMap<string, RecordedNode>;
  readonly published?: RecordedRun["published"];
  /** How long what is kept. */
  readonly keep?: KeptTime;
  /** Where the store is; undefined where nothing is to be written down. */
  readonly place: () => Promise<StorePlace | undefined>;
}

/** Milliseconds: what happens is in the store after so many, at most. */
const batchTime = 50;
/** The store is opened when a node has answered, or after so many: what is needed for connections comes first. */
const openTime = 100;
/** A run that has nothing to say says so as often, by which others know that it lives. */
const heartbeat = 10_000;
/** Where the store refuses, it is tried again after so many. */
const refusedTime = 5000;
const busyTime = 100;
/** How long the end of a run may take the command. */
const endTime = 5000;

/** Characters of events that wait for a store that does not take them; what comes then is lost to it. */
const mostWaiting = 64 * 2 ** 20;

/**
 * Writes down a run in the store while it goes on: in batches, later than what it tells of, and never in its way. Whatever is wrong
 * with the store is told once, and the run goes on.
 */
export class Recorder {
  readonly #run: CommandRun;
  readonly #voice: RecorderVoice;
  readonly #started = Date.now();
  #place: RecordPlace | undefined;
  /** What happened and is not made to queries yet. */
  #told: { readonly at: number; readonly event: Event }[] = [];
  #begun = false;
  #opening: Promise<void> | undefined;
  #storePlace: StorePlace | undefined;
  #writer: StoreWriter | undefined;
  #rows: RunRows | undefined;
  /** Queries that are not in the store yet. */
  #waiting: Query[] = [];
  #waitingSize = 0;
  #lost = 0;
  /** Characters that were printed. */
  #output = 0;
  #timer: NodeJS.Timeout | undefined;
  /** When it rings. */
  #due = 0;
  #flushing: Promise<void> | undefined;
  #given = false;
  #warned = false;
  #refused: { readonly error: unknown; readonly since: number } | undefined;

  constructor(run: CommandRun, voice: RecorderVoice) {
    this.#run = run;
    this.#voice = voice;
  }

  /** Takes an event, in which no secrets are any more. */
  readonly take: Reporter = (event) => {
    if (this.#given) return;
    const kept = this.#boundOutput(keptEvent(event));
    if (kept) this.#told.push({ at: Date.now(), event: kept });
    if (this.#begun) {
      if (event.type === "node-connected") this.#schedule(0);
      else this.#schedule(this.#writer ? batchTime : openTime);
    } else if (this.#place && begins.has(event.type)) this.start();
  };

  /** The config is known, and so is where the store is. */
  begin(place: RecordPlace): void {
    this.#place ??= place;
    if (this.#told.some(({ event }) => begins.has(event.type))) this.start();
  }

  /** From here on it is a run that is written down, whatever comes of it. */
  start(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#schedule(openTime);
  }

  /** Writes what is left, before the command ends. */
  async finish(): Promise<void> {
    await this.settle();
    if (this.#isEmpty() && this.#rows && !this.#given) {
      this.#waiting.push(...this.#rows.tidy(Date.now(), this.#place?.keep ?? {}));
      await this.#flush();
      // It can be done by the next one.
      if (this.#refused) this.#waiting = [];
    }
    if (!this.#begun || this.#given) return;
    if (this.#refused && !this.#isEmpty()) this.#warn(this.#refused.error);
    if (this.#lost > 0)
      this.#voice.tell(
        `The store did not take what happened for so long that ${this.#lost} events are not in it.`,
      );
    this.#given = true;
    // It is left open: closing it would wait for the disk, and the end of the process closes it as well.
  }

  /** Writes what has happened until now. */
  async settle(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#begun || this.#given) return;
    const limit = Date.now() + endTime;
    do {
      await this.#flush();
      if (this.#isEmpty() || this.#given) break;
      if (this.#refused && !this.#comesAgain()) break;
      await wait(busyTime);
    } while (Date.now() < limit);
  }

  /** The same where the process ends right now, as far as that can be. */
  finishAtOnce(): void {
    if (this.#writer && this.#rows && !this.#given) {
      this.#convert();
      try {
        void this.#writer.write([...this.#waiting, ...this.#rows.heads(Date.now())])?.catch(() => {});
      } catch {
        // Whoever reads it sees that this process is gone.
      }
    }
    this.#given = true;
  }

  /** Of what a run prints without end, the beginning. */
  #boundOutput(event: Event | undefined): Event | undefined {
    if (event?.type !== "output" && event?.type !== "command-output") return event;
    const before = this.#output;
    this.#output += event.line.length + 100;
    if (this.#output <= mostOutput) return event;
    return before <= mostOutput
      ? { type: "note", text: "What it prints from here on is too much to be kept." }
      : undefined;
  }

  /** What is to come sooner is not made later by this: a sign of life is due much later than what happens. */
  #schedule(milliseconds: number): void {
    const due = performance.now() + milliseconds;
    if (this.#timer && this.#due <= due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#flush().then(() => {
        if (this.#given || this.#timer) return;
        this.#schedule(this.#isEmpty() ? heartbeat : this.#refused ? this.#patience() : batchTime);
      });
    }, milliseconds);
    // The command does not wait for it; finish() does.
    this.#timer.unref();
  }

  #patience(): number {
    return this.#comesAgain() ? busyTime : refusedTime;
  }

  /** What was refused goes at once, as soon as somebody else is through, or with a new file in the place of a broken one. */
  #comesAgain(): boolean {
    const trouble = troubleOf(this.#refused?.error);
    return trouble === "busy" || (trouble === "broken" && this.#storePlace?.type === "sqlite");
  }

  #isEmpty(): boolean {
    return this.#told.length === 0 && this.#waiting.length === 0;
  }

  /** One at a time. */
  async #flush(): Promise<void> {
    while (this.#flushing) await this.#flushing;
    this.#flushing = this.#write();
    await this.#flushing;
    this.#flushing = undefined;
  }

  async #write(): Promise<void> {
    if (this.#given) return;
    try {
      this.#opening ??= this.#open();
      await this.#opening;
      if (!this.#writer || !this.#rows) return;
      this.#convert();
      const batch = this.#waiting;
      await this.#writer.write([...batch, ...this.#rows.heads(Date.now())]);
      this.#waiting = this.#waiting.slice(batch.length);
      this.#waitingSize = this.#waiting.reduce((sum, { parameters }) => sum + sizeOf(parameters), 0);
      this.#rows.written();
      this.#refused = undefined;
    } catch (error) {
      await this.#refuse(error);
    }
  }

  async #open(): Promise<void> {
    const { environment, directory, nodes, place, published } = this.#place ?? {};
    const where = await place?.();
    if (!where || environment === undefined || directory === undefined || !nodes) {
      this.#given = true;
      return;
    }
    this.#storePlace = where;
    const { openWriter, prepared, RunRows, thisProcess } = await import("./writing.ts");
    this.#writer = await openWriter(where);
    if (this.#rows) return;
    const statements = prepared[where.type];
    const run = {
      ...this.#run,
      ...{ environment, directory, nodes, published },
      started: this.#started,
      process: thisProcess(),
      redact: (text: string) => this.#voice.redact(text),
    };
    this.#rows = new RunRows(run, statements);
  }

  #convert(): void {
    const told = this.#told;
    this.#told = [];
    for (const { at, event } of withoutPassing(told)) {
      const queries = this.#rows?.of(at, event) ?? [];
      const size = queries.reduce((sum, { parameters }) => sum + sizeOf(parameters), 0);
      if (this.#waitingSize + size > mostWaiting) this.#lost += 1;
      else {
        this.#waiting.push(...queries);
        this.#waitingSize += size;
      }
    }
  }

  async #refuse(error: unknown): Promise<void> {
    if (!this.#writer) this.#opening = undefined;
    this.#refused = { error, since: this.#refused?.since ?? Date.now() };
    const trouble = troubleOf(error);
    if (trouble === "broken" && this.#storePlace?.type === "sqlite") {
      await this.#writer?.close().catch(() => {});
      this.#writer = undefined;
      this.#opening = undefined;
      const { setAside } = await import("../database/set-aside.ts");
      const kept = setAside(this.#storePlace.file, new Date());
      if (kept !== undefined)
        this.#voice.tell(
          `The store was broken (${describeTrouble(error)}). It is kept as ${kept}, and a new one was begun. ` +
            "What the nodes know of earlier runs comes back by: proog history --sync",
        );
    } else if (trouble === "newer") {
      this.#warn(error);
      this.#given = true;
    } else if (trouble !== "busy") this.#warn(error);
  }

  #warn(error: unknown): void {
    if (this.#warned) return;
    this.#warned = true;
    const cure =
      troubleOf(error) === "newer" ? "" : " What the nodes know of it comes back by: proog history --sync";
    this.#voice.tell(
      `This run is not written down, and goes on: ${describeTrouble(error)}.${cure}`.replace("..", "."),
    );
  }
}

/** By these a command shows itself to be more than a refused one. */
const begins: ReadonlySet<Event["type"]> = new Set<Event["type"]>([
  ...([
    "run-started",
    "progress",
    "node-connecting",
    "machine-booted",
    "machine-shot",
    "watch-begun",
  ] as const),
  ...(["node-status", "node-facts", "pool-member", "pool-status"] as const),
]);

/** What is no part of what happened. */
const passedOver: ReadonlySet<Event["type"]> = new Set<Event["type"]>([
  ...(["catalog", "reference", "secret", "task-listed", "finding"] as const),
]);

/** Characters of what one run prints that are kept. */
const mostOutput = 32 * 2 ** 20;

/** Characters of one line that are kept. */
const longestLine = 16_384;

/** The event as it is kept; absent where it is not. */
function keptEvent(event: Event): Event | undefined {
  if (passedOver.has(event.type)) return undefined;
  if ((event.type === "output" || event.type === "command-output") && event.line.length > longestLine) {
    const line = `${event.line.slice(0, longestLine)}… (${event.line.length} characters)`;
    return { ...event, line };
  }
  return event;
}

/** Of what goes on with a node, only the last in a batch. */
function withoutPassing<Told extends { readonly event: Event }>(told: readonly Told[]): Told[] {
  const last = new Map<string, number>();
  for (const [index, { event }] of told.entries())
    if (event.type === "progress") last.set(event.node ?? "", index);
  return told.filter(({ event }, index) => event.type !== "progress" || last.get(event.node ?? "") === index);
}

function sizeOf(parameters: readonly unknown[]): number {
  return parameters.reduce((sum: number, value) => sum + (typeof value === "string" ? value.length : 8), 0);
}
