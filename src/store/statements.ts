import type { CompiledQuery } from "kysely";

/** What stands in a query for a value that comes with each use of it. */
class Place {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** What can stand in a column. */
export type Value = string | number | null;

/** A query that is compiled once and used with many values. */
export type Statement<Name extends string> = (values: Readonly<Record<Name, Value>>) => CompiledQuery;

/**
 * Compiles a query once. What it is built with stands for the values that come with each use; whoever builds it sees to it that they
 * are of the columns' types.
 */
export function prepare<Name extends string>(
  names: readonly Name[],
  build: (values: Readonly<Record<Name, never>>) => { compile(): CompiledQuery },
): Statement<Name> {
  const places = Object.fromEntries(names.map((name) => [name, new Place(name)]));
  const compiled = build(places as Record<Name, never>).compile();
  const { parameters } = compiled;
  return (values) => ({
    ...compiled,
    parameters: parameters.map((parameter) =>
      parameter instanceof Place ? values[parameter.name as Name] : parameter,
    ),
  });
}
