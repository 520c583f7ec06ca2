import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { ProogError } from "../report/error.ts";

/** What comes from a node, into a local file; a folder comes as a line with the mark and a tar, into a local folder. See get.sh. */
export class Received {
  readonly #file: string;
  readonly #mark: Buffer;
  readonly #beside: string;
  #begun: Buffer | undefined = Buffer.alloc(0);
  #output: Writable | undefined;
  #written: Promise<unknown> | undefined;
  #tar: ChildProcess | undefined;
  #complaint = "";

  constructor(file: string, mark: string) {
    this.#file = file;
    this.#mark = Buffer.from(`${mark}\n`);
    this.#beside = `${file}.${process.pid}.part`;
  }

  write(chunk: Buffer): void {
    if (!this.#begun) return void this.#output?.write(chunk);
    this.#begun = Buffer.concat([this.#begun, chunk]);
    if (this.#begun.length >= this.#mark.length) this.#tryToBegin(this.#begun);
  }

  /** What has come is whole: a file takes its place, a folder is there. @throws ProogError `command-failed` */
  async keep(): Promise<void> {
    if (this.#begun) this.#tryToBegin(this.#begun);
    this.#output?.end();
    await this.#written;
    if (!this.#tar) renameSync(this.#beside, this.#file);
  }

  /** Nothing of a file stays. */
  drop(): void {
    this.#output?.destroy();
    this.#tar?.kill();
    rmSync(this.#beside, { force: true });
  }

  /** What is wrong here is told when the command there has come to its end. */
  #tryToBegin(begun: Buffer): void {
    try {
      this.#begin(begun);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      const message = `get: ${this.#file} cannot be written: ${why}`;
      this.#written = Promise.reject(new ProogError({ code: "command-failed", message, cause }));
      this.#written.catch(() => {});
    }
  }

  #begin(begun: Buffer): void {
    this.#begun = undefined;
    mkdirSync(dirname(this.#file), { recursive: true });
    const isFolder = begun.subarray(0, this.#mark.length).equals(this.#mark);
    if (isFolder) this.#unpack();
    else {
      this.#output = createWriteStream(this.#beside, { mode: 0o600 });
      this.#written = finished(this.#output);
    }
    this.#written?.catch(() => {});
    this.#output?.write(isFolder ? begun.subarray(this.#mark.length) : begun);
  }

  /** tar(1) writes through no link that it has unpacked, and nowhere but below the folder. */
  #unpack(): void {
    mkdirSync(this.#file, { recursive: true });
    const args = ["-x", "-f", "-", "-C", this.#file, "--no-same-owner", "--no-same-permissions"];
    const env = { ...process.env, LC_ALL: "C", TAR_OPTIONS: "" };
    const tar = spawn("tar", args, { stdio: ["pipe", "ignore", "pipe"], env });
    tar.stderr.on("data", (chunk: Buffer) => {
      this.#complaint = (this.#complaint + chunk.toString("utf8")).slice(-4096);
    });
    // It says itself why it takes no more.
    tar.stdin.on("error", () => {});
    this.#tar = tar;
    this.#output = tar.stdin;
    this.#written = once(tar, "close").then(([status]) => {
      if (status !== 0) throw this.#failure();
    });
  }

  #failure(): ProogError {
    return new ProogError({
      code: "command-failed",
      message: `get: what came could not be unpacked into ${this.#file}.`,
      detail: this.#complaint.trim(),
    });
  }
}
