import { askSshSettings } from "../connect/ssh-settings.ts";
import { type DeclaredNode, declaredNodes } from "../fleet/environment.ts";
import { nameOfHost, parseDestination } from "../fleet/existing.ts";
import { checkMachine, type Found } from "../fleet/validate-existing.ts";
import { ProogError } from "../report/error.ts";
import { listNames } from "../report/text/names.ts";
import { suggestName } from "../report/text/nearest.ts";
import { showPlace } from "../report/text/place.ts";
import type { InstallOptions } from "./commands/install.ts";
import type { FleetNode, Workspace } from "./workspace.ts";

/** The roles of `web,db`. @throws ProogError `command-line` for those that the fleet does not have. */
export function requireRoles({ fleet }: Pick<Workspace, "fleet">, words: string): string[] {
  const known = Object.keys(fleet.roles);
  const roles = words.split(",").map((word) => word.trim());
  for (const role of roles) {
    if (known.includes(role)) continue;
    throw new ProogError({
      code: "command-line",
      message: `${fleet.name} has no role ${JSON.stringify(role)}.`,
      where: fleet.at,
      hint: suggestName(role, known),
    });
  }
  return [...new Set(roles)];
}

/** A machine to install: a node that the environment has already, or one for this command alone. */
export interface Host {
  /** As it stands behind -H. */
  readonly word: string;
  readonly node: DeclaredNode;
  readonly guest: boolean;
}

/**
 * What -H names.
 * @throws ProogError `command-line` for what is no host, for one that is named twice and for nodes with other roles.
 */
export function parseHosts(
  workspace: Pick<Workspace, "nodes" | "environment" | "fleet">,
  roles: readonly string[],
  { hosts: words, user, port, name }: InstallOptions,
): Host[] {
  if (name !== undefined && words.length > 1)
    throw refuse(
      "--name is for one machine, and -H names several.",
      "Install them one after the other, or let their hosts name them.",
    );
  const hosts = words.map((word): Host => {
    const given = parseDestination(word);
    const machine = { ...(user && { user }), ...(port && { port }), ...given, ...(name && { name }) };
    const [mistake] = checkMachine("-H", { ...machine, roles }, "", roles);
    if (mistake) throw refuse(sayOption(mistake), "Such as: -H web1.example.org, or -H debian@10.1.2.3:2222");
    const known = workspace.nodes.find((node) => isSame(node, given));
    if (known) return { word, node: requireNode(known, roles), guest: false };
    const { name: _, ...destination } = machine;
    const node = { name: name ?? nameOfHost(given.ssh), roles, existing: { ...destination, at: "unknown" } };
    return { word, node, guest: true };
  });
  requireOthers(workspace, hosts);
  return hosts;
}

/** In the words of the command line: `-H.port` is --port. */
function sayOption(found: Found): string {
  const message = typeof found === "string" ? found : found.message;
  return message
    .replace(/^-H\.ssh/, "-H")
    .replace(/^-H\.(\w+)/, "--$1")
    .replace(/ Say one: .*/, " Say one: --name NAME.");
}

/** Named by the node's name, or as the config does. */
function isSame(
  { name, existing, address }: FleetNode,
  { ssh, port }: { ssh: string; port?: number },
): boolean {
  if (port !== undefined && existing?.port !== port) return false;
  return ssh === name || ssh.toLowerCase() === address?.toLowerCase();
}

function requireNode(node: FleetNode, roles: readonly string[]): DeclaredNode {
  const { name, existing } = node;
  if (!existing)
    throw refuse(
      `${name} is a machine that Proog creates, and the config says what it has: ${listNames(node.roles)}.`,
      `Install it: proog boot ${name}, or when it is there: proog apply ${name}`,
    );
  const lacking = roles.filter((role) => !node.roles.includes(role));
  if (lacking.length === 0) return node;
  throw refuse(
    `${existing.ssh} is the node ${name} already, with the role ${listNames(node.roles)} and not ${listNames(lacking)}.`,
    `Say there what else it has, then: proog apply ${name}`,
    existing.at,
  );
}

/** Each of them is another machine than the others, and than those of the environment, and has a name of its own. */
function requireOthers(
  workspace: Pick<Workspace, "nodes" | "environment" | "fleet">,
  hosts: readonly Host[],
): void {
  const { nodes, environment } = workspace;
  const places = new Map<string, string>();
  const names = new Map<string, string>();
  const known = nodes.filter(
    ({ existing, name }) => existing && !hosts.some(({ guest, node }) => !guest && node.name === name),
  );
  for (const { name, existing, environment: where } of [...known, ...nodesElsewhere(workspace)]) {
    if (!existing) continue;
    const place = showPlace(existing.at, process.cwd());
    places.set(
      placeOfHost(existing),
      `the node ${name} of ${where} (${existing.ssh}${place && `, ${place}`})`,
    );
  }
  for (const { name, existing } of nodes) if (!existing) names.set(name, `a node of ${environment}`);
  for (const { name } of known) names.set(name, `a node of ${environment}`);
  for (const { word, node } of hosts) {
    const { existing, name } = node;
    if (!existing) continue;
    const at = placeOfHost(existing);
    const other = places.get(at);
    if (other !== undefined)
      throw refuse(`${other} and -H ${word} are the same machine, ${at}.`, "Name it once.");
    places.set(at, `-H ${word}`);
    const taken = names.get(name);
    if (taken !== undefined)
      throw refuse(
        `-H ${word} would be the node ${name}, which is ${taken} already.`,
        "Give it another name: --name NAME",
      );
    names.set(name, `-H ${word}`);
  }
}

/** By all that ssh's config says: `10.1.2.3 port 22`. */
function placeOfHost({ ssh, user, port }: NonNullable<DeclaredNode["existing"]>): string {
  const settings = askSshSettings(ssh, user, port);
  return `${settings.host.toLowerCase()} port ${settings.port}`;
}

function refuse(message: string, hint: string, where?: string): ProogError {
  return new ProogError({ code: "command-line", message, hint, where });
}

/** The nodes of all other environments: a machine belongs to one of them. */
function nodesElsewhere({ fleet, environment }: Pick<Workspace, "fleet" | "environment">) {
  return Object.entries(fleet.environments)
    .filter(([name]) => name !== environment)
    .flatMap(([name, declared]) => declaredNodes(declared).map((node) => ({ ...node, environment: name })));
}
