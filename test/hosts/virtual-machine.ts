import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, inject } from "vitest";
import { makeImage } from "../../src/providers/local/image.ts";
import { local } from "../../src/providers/local/local.ts";
import { writeMachineFiles } from "../../src/providers/local/machine-files.ts";
import { findPlaces } from "../../src/providers/local/places.ts";
import { closeConnections, describeMachine, type HostMachine } from "./machines.ts";
import { runProgram, startProgram } from "./program.ts";

const script = join(import.meta.dirname, "virtual-machine.sh");

/** It is emulated, and boots beside other tests: 30 s where nothing else runs. In milliseconds. */
const bootLimit = 600_000;

/**
 * Boots a Debian machine with a kernel of its own, for what a container cannot do: modules, swap, mounts, all sysctls, a
 * real boot. It is ended after the tests of this file or group, or when this process dies.
 */
export function useVirtualMachine(name: string): { readonly machine: HostMachine } {
  let booted: HostMachine | undefined;
  let end: (() => Promise<void>) | undefined;
  beforeAll(async () => {
    const folder = mkdtempSync(join(inject("runFolder"), "virtual-"));
    const image = await makeImage(
      local({ packages: ["kmod", "linux-image-cloud-amd64"] }),
      findPlaces(process.env),
      (text) => console.error(text),
      new AbortController().signal,
    );
    const hostKey = await makeDisk(folder, name, image);
    const port = await freePort();
    const console_ = join(folder, "console");
    const running = startProgram("sh", [script, "run", image, join(folder, "disk"), String(port), console_]);
    end = async () => {
      running.end("");
      await running.ended;
      rmSync(folder, { recursive: true });
    };
    const address = `ssh://127.0.0.1:${port}`;
    const key = join(inject("runFolder"), "key");
    const machine = describeMachine({ name, address, state: "running", hostKeys: [hostKey] }, folder, key);
    await answers(machine, console_);
    booted = machine;
  }, 2 * bootLimit);
  afterAll(async () => {
    if (booted) await closeConnections(booted);
    await end?.();
  });
  return {
    get machine() {
      if (!booted) throw new Error(`${name} is not booted yet.`);
      return booted;
    },
  };
}

/** Gives the machine's public host key. */
async function makeDisk(folder: string, name: string, image: string): Promise<string> {
  const files = join(folder, "files");
  mkdirSync(files, { mode: 0o755 });
  const hostKey = await writeMachineFiles(files, {
    ...{ name, address: "10.0.2.15", gateway: "10.0.2.2", resolvers: "nameserver 10.0.2.3\n" },
    authorizedKeys: [readFileSync(join(inject("runFolder"), "key.pub"), "utf8").trim()],
  });
  writeFileSync(
    join(files, "etc/systemd/network/20-ether.network"),
    "[Match]\nType=ether\n\n[Network]\nDHCP=ipv4\n",
  );
  // What is slow here is no failure.
  mkdirSync(join(files, "etc/systemd/system.conf.d"));
  writeFileSync(
    join(files, "etc/systemd/system.conf.d/slow.conf"),
    "[Manager]\nDefaultTimeoutStartSec=600\nDefaultDeviceTimeoutSec=600\n",
  );
  const { status, stderr } = await runProgram("sh", [script, "disk", image, files, join(folder, "disk")]);
  if (status !== 0) throw new Error(`The disk could not be made:\n${stderr}`);
  rmSync(files, { recursive: true });
  return hostKey;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("There is no free port.");
  return address.port;
}

/** Waits until it can be entered; gives up with what it has printed. */
export async function answers(machine: HostMachine, console_: string): Promise<void> {
  const limit = Date.now() + bootLimit;
  for (;;) {
    const answered = await machine.ssh("systemctl is-system-running --wait || true").catch(() => undefined);
    if (answered !== undefined) return;
    if (Date.now() > limit)
      throw new Error(`It does not answer:\n${readFileSync(console_, "utf8").slice(-4000)}`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
