import { ProogError } from "../report/error.ts";
import { listNames } from "../report/text/names.ts";
import { suggestName } from "../report/text/nearest.ts";
import { chooseNodes } from "./converging.ts";
import type { HostsOptions } from "./options.ts";
import type { FleetNode, Workspace } from "./workspace.ts";

/** The nodes that are named, by selectors and by `-H`, there also by their addresses; of both those that are in both. */
export function chooseHosts(
  workspace: Workspace,
  selectors: readonly string[],
  options: HostsOptions,
): FleetNode[] {
  const selected = chooseNodes(workspace, selectors, options);
  const { hosts } = options;
  if (!hosts) return selected;
  const { nodes } = workspace;
  const found = new Map(hosts.map((host) => [host, findHost(nodes, host)]));
  const unknown = hosts.filter((host) => !found.get(host));
  if (unknown.length > 0) {
    const names = nodes.flatMap(({ name, address }) => (address === undefined ? [name] : [name, address]));
    throw new ProogError({
      code: "unknown-selector",
      message: `${workspace.environment} has no node ${unknown.map((name) => `"${name}"`).join(" or ")}.`,
      hint: suggestName(unknown[0] ?? "", names),
    });
  }
  for (const node of nodes) {
    const twice = hosts.filter((host) => found.get(host) === node);
    if (twice.length > 1)
      throw new ProogError({
        code: "command-line",
        message: `${listNames(twice)} are the same node, ${node.name}.`,
        hint: "Name it once.",
      });
  }
  const named = new Set(found.values());
  return selected.filter((node) => named.has(node));
}

function findHost(nodes: readonly FleetNode[], host: string): FleetNode | undefined {
  const same = (address = "") => address.toLowerCase() === host.toLowerCase();
  return nodes.find(({ name }) => name === host) ?? nodes.find(({ address }) => same(address));
}
