import { setImmediate } from "node:timers/promises";
import pLimit from "p-limit";
import type { Catalog } from "../catalog/catalog.ts";
import type { ConvergeNode } from "./node.ts";

/** Resources of catalogs that may be in memory while their nodes are checked: about 25 MB. */
const room = 20_000;

/**
 * Where catalogs are compiled: one after the other, since it is work of this process, so that the first node is asked while
 * the next one is compiled. Big ones wait until others were cleared away, so that not all are in memory.
 */
export class CompileDesk {
  readonly #turn = pLimit(1);
  #resources = 0;
  #cleared: (() => void) | undefined;

  compile(node: ConvergeNode): Promise<Catalog> {
    return this.#turn(async () => {
      while (this.#resources >= room) await new Promise<void>((resolve) => (this.#cleared = resolve));
      // What nodes have answered meanwhile is read first.
      await setImmediate();
      const catalog = await node.compile();
      this.#resources += catalog.resources.length;
      return catalog;
    });
  }

  /** So many resources are needed no more, or their number has to be borne. */
  clear(resources: number): void {
    this.#resources -= resources;
    this.#cleared?.();
  }
}
