import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { mistakesError } from "../report/mistakes.ts";
import { nearestName, suggestName } from "../report/text/nearest.ts";
import { checkOwnKinds, readShell } from "../resources/own-kind.ts";
import { show } from "../resources/rules.ts";
import { backupMistakes } from "./backups.ts";
import { checkDashboard } from "./dashboard-options.ts";
import { type DeclaredNode, existingNode, membersOf } from "./environment.ts";
import type { Fleet, NodesEntry } from "./fleet.ts";
import type { JoinedMachines } from "./joined.ts";
import { label, labelRule } from "./names.ts";
import { type RoleOptions, roleMistakes, waitingInCircles } from "./role-options.ts";
import { checkSecretStore } from "./secret-store.ts";
import { isRecord, type Unchecked } from "./unchecked.ts";
import { checkMachine, checkSameMachine, type Found, type PlacedMachine } from "./validate-existing.ts";
import { checkStore } from "./validate-store.ts";
import { watchMistakes } from "./watch-options.ts";

/**
 * Every mistake in the fleet itself, told at once. What the types promise is checked here, too: nothing checks them
 * when a config is loaded.
 */
export function validateFleet(fleet: Fleet, directory: string, joined: JoinedMachines = {}): void {
  const mistakes = [
    ...checkNames(
      "",
      fleet,
      [
        "name",
        "roles",
        "environments",
        "defaultEnvironment",
        "kinds",
        "facts",
        "secrets",
        "store",
        "dashboard",
      ],
      ["type", "at"],
    ),
    ...checkName(fleet.name),
    ...checkRoles(fleet.roles),
    ...checkEnvironments(fleet, joined),
    ...checkOwnKinds(fleet.kinds),
    ...checkOwnFacts(fleet.facts, directory),
    ...checkSecretStore(fleet.secrets),
    ...checkStore(fleet.store),
    ...checkDashboard(fleet.dashboard),
  ];
  if (mistakes.length === 0) return;
  throw mistakesError(
    mistakes.map((mistake) => ({
      ...({ code: "config-invalid", where: fleet.at } as const),
      ...(typeof mistake === "string" ? { message: mistake } : mistake),
    })),
  );
}

/** Options that do not exist. */
function checkNames(
  place: string,
  options: object,
  known: readonly string[],
  own: readonly string[] = [],
): Found[] {
  return Object.keys(options)
    .filter((name) => !known.includes(name) && !own.includes(name))
    .map((name) => `${place}${name} is no option. ${suggestName(name, known)}`);
}

function checkName(name: unknown): Found[] {
  if (typeof name === "string" && label.test(name)) return [];
  return [`name is ${show(name)}, and ${labelRule}, such as "example".`];
}

function checkRoles(roles: unknown): Found[] {
  if (!isRecord(roles)) return [`roles is ${show(roles)}, and must be an object such as { web }.`];
  const names = Object.keys(roles);
  const found = Object.entries(roles).flatMap(([name, role]): Found[] => {
    if (!label.test(name)) return [`roles: the name ${show(name)} ${labelRule}.`];
    if (!isRecord(role) || role.type !== "role")
      return [`roles.${name} is ${show(role)}, and must be a role: role(${show(name)}, () => [ … ]).`];
    const where = String(role.at);
    const { type: _, name: own, resources, at: __, ...options } = role;
    const mistakes = roleMistakes(name, options, names).map((message) => ({ message, where }));
    if (typeof resources === "function") return mistakes;
    const message = `role(${show(own)}, …) takes a function that returns resources: ({ node }) => [ … ].`;
    return [{ message, where }, ...mistakes];
  });
  if (found.length > 0) return found;
  const declared = Object.entries(roles) as [string, RoleOptions & Unchecked][];
  const where = String(declared.find(([, { after }]) => after !== undefined)?.[1].at);
  return waitingInCircles(Object.fromEntries(declared)).map((message) => ({ message, where }));
}

