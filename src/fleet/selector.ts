import { ProogError } from "../report/error.ts";
import { suggestName } from "./nearest.ts";

interface Selectable {
  readonly name: string;
  readonly roles: readonly string[];
}

/**
 * The nodes that selectors name, in the nodes' own order: a role (`web`), a node (`web-1`) or a slice of a role
 * (`web-1..3`). No selector means all nodes.
 * @throws ProogError `unknown-selector` for what names nothing, with the nearest name.
 */
export function selectNodes<N extends Selectable>(nodes: readonly N[], selectors: readonly string[]): N[] {
  if (selectors.length === 0) return [...nodes];
  const wanted = new Set(selectors.flatMap((selector) => matchSelector(nodes, selector)));
  return nodes.filter(({ name }) => wanted.has(name));
}

function matchSelector(nodes: readonly Selectable[], selector: string): string[] {
  const slice = /^(.+)-([0-9]+)\.\.([0-9]+)$/.exec(selector);
  const matches = nodes.filter(({ name, roles }) => {
    if (name === selector || roles.includes(selector)) return true;
    const number =
      slice && name.startsWith(`${slice[1]}-`) ? Number(name.slice((slice[1]?.length ?? 0) + 1)) : Number.NaN;
    return number >= Number(slice?.[2]) && number <= Number(slice?.[3]);
  });
  if (matches.length > 0) return matches.map(({ name }) => name);
  const known = new Set(nodes.flatMap(({ name, roles }) => [name, ...roles]));
  throw new ProogError({
    code: "unknown-selector",
    message: `No node and no role is called "${selector}" in this environment.`,
    hint: suggestName(selector, known),
  });
}
