import { declaredNodes } from "../fleet/environment.ts";
import type { Fleet } from "../fleet/fleet.ts";
import { Kinds } from "../resources/kinds.ts";
import type { KnownNames, ResourceNames } from "./known-names.ts";

/** The names of a fleet, with the nodes that were seen in some of its environments. */
export function namesOf(
  fleet: Fleet,
  seen: Readonly<Record<string, readonly string[]>>,
): Omit<KnownNames, keyof ResourceNames> {
  const environments = Object.entries(fleet.environments).map(([name, environment]) => [
    name,
    seen[name] ?? declaredNodes(environment).map((node) => node.name),
  ]);
  const [only = "", ...others] = Object.keys(fleet.environments);
  return {
    roles: Object.keys(fleet.roles),
    defaultEnvironment: fleet.defaultEnvironment ?? (others.length === 0 ? only : ""),
    environments: Object.fromEntries(environments),
    kinds: new Kinds(fleet.kinds).types(),
  };
}
