import { declaredNodes } from "../fleet/environment.ts";
import type { Fleet } from "../fleet/fleet.ts";
import { Kinds } from "../resources/kinds.ts";
import { flagOf, listTasks } from "../tasks/find-tasks.ts";
import type { KnownNames, KnownTask, ResourceNames } from "./known-names.ts";

/** The names of a fleet, with the nodes that were seen in some of its environments. */
export function namesOf(
  fleet: Fleet,
  exported: Readonly<Record<string, unknown>>,
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
    tasks: tasksOf(exported),
  };
}

function tasksOf(exported: Readonly<Record<string, unknown>>): KnownTask[] {
  return listTasks(exported).map(([name, { description, params }]) => ({
    ...{ name, description },
    flags: Object.entries(params ?? {}).map(([param, { help = "", choices = [] }]) => ({
      ...{ flag: flagOf(param), help, choices },
    })),
  }));
}
