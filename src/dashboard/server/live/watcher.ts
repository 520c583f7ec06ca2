import type { ServerResponse } from "node:http";
import type { Live, LiveFilter } from "../../api.ts";
import type { Bus } from "./bus.ts";

/** How often something is sent when nothing happens, so that proxies keep the connection, in milliseconds. */
const beat = 15_000;

/** One who watches: what has happened comes in its order, each state only as it is last. */
export class Watcher {
  readonly #outgoing: ServerResponse;
  readonly #bus: Bus;
  readonly #filter: LiveFilter;
  readonly #states = new Map<string, string>();
  #cursor: number;
  #closed = false;
  /** Something came since it was last looked for. */
  #roused = false;
  /** There may be more than the page that was read. */
  #more = false;
  #wake: () => void = () => {};

  constructor(outgoing: ServerResponse, bus: Bus, filter: LiveFilter, cursor: number) {
    this.#outgoing = outgoing;
    this.#bus = bus;
    this.#filter = filter;
    this.#cursor = cursor;
  }

  /** Something is in another state. An older message about the same that was not sent yet is not needed any more. */
  tell(key: string, text: string): void {
    this.#states.delete(key);
    this.#states.set(key, text);
    this.#rouse();
  }

  end(): void {
    this.#closed = true;
    this.#rouse();
  }

  /** Sends until the other side leaves, or who watches may no longer. */
  async run(hello: Live, mayStay: () => boolean): Promise<void> {
    const more = () => this.#rouse();
    this.#bus.changes.on("more", more);
    this.#outgoing.once("close", () => this.end());
    try {
      await this.#send(writeMessage(hello));
      while (!this.#closed) {
        this.#roused = false;
        const text = await this.#next();
        if (text !== "") await this.#send(text);
        else if (!(await this.#sleep())) {
          if (!mayStay()) break;
          await this.#send(": still here\n\n");
        }
      }
    } finally {
      this.#bus.changes.off("more", more);
      this.#outgoing.end();
    }
  }

  async #next(): Promise<string> {
    const states = [...this.#states.values()].join("");
    this.#states.clear();
    const { events, upTo } = await this.#read();
    this.#more = upTo > this.#cursor;
    this.#cursor = upTo;
    return events.map(({ text }) => text).join("") + states;
  }

  async #read(): ReturnType<Bus["after"]> {
    try {
      return await this.#bus.after(this.#cursor, this.#filter);
    } catch {
      // The store is away: it is read on from here when it is back. States come all the same.
      return { events: [], upTo: this.#cursor };
    }
  }

  #rouse(): void {
    this.#roused = true;
    this.#wake();
  }

  /** False when nothing came for a while. */
  #sleep(): Promise<boolean> {
    if (this.#more || this.#roused) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), beat);
      this.#wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }

  /** One who reads slowly is not sent more than fits, so that it is kept nowhere. */
  async #send(text: string): Promise<void> {
    if (this.#closed || this.#outgoing.write(text)) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#outgoing.off("drain", done);
        this.#outgoing.off("close", done);
        resolve();
      };
      this.#outgoing.once("drain", done);
      this.#outgoing.once("close", done);
    });
  }
}

/** A message that has no id: it is a state, and so needs no going on behind it. */
export function writeMessage(message: Live): string {
  return `event: ${message.type}\ndata: ${JSON.stringify(message)}\n\n`;
}
