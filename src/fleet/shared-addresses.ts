import type { PlacedMistake } from "../report/error.ts";
import { isFloatingAddress, priorityOf } from "../resources/floatingAddress/floatingAddress.ts";
import type { Resource } from "../resources/kind.ts";
import { show } from "../resources/rules.ts";

/** A machine among those that share an address. */
interface Sharer {
  readonly node: string;
  readonly address: string;
  /** Those of which it knows that they share it, itself among them if it exists. */
  readonly knows: ReadonlySet<string>;
  readonly priority: number;
  readonly at: string;
}

/**
 * What is wrong between machines that share an address: some that do not know each other, or have the same priority, would have it at the
 * same time. Of one that does not exist yet the others cannot know.
 * @param all The resources of each node, in the order of the fleet.
 */
export function sharedAddressMistakes(all: readonly (readonly Resource[])[]): PlacedMistake[] {
  const sharers = all.flat().filter(isFloatingAddress).filter(isPresent).map(describe);
  const mistakes = new Map<string, PlacedMistake>();
  for (const [index, one] of sharers.entries()) {
    for (const other of sharers.slice(0, index)) {
      const mistake = other.address === one.address ? between(other, one) : undefined;
      // Of two places, the first two of their machines tell.
      const key = JSON.stringify([one.address, one.at, other.at]);
      if (mistake && !mistakes.has(key)) mistakes.set(key, mistake);
    }
  }
  return [...mistakes.values()];
}

function isPresent({ absent }: { readonly absent?: true }): boolean {
  return absent !== true;
}

function describe(resource: Parameters<typeof priorityOf>[0]): Sharer {
  const { node = "", nodes = [], name, at } = resource;
  const knows = new Set(nodes.map((each) => each.node));
  return { ...{ node, address: name, knows, at }, priority: priorityOf(resource) };
}

function between(first: Sharer, second: Sharer): PlacedMistake | undefined {
  if (first.node === second.node || [first, second].some(({ node, knows }) => !knows.has(node)))
    return undefined;
  const names = `${first.node} and ${second.node}`;
  const code = "config-invalid";
  // Of one line there is one place to show.
  const places = { where: second.at, ...(first.at !== second.at && { first: first.at }) };
  if (!first.knows.has(second.node) || !second.knows.has(first.node))
    return {
      ...{ code, ...places },
      message: `${names} both have the floating address ${first.address} and do not know each other, so both would have it at once.`,
      hint: "Give one of them an address of its own, or let both have the role that declares it: machines of one role know each other.",
    };
  if (first.priority !== second.priority) return undefined;
  return {
    ...{ code, ...places },
    message: `${names} have the same priority, ${first.priority}, for the floating address ${first.address}, so both could have it at once.`,
    hint: `Give each its own: priorities: { ${show(first.node)}: 200, ${show(second.node)}: 190 }.`,
  };
}
