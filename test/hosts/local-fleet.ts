import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { local } from "../../src/providers/local/local.ts";
import { localProvider } from "../../src/providers/local/local-provider.ts";
import type { LocalOptions } from "../../src/providers/local/options.ts";
import { type FleetNames, findPlaces, nameFleet } from "../../src/providers/local/places.ts";
import type { Machine, Provider, ProviderContext } from "../../src/providers/provider.ts";

const run = promisify(execFile);

/** A fleet in a folder of its own, for one test; `await using` ends all of it, also when the test fails. */
export interface TestFleet extends AsyncDisposable {
  readonly folder: string;
  readonly names: FleetNames;
  readonly provider: Provider;
  readonly context: ProviderContext;
  /** What the provider told, `web-1: booting`. */
  readonly told: string[];
  readonly authorizedKey: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The same fleet with other options, as after an edit of the config. */
  with(options: LocalOptions): Provider;
  boot(...names: string[]): Promise<Machine[]>;
  list(): Promise<Machine[]>;
  shoot(...names: string[]): Promise<void>;
  /** Runs a command in the machine; its host key must be the one that the provider told. */
  ssh(machine: Machine | undefined, command: string): Promise<string>;
}

export async function openTestFleet(options: LocalOptions = {}): Promise<TestFleet> {
  const folder = mkdtempSync(join(tmpdir(), "proog-local-"));
  const environment = { ...process.env, PROOG_MACHINES: join(folder, "machines") };
  await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, "key")]);
  const authorizedKey = readFileSync(join(folder, "key.pub"), "utf8").trim();
  const told: string[] = [];
  const context: ProviderContext = {
    fleet: "test",
    environment: "devel",
    directory: folder,
    progress: (text, machine) => told.push(machine === undefined ? text : `${machine}: ${text}`),
    signal: new AbortController().signal,
  };
  const provider = localProvider(local(options), environment);
  const list = () => provider.list(context);
  const shoot = (...names: string[]) => provider.shoot(names, context);
  return {
    folder,
    names: nameFleet(findPlaces(environment), context),
    provider,
    context,
    told,
    authorizedKey,
    environment,
    with: (others) => localProvider(local(others), environment),
    boot: (...names) =>
      provider.boot(
        names.map((name) => ({ name, authorizedKeys: [authorizedKey] })),
        context,
      ),
    list,
    shoot,
    ssh: (machine, command) => ssh(folder, machine, command),
    [Symbol.asyncDispose]: async () => {
      await shoot(...(await list()).map(({ name }) => name));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function ssh(folder: string, machine: Machine | undefined, command: string): Promise<string> {
  if (machine === undefined) throw new Error("there is no such machine");
  const known = join(folder, `known-${machine.name}`);
  writeFileSync(known, (machine.hostKeys ?? []).map((key) => `${machine.address} ${key}\n`).join(""));
  const options = [
    "BatchMode=yes",
    "ConnectTimeout=10",
    "StrictHostKeyChecking=yes",
    "GlobalKnownHostsFile=none",
    `UserKnownHostsFile=${known}`,
    "IdentitiesOnly=yes",
    `IdentityFile=${join(folder, "key")}`,
  ].flatMap((option) => ["-o", option]);
  const { stdout } = await run("ssh", ["-F", "none", ...options, `root@${machine.address}`, command]);
  return stdout.trim();
}

/** Everything on this host that carries the fleet's id or lies in its folder; empty when nothing is left. */
export async function findTraces(fleet: TestFleet): Promise<string[]> {
  const { id } = fleet.names;
  const marks = [id, fleet.names.folder];
  const isOurs = (text: string) => marks.some((mark) => text.includes(mark));
  const { stdout: tables } = await run("nft", ["list", "tables"]);
  // Those of other machines go while it looks.
  const find = 'find /sys/fs/cgroup -type d -name "$1" 2>/dev/null; true';
  const { stdout: groups } = await run("sh", ["-c", find, "sh", `*${id}*`]);
  return [
    ...readdirSync("/sys/class/net").map((name) => `interface ${name}`),
    ...tables.split("\n").map((table) => `nftables ${table}`),
    ...readFileSync("/proc/self/mounts", "utf8")
      .split("\n")
      .map((mount) => `mount ${mount}`),
    ...readProcesses().map((process) => `process ${process}`),
    ...groups.split("\n").map((group) => `control group ${group}`),
    ...(existsSync(fleet.names.folder) ? [`folder ${fleet.names.folder}`] : []),
  ].filter(isOurs);
}

/** The id and the command line of each process on this host, other than the one that runs the tests. */
function readProcesses(): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return [];
    try {
      return [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")}`];
    } catch {
      return [];
    }
  });
}

/** Asks again every 100 ms until the answer is not undefined and no error. */
export async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + 120_000;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    if (Date.now() > end) throw new Error("no answer within two minutes");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
