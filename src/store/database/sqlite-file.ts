import { closeSync, existsSync, openSync, statSync, watch } from "node:fs";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import type { Query } from "../statements.ts";
import type { StoreWriter } from "./database.ts";

/** How often a file is looked at that no watch tells of, in milliseconds. */
const slowLook = 2000;

/** Statements that are kept prepared; a run has some twenty. */
const mostPrepared = 100;

/** A database in a file, which is made where there is none; its folder is there. */
export class SqliteFile implements StoreWriter {
  readonly database: DatabaseSync;
  readonly #file: string;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(file: string, patience: number) {
    this.#file = file;
    // SQLite gives its other files the same mode.
    if (!existsSync(file)) closeSync(openSync(file, "a", 0o600));
    this.database = new DatabaseSync(file, { timeout: patience });
    // Readers and one writer do not wait for each other; what a power cut takes is the last moment, never the whole.
    try {
      this.database.exec("pragma journal_mode = wal; pragma synchronous = normal");
    } catch (error) {
      this.database.close();
      throw error;
    }
  }

  write(batch: readonly Query[]): undefined {
    this.alone(() => {
      for (const query of batch) this.run(query);
    });
  }

  run({ sql, parameters }: Query): void {
    this.prepare(sql).run(...inputs(parameters));
  }

  /** All of it or nothing, while nobody else writes. */
  alone(write: () => void): void {
    this.database.exec("begin immediate");
    try {
      write();
      this.database.exec("commit");
    } catch (error) {
      // An error such as a full disk may have ended it already.
      if (this.database.isTransaction) this.database.exec("rollback");
      throw error;
    }
  }

  prepare(sql: string): StatementSync {
    const known = this.#prepared.get(sql);
    if (known) return known;
    const statement = this.database.prepare(sql);
    if (this.#prepared.size >= mostPrepared) this.#prepared.clear();
    this.#prepared.set(sql, statement);
    return statement;
  }

  watch(changed: () => void): () => void {
    let seen = sizesOf(this.#file);
    const look = setInterval(() => {
      const now = sizesOf(this.#file);
      if (now === seen) return;
      seen = now;
      changed();
    }, slowLook);
    look.unref();
    const log = `${this.#file}-wal`;
    // It may not be there yet, or go with the last one who writes: then the slow look finds what is new.
    const watcher = existsSync(log) ? watch(log, { persistent: false }, changed) : undefined;
    watcher?.on("error", () => watcher.close());
    return () => {
      clearInterval(look);
      watcher?.close();
    };
  }

  async close(): Promise<void> {
    if (this.database.isOpen) this.database.close();
  }
}

/** Queries are typed, so that they bring nothing else. */
export function inputs(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters as SQLInputValue[];
}

/** What changes when anybody writes. */
function sizesOf(file: string): string {
  return [file, `${file}-wal`]
    .map((path) => {
      const stat = statSync(path, { throwIfNoEntry: false });
      return stat ? `${stat.ino} ${stat.size} ${stat.mtimeMs}` : "";
    })
    .join(" ");
}
