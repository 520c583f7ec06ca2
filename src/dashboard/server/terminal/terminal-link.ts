import type { WebSocketLike } from "@hono/node-server";
import type { IPty } from "@lydell/node-pty";
import type { WSContext } from "hono/ws";
import type { TerminalEnd, TerminalResize } from "../../api.ts";

/** From so many bytes that wait to be sent on, the terminal is not read; and how often is looked whether they are gone, in milliseconds. */
const fullAt = 1_000_000;
const lookEvery = 20;

/** How often is looked whether its user may still be here, in milliseconds. */
const checkEvery = 15_000;

/** A terminal and the page that shows it: when one of both is gone, the other one goes. */
export class TerminalLink {
  readonly #pty: IPty;
  readonly #peer: WSContext<WebSocketLike>;
  readonly #check: NodeJS.Timeout;
  readonly #ends: (() => void)[] = [];
  #over = false;

  constructor(pty: IPty, peer: WSContext<WebSocketLike>, mayStay: () => boolean) {
    this.#pty = pty;
    this.#peer = peer;
    // They are bytes, whatever its type says: no encoding was asked for.
    pty.onData((chunk: unknown) => this.#print(chunk as Uint8Array<ArrayBuffer>));
    pty.onExit(({ exitCode }) => this.#end({ status: exitCode }));
    this.#check = setInterval(() => {
      if (!mayStay()) this.hangUp();
    }, checkEvery);
  }

  onEnd(listener: () => void): void {
    this.#ends.push(listener);
  }

  type(data: ArrayBufferLike | Blob): void {
    if (this.#over || data instanceof Blob) return;
    // Bytes here, too: a mouse types some that are no text.
    const bytes: unknown = Buffer.from(new Uint8Array(data));
    this.#pty.write(bytes as string);
  }

  resize(size: TerminalResize | undefined): void {
    if (!this.#over && size) this.#pty.resize(size.columns, size.rows);
  }

  /** As a terminal that is closed: what runs in it is told so. */
  hangUp(): void {
    if (this.#over) return;
    this.#pty.kill("SIGHUP");
    this.#end({ status: 129 });
  }

  #print(chunk: Uint8Array<ArrayBuffer>): void {
    if (this.#over) return;
    this.#peer.send(chunk);
    if (this.#waiting() > fullAt) this.#pause();
  }

  /** A program that prints without end waits for a page that is slow. */
  #pause(): void {
    this.#pty.pause();
    const timer = setInterval(() => {
      if (!this.#over && this.#waiting() > fullAt / 2) return;
      clearInterval(timer);
      if (!this.#over) this.#pty.resume();
    }, lookEvery);
  }

  #waiting(): number {
    const { raw } = this.#peer;
    return raw && "bufferedAmount" in raw && typeof raw.bufferedAmount === "number" ? raw.bufferedAmount : 0;
  }

  #end(end: TerminalEnd): void {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#check);
    this.#peer.send(JSON.stringify(end));
    this.#peer.close();
    for (const listener of this.#ends) listener();
  }
}
