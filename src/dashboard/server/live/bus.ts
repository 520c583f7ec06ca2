import { EventEmitter } from "node:events";
import type { EventRecord } from "../../../report/history/records.ts";
import type { LiveFilter } from "../../api.ts";
import type { History } from "../history/history.ts";
import { describeEvent, isOutput } from "../history/records.ts";

/** An event as it is sent, and what filters ask of it. */
export interface SentEvent {
  readonly id: number;
  readonly run: string;
  readonly environment: string;
  readonly node: string | undefined;
  readonly output: boolean;
  /** As server-sent events have it. */
  readonly text: string;
}

/** What is kept of the newest events: so many, and so many characters of them. */
const limits = { events: 5000, characters: 8_000_000 } as const;

/** Of how many runs is kept where they are. */
const keptRuns = 1000;

/** How many are read from the store at once. */
const page = 500;

/**
 * The newest events of the store, each read and turned into text once for all who watch. What a watcher who is slow has missed of
 * them it reads from the store itself, so nobody's slowness costs memory.
 */
export class Bus {
  /** `more`: there are newer events. `event`: each of them. */
  readonly changes = new EventEmitter<{ more: []; event: [EventRecord, string] }>();
  readonly #history: History;
  readonly #environments = new Map<string, string>();
  #window: SentEvent[] = [];
  #characters = 0;
  #last = 0;
  #begun: Promise<void> | undefined;
  #reading = false;
  #again = false;

  constructor(history: History) {
    this.#history = history;
    this.changes.setMaxListeners(0);
    history.watch(() => void this.#read());
    history.onReplaced(() => {
      this.#window = [];
      this.#characters = 0;
      this.#begun = undefined;
    });
  }

  /** The newest id. */
  async last(): Promise<number> {
    await this.#begin();
    return this.#last;
  }

  /** What comes after this id, at most a page of it, and up to where that is all: some may not be for this filter. */
  async after(
    id: number,
    filter: LiveFilter,
  ): Promise<{ readonly events: readonly SentEvent[]; readonly upTo: number }> {
    await this.#begin();
    const first = this.#window[0]?.id ?? this.#last + 1;
    if (id + 1 >= first || id >= this.#last) {
      const from = this.#window.findIndex((event) => event.id > id);
      const events = from < 0 ? [] : this.#window.slice(from, from + page);
      return { events: events.filter(matches(filter)), upTo: events.at(-1)?.id ?? Math.max(id, this.#last) };
    }
    const store = await this.#history.store();
    const records = await store.eventsAfter(id, {
      limit: page,
      ...(filter.run !== undefined && { run: filter.run }),
    });
    const events = await Promise.all(records.map((record) => this.#describe(record)));
    return {
      events: events.filter(matches(filter)),
      upTo: events.length < page ? Math.max(events.at(-1)?.id ?? 0, first - 1) : (events.at(-1)?.id ?? id),
    };
  }

  #begin(): Promise<void> {
    this.#begun ??= this.#history
      .store()
      .then(async (store) => {
        this.#last = await store.lastEventId();
      })
      .catch((error: unknown) => {
        this.#begun = undefined;
        throw error;
      });
    return this.#begun;
  }

  async #read(): Promise<void> {
    this.#again = true;
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (this.#again) {
        this.#again = false;
        await this.#begin();
        const store = await this.#history.store();
        const records = await store.eventsAfter(this.#last, { limit: page });
        if (records.length === 0) continue;
        for (const record of records) this.#keep(record, await this.#describe(record));
        this.#again = true;
        this.changes.emit("more");
      }
    } catch {
      // The store is away; whoever asks it is told so, and it is read on when it is back.
    } finally {
      this.#reading = false;
    }
  }

  #keep(record: EventRecord, event: SentEvent): void {
    this.#window.push(event);
    this.#characters += event.text.length;
    this.#last = event.id;
    let gone = 0;
    while (
      this.#window.length - gone > limits.events ||
      (this.#characters > limits.characters && gone < this.#window.length - 1)
    )
      this.#characters -= this.#window[gone++]?.text.length ?? 0;
    if (gone > 0) this.#window.splice(0, gone);
    this.changes.emit("event", record, event.environment);
  }

  async #describe(record: EventRecord): Promise<SentEvent> {
    const { id, run, event } = record;
    const environment = await this.#environmentOf(run);
    const described = describeEvent(record, environment);
    return {
      ...{ id, run, environment, node: described.node, output: isOutput(event) },
      text: `id: ${id}\nevent: event\ndata: ${JSON.stringify({ type: "event", ...described })}\n\n`,
    };
  }

  /** That of a run does not change, and each of its events asks for it. */
  async #environmentOf(run: string): Promise<string> {
    const known = this.#environments.get(run);
    if (known !== undefined) return known;
    const environment = (await this.#history.run(run))?.environment;
    if (environment === undefined) return "";
    const [oldest] = this.#environments.keys();
    if (this.#environments.size >= keptRuns && oldest !== undefined) this.#environments.delete(oldest);
    this.#environments.set(run, environment);
    return environment;
  }
}

function matches({ run, environment, node, quiet }: LiveFilter): (event: SentEvent) => boolean {
  return (event) =>
    (run === undefined || event.run === run) &&
    (environment === undefined || event.environment === environment) &&
    (node === undefined || event.node === node) &&
    (!quiet || !event.output);
}
