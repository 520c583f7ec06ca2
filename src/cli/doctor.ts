import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, statSync } from "node:fs";
import pLimit from "p-limit";
import { ProogError } from "../report/error.ts";
import { reportError } from "../report/error-report.ts";
import type { Event, Reporter } from "../report/event.ts";
import { count } from "../report/text/names.ts";
import { showPlace } from "../report/text/place.ts";
import { formatShare } from "../report/text/size.ts";
import type { Facts } from "../resources/facts.ts";
import { chooseNodes, gatherMistakes } from "./converging.ts";
import { fleetKey } from "./fleet-key.ts";
import type { NodesOptions } from "./options.ts";
import type { Run } from "./run.ts";
import { type FleetNode, openWorkspace, type Workspace } from "./workspace.ts";

/** How much of a file system may be used before it is told. */
const full = 0.95;

/** `proog doctor`: 1 when something is wrong here, 3 when it is with nodes. */
export async function doctor(run: Run, selectors: readonly string[], options: NodesOptions): Promise<number> {
  const found = new Findings(run.reporter);
  found.good("Node", process.versions.node);
  await found.look("ssh", () => sshVersion());
  const workspace = await found.look("config", async () => {
    const opened = await openWorkspace(options, run.reporter, run.credentials);
    return { ...opened, toString: () => describeConfig(opened) };
  });
  if (!workspace) return 1;
  const nodes = chooseNodes(workspace, selectors, options);
  await found.look("folder", () => describeFolder(workspace));
  const { provider } = workspace;
  if (provider.examine) await found.look("provider", () => examineProvider(workspace));
  await found.look("resources", () => examineResources(workspace, nodes));
  const limit = pLimit(options.parallel);
  const looks = await Promise.all(nodes.map((node) => limit(lookAtNode, node)));
  // In the nodes' own order, whoever answered first.
  for (const { events } of looks) for (const event of events) run.reporter(event);
  if (found.wrong > 0) return 1;
  return looks.some(({ wrong }) => wrong) ? 3 : 0;
}

/** What was looked at, told as it is found. */
class Findings {
  wrong = 0;
  readonly #reporter: Reporter;

  constructor(reporter: Reporter) {
    this.#reporter = reporter;
  }

  good(subject: string, text: string): void {
    this.#reporter({ type: "finding", subject, state: "good", text });
  }

  /** Nothing is wrong, but it is worth a look. */
  doubtful(subject: string, text: string, hint: string): void {
    this.#reporter({ type: "finding", subject, state: "doubtful", text, hint });
  }

  /** Gives what was found; absent when it threw, which is told. */
  async look<Found extends { toString(): string }>(
    subject: string,
    action: () => Found | Promise<Found>,
  ): Promise<Found | undefined> {
    try {
      const found = await action();
      this.good(subject, found.toString());
      return found;
    } catch (thrown) {
      const error = reportError(thrown);
      if (error.code === "interrupted" || error.code === "internal") throw thrown;
      this.wrong += 1;
      this.#reporter({ type: "finding", subject, state: "bad", text: error.message, error });
      return undefined;
    }
  }
}

/** `OpenSSH_10.0p2 Debian-7` */
function sshVersion(): string {
  for (const command of ["ssh", "ssh-keygen"]) {
    // Each of them prints something and ends when it is asked so.
    const { error } = spawnSync(command, command === "ssh" ? ["-V"] : ["-?"], { stdio: "ignore" });
    if (error) {
      throw new ProogError({
        code: "command-line",
        message: `There is no ${command} here, by which nodes are reached.`,
        hint: "Install OpenSSH's client. On Debian: apt-get install openssh-client",
      });
    }
  }
  return spawnSync("ssh", ["-V"], { encoding: "utf8" }).stderr.split(",")[0] ?? "";
}

function describeConfig({ file, fleet, environment }: Workspace): string {
  return `${showPlace(file, process.cwd())}: fleet ${fleet.name}, environment ${environment}`;
}

/** Where Proog keeps the fleet's key: ssh refuses one that others can read. */
function describeFolder({ directory }: Workspace): string {
  try {
    accessSync(directory, constants.W_OK);
  } catch (cause) {
    throw new ProogError({
      code: "permission-denied",
      message: `${directory} cannot be written to, and the fleet's key and known hosts are kept there.`,
      hint: `Make it yours: sudo chown -R $(id -un) ${directory}`,
      cause,
    });
  }
  const key = fleetKey(directory);
  if (!existsSync(key)) return "writable; the fleet's key is made by the first proog boot";
  if ((statSync(key).mode & 0o077) !== 0) {
    throw new ProogError({
      code: "permission-denied",
      message: `Others can read the fleet's key ${key}, so ssh does not use it.`,
      hint: `chmod 600 ${key}`,
    });
  }
  return "writable, and only its owner can read the fleet's key";
}

async function examineProvider({ provider, nodes }: Workspace): Promise<string> {
  await provider.examine?.();
  const machines = nodes.filter(({ machine }) => machine).length;
  return `${provider.type}: can boot machines; ${machines === 0 ? "none is there yet" : `${count(machines, "machine")} there`}`;
}

async function examineResources(workspace: Workspace, nodes: readonly FleetNode[]): Promise<string> {
  let resources = 0;
  await gatherMistakes(workspace, nodes, async (node) => {
    resources += (await workspace.compile(node)).resources.length;
  });
  return `${count(resources, "resource")} on ${count(nodes.length, "node")}, without mistakes`;
}

async function lookAtNode(node: FleetNode): Promise<{ events: readonly Event[]; wrong: boolean }> {
  const events: Event[] = [];
  const found = new Findings((event) => events.push(event));
  await examineNode(found, node);
  return { events, wrong: found.wrong > 0 };
}

async function examineNode(found: Findings, node: FleetNode): Promise<void> {
  const { name, machine } = node;
  const boot = `Boot it: proog boot ${name}`;
  if (!machine) return found.doubtful(name, "is declared, and does not exist yet", boot);
  if (machine.state === "stopped") return found.doubtful(name, "exists, and does not run", boot);
  const started = performance.now();
  const facts = await found.look(name, async () => {
    const facts = await node.facts();
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    return { ...facts, toString: () => `${facts.system.name}, answers as root after ${seconds} s` };
  });
  if (facts) tellFull(found, name, facts);
}

function tellFull(found: Findings, node: string, { fileSystems }: Facts): void {
  for (const { path, size, used } of fileSystems) {
    if (used < full * size || size === 0) continue;
    const text = `${path} is nearly full: ${formatShare(used, size)}`;
    found.doubtful(node, text, `See what takes the room: proog ssh ${node} -- du -xhd 2 ${path}`);
  }
}
