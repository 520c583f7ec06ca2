import { callerPlace } from "./caller.ts";
import { type Absent, type CommonOptions, keyOf, type Resource } from "./kind.ts";
import { absentNames, checkFlag, checkOptions, checkTags } from "./rules.ts";
import { isSecret, isSecretText } from "./secret/secret.ts";

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
  const common = [checkFlag("optional", options?.optional), checkTags(options?.tags)];
  const found = [...mistakes, ...common].filter((mistake) => mistake !== undefined);
  const all: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) all[name] = value;
  // A mistake that is told by its name.
  if (isSecret(all.name) || isSecretText(all.name)) all.name = all.name.toString();
  all.at = callerPlace(by);
  if (options?.optional) all.optional = true;
  if (options?.tags) all.tags = Object.freeze(Array.isArray(options.tags) ? [...options.tags] : options.tags);
  if (found.length > 0) all.mistakes = found;
  return Object.freeze(all) as unknown as R;
}

/** Makes the declaration of what must not be there, where the kind needs to know no more of it than its name. */
export function declareAbsent<R extends Resource & { readonly absent?: true }>(
  type: R["type"],
  name: string,
  options: Absent,
  ...mistakes: readonly (Mistake | undefined)[]
): R {
  const fields = { type, name, absent: true } as unknown as Omit<R, "at" | "optional" | "tags">;
  return declare<R>(fields, options, [...mistakes, ...checkOptions(options, absentNames)], declareAbsent);
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
