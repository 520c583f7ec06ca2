import { ProogError } from "../report/error.ts";
import type { ConvergeNode } from "./node.ts";

/** Finds out that two nodes of a run are one machine, which nothing in their addresses need tell: what one has, the other would undo. */
export class SameMachines {
  readonly #nodes = new Map<string, ConvergeNode>();
  found: ProogError | undefined;

  /** @throws ProogError `same-machine` for the second one of two. */
  take(machine: string, node: ConvergeNode): void {
    const other = this.#nodes.get(machine);
    if (!other) this.#nodes.set(machine, node);
    if (!other || machine === "") return;
    this.found ??= sameMachine(other, node);
    throw this.found;
  }
}

function sameMachine(one: ConvergeNode, other: ConvergeNode): ProogError {
  const message = `${one.name} (${one.target.address}) and ${other.name} (${other.target.address}) are the same machine.`;
  const hint =
    "A machine is one node, which may have several roles. Take one of the two out. Nothing was changed.";
  const mistake = { code: "same-machine", message, where: other.at, first: one.at, hint } as const;
  return new ProogError({
    ...mistake,
    mistakes: [one.at === other.at ? { ...mistake, first: undefined } : mistake],
  });
}
