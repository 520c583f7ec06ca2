import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pLimit from "p-limit";
import { authorize, type Contact, entersByKey, makeContact } from "../connect/contact.ts";
import { askSshSettings } from "../connect/ssh-settings.ts";
import type { DeclaredNode } from "../fleet/environment.ts";
import { joinedFile, readJoined, writeJoined } from "../fleet/joined.ts";
import { ProogError } from "../report/error.ts";
import { reportError } from "../report/error-report.ts";
import type { NodeOutcome } from "../report/event.ts";
import { listNames } from "../report/text/names.ts";
import { showPlace } from "../report/text/place.ts";
import { applyTo } from "./apply.ts";
import type { InstallOptions } from "./commands/install.ts";
import { gatherMistakes } from "./converging.ts";
import { fleetKey, loadAuthorizedKeys } from "./fleet-key.ts";
import { type Host, parseHosts, requireRoles } from "./install-hosts.ts";
import { makeStateFolder, stateFolder } from "./last-run.ts";
import { Reception } from "./reception.ts";
import type { Run } from "./run.ts";
import { tellStatus } from "./status.ts";
import { tellPeers } from "./tell-peers.ts";
import { type FleetNode, openWorkspace, type Workspace } from "./workspace.ts";

/** `proog install`: comes to machines for the first time, applies roles to them, and lets them join if that is asked for. */
export async function install(run: Run, words: string, options: InstallOptions): Promise<number> {
  const before = await openWorkspace(options, run.reporter);
  const roles = requireRoles(before, words);
  const hosts = parseHosts(before, roles, options);
  await checkRoles(before, hosts);
  const reception = new Reception(run, options);
  const entered = await enterAll(run, before, hosts, reception, options);
  if (run.interrupt.stop.aborted) return 130;
  const guests = entered.flatMap(({ guest, node }) => (guest ? [node] : []));
  const seen = new SeenRun(run, reception);
  const workspace = await openWorkspace({ ...options, guests }, seen.run.reporter, seen.run.credentials);
  const names = new Set(entered.map(({ node }) => node.name));
  const nodes = workspace.nodes.filter(({ name }) => names.has(name));
  const failed = hosts.length > entered.length ? 3 : 0;
  if (nodes.length === 0) return failed;
  const arrivals = options.join ? guests.map(({ name }) => name) : [];
  const joining = nodes.filter(({ name }) => arrivals.includes(name));
  await tellPeers(seen.run, before, workspace, joining, options);
  const status = await applyTo(seen.run, workspace, nodes, options, undefined, "install", arrivals);
  const whole = nodes.filter(({ name }) => seen.isWhole(name));
  const changed = whole.filter(({ name }) => seen.outcomes.get(name) === "done");
  if (changed.length > 0) await tellStatus(seen.run, workspace, changed, options.parallel);
  tellWhere(run, workspace, guests, whole, changed, words, options);
  return status || failed;
}

/** What is wrong with the description is told before anybody is connected to, as far as that needs no facts. */
async function checkRoles(workspace: Workspace, hosts: readonly Host[]): Promise<void> {
  const { environment } = workspace;
  const facts = () =>
    Promise.reject(new ProogError({ code: "facts-unavailable", message: "It was not entered yet." }));
  const nodes = hosts.map(({ node }) => ({ ...node, environment, facts, ...addressOf(node) }));
  await gatherMistakes(workspace, nodes, async (node) => void (await workspace.compile(node)));
}

function addressOf({ existing }: DeclaredNode): { readonly address?: string } {
  return existing ? { address: existing.ssh } : {};
}

/** Those that let us in, in their order, with the users as whom they do; the others are told. */
async function enterAll(
  run: Run,
  workspace: Workspace,
  hosts: readonly Host[],
  reception: Reception,
  options: InstallOptions,
): Promise<Host[]> {
  const limit = pLimit(options.parallel);
  const enterOne = async (host: Host): Promise<Host[]> => {
    try {
      return [{ ...host, node: await enter(run, workspace, host, reception, options) }];
    } catch (error) {
      const report = reportError(error);
      if (report.code === "internal" || report.code === "interrupted") throw error;
      run.reporter({ type: "error", node: host.node.name, error: report });
      return [];
    }
  };
  return (await Promise.all(hosts.map((host) => limit(enterOne, host)))).flat();
}

/** Gives the node with the user as whom it lets us in. */
async function enter(
  run: Run,
  { directory }: Workspace,
  { node, guest }: Host,
  reception: Reception,
  options: InstallOptions,
): Promise<DeclaredNode> {
  const { existing } = node;
  if (!existing) return node;
  const { ssh, user, port } = existing;
  const settings = askSshSettings(ssh, user, port);
  const target = targetOf(node, directory);
  const remembered = rememberedUsers(directory);
  const own = settings.user ?? "root";
  const users =
    user || !guest
      ? [user ?? own]
      : [remembered[ssh], own, "root", "debian"].filter((name) => name !== undefined);
  const place = { folder: makeStateFolder(directory), signal: run.interrupt.stop };
  const contact = await makeContact(target, users, reception, place);
  if (contact.password !== undefined) await keepKey(run, directory, node, contact, reception, options);
  const found = contact.target.user ?? own;
  if (user || !guest || found === own) return node;
  rememberUser(directory, remembered, ssh, found);
  return { ...node, existing: { ...existing, user: found } };
}

