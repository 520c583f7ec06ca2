import { isIPv4 } from "node:net";
import { declare, declareAbsent, type Mistake } from "../declare.ts";
import { rewriteShell } from "../file/file.ts";
import type { Absent, CommonOptions, Compiled, Kind, Present, Resource } from "../kind.ts";
import { pathShell, surveyCheck } from "../path/path.ts";
import type { PoolNode } from "../poolMembers/pool.ts";
import { checkFlag, checkOptions, commonNames, isAbsent, type OptionNames, show } from "../rules.ts";

/** Machines that share an address, and how one of them comes to have it. */
export interface FloatingAddressOptions extends CommonOptions {
  /** The name of this machine among them: `node.name`. */
  readonly node: string;
  /** All machines that can have the address, this one among them; the first one has it first: `fleet.pool("web").balancers`. */
  readonly nodes: readonly PoolNode[];
  /**
   * A number of its own for each machine, from 1 to 254: of those that are well, the one with the highest gets the address. Default: 200 for
   * the first one, 190 for the second, and so on.
   * @example { "balancer-1": 200, "balancer-2": 100 }
   */
  readonly priorities?: Readonly<Record<string, number>>;
  /** What all of them have in common, and no others in the subnet, from 1 to 255. Default: the last part of the address. */
  readonly router?: number;
  /** Whether a machine that is back takes the address from one that has it. Default: `false`, so that it moves once and not twice. */
  readonly preempt?: boolean;
  /** A program of the machine that ends with 0 where it is well enough to have the address; asked each second. Default: none. */
  readonly check?: string;
}

const optionNames: OptionNames<FloatingAddressOptions> = {
  ...{ node: true, nodes: true, priorities: true, router: true, preempt: true, check: true },
  ...commonNames,
};

export interface FloatingAddressResource extends Resource {
  readonly type: "floatingAddress";
  readonly node?: string;
  readonly nodes?: readonly PoolNode[];
  readonly priorities?: Readonly<Record<string, number>>;
  readonly router?: number;
  readonly preempt?: boolean;
  readonly check?: string;
  readonly absent?: true;
}

/**
 * An address that several machines share: one of them has it, and when that one dies or is not well, another one does within 2 seconds
 * (VRRP between their own addresses, by keepalived: `/etc/keepalived/keepalived.conf`). The address must be of the subnet that they are
 * in, and nobody else's; that is looked at before it is set up. It needs the package `keepalived`, and what reads the file:
 * `service("keepalived", { reloadOn: [address] })`.
 * @example floatingAddress("10.0.0.10", { node: node.name, nodes: fleet.pool("web").balancers })
 * @example floatingAddress("10.0.0.10", { absent: true })
 * @see RFC 9568, and keepalived.conf(5)
 */
