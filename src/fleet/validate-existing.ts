import type { PlacedMistake } from "../report/error.ts";
import { nearestName, suggestName } from "../report/text/nearest.ts";
import { show } from "../resources/rules.ts";
import { nameOfHost } from "./existing.ts";
import { label, labelRule } from "./names.ts";

/** A mistake, and where it is, which may be another place than the fleet's. */
export type Found = string | Pick<PlacedMistake, "message" | "where" | "first">;

/** What no host name, address or alias has, and could mean something to ssh(1) or a shell. */
const destination = /^[A-Za-z0-9_.:%][A-Za-z0-9_.:%-]*$/;
const account = /^[A-Za-z0-9_][A-Za-z0-9_.@\\-]*$/;

const optionNames = ["ssh", "name", "roles", "user", "port"];

/**
 * What is wrong with a machine that is there already.
 * @param group The entry of `nodes` that it stands in.
 */
export function checkMachine(
  place: string,
  machine: unknown,
  at: string,
  roles: readonly string[],
  group?: string,
): Found[] {
  if (
    typeof machine !== "object" ||
    machine === null ||
    !("ssh" in machine) ||
    typeof machine.ssh !== "string"
  )
    return [
      {
        message: `${place} is ${show(machine)}, and must be as "web1.example.org" or { ssh: "web1.example.org" }.`,
        where: at,
      },
    ];
  const {
    ssh,
    name,
    roles: own,
    user,
    port,
  } = machine as Readonly<Record<string, unknown>> & { ssh: string };
  const unknown = Object.keys(machine).filter((option) => !optionNames.includes(option) && option !== "at");
  const messages = unknown.map(
    (option) => `${place}.${option} is no option. ${suggestName(option, optionNames)}`,
  );
  if (!destination.test(ssh))
    messages.push(
      `${place}.ssh is ${show(ssh)}, and must be a host name, an address or an alias of ~/.ssh/config.`,
    );
  else if (name === undefined && !label.test(nameOfHost(ssh)))
    messages.push(
      `${place}: ${show(ssh)} gives no name for its node. Say one: { ssh: ${show(ssh)}, name: "web-1" }.`,
    );
  if (name !== undefined && (typeof name !== "string" || !label.test(name)))
    messages.push(`${place}.name is ${show(name)}, and ${labelRule}.`);
  if (user !== undefined && (typeof user !== "string" || !account.test(user)))
    messages.push(`${place}.user is ${show(user)}, and must be the name of a user such as "debian".`);
  if (
    port !== undefined &&
    !(typeof port === "number" && Number.isInteger(port) && port >= 1 && port <= 65535)
  )
    messages.push(`${place}.port is ${show(port)}, and must be a whole number from 1 to 65535.`);
  messages.push(...checkRoles(place, ssh, own, roles, group));
  return messages.map((message) => ({ message, where: at }));
}

function checkRoles(
  place: string,
  ssh: string,
  own: unknown,
  roles: readonly string[],
  group?: string,
): string[] {
  if (own === undefined) {
    if (group !== undefined && roles.includes(group)) return [];
    const near = group === undefined ? undefined : nearestName(group, roles);
    const cure =
      near === undefined
        ? `Say what it has: { ssh: ${show(ssh)}, roles: [${show(roles[0] ?? "web")}] }.`
        : `Did you mean "${near}"?`;
    return [
      group === undefined
        ? `${place} has no roles. ${cure}`
        : `${place}: there is no role "${group}". ${cure}`,
    ];
  }
  if (!Array.isArray(own))
    return [`${place}.roles is ${show(own)}, and must be a list such as [${show(roles[0] ?? "web")}].`];
  return own
    .filter((role) => !roles.includes(role))
    .map((role) => `${place}.roles: there is no role ${show(role)}. ${suggestName(String(role), roles)}`);
}

/** A machine as a place of the fleet names it. */
export interface PlacedMachine {
  readonly place: string;
  readonly node: string;
  readonly ssh: string;
  readonly user?: string;
  readonly port?: number;
  readonly at: string;
}

/** The same machine twice, in one environment or two: what one of them declares, the other one would undo. */
export function checkSameMachine(machines: readonly PlacedMachine[]): Found[] {
  const known = new Map<string, PlacedMachine>();
  return machines.flatMap((machine): Found[] => {
    const { ssh, port, place, at } = machine;
    const key = `${ssh.toLowerCase()} ${port ?? ""}`;
    const first = known.get(key);
    if (!first) known.set(key, machine);
    if (!first) return [];
    const message = `${place} and ${first.place} are both ${show(ssh)}: a machine is one node, which may have several roles.`;
    return [{ message, where: at, ...(first.at !== at && { first: first.at }) }];
  });
}
