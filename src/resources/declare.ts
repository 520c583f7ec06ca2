import { callerPlace } from "./caller.ts";
import { type CommonOptions, keyOf, type Resource } from "./kind.ts";
import { checkTags } from "./rules.ts";

/** A mistake in one declaration: which option, what it is, and what it must be. */
export type Mistake = string;

/** A declaration with mistakes keeps them, so that all of a config's mistakes are told at once. */
export interface Mistaken {
  readonly mistakes?: readonly Mistake[];
}

/**
 * Makes the frozen declaration of a resource, with the user's own file and line.
 * Fields that are undefined are left out: `JSON.parse(JSON.stringify(x))` equals `x`.
 * @param by the function that users call, where it is not one of Proog: the place is where that was called.
 */
export function declare<R extends Resource>(
  fields: Omit<R, "at" | "optional" | "tags">,
  options: CommonOptions | undefined,
  mistakes: readonly (Mistake | undefined)[],
  by: (...words: never) => unknown = declare,
): R {
  const found = [...mistakes, checkTags(options?.tags)].filter((mistake) => mistake !== undefined);
  const all: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) all[name] = value;
  all.at = callerPlace(by);
  if (options?.optional) all.optional = true;
  if (options?.tags) all.tags = Object.freeze(Array.isArray(options.tags) ? [...options.tags] : options.tags);
  if (found.length > 0) all.mistakes = found;
  return Object.freeze(all) as unknown as R;
}

/** What a role returns: resources, nested as deep as one likes; falsy items are passed over. */
export type Item = Resource | readonly Item[] | false | null | undefined | "" | 0;

/** The resources among nested and falsy items, in order. */
export function flattenItems(items: Item): Resource[] {
  if (!items) return [];
  if (isList(items)) return items.flatMap(flattenItems);
  return [items];
}

function isList(item: Resource | readonly Item[]): item is readonly Item[] {
  return Array.isArray(item);
}

/** The keys of the resources that a trigger names: `reloadOn: [conf, site]`; what is no resource, as it is written. */
export function triggerKeys(items: Item): string[] {
  return flattenItems(items).map((item) =>
    typeof item === "object" && "type" in item ? keyOf(item) : (JSON.stringify(item) ?? String(item)),
  );
}
