/** What can stand in a column. */
export type Value = string | number | null;

/** A query with all that it needs. */
export interface Query {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** A query that was compiled once: what is to stand in the places of its parameters. */
export interface Prepared<Name extends string = string> {
  readonly sql: string;
  readonly names: readonly Name[];
}

/** What makes a query of the values for it. */
export type Statement<Name extends string> = (values: Readonly<Record<Name, Value>>) => Query;

/** The query with these values. */
export function fill<Name extends string>(
  { sql, names }: Prepared<Name>,
  values: Readonly<Record<Name, Value>>,
): Query {
  return { sql, parameters: names.map((name) => values[name]) };
}
