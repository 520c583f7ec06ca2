import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readNames } from "../../src/providers/local/files.ts";
import { local } from "../../src/providers/local/local.ts";
import { localProvider } from "../../src/providers/local/local-provider.ts";
import { findPlaces } from "../../src/providers/local/places.ts";
import { readFleetRecord } from "../../src/providers/local/record.ts";
import { checkout } from "./run-folder.ts";

/** For the machines of tests, where there is room for them; see setup.ts. */
export const memoryFolder = "/dev/shm/proog-machines";

/** Shoots every machine whose fleet lies in the run's folder, ends its connections and servers, and removes the folder. */
export async function endRun(folder: string): Promise<void> {
  endDemos(folder);
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
  for (const { id } of subversionServers(folder)) endProcess(id);
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
  return processes().flatMap(({ id, words }) => {
    const isOurs = words[0] === "svnserve" && words.some((word) => word.startsWith(`--root=${folder}/`));
    const port = words.find((word) => word.startsWith("--listen-port="))?.split("=")[1];
    return isOurs ? [{ id, port: Number(port) }] : [];
  });
}

/** A demo that goes on without the test that began it as the leader of a process group, with the commands that it has in hand. */
function endDemos(folder: string): void {
  for (const { id, words } of processes()) {
    if (words[1] === join(checkout, "bin/demo") && readFolder(id).startsWith(`${folder}/`)) endProcess(-id);
  }
}

/** Where it has ended meanwhile, or leads no group, nothing. */
function endProcess(id: number): void {
  try {
    process.kill(id, "SIGKILL");
  } catch {}
}

/** All that run, with the words of their command lines. */
function processes(): { readonly id: number; readonly words: readonly string[] }[] {
  const ids = readNames("/proc").filter((name) => /^[0-9]+$/.test(name));
  return ids.map((id) => ({ id: Number(id), words: readWords(id) }));
}

/** None of one that has ended meanwhile. */
function readWords(id: string): string[] {
  try {
    return readFileSync(`/proc/${id}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}

/** In which folder a process is; nowhere when it has ended meanwhile. */
function readFolder(id: number): string {
  try {
    return readlinkSync(`/proc/${id}/cwd`);
  } catch {
    return "";
  }
}
