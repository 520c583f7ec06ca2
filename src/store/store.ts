import type {
  DayRecord,
  DriftRecord,
  EventRecord,
  FactsRecord,
  MemorialRecord,
  NodeRecord,
  PoolStateRecord,
  RunDetail,
  RunRecord,
  SampleRecord,
  SlowRecord,
} from "../report/history/records.ts";
import type { OpenOptions, StoreDatabase, StorePlace } from "./database/database.ts";
import type { EventFilter, Page, RunFilter, Span } from "./filters.ts";
import { openDatabase } from "./open.ts";
import { readEvents, readLastEventId } from "./queries/events.ts";
import {
  readExported,
  readFactsHistory,
  readMemorials,
  readNode,
  readNodes,
  readPoolStates,
  readSamples,
} from "./queries/nodes.ts";
import { readRun, readRuns, settleRuns } from "./queries/runs.ts";
import { readDays, readDrift, readSlowest } from "./queries/statistics.ts";

/** What a node tells others. */
export interface ExportedRecord {
  readonly node: string;
  readonly value: unknown;
  /** When the node was last applied with success, and in which run. */
  readonly at: number;
  readonly run?: string;
}

/** What is asked about the history of a fleet. */
export interface Store {
  /** The newest first. */
  runs(filter?: RunFilter, page?: Page): Promise<RunRecord[]>;
  run(id: string): Promise<RunDetail | undefined>;
  /** In their order, from the one after this id on; 0 for all. */
  eventsAfter(id: number, filter?: EventFilter): Promise<EventRecord[]>;
  /** 0 where there is none. */
  lastEventId(): Promise<number>;
  nodes(environment?: string): Promise<NodeRecord[]>;
  node(environment: string, name: string): Promise<NodeRecord | undefined>;
  /** In the order of time, at most about so many: of more, the first of each equal part. */
  samples(environment: string, node: string, span: SampleSpan): Promise<SampleRecord[]>;
  /** The newest first. */
  factsHistory(environment: string, node: string, limit?: number): Promise<FactsRecord[]>;
  /** The newest first. */
  memorials(environment?: string): Promise<MemorialRecord[]>;
  /** Each node's newest in each pool. */
  poolStates(environment: string): Promise<PoolStateRecord[]>;
  /** What nodes tell others under a name, by the nodes' names. */
  exported(environment: string, name: string): Promise<ExportedRecord[]>;
  /** Days that had runs, in their order. */
  days(span: Span, environment?: string): Promise<DayRecord[]>;
  /** What each look at all of a node's resources found, in the order of time. */
  drift(
    span: Span,
    where?: { readonly environment?: string; readonly node?: string },
  ): Promise<DriftRecord[]>;
  /** Resources whose changes take longest, the slowest first; 20 of them, unless told otherwise. */
  slowest(span: Span, limit?: number, environment?: string): Promise<SlowRecord[]>;
  /**
   * Calls back soon after anybody has written to the store, and perhaps when nobody has.
   * @returns what ends that.
   */
  watch(changed: () => void): () => void;
  close(): Promise<void>;
}

/** A part of the time, and how closely it is looked at. */
export interface SampleSpan extends Span {
  /** Default: 500 */
  readonly points?: number | undefined;
}

/**
 * Opens a store to ask it; runs whose process is gone are told as interrupted from then on.
 * @throws ProogError `newer-state` where a newer Proog has written it, `store-unavailable` where it cannot be had.
 */
export async function openStore(place: StorePlace, options: OpenOptions = {}): Promise<Store> {
  return new DatabaseStore(await openDatabase(place, options));
}

class DatabaseStore implements Store {
  readonly #database: StoreDatabase;

  constructor(database: StoreDatabase) {
    this.#database = database;
  }

  async runs(filter: RunFilter = {}, page: Page = {}): Promise<RunRecord[]> {
    await settleRuns(this.#database.kysely);
    return await readRuns(this.#database.kysely, filter, page);
  }

  async run(id: string): Promise<RunDetail | undefined> {
    await settleRuns(this.#database.kysely);
    return await readRun(this.#database.kysely, id);
  }

  eventsAfter(id: number, filter: EventFilter = {}): Promise<EventRecord[]> {
    return readEvents(this.#database.kysely, id, filter);
  }

  lastEventId(): Promise<number> {
    return readLastEventId(this.#database.kysely);
  }

  nodes(environment?: string): Promise<NodeRecord[]> {
    return readNodes(this.#database.kysely, environment);
  }

  node(environment: string, name: string): Promise<NodeRecord | undefined> {
    return readNode(this.#database.kysely, environment, name);
  }

  samples(environment: string, node: string, span: SampleSpan): Promise<SampleRecord[]> {
    return readSamples(this.#database.kysely, environment, node, span);
  }

  factsHistory(environment: string, node: string, limit = 100): Promise<FactsRecord[]> {
    return readFactsHistory(this.#database.kysely, environment, node, limit);
  }

  memorials(environment?: string): Promise<MemorialRecord[]> {
    return readMemorials(this.#database.kysely, environment);
  }

  poolStates(environment: string): Promise<PoolStateRecord[]> {
    return readPoolStates(this.#database.kysely, environment);
  }

  exported(environment: string, name: string): Promise<ExportedRecord[]> {
    return readExported(this.#database.kysely, environment, name);
  }

  days(span: Span, environment?: string): Promise<DayRecord[]> {
    return readDays(this.#database.kysely, span, environment);
  }

  drift(
    span: Span,
    where?: { readonly environment?: string; readonly node?: string },
  ): Promise<DriftRecord[]> {
    return readDrift(this.#database.kysely, span, where);
  }

  slowest(span: Span, limit = 20, environment?: string): Promise<SlowRecord[]> {
    return readSlowest(this.#database.kysely, span, limit, environment);
  }

  watch(changed: () => void): () => void {
    return this.#database.watch(changed);
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}