function checkEnvironments(
  { environments, defaultEnvironment, roles }: Fleet,
  joined: JoinedMachines,
): Found[] {
  if (!isRecord(environments) || Object.keys(environments).length === 0)
    return [
      `environments is ${show(environments)}, and must have at least one, such as { devel: { provider: local(), nodes: { web: 1 } } }.`,
    ];
  const names = Object.keys(environments);
  const unknown = defaultEnvironment !== undefined && !names.includes(defaultEnvironment);
  const roleNames = isRecord(roles) ? Object.keys(roles) : [];
  const found = [
    ...(unknown
      ? [
          `defaultEnvironment is ${show(defaultEnvironment)}. ${suggestName(String(defaultEnvironment), names)}`,
        ]
      : []),
    ...Object.entries(environments).flatMap(([name, environment]) =>
      label.test(name)
        ? checkEnvironment(`environments.${name}`, environment, roleNames)
        : [`environments: the name ${show(name)} ${labelRule}.`],
    ),
    ...checkJoined(joined, names, roleNames),
  ];
  // Which machines there are is clear only then.
  if (found.length > 0) return found;
  const nodes = Object.entries(environments).map(([name, environment]) => {
    return placeNodes(name, environment.nodes, joined[name] ?? []);
  });
  return [...nodes.flatMap(checkTwice), ...checkSameMachine(nodes.flatMap(machinesOf))];
}

function checkEnvironment(place: string, environment: unknown, roles: readonly string[]): Found[] {
  if (!isRecord(environment))
    return [`${place} is ${show(environment)}, and must be an object with provider and nodes.`];
  const { provider, nodes, vars, backups, watch } = environment;
  const mistakes = checkNames(`${place}.`, environment, ["provider", "nodes", "vars", "backups", "watch"]);
  const needed = !isRecord(nodes) || Object.values(nodes).some((entry) => !isExisting(entry));
  if (provider === undefined ? needed : !isRecord(provider) || typeof provider.type !== "string")
    mistakes.push(`${place}.provider is ${show(provider)}, and must be a provider: local().`);
  if (vars !== undefined && !isRecord(vars))
    mistakes.push(`${place}.vars is ${show(vars)}, and must be an object.`);
  if (backups !== undefined) mistakes.push(...backupMistakes(`${place}.backups`, backups));
  if (!isRecord(nodes))
    return [...mistakes, `${place}.nodes is ${show(nodes)}, and must be an object such as { web: 1 }.`];
  const groups = Object.entries(nodes).flatMap(([name, group]) => checkGroup(place, name, group, roles));
  if (watch !== undefined && groups.length === 0)
    mistakes.push(
      ...watchMistakes(`${place}.watch`, watch, nodes as Readonly<Record<string, NodesEntry>>, roles),
    );
  return [...mistakes, ...groups];
}

function checkGroup(environment: string, name: string, group: unknown, roles: readonly string[]): Found[] {
  const place = `${environment}.nodes.${name}`;
  if (!label.test(name)) return [`${environment}.nodes: the name ${show(name)} ${labelRule}.`];
  if (isExisting(group)) return checkExisting(place, name, group, roles);
  if (typeof group === "number") return [...checkCount(place, group), ...checkRole(place, name, roles)];
  if (!isRecord(group) || !Array.isArray(group.roles))
    return [
      `${place} is ${show(group)}, and must be how many (2), { roles: [${show(roles[0] ?? "web")}] } or existing([ … ]).`,
    ];
  return [
    ...checkNames(`${place}.`, group, ["roles", "count"]),
    ...(group.count === undefined ? [] : checkCount(`${place}.count`, group.count)),
    ...group.roles.flatMap((role: unknown) => checkRole(place, String(role), roles)),
  ];
}

function checkCount(place: string, count: unknown): Found[] {
  if (typeof count === "number" && Number.isInteger(count) && count >= 0 && count <= 9999) return [];
  return [`${place} is ${show(count)}, and must be a whole number from 0 to 9999.`];
}

