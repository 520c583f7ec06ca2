import { ProogError } from "../report/error.ts";
import { listNames } from "../report/text/names.ts";
import { nearestName } from "../report/text/nearest.ts";

interface Selectable {
  readonly name: string;
  readonly roles: readonly string[];
  readonly group?: string;
  readonly address?: string;
}

/** Where nodes are selected: its nodes, and the roles that it may have no node of. */
export interface Selection<N extends Selectable> {
  readonly environment: string;
  readonly nodes: readonly N[];
  readonly fleet: { readonly roles: Readonly<Record<string, unknown>> };
}

/**
 * The nodes that selectors name, in the nodes' own order: a role (`web`), a node (`web-1`), a slice of a role
 * (`web-1..3`), a group of nodes (`box` for `box-1` and `box-2`) or an address. No selector means all nodes.
 * @throws ProogError `unknown-selector` for those that name nothing, with the nearest name.
 */
export function selectNodes<N extends Selectable>(
  { environment, nodes, fleet }: Selection<N>,
  selectors: readonly string[],
): N[] {
  if (selectors.length === 0) return [...nodes];
  const roles = Object.keys(fleet.roles);
  const found = selectors.map((selector) => ({ selector, names: matchSelector(nodes, selector) }));
  const empty = found.filter(({ names }) => names.length === 0).map(({ selector }) => selector);
  if (empty.length > 0) throw unknownSelector(environment, empty, nodes, roles);
  const wanted = new Set(found.flatMap(({ names }) => names));
  return nodes.filter(({ name }) => wanted.has(name));
}

/** The one node that is named. */
export function selectNode<N extends Selectable>(selection: Selection<N>, name: string, command: string): N {
  const [node, other] = selectNodes(selection, [name]);
  if (node && !other) return node;
  throw new ProogError({
    code: "unknown-selector",
    message: `${name} is several nodes in ${selection.environment}, and ${command} takes one.`,
    hint: `Name one: ${command} ${node?.name}`,
  });
}

function matchSelector(nodes: readonly Selectable[], selector: string): string[] {
  const [, stem, first, last] = /^(.+)-([0-9]+)\.\.([0-9]+)$/.exec(selector) ?? [];
  const matches = ({ name, roles, group: entry, address }: Selectable) => {
    if ([name, entry, address, ...roles].includes(selector)) return true;
    const [, group, number] = /^(.+)-([0-9]+)$/.exec(name) ?? [];
    if (stem === undefined) return group === selector;
    return group === stem && Number(number) >= Number(first) && Number(number) <= Number(last);
  };
  return nodes.filter(matches).map(({ name }) => name);
}

function unknownSelector(
  environment: string,
  empty: readonly string[],
  nodes: readonly Selectable[],
  roles: readonly string[],
): ProogError {
  const [first = ""] = empty;
  const known = new Set([...roles, ...nodes.flatMap((node) => [...node.roles, node.name])]);
  if (known.has(first))
    return new ProogError({
      code: "unknown-selector",
      message: `The role ${first} has no node in ${environment}.`,
      hint: "Say in the config how many there are, or choose another environment with -e.",
    });
  const names = empty.map((name) => `"${name}"`).join(" or ");
  const nearest = empty.length > 1 || first.includes("..") ? undefined : nearestName(first, known);
  return new ProogError({
    code: "unknown-selector",
    message: `${environment} has no node and no role ${names}.`,
    hint: nearest ? `Did you mean "${nearest}"?` : `There is: ${listNames([...known])}.`,
  });
}
