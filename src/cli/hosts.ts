import { selectNodes } from "../fleet/selector.ts";
import { ProogError } from "../report/error.ts";
import { suggestName } from "../report/text/nearest.ts";
import { chooseNodes } from "./converging.ts";
import type { HostsOptions } from "./options.ts";
import type { FleetNode, Workspace } from "./workspace.ts";

/** The nodes that are named, by selectors and by `-H`; of both those that are in both. */
export function chooseHosts(
  workspace: Workspace,
  selectors: readonly string[],
  options: HostsOptions,
): FleetNode[] {
  const selected = chooseNodes(workspace, selectors, options);
  const { hosts } = options;
  if (!hosts) return selected;
  const names = workspace.nodes.map(({ name }) => name);
  const unknown = hosts.filter((host) => !names.includes(host));
  if (unknown.length > 0)
    throw new ProogError({
      code: "unknown-selector",
      message: `${workspace.environment} has no node ${unknown.map((name) => `"${name}"`).join(" or ")}.`,
      hint: suggestName(unknown[0] ?? "", names),
    });
  return selectNodes(workspace, hosts).filter((node) => hosts.includes(node.name) && selected.includes(node));
}