export function floatingAddress(
  address: string,
  options: Present<FloatingAddressOptions> | Absent,
): FloatingAddressResource {
  const wrongAddress = isIPv4(address)
    ? undefined
    : `address is ${show(address)}, and must be an IPv4 address such as "10.0.0.10".`;
  if (isAbsent(options))
    return declareAbsent<FloatingAddressResource>("floatingAddress", address, options, wrongAddress);
  const { node, nodes, priorities, router, preempt, check } = options ?? {};
  return declare<FloatingAddressResource>(
    {
      ...{ type: "floatingAddress", name: address, node, nodes },
      ...(priorities !== undefined && { priorities }),
      ...(router !== undefined && { router }),
      ...(preempt !== undefined && { preempt }),
      ...(check !== undefined && { check }),
    },
    options,
    [
      wrongAddress,
      ...checkOptions(options, optionNames),
      ...checkNodes(address, node, nodes),
      ...checkPriorities(priorities, nodes),
      router === undefined || (Number.isInteger(router) && router >= 1 && router <= 255)
        ? undefined
        : `router is ${show(router)}, and must be a whole number from 1 to 255.`,
      checkFlag("preempt", preempt),
      check === undefined || /^\/[^"\\\n]+$/.test(String(check))
        ? undefined
        : `check is ${show(check)}, and must be a program with its absolute path.`,
    ],
  );
}

function checkNodes(address: unknown, node: unknown, nodes: unknown): Mistake[] {
  if (!Array.isArray(nodes))
    return [`nodes is ${show(nodes)}, and must be such as fleet.pool("web").balancers.`];
  const all: readonly PoolNode[] = nodes;
  const owner = all.find((one) => one.address === address);
  const wrong = all.find((one) => !isIPv4(one.address));
  // Before it is booted it has no address.
  if (!all.some((one) => one.node === node) && all.length > 0 && typeof node !== "string")
    return [`node is ${show(node)}, and must be the name of this node: node.name.`];
  if (wrong)
    return [`${wrong.node} has the address ${show(wrong.address)}, and needs an IPv4 address for this.`];
  return owner
    ? [`address is ${show(address)}, which is the own one of ${owner.node}: take one that no machine has.`]
    : [];
}

function checkPriorities(priorities: unknown, nodes: unknown): Mistake[] {
  if (priorities === undefined) return [];
  const names = Array.isArray(nodes) ? nodes.map(({ node }: PoolNode) => node) : [];
  if (typeof priorities !== "object" || priorities === null)
    return [
      `priorities is ${show(priorities)}, and must be one for each machine, such as { ${names.map((name, index) => `${show(name)}: ${200 - index * 10}`).join(", ")} }.`,
    ];
  const given: Readonly<Record<string, unknown>> = { ...priorities };
  const wrong = Object.entries(given).find(
    ([, value]) => !(Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 254),
  );
  if (wrong)
    return [`priorities has ${show(wrong[1])} for ${wrong[0]}, and must have whole numbers from 1 to 254.`];
  const missing = names.find((name) => !Object.hasOwn(given, name));
  if (missing !== undefined) return [`priorities has none for ${missing}.`];
  const first = new Map<unknown, string>();
  for (const name of names) {
    const other = first.get(given[name]);
    if (other !== undefined)
      return [
        `priorities has ${show(given[name])} for both ${other} and ${name}, and with the same one both could have the address: give each its own.`,
      ];
    first.set(given[name], name);
  }
  return [];
}

export function isFloatingAddress(resource: Resource): resource is FloatingAddressResource {
  return resource.type === "floatingAddress";
}

/** How much the machine wants the address: the highest of those that are well gets it. */
export function priorityOf({ node = "", nodes = [], priorities }: FloatingAddressResource): number {
  const index = nodes.findIndex((one) => one.node === node);
  return priorities?.[node] ?? Math.max(1, 200 - 10 * (index < 0 ? nodes.length : index));
}

function compile(resource: FloatingAddressResource): Compiled {
  const { name, absent, node = "", nodes = [], preempt = false, check = "" } = resource;
  const claims = [`address ${name}`, "path /etc/keepalived/keepalived.conf"];
  if (absent) return { arguments: [name, "absent"], claims };
  const router = resource.router ?? (Number(name.split(".").at(-1)) || 51);
  const own = nodes.find((one) => one.node === node)?.address ?? "";
  const others = nodes.flatMap((one) => (one.node === node ? [] : [one.address]));
  const words = [
    ...[name, own, String(priorityOf(resource)), String(router), preempt ? "preempt" : "nopreempt"],
    others.join(",") || "-",
  ];
  // As words of a line, so that a survey can have it.
  const asked = check === "" ? [] : check.split(" ");
  const survey = surveyCheck("floatingAddress", [...words, ...asked]);
  return {
    arguments: [...words, ...asked],
    claims,
    ...(survey && { survey }),
  };
}

const ownShell = new URL("floatingAddress.sh", import.meta.url);

export const floatingAddressKind: Kind<FloatingAddressResource> = {
  type: "floatingAddress",
  shell: [...rewriteShell, ownShell],
  surveys: [pathShell, ownShell],
  compile,
};