function checkRole(place: string, role: string, roles: readonly string[]): Found[] {
  if (roles.includes(role)) return [];
  const near = nearestName(role, roles);
  const cure =
    near === undefined
      ? `A node of another name says which it has: { roles: [${roles.map(show).join(", ")}] }.`
      : `Did you mean "${near}"?`;
  return [`${place}: there is no role "${role}". ${cure}`];
}

function isExisting(entry: unknown): entry is Unchecked {
  return isRecord(entry) && entry.type === "existing";
}

function checkExisting(
  place: string,
  name: string,
  { machines, at }: Unchecked,
  roles: readonly string[],
): Found[] {
  const where = String(at);
  if (!Array.isArray(machines))
    return [{ message: `${place}: existing() takes a list such as ["web1.example.org"].`, where }];
  return machines.flatMap((machine, index) =>
    checkMachine(`${place}[${index}]`, machine, where, roles, name),
  );
}

/** What stands in proog.existing.json. */
function checkJoined(
  joined: JoinedMachines,
  environments: readonly string[],
  roles: readonly string[],
): Found[] {
  return Object.entries(joined).flatMap(([environment, machines]): Found[] => {
    const [first] = machines;
    if (first && !environments.includes(environment)) {
      const message = `There is no environment "${environment}". ${suggestName(environment, environments)}`;
      return [{ message, where: first.at }];
    }
    return machines.flatMap((machine, index) =>
      checkMachine(`${environment}[${index}]`, machine, machine.at, roles),
    );
  });
}

/** A node, and the place in the fleet that has it. */
type PlacedNode = DeclaredNode & { readonly environment: string; readonly place: string };

function placeNodes(
  environment: string,
  nodes: Readonly<Record<string, NodesEntry>>,
  joined: JoinedMachines[string],
): PlacedNode[] {
  return [
    ...Object.entries(nodes).flatMap(([group, entry]) =>
      membersOf(group, entry).map((node, index) => {
        const place = node.existing ? `${group}[${index}]` : group;
        return { ...node, environment, place };
      }),
    ),
    ...joined.map((machine) => {
      const node = existingNode(machine, machine.at, []);
      return { ...node, environment, place: node.name };
    }),
  ];
}

function checkTwice(nodes: readonly PlacedNode[]): Found[] {
  const known = new Map<string, PlacedNode>();
  return nodes.flatMap((node): Found[] => {
    const { name, environment, place, existing } = node;
    const other = known.get(name);
    if (!other) known.set(name, node);
    if (!other) return [];
    const message = `environments.${environment}.nodes: ${other.place} and ${place} both have a node ${name}: give one another name.`;
    const first = other.existing?.at;
    return [
      { message, ...(existing && { where: existing.at }), ...(first && first !== existing?.at && { first }) },
    ];
  });
}

function machinesOf(nodes: readonly PlacedNode[]): PlacedMachine[] {
  return nodes.flatMap(({ name, environment, place, existing }) =>
    existing ? [{ ...existing, node: name, place: `environments.${environment}.nodes.${place}` }] : [],
  );
}

function checkOwnFacts(facts: unknown, directory: string): Found[] {
  if (facts === undefined) return [];
  if (!isRecord(facts))
    return [`facts is ${show(facts)}, and must be an object such as { raid: "facts/raid.sh" }.`];
  return Object.entries(facts).flatMap(([name, file]): Found[] => {
    if (!/^[a-zA-Z][a-zA-Z0-9]*$/.test(name))
      return [`facts: the name ${show(name)} must be a word such as "raid".`];
    if (typeof file !== "string")
      return [`facts.${name} is ${show(file)}, and must be a file such as "facts/raid.sh".`];
    const { wrong } = readShell(pathToFileURL(resolve(directory, file)));
    return wrong === undefined ? [] : [`facts.${name}: ${wrong}`];
  });
}
