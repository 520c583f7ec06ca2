import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openWorkspace } from "../../src/cli/workspace.ts";
import { findPlaces, nameFleet } from "../../src/providers/local/places.ts";
import { findChildren, findSupervisor } from "../../src/providers/local/supervisor.ts";
import type { Event } from "../../src/report/event.ts";
import { type Running, startProgram } from "../../test/hosts/program.ts";
import { bareSshArguments } from "../bench-fleet.ts";
import { type CommandResult, root, runCommand } from "../command.ts";

const name = "failover";
const environment = "bench";

/** Two balancers with an address between them, three web nodes, and a machine for wrk: real ones, in a fleet of its own. */
export class Stage {
  readonly folder = mkdtempSync(join(tmpdir(), "proog-failover-"));
  readonly #signal: AbortSignal;
  #watch: Running | undefined;
  #release = 0;
  vip = "";

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    process.env.PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`;
    this.declare();
  }

  /** The fleet, with another release of what the web nodes serve each time. */
  declare(): void {
    this.#release += 1;
    mkdirSync(this.folder, { recursive: true });
    const vip = this.vip === "" ? "" : `vip: "${this.vip}",`;
    writeFileSync(join(this.folder, "proog.config.ts"), configOf(vip, this.#release));
    copyFileSync(join(import.meta.dirname, "socket.pl"), join(this.folder, "socket.pl"));
  }

  /** Boots all of it; the address is one of its subnet, and so known only then. */
  async build(): Promise<void> {
    console.error("booting 2 balancers, 3 web nodes and one for wrk");
    await this.proog(["boot", "--no-install"]);
    const address = await this.address("balancer-1");
    this.vip = address.replace(/\d+$/, "250");
    this.declare();
    await this.proog(["apply", "--yes"]);
  }

  get url(): string {
    return `http://${this.vip}/`;
  }

  async proog(args: readonly string[]): Promise<CommandResult> {
    const words = [join(root, "bin/proog.js"), ...args];
    return await runCommand(process.execPath, words, { cwd: this.folder, signal: this.#signal });
  }

  async address(node: string): Promise<string> {
    const { events } = await this.#events(["status", node]);
    const status = events.find((event) => event.type === "node-status");
    if (status?.type === "node-status" && status.status.address) return status.status.address;
    throw new Error(`${node} has no address.`);
  }

  /** Names of web nodes that are members with all of their share. */
  async serving(): Promise<string[]> {
    const { events } = await this.#events(["pool", "web"]);
    return events.flatMap((event) =>
      event.type === "pool-status"
        ? event.members.filter(({ weight }) => weight === 100).map(({ node }) => node)
        : [],
    );
  }

  /** The balancer that has the address. */
  async active(): Promise<string> {
    for (const node of ["balancer-1", "balancer-2"]) {
      const { stdout } = await this.ssh(node, "ip -4 -o address");
      if (stdout.includes(` ${this.vip}/`)) return node;
    }
    throw new Error("No balancer has the address.");
  }

  async ssh(node: string, command: string): Promise<CommandResult> {
    const workspace = await openWorkspace({ config: join(this.folder, "proog.config.ts") }, () => {});
    const found = workspace.nodes.find((candidate) => candidate.name === node);
    if (!found) throw new Error(`There is no ${node}.`);
    return await runCommand("ssh", [...bareSshArguments(workspace.target(found)), command], {});
  }

  /** Sends a signal to a whole machine: for SIGKILL it is as if its power went. */
  strike(node: string, signal: "SIGKILL" | "SIGSTOP"): void {
    const { folder } = nameFleet(findPlaces(process.env), {
      fleet: name,
      environment,
      directory: this.folder,
    });
    const supervisor = findSupervisor(join(folder, node));
    const [first] = supervisor === undefined ? [] : findChildren(supervisor);
    if (first === undefined) throw new Error(`${node} does not run.`);
    // Its first process ends, and all others with it.
    if (signal === "SIGKILL") process.kill(first, signal);
    else for (const pid of withDescendants(first)) process.kill(pid, signal);
  }

  async startWatch(): Promise<void> {
    const args = [join(root, "bin/proog.js"), "watch", "web", "--json"];
    const watch = startProgram(process.execPath, args, { cwd: this.folder });
    watch.end("");
    this.#watch = watch;
    await watch.waitFor(/"type":"watch-begun"/);
  }

  /** What the watch has told so far. */
  told(): Event[] {
    const text = this.#watch?.stdout ?? "";
    return parse(text.slice(0, text.lastIndexOf("\n") + 1));
  }

  /** Waits until it has told such a thing, after so many events. */
  async hears(is: (event: Event) => boolean, after: number, seconds = 120): Promise<Event> {
    for (
      const end = Date.now() + seconds * 1000;
      Date.now() < end;
      await sleep(50, undefined, { signal: this.#signal })
    ) {
      const found = this.told().slice(after).find(is);
      if (found) return found;
    }
    throw new Error(
      `The watch did not come to it:\n${this.#watch?.stdout.slice(-3000)}${this.#watch?.stderr}`,
    );
  }

  async endWatch(): Promise<void> {
    this.#watch?.kill("SIGTERM");
    await this.#watch?.ended;
    this.#watch = undefined;
  }

  /** Whatever has happened. */
  async end(): Promise<void> {
    console.error("shooting the machines");
    await this.endWatch();
    const words = [join(root, "bin/proog.js"), "shoot", "--yes", "--all", "--drain", "0"];
    const shoot = () => runCommand(process.execPath, words, { cwd: this.folder, detached: true });
    // On a busy machine, one may not end in time.
    await shoot().catch(shoot);
    rmSync(this.folder, { recursive: true });
  }

  async #events(args: readonly string[]): Promise<{ readonly events: readonly Event[] }> {
    const { stdout } = await this.proog([...args, "--json"]);
    return { events: parse(stdout) };
  }
}

function parse(text: string): Event[] {
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

function withDescendants(pid: number): number[] {
  return [pid, ...findChildren(pid).flatMap(withDescendants)];
}

function configOf(vip: string, release: number): string {
  const text = readFileSync(join(import.meta.dirname, "fleet.txt"), "utf8");
  return text.replaceAll("VIP", vip).replaceAll("RELEASE", String(release));
}
