import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, inject } from "vitest";
import { writeKnownHosts } from "../../src/connect/known-hosts.ts";
import { sshArguments } from "../../src/connect/ssh.ts";
import type { Target } from "../../src/connect/target.ts";
import { type LocalOptions, local } from "../../src/providers/local/local.ts";
import { localProvider } from "../../src/providers/local/local-provider.ts";
import type { Machine, ProviderContext } from "../../src/providers/provider.ts";
import { FarShells } from "./far-shell.ts";
import { type Ended, runProgram } from "./program.ts";

/** A machine to test on. */
export interface HostMachine {
  readonly name: string;
  readonly address: string;
  readonly hostKeys: readonly string[];
  /** A folder on this host for what belongs to it. */
  readonly folder: string;
  /** How the engine reaches it. */
  readonly target: Target;
  /**
   * Runs shell on it by plain ssh, beside the engine, in an environment of its own; gives what it prints.
   * Rejects when it fails.
   */
  ssh(script: string): Promise<string>;
  /** Runs a program on it as the engine does: by the login shell, with all that this shell sets. */
  login(command: string, input?: string): Promise<Ended>;
  /** The same in a shell that the login shell has become and that is kept; the input is whole lines. */
  loggedIn(command: string, input: string): Promise<Ended>;
  /** Ends the shells that are kept on it for plain ssh. */
  leave(): void;
}

/** Boots machines before the tests of this file or group, and shoots them after it, whatever happened. */
export function useMachines<Name extends string>(
  names: readonly Name[],
  options: LocalOptions = {},
): Readonly<Record<Name, HostMachine>> {
  const booted = new Map<string, HostMachine>();
  const provider = localProvider(local(options));
  let context: ProviderContext | undefined;
  beforeAll(async () => {
    context = newContext();
    const authorizedKeys = [readFileSync(join(inject("runFolder"), "key.pub"), "utf8").trim()];
    const machines = await provider.boot(
      names.map((name) => ({ name, authorizedKeys })),
      context,
    );
    const key = join(inject("runFolder"), "key");
    for (const machine of machines)
      booted.set(machine.name, describeMachine(machine, context.directory, key));
    await Promise.all([...booted.values()].map(quiet));
  });
  afterAll(async () => {
    for (const machine of booted.values()) await closeConnections(machine);
    if (context) await provider.shoot(names, context);
  });
  const found = (name: string) => {
    const machine = booted.get(name);
    if (!machine) throw new Error(`${name} is not booted yet.`);
    return machine;
  };
  const entries = names.map((name) => [name, { enumerable: true, get: () => found(name) }] as const);
  return Object.defineProperties({} as Record<Name, HostMachine>, Object.fromEntries(entries));
}

/** Shell that spares each daemon-reload programs for what no test of the machine has: they take as long as the reload; see systemd.generator(7). */
export const withoutGenerators = (...names: readonly string[]) =>
  `for name in ${names.join(" ")}; do
  ln -sf /dev/null "/etc/systemd/system-generators/systemd-$name-generator"
done`;

/** Makes a machine cheaper that nobody's /etc/rc.local and scripts in /etc/init.d are tested on. */
export async function quiet(machine: HostMachine): Promise<void> {
  await machine.ssh(withoutGenerators("rc-local", "sysv"));
}

function newContext(): ProviderContext {
  const directory = mkdtempSync(join(inject("runFolder"), "machines-"));
  const signal = new AbortController().signal;
  return { fleet: "test", environment: "test", directory, progress: () => {}, signal };
}

/** How tests reach a machine that runs; `identity` is a private key that may enter it. */
export function describeMachine(machine: Machine, folder: string, identity: string): HostMachine {
  const { name, address, hostKeys = [] } = machine;
  const knownHosts = { file: join(folder, `known_hosts-${name}`), alias: name };
  writeKnownHosts(knownHosts.file, new Map([[name, hostKeys]]));
  const connection = connectionOf(machine);
  const target: Target = { name, address, user: "root", identity, knownHosts, connection };
  const shells = new FarShells(plainSsh(target, sane));
  const logins = new FarShells(plainSsh(target, "exec sh"));
  return {
    ...{ name, address, hostKeys, folder, target },
    ssh: async (script) => {
      const { stdout, stderr, status } = await shells.run(script);
      if (status === 0) return stdout;
      throw new Error(`On ${name}, status ${status}:\n${script}\n${stdout}${stderr}`);
    },
    login: (command, input) => runProgram("ssh", plainSsh(target, command), input),
    loggedIn: (command, input) => logins.run(command, input),
    leave: () => {
      shells.leave();
      logins.leave();
    },
  };
}

/** Names the engine's kept connection, which is another one than that of proofs. */
function connectionOf({ address, hostKeys = [] }: Machine): string {
  return `test-${Buffer.from(`${address}${hostKeys[0]?.slice(-8)}`).toString("hex")}`.slice(0, 40);
}

/** Whatever the login sets is put off; commands come as the input. */
const sane =
  'cd / && umask 022 && exec env -i HOME=/root LC_ALL=C.UTF-8 PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" sh';

function plainSsh({ address, knownHosts, name, identity = "" }: Target, command: string): string[] {
  const settings = [
    "BatchMode=yes",
    "StrictHostKeyChecking=yes",
    `UserKnownHostsFile=${knownHosts?.file}`,
    `HostKeyAlias=${name}`,
    "ControlMaster=auto",
    "ControlPersist=60",
    `ControlPath=${join(inject("runFolder"), "ssh-%C")}`,
    "LogLevel=ERROR",
  ];
  return [
    ...["-F", "none", "-i", identity],
    ...settings.flatMap((setting) => ["-o", setting]),
    ...["-l", "root", address, command],
  ];
}

/** Ends the connections that are kept to it: the one of proofs and the engine's. */
export async function closeConnections({ target, leave }: HostMachine): Promise<void> {
  leave();
  await runProgram("ssh", ["-O", "exit", ...plainSsh(target, "")]);
  await runProgram("ssh", ["-O", "exit", ...sshArguments(target)]);
}
