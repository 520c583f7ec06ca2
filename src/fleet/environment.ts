import { ProogError } from "../report/error.ts";
import { suggestName } from "../report/text/nearest.ts";
import { type ExistingMachine, nameOfHost } from "./existing.ts";
import type { DeclaredEnvironment, Fleet, NodesEntry } from "./fleet.ts";

/** A node as the config declares it. */
export interface DeclaredNode {
  readonly name: string;
  readonly roles: readonly string[];
  /** The entry of `nodes` that it stands in; selectors take it, too. */
  readonly group?: string;
  /** How ssh reaches it, where nobody here creates it. */
  readonly existing?: Destination;
}

/** How ssh reaches a machine, and where the config says so. */
export interface Destination {
  readonly ssh: string;
  readonly user?: string;
  readonly port?: number;
  /** The user's own file and line. */
  readonly at: string;
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

/** The nodes that an environment declares, in order of declaration: `web: 2` is `web-1` and `web-2`; then those that joined. */
export function declaredNodes({ nodes, joined = [] }: DeclaredEnvironment): DeclaredNode[] {
  return [
    ...Object.entries(nodes).flatMap(([name, entry]) => membersOf(name, entry)),
    ...joined.map((machine) => existingNode(machine, machine.at, [])),
  ];
}

/** The nodes of one entry of an environment's `nodes`. */
export function membersOf(group: string, entry: NodesEntry): DeclaredNode[] {
  if (typeof entry === "object" && "type" in entry)
    return entry.machines.map((machine) => ({ ...existingNode(machine, entry.at, [group]), group }));
  const roles = typeof entry === "number" ? [group] : entry.roles;
  const count = typeof entry === "number" ? entry : entry.count;
  if (count === undefined) return [{ name: group, roles }];
  return Array.from({ length: count }, (_, index) => ({ name: `${group}-${index + 1}`, roles }));
}

/** A node of a machine that is there. */
export function existingNode(machine: ExistingMachine, at: string, roles: readonly string[]): DeclaredNode {
  const { ssh, user, port } = machine;
  return {
    name: machine.name ?? nameOfHost(ssh),
    roles: machine.roles ?? roles,
    existing: { ssh, at, ...(user !== undefined && { user }), ...(port !== undefined && { port }) },
  };
}

/** The roles of a machine by its name: a declared node's, or those of the group that it is a further member of. */
export function rolesByName(environment: DeclaredEnvironment, name: string): readonly string[] | undefined {
  const declared = declaredNodes(environment).find((node) => node.name === name);
  if (declared) return declared.roles;
  const stem = /^(.+)-[0-9]+$/.exec(name)?.[1];
  const group: NodesEntry | undefined = stem === undefined ? undefined : environment.nodes[stem];
  if (stem === undefined || group === undefined) return undefined;
  if (typeof group === "number") return [stem];
  return "type" in group || group.count === undefined ? undefined : group.roles;
}
