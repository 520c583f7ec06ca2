import type { Catalog } from "../catalog/catalog.ts";
import type { BegunSession } from "../connect/begun-session.ts";
import type { Target } from "../connect/target.ts";

/** A node to be looked at or changed: how to reach it, and what must hold on it. */
export interface ConvergeNode {
  readonly name: string;
  /** The user's own file and line that says there is such a node. */
  readonly at?: string;
  readonly target: Target;
  /** A session that was begun to it; called once. */
  readonly begun?: () => BegunSession | undefined;
  /** Compiles its catalog; called once, when the node's turn comes. */
  compile(): Promise<Catalog>;
}

/** Two steps of giving up: after the resource in progress, or at once. */
export interface Interrupt {
  readonly stop: AbortSignal;
  readonly kill: AbortSignal;
}
