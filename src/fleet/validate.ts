import { ProogError } from "../report/error.ts";
import { show } from "../resources/rules.ts";
import { declaredNodes } from "./environment.ts";
import type { Environment, Fleet } from "./fleet.ts";
import { suggestName } from "./nearest.ts";

/** A host name's label (RFC 1123), since nodes are named so. */
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Every mistake in the fleet itself, told at once. */
export function validateFleet(fleet: Fleet): void {
  const mistakes = [
    ...checkName(fleet),
    ...checkRoles(fleet),
    ...Object.entries(fleet.environments).flatMap(([name, environment]) =>
      checkEnvironment(fleet, name, environment),
    ),
  ];
  if (Object.keys(fleet.environments).length === 0)
    mistakes.push("There is no environment: declare one, such as devel.");
  if (mistakes.length === 0) return;
  throw new ProogError({
    code: "config-invalid",
    message:
      mistakes.length === 1 ? "The fleet has a mistake." : `The fleet has ${mistakes.length} mistakes.`,
    where: fleet.at,
    detail: mistakes.join("\n"),
  });
}

function checkName({ name }: Fleet): string[] {
  if (typeof name === "string" && label.test(name)) return [];
  return [`name is ${show(name)}, and must be lower-case letters, digits and "-", such as "example".`];
}

function checkRoles({ roles }: Fleet): string[] {
  return Object.entries(roles).flatMap(([name, role]) => {
    if (!label.test(name))
      return [`The role ${show(name)} must be named by lower-case letters, digits and "-".`];
    if (role?.type !== "role") return [`roles.${name} is no role: write role(${show(name)}, () => [ … ]).`];
    return [];
  });
}

function checkEnvironment(fleet: Fleet, name: string, environment: Environment): string[] {
  const place = `environments.${name}`;
  if (typeof environment.provider?.type !== "string")
    return [`${place}.provider is missing: write provider: local().`];
  const mistakes = Object.entries(environment.nodes ?? {}).flatMap(([group, value]) => {
    if (!label.test(group))
      return [`${place}.nodes: ${show(group)} must be lower-case letters, digits and "-".`];
    const count = typeof value === "number" ? value : value.count;
    if (count !== undefined && (!Number.isInteger(count) || count < 0 || count > 9999))
      return [`${place}.nodes.${group} is ${show(count)}, and must be a whole number from 0 to 9999.`];
    const roles = typeof value === "number" ? [group] : value.roles;
    const unknown = roles.filter((role) => !Object.hasOwn(fleet.roles, role));
    return unknown.map(
      (role) =>
        `${place}.nodes.${group}: there is no role "${role}". ${suggestName(role, Object.keys(fleet.roles))}`,
    );
  });
  return mistakes.length > 0 ? mistakes : [...mistakes, ...checkTwice(place, environment)];
}

function checkTwice(place: string, environment: Environment): string[] {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { name } of declaredNodes(environment)) (seen.has(name) ? twice : seen).add(name);
  return [...twice].map(
    (name) => `${place}.nodes: two nodes are named ${name}. Give one of them another name.`,
  );
}
