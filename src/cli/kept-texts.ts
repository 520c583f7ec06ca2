import { hash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FleetPlan, NodeResult } from "../converge/converge.ts";
import { makeStateFolder, stateFolder } from "./last-run.ts";

/**
 * Texts by which nodes of an environment were made the last time, and which these keep; see `KeptText`. They can be lost: then nodes
 * get theirs as a whole.
 */
export class KeptTexts {
  readonly #directory: string;
  readonly #folder: string;
  readonly #found = new Map<string, string | undefined>();

  constructor(directory: string, environment: string) {
    this.#directory = directory;
    this.#folder = join(stateFolder(directory), `kept-${environment}`);
  }

  find(of: string): string | undefined {
    if (!this.#found.has(of)) this.#found.set(of, readText(this.#file(of)));
    return this.#found.get(of);
  }

  /** What nodes were made by that came out well; and what those have that are in order, where nothing is known yet. */
  note({ checked }: FleetPlan, results: readonly NodeResult[]): void {
    const outcomes = new Map(results.map(({ name, outcome }) => [name, outcome]));
    for (const { name, catalog, changes } of checked) {
      const outcome = outcomes.get(name);
      for (const [key, { of, text }] of catalog.kept ?? []) {
        const isMade = outcome === "done" && changes.some(({ resource }) => resource.key === key);
        if (isMade || (outcome === "in-order" && this.find(of) === undefined)) this.#keep(of, text);
      }
    }
  }

  /** Of commands beside one another, the last one has its way. One that was cut short is the text of no node, so that they say so. */
  #keep(of: string, text: string): void {
    if (this.find(of) === text) return;
    this.#found.set(of, text);
    try {
      makeStateFolder(this.#directory);
      mkdirSync(this.#folder, { recursive: true });
      writeFileSync(this.#file(of), text);
    } catch {
      // The next command is only the slower for it.
    }
  }

  #file(of: string): string {
    return join(this.#folder, hash("sha256", of).slice(0, 32));
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
