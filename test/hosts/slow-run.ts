import { onTestFinished } from "vitest";
import type { FleetFolder } from "./fleet-folder.ts";
import type { HostMachine } from "./machines.ts";

/**
 * A resource of a config that is in progress until it is let go: it makes /run/NAME-started, waits for /run/NAME-go and
 * makes /srv/NAME. It prints a number every 20 ms, and what it has printed it keeps in /run/NAME-printed.
 */
export function slowRun(name: string): string {
  return `run(${JSON.stringify(
    `: >/run/${name}-started; n=0; while [ ! -e /run/${name}-go ]; do n=$((n + 1)); echo "$n" | tee -a /run/${name}-printed; sleep 0.02; done; : >/srv/${name}`,
  )}, { name: "${name}", creates: "/srv/${name}" }),`;
}

export async function waitUntil(
  what: string,
  holds: () => Promise<boolean> | boolean,
  seconds = 30,
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`It took more than ${seconds} s until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits until the file is there. */
export async function waitForFile(machine: HostMachine, path: string): Promise<void> {
  await machine.ssh(`n=0; until [ -e ${path} ]; do n=$((n + 1)); [ $n -lt 600 ] || exit 1; sleep 0.05; done`);
}

/** Starts `proog apply --yes`, and comes back when the slow resource is in progress. It does not outlive the test. */
export async function startSlowly(folder: FleetFolder, name: string, node = "web-1", ...options: string[]) {
  const running = folder.start("apply", "--yes", "--json", ...options);
  onTestFinished(async () => {
    await folder.node(node).ssh(`: >/run/${name}-go`);
    await running.ended;
  });
  await Promise.race([
    waitForFile(folder.node(node), `/run/${name}-started`),
    running.ended.then(({ stdout, stderr }) =>
      Promise.reject(new Error(`It ended already:\n${stdout}${stderr}`)),
    ),
  ]);
  return running;
}

/** The process ids on the node of what the slow resource runs. */
export async function slowProcesses(machine: HostMachine, name: string): Promise<string> {
  return await machine.ssh(`pgrep -f '[/]run/${name}-started' || true`);
}
