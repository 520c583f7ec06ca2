import { ProogError } from "../report/error.ts";
import { suggestName } from "../report/text/nearest.ts";
import type { Environment, Fleet, NodeGroup } from "./fleet.ts";

/** A node as the config declares it. */
export interface DeclaredNode {
  readonly name: string;
  readonly roles: readonly string[];
}

/** The environment to work in: the one asked for, the declared default, or the only one. */
export function chooseEnvironment(fleet: Fleet, asked: string | undefined): string {
  const names = Object.keys(fleet.environments);
  const wanted = asked ?? fleet.defaultEnvironment;
  if (wanted === undefined) {
    const [only, ...others] = names;
    if (only !== undefined && others.length === 0) return only;
    throw new ProogError({
      code: "unknown-environment",
      message: `${fleet.name} has several environments: ${names.join(", ")}.`,
      where: fleet.at,
      hint: `Choose one with -e, such as -e ${only}, or name one as defaultEnvironment in the config.`,
    });
  }
  if (names.includes(wanted)) return wanted;
  throw new ProogError({
    code: "unknown-environment",
    message: `${fleet.name} has no environment "${wanted}".`,
    where: fleet.at,
    hint: suggestName(wanted, names),
  });
}

/** The nodes that an environment declares, in order of declaration: `web: 2` is `web-1` and `web-2`. */
export function declaredNodes(environment: Environment): DeclaredNode[] {
  return Object.entries(environment.nodes).flatMap(([name, group]) => membersOf(name, group));
}

/** The nodes of one entry of an environment's `nodes`. */
export function membersOf(name: string, group: number | NodeGroup): DeclaredNode[] {
  const roles = typeof group === "number" ? [name] : group.roles;
  const count = typeof group === "number" ? group : group.count;
  if (count === undefined) return [{ name, roles }];
  return Array.from({ length: count }, (_, index) => ({ name: `${name}-${index + 1}`, roles }));
}

/** The roles of a machine by its name: a declared node's, or those of the group that it is a further member of. */
export function rolesByName(environment: Environment, name: string): readonly string[] | undefined {
  const declared = declaredNodes(environment).find((node) => node.name === name);
  if (declared) return declared.roles;
  const stem = /^(.+)-[0-9]+$/.exec(name)?.[1];
  const group = stem === undefined ? undefined : environment.nodes[stem];
  if (stem === undefined || group === undefined) return undefined;
  if (typeof group === "number") return [stem];
  return group.count === undefined ? undefined : group.roles;
}
