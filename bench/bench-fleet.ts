import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { openWorkspace, type Workspace } from "../src/cli/workspace.ts";
import { sshArguments } from "../src/connect/ssh.ts";
import type { Target } from "../src/connect/target.ts";
import { type CommandResult, root, runCommand } from "./command.ts";
import { fileText, isLocalFile, localFile, mixes, treeFile, trees } from "./fleet/contents.ts";

/** The machines of one bench, in a fleet of their own in a folder that goes with them. */
export class BenchFleet {
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly #ready = new Set<string>();

  constructor(signal: AbortSignal) {
    this.signal = signal;
    this.folder = mkdtempSync(join(tmpdir(), "proog-bench-"));
    cpSync(join(import.meta.dirname, "fleet"), this.folder, { recursive: true });
    mkdirSync(join(this.folder, "files"));
    for (let index = 0; index < mixes.tenThousand.files; index++) {
      if (isLocalFile(index)) writeFileSync(join(this.folder, localFile(index)), fileText(index));
    }
    for (const { from, files } of Object.values(trees)) {
      for (let index = 0; index < files; index++) {
        const path = join(this.folder, from, treeFile(index));
        if (index % 20 === 0) mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, fileText(index));
      }
    }
    // `proog` is found by the same Node that runs this.
    process.env.PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`;
  }

  /** Runs `proog`, as one types it in the folder of the fleet. */
  async proog(args: readonly string[], status = 0): Promise<CommandResult> {
    const { folder, signal } = this;
    return await runCommand(join(root, "bin/proog.js"), args, { cwd: folder, signal, status });
  }

  /** Boots machines that are not there yet, and leaves them bare. */
  async boot(names: readonly string[]): Promise<void> {
    console.error(`  booting ${names.join(", ")}`);
    await this.proog(["boot", "--no-install", ...names]);
  }

  /** Makes machines as their roles describe them, once for the whole bench. */
  async need(names: readonly string[]): Promise<void> {
    const missing = names.filter((name) => !this.#ready.has(name));
    if (missing.length === 0) return;
    await this.boot(missing);
    console.error(`  making ${missing.join(", ")} as declared`);
    await this.proog(["apply", "--yes", ...missing]);
    for (const name of missing) this.#ready.add(name);
  }

  async shootMachines(names: readonly string[]): Promise<void> {
    await this.proog(["shoot", "--yes", ...names]);
  }

  async workspace(): Promise<Workspace> {
    return await openWorkspace({ config: join(this.folder, "proog.config.ts") }, () => {});
  }

  async targets(names: readonly string[]): Promise<Target[]> {
    const workspace = await this.workspace();
    return workspace.nodes.filter(({ name }) => names.includes(name)).map((node) => workspace.target(node));
  }

  async target(name: string): Promise<Target> {
    const [target] = await this.targets([name]);
    if (!target) throw new Error(`There is no machine ${name}.`);
    return target;
  }

  /** Runs a command on a machine over a connection of its own, with the options that Proog itself uses. */
  async ssh(target: Target, command: string, input?: string): Promise<CommandResult> {
    return await runCommand("ssh", [...bareSshArguments(target), command], {
      signal: this.signal,
      ...(input !== undefined && { input }),
    });
  }

  /** Copies a local folder to a machine by rsync(1), over a connection of its own. */
  async rsync(target: Target, from: string, to: string, options = "-a"): Promise<CommandResult> {
    const [, ...words] = bareSshArguments(target).toReversed();
    const shell = ["ssh", ...words.toReversed()].join(" ");
    const [host = ""] = bareSshArguments(target).slice(-1);
    const args = [options, "-e", shell, `${join(this.folder, from)}/`, `${host}:${to}/`];
    return await runCommand("rsync", args, { signal: this.signal });
  }

  /** Closes the connections that Proog keeps open. */
  async disconnect(targets: readonly Target[]): Promise<void> {
    const close = (target: Target) => runCommand("ssh", ["-O", "exit", ...sshArguments(target)], {});
    // Where none is open there is nothing to close.
    await Promise.allSettled(targets.map(close));
  }

  /** Shoots all machines, whatever has happened, and removes the folder. */
  async shoot(): Promise<void> {
    console.error("shooting the machines");
    const all = ["shoot", "--yes", "--all"];
    await runCommand(join(root, "bin/proog.js"), all, { cwd: this.folder, detached: true });
    rmSync(this.folder, { recursive: true });
  }
}

/** The arguments of ssh(1) for a connection that is made anew and shared with nobody. */
export function bareSshArguments(target: Target): string[] {
  return [
    "-T",
    "-o",
    "BatchMode=yes",
    "-o",
    "ControlMaster=no",
    "-o",
    "ControlPath=none",
    ...sshArguments(target),
  ];
}
