import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { local } from "../../src/providers/local/local.ts";
import { localProvider } from "../../src/providers/local/local-provider.ts";
import { findPlaces, nameFleet } from "../../src/providers/local/places.ts";
import { machineFolder, machineId, readMachineRecord } from "../../src/providers/local/record.ts";
import { findChildren, findSupervisor } from "../../src/providers/local/supervisor.ts";
import type { Machine } from "../../src/providers/provider.ts";
import type { Event } from "../../src/report/event.ts";
import { type Ended, type Running, runProgram, startProgram } from "../hosts/program.ts";
import { makeSources } from "../hosts/sources.ts";
import type { Version } from "./fleet/description.ts";
import { prepareMachine } from "./ground.ts";

const program = join(import.meta.dirname, "../../bin/proog.js");

/** The machines of a crash loop, each in a fleet and a folder of its own, so that each has a version of its own. */
export class CrashMachine {
  readonly folder: string;
  readonly name = "web-1";
  /** Kinds that its description leaves out. */
  readonly without: readonly string[];
  #machine: Machine | undefined;

  constructor(folder: string, without: readonly string[] = []) {
    this.folder = folder;
    this.without = without;
  }

  /** Makes the fleet, boots the machine bare, and gives it what the description counts on. */
  async boot(): Promise<void> {
    mkdirSync(this.folder, { recursive: true });
    copyFileSync(join(import.meta.dirname, "fleet/description.ts"), join(this.folder, "description.ts"));
    const sources = makeSources(this.folder);
    this.declare(1);
    await this.#proog("boot", "--no-install");
    await this.#find();
    await this.ssh(prepareMachine(this.without));
    await this.ssh(sources);
  }

  /** What the machine is to be from now on. */
  declare(version: Version): void {
    writeFileSync(
      join(this.folder, "proog.config.js"),
      `import { defineFleet, local, role } from "proog";
import { description } from "./description.ts";
const web = role("web", () => description(${version}, ${JSON.stringify(this.without)}));
export default defineFleet({
  name: "crash",
  roles: { web },
  environments: { test: { provider: local(), nodes: { web: 1 } } },
});
`,
    );
  }

  /** Starts the real program, which tells its events. */
  start(...args: string[]): Running {
    const running = startProgram(process.execPath, [program, ...args, "--json"], this.#options());
    running.end("");
    return running;
  }

  async proog(...args: string[]): Promise<Ended & { readonly events: readonly Event[] }> {
    const ended = await this.start(...args).ended;
    return { ...ended, events: readEvents(ended.stdout) };
  }

  /** Runs shell on it, over a connection of its own. While it is rebooted nobody answers: then it is tried again, so it must bear that. */
  async ssh(script: string): Promise<string> {
    const end = performance.now() + 60_000;
    let ended = await runProgram("ssh", this.#sshArguments("sh -s"), script);
    while (ended.status === 255 && performance.now() < end) {
      await sleep(200);
      ended = await runProgram("ssh", this.#sshArguments("sh -s"), script);
    }
    const { stdout, stderr, status } = ended;
    if (status !== 0) throw new Error(`On the machine, status ${status}:\n${script}\n${stdout}${stderr}`);
    return stdout;
  }

  /** Starts a program on it, whose text is its input. */
  startThere(command: string, text: string): Running {
    const running = startProgram("ssh", this.#sshArguments(command));
    running.end(text);
    return running;
  }

  /** Ends it as a power cut does, and starts it again. */
  async cutPower(): Promise<void> {
    const fleet = this.#fleet();
    const supervisor = findSupervisor(machineFolder(fleet, this.name));
    const [first] = supervisor === undefined ? [] : findChildren(supervisor);
    if (first === undefined) throw new Error("It does not run.");
    process.kill(first, "SIGKILL");
    while (findSupervisor(machineFolder(fleet, this.name)) === supervisor) await sleep(5);
    await localProvider(local()).boot([{ name: this.name, authorizedKeys: [] }], this.#context());
  }

  /** Takes its network away, or gives it back. A machine that is rebooted has another link then, which is up. */
  setLink(state: "up" | "down"): void {
    const fleet = this.#fleet();
    const record = readMachineRecord(fleet, this.name);
    if (!record) throw new Error("There is no machine.");
    spawnSyncText("ip", "link", "set", `vb-${machineId(fleet, record)}`, state);
  }

  /** Kills what holds Proog's own connection to it, as ssh itself would end it 15 s after the network is gone. */
  dropConnection(): void {
    const { stdout } = spawnSyncText("ss", "-tnpH", "dst", this.#machine?.address ?? "");
    for (const [, pid = ""] of stdout.matchAll(/pid=(\d+)/g)) {
      const command = spawnSyncText("cat", `/proc/${pid}/cmdline`).stdout;
      if (!command.includes(join(this.folder, "ssh-own"))) kill(Number(pid));
    }
  }

  /** Shoots it, whatever state it is in, and removes the folder. */
  async shoot(): Promise<void> {
    await runProgram("ssh", ["-O", "exit", ...this.#sshArguments("")]);
    await localProvider(local()).shoot([this.name], this.#context());
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #proog(...args: string[]): Promise<void> {
    const { status, stdout, stderr } = await this.proog(...args);
    if (status !== 0) throw new Error(`proog ${args.join(" ")}, status ${status}:\n${stdout}${stderr}`);
  }

  async #find(): Promise<void> {
    [this.#machine] = await localProvider(local()).list(this.#context());
    const keys = this.#machine?.hostKeys ?? [];
    writeFileSync(join(this.folder, "known_hosts"), keys.map((key) => `${this.name} ${key}\n`).join(""));
  }

  #fleet() {
    return nameFleet(findPlaces(process.env), this.#context());
  }

  #context() {
    return {
      ...{ fleet: "crash", environment: "test", directory: this.folder, progress: () => {} },
      signal: new AbortController().signal,
    };
  }

  /** What the loop must not meet: the user's own keys and settings. */
  #options() {
    const { PATH, PROOG_CACHE, PROOG_MACHINES } = process.env;
    return { cwd: this.folder, env: { PATH, PROOG_CACHE, PROOG_MACHINES, HOME: this.folder } };
  }

  #sshArguments(command: string): string[] {
    const settings = [
      "BatchMode=yes",
      `UserKnownHostsFile=${join(this.folder, "known_hosts")}`,
      `HostKeyAlias=${this.name}`,
      "ConnectTimeout=10",
      "ControlMaster=auto",
      "ControlPersist=60",
      `ControlPath=${join(this.folder, "ssh-own")}`,
      "ServerAliveInterval=3",
      "LogLevel=ERROR",
      // That against quantum computers takes ssh a tenth of a second of a processor, before version 9.9.
      "KexAlgorithms=curve25519-sha256",
    ];
    return [
      ...["-F", "none", "-i", join(this.folder, ".proog/id_ed25519")],
      ...settings.flatMap((setting) => ["-o", setting]),
      ...[`root@${this.#machine?.address}`, command],
    ];
  }
}

function spawnSyncText(command: string, ...args: string[]): { stdout: string } {
  try {
    return { stdout: execFileSync(command, args, { encoding: "utf8" }) };
  } catch {
    // A process may end while it is looked at, and a link be gone.
    return { stdout: "" };
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}

/** One event a line; of a program that was killed, the last one may be cut short. */
export function readEvents(stdout: string): Event[] {
  return stdout
    .slice(0, stdout.lastIndexOf("\n") + 1)
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}
