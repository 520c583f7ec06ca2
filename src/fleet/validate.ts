import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { PlacedMistake } from "../report/error.ts";
import { mistakesError } from "../report/mistakes.ts";
import { nearestName, suggestName } from "../report/text/nearest.ts";
import { checkOwnKinds, readShell } from "../resources/own-kind.ts";
import { show } from "../resources/rules.ts";
import { backupMistakes } from "./backups.ts";
import { membersOf } from "./environment.ts";
import type { Fleet, NodeGroup } from "./fleet.ts";
import { checkSecretStore } from "./secret-store.ts";

/** A host name's label (RFC 1123), since nodes are named so. */
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const labelRule = 'must be lower-case letters, digits and "-", at most 63';

type Unchecked = Readonly<Record<string, unknown>>;

/**
 * Every mistake in the fleet itself, told at once. What the types promise is checked here, too: nothing checks them
 * when a config is loaded.
 */
export function validateFleet(fleet: Fleet, directory: string): void {
  const mistakes = [
    ...checkNames(
      "",
      fleet,
      ["name", "roles", "environments", "defaultEnvironment", "kinds", "facts", "secrets"],
      ["type", "at"],
    ),
    ...checkName(fleet.name),
    ...checkRoles(fleet.roles),
    ...checkEnvironments(fleet),
    ...checkOwnKinds(fleet.kinds),
    ...checkOwnFacts(fleet.facts, directory),
    ...checkSecretStore(fleet.secrets),
  ];
  if (mistakes.length === 0) return;
  throw mistakesError(
    mistakes.map((mistake) => ({
      ...({ code: "config-invalid", where: fleet.at } as const),
      ...(typeof mistake === "string" ? { message: mistake } : mistake),
    })),
  );
}

type Found = string | Pick<PlacedMistake, "message" | "where">;

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
  return Object.entries(roles).flatMap(([name, role]): Found[] => {
    if (!label.test(name)) return [`roles: the name ${show(name)} ${labelRule}.`];
    if (!isRecord(role) || role.type !== "role")
      return [`roles.${name} is ${show(role)}, and must be a role: role(${show(name)}, () => [ … ]).`];
    if (typeof role.resources === "function") return [];
    const message = `role(${show(role.name)}, …) takes a function that returns resources: ({ node }) => [ … ].`;
    return [{ message, where: String(role.at) }];
  });
}

function checkEnvironments({ environments, defaultEnvironment, roles }: Fleet): Found[] {
  if (!isRecord(environments) || Object.keys(environments).length === 0)
    return [
      `environments is ${show(environments)}, and must have at least one, such as { devel: { provider: local(), nodes: { web: 1 } } }.`,
    ];
  const names = Object.keys(environments);
  const unknown = defaultEnvironment !== undefined && !names.includes(defaultEnvironment);
  return [
    ...(unknown
      ? [
          `defaultEnvironment is ${show(defaultEnvironment)}. ${suggestName(String(defaultEnvironment), names)}`,
        ]
      : []),
    ...Object.entries(environments).flatMap(([name, environment]) =>
      label.test(name)
        ? checkEnvironment(`environments.${name}`, environment, isRecord(roles) ? Object.keys(roles) : [])
        : [`environments: the name ${show(name)} ${labelRule}.`],
    ),
  ];
}

function checkEnvironment(place: string, environment: unknown, roles: readonly string[]): Found[] {
  if (!isRecord(environment))
    return [`${place} is ${show(environment)}, and must be an object with provider and nodes.`];
  const { provider, nodes, vars, backups } = environment;
  const mistakes = checkNames(`${place}.`, environment, ["provider", "nodes", "vars", "backups"]);
  if (!isRecord(provider) || typeof provider.type !== "string")
    mistakes.push(`${place}.provider is ${show(provider)}, and must be a provider: local().`);
  if (vars !== undefined && !isRecord(vars))
    mistakes.push(`${place}.vars is ${show(vars)}, and must be an object.`);
  if (backups !== undefined) mistakes.push(...backupMistakes(`${place}.backups`, backups));
  if (!isRecord(nodes))
    return [...mistakes, `${place}.nodes is ${show(nodes)}, and must be an object such as { web: 1 }.`];
  const wrong = Object.entries(nodes).flatMap(([name, group]) => checkGroup(place, name, group, roles));
  return [...mistakes, ...wrong, ...(wrong.length === 0 ? checkTwice(place, nodes) : [])];
}

function checkGroup(environment: string, name: string, group: unknown, roles: readonly string[]): Found[] {
  const place = `${environment}.nodes.${name}`;
  if (!label.test(name)) return [`${environment}.nodes: the name ${show(name)} ${labelRule}.`];
  if (typeof group === "number") return [...checkCount(place, group), ...checkRole(place, name, roles)];
  if (!isRecord(group) || !Array.isArray(group.roles))
    return [
      `${place} is ${show(group)}, and must be how many (2) or { roles: [${show(roles[0] ?? "web")}] }.`,
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

function checkTwice(place: string, nodes: Unchecked): Found[] {
  const groups = new Map<string, string>();
  return Object.entries(nodes).flatMap(([group, value]) =>
    membersOf(group, value as number | NodeGroup).flatMap(({ name }) => {
      const other = groups.get(name);
      groups.set(name, group);
      if (other === undefined) return [];
      return [`${place}.nodes: ${other} and ${group} both have a node ${name}: give one another name.`];
    }),
  );
}

function isRecord(value: unknown): value is Unchecked {
  return typeof value === "object" && value !== null && !Array.isArray(value);
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
