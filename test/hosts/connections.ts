import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { inject } from "vitest";
import type { HostMachine } from "./machines.ts";

/** Kills every process of the engine's that holds a connection to the machine, and leaves the proofs' alone. Gives how many. */
export function killConnections({ address }: HostMachine): number {
  const sockets = runProgramNow("ss", "-tnpH", "dst", address);
  // ESTAB 0 0 10.1.2.1:4711 10.1.2.3:22 users:(("ssh",pid=4711,fd=3))
  const pids = new Set([...sockets.matchAll(/pid=(\d+)/g)].map(([, pid]) => Number(pid)));
  return [...pids].filter((pid) => !isForProofs(pid) && kill(pid)).length;
}

/** The same, and waits until they are gone: until then they can still be used. */
export async function awaitKilled(machine: HostMachine): Promise<void> {
  while (killConnections(machine) > 0) await new Promise((resolve) => setTimeout(resolve, 50));
}

function isForProofs(pid: number): boolean {
  return runProgramNow("cat", `/proc/${pid}/cmdline`).includes(join(inject("runFolder"), "ssh-"));
}

/** What it prints; nothing when it fails, as a process may end while it is looked at. */
function runProgramNow(command: string, ...args: string[]): string {
  return spawnSync(command, args, { encoding: "utf8" }).stdout;
}

function kill(pid: number): boolean {
  return spawnSync("kill", ["-KILL", String(pid)]).status === 0;
}
