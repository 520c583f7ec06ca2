import type { Item } from "../../src/resources/declare.ts";

/** A kind of resource, and how a machine comes to have a thousand of it in order. */
export interface KindBench {
  /** As the table shows it: `run, guarded by a command`. */
  readonly what: string;
  /** Milliseconds per resource to stay under: 0.1 where the kind has a survey, else 5. */
  readonly limit: 0.1 | 5;
  /** Default: 1,000. */
  readonly count?: number;
  /** Why there are not 1,000 of it. */
  readonly why?: string;
  /** Debian packages that it needs. */
  readonly packages?: readonly string[];
  /** Shell that is run on the machine first; what it prints goes to `resources`. */
  readonly start?: string;
  /** What is declared: what `start` has not made, apply makes. `folder` is one on this host for local files. */
  resources(count: number, folder: string, said: string): Item | Promise<Item>;
  /** Shell that makes all of them of the first, where apply would take minutes. */
  readonly copy?: string;
}

/** How many of each kind, where a machine can have so many. */
export const usualCount = 1000;

export function many<Made>(count: number, make: (index: number) => Made): Made[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** In shell: for each number of a thousand, as $i. */
export function forAll(body: string): string {
  return `i=0; while [ $i -lt ${usualCount} ]; do ${body}; i=$((i + 1)); done`;
}