/** By the keys that ssh has for it, and the fleet's own. */
function targetOf({ name, existing }: DeclaredNode, directory: string) {
  const { ssh = "", user, port } = existing ?? {};
  const { identities } = askSshSettings(ssh, user, port);
  const key = fleetKey(directory);
  const all = existsSync(key) ? [...identities, key] : [];
  return { name, address: ssh, identities: all, ...(port && { port }) };
}

/** So that the password was needed once: later commands do not ask for it, and a lock-out is found by a connection of its own. */
async function keepKey(
  { reporter, interrupt }: Run,
  directory: string,
  node: DeclaredNode,
  { target, password = "" }: Contact,
  reception: Reception,
  options: InstallOptions,
): Promise<void> {
  reception.passwords.set(node.name, password);
  const { name } = node;
  const by = `proog install … -H ${options.hosts.join(",")}`;
  if (!(await reception.offersKey(target))) {
    reporter({
      type: "note",
      node: name,
      text: `has no key of yours, so ${by} will ask for the password again.`,
    });
    return;
  }
  await authorize(target, loadAuthorizedKeys(directory), interrupt.stop);
  if (await entersByKey({ ...target, ...targetOf(node, directory) }, interrupt.stop)) return;
  const file = `~${target.user}/.ssh/authorized_keys`;
  reporter({
    type: "note",
    node: name,
    text: `does not let us in by the key in ${file}, so only this connection is left. See PubkeyAuthentication and AuthorizedKeysFile in its sshd_config.`,
  });
}

/** As whom machines let us in that did not as ssh's config says; forgetting it costs no more than trying. */
function rememberedUsers(directory: string): Readonly<Record<string, string>> {
  try {
    const found: unknown = JSON.parse(readFileSync(usersFile(directory), "utf8"));
    const entries = Object.entries(found ?? {}).filter(([, user]) => typeof user === "string");
    return Object.fromEntries(entries);
  } catch {
    return {};
  }
}

function rememberUser(
  directory: string,
  before: Readonly<Record<string, string>>,
  ssh: string,
  user: string,
): void {
  if (before[ssh] === user) return;
  makeStateFolder(directory);
  const known = { ...rememberedUsers(directory), [ssh]: user };
  writeFileSync(usersFile(directory), `${JSON.stringify(known)}\n`);
}

function usersFile(directory: string): string {
  return join(stateFolder(directory), "users.json");
}

/** The run, as which nodes it brought to their end. */
class SeenRun {
  readonly outcomes = new Map<string, NodeOutcome>();
  readonly run: Run;

  constructor(run: Run, reception: Reception) {
    const reporter: Run["reporter"] = (event) => {
      if (event.type === "node-finished") this.outcomes.set(event.node, event.outcome);
      run.reporter(event);
    };
    this.run = {
      ...run,
      reporter: Object.assign(reporter, run.reporter),
      credentials: reception.credentials(run.credentials),
    };
  }

  /** It has all that it must have, now or before. */
  isWhole(node: string): boolean {
    const outcome = this.outcomes.get(node);
    return outcome === "done" || outcome === "in-order";
  }
}

/** Lets the guests join the environment, or says how they could. */
function tellWhere(
  run: Run,
  { directory, environment }: Workspace,
  guests: readonly DeclaredNode[],
  whole: readonly FleetNode[],
  changed: readonly FleetNode[],
  words: string,
  { join: joins, hosts }: InstallOptions,
): void {
  const names = (nodes: readonly { readonly name: string }[]) => listNames(nodes.map(({ name }) => name));
  const ready = guests.filter(({ name }) => whole.some((node) => node.name === name));
  if (ready.length === 0) return;
  if (!joins) {
    const fresh = ready.filter(({ name }) => changed.some((node) => node.name === name));
    if (fresh.length === 0) return;
    const text = `${names(fresh)}: not part of ${environment}. To make it so: proog install ${words} -H ${hosts.join(",")} -e ${environment} --join`;
    run.reporter({ type: "note", text });
    return;
  }
  const machines = ready.map(({ name, roles, existing }) => {
    const { ssh = "", at: _, ...login } = existing ?? { at: "" };
    return { name, ssh, ...login, roles };
  });
  writeJoined(directory, readJoined(directory), environment, machines);
  const file = showPlace(joinedFile(directory), process.cwd());
  run.reporter({
    type: "note",
    text: `${names(ready)}: part of ${environment} now, by ${file}, which belongs into the repository.`,
  });
}
