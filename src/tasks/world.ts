import type { RoleContext } from "../fleet/role.ts";
import type { Reporter } from "../report/event.ts";
import type { Item } from "../resources/declare.ts";
import type { Node } from "../resources/node.ts";
import type { Secret } from "../resources/secret/secret.ts";
import type { AppliedItems } from "./context.ts";
import type { Runner } from "./request.ts";

/** On which terms resources are applied in a task. */
export interface ApplyTerms {
  /** The value of a secret that they have, where the task may use it. */
  secretValue(secret: Secret): Promise<string>;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** In seconds. */
  readonly timeLimit: number;
  /** The user's own file and line. */
  readonly at: string;
}

/** What the tasks of one run work with. */
export interface TaskWorld {
  readonly reporter: Reporter;
  /** Ends everything. */
  readonly signal: AbortSignal;
  /** The folder of the config, to which local paths are relative. */
  readonly directory: string;
  readonly dryRun: boolean;
  /** Nothing is run, and no local file is written, but what should have been is kept. */
  readonly recording?: true;
  /** How many nodes at once. */
  readonly parallel: number;
  readonly failFast: boolean;
  readonly environment: RoleContext["environment"];
  readonly fleet: Pick<RoleContext["fleet"], "name" | "nodes">;
  /** Where commands on this machine run. */
  readonly local: Runner;
  /** The nodes that a task is for, of those that the run is about. @throws ProogError `unknown-selector` */
  select(on: readonly string[]): readonly Node[];
  /** A way to a node. @throws ProogError `unreachable` while it does not exist. */
  connect(node: Node): Runner;
  /** The value of a secret, which is shown nowhere from then on. */
  secretValue(secret: Secret): Promise<string>;
  apply(node: Node, items: Item, terms: ApplyTerms): Promise<AppliedItems>;
  /** The name of a task, as it is listed. */
  nameOf(task: object): string;
}
