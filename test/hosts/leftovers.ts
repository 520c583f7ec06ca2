import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readNames } from "../../src/providers/local/files.ts";
import { local } from "../../src/providers/local/local.ts";
import { localProvider } from "../../src/providers/local/local-provider.ts";
import { findPlaces } from "../../src/providers/local/places.ts";
import { readFleetRecord } from "../../src/providers/local/record.ts";

/** For the machines of tests, where there is room for them; see setup.ts. */
export const memoryFolder = "/dev/shm/proog-machines";

/** Shoots every machine whose fleet lies in the run's folder, ends its connections and servers, and removes the folder. */
export async function endRun(folder: string): Promise<void> {
  const { machines } = findPlaces(process.env);
  for (const id of readNames(machines)) {
    const record = readFleetRecord(join(machines, id));
    if (!record?.directory.startsWith(`${folder}/`)) continue;
    const names = readNames(join(machines, id)).filter((name) => name !== "fleet.json");
    const { fleet, environment, directory } = record;
    await localProvider(local()).shoot(names, {
      ...{ fleet, environment, directory },
      progress: () => {},
      signal: new AbortController().signal,
    });
  }
  if (machines === memoryFolder) removeWhenEmpty(machines);
  endConnections(folder);
  for (const { id } of subversionServers(folder)) process.kill(id, "SIGKILL");
  rmSync(folder, { recursive: true, force: true });
}

function removeWhenEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Another run has machines there, or it never was.
  }
}

/** The sockets of connections that are kept open for proofs. */
function endConnections(folder: string): void {
  for (const name of readdirSync(folder).filter((name) => name.startsWith("ssh-"))) {
    execFileSync("ssh", ["-F", "none", "-o", `ControlPath=${join(folder, name)}`, "-O", "exit", "machine"], {
      stdio: "ignore",
    });
  }
}

/** Servers of Subversion, each with its port, that the example has started anywhere below the folder. */
export function subversionServers(folder: string): { readonly id: number; readonly port: number }[] {
  return readNames("/proc").flatMap((name) => {
    const words = /^[0-9]+$/.test(name) ? readCommand(Number(name)) : [];
    const isOurs = words[0] === "svnserve" && words.some((word) => word.startsWith(`--root=${folder}/`));
    const port = words.find((word) => word.startsWith("--listen-port="))?.split("=")[1];
    return isOurs ? [{ id: Number(name), port: Number(port) }] : [];
  });
}

/** The words of a process's command line; none of one that has ended meanwhile. */
function readCommand(id: number): string[] {
  try {
    return readFileSync(`/proc/${id}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}
