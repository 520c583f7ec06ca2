import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, inject } from "vitest";
import { quote } from "../../src/catalog/quote.ts";
import type { Event } from "../../src/report/event.ts";
import { parseEvents } from "./fleet-folder.ts";
import { type HostMachine, useMachines } from "./machines.ts";
import { type Ended, type Running, runProgram, startProgram } from "./program.ts";
import { checkout } from "./run-folder.ts";

/** Machines that no fleet has created, and a user's folder with a config from which the real program is run. */
export interface Strangers<Name extends string> {
  readonly path: string;
  readonly machines: Readonly<Record<Name, HostMachine>>;
  write(name: string, text: string): void;
  read(name: string): string;
  /** The text behind `export default`, with what it uses imported. */
  declare(text: string): void;
  /** The user's ~/.ssh/config, beside where known hosts are; a private key `key` may enter the machines as root. */
  configureSsh(text: string): void;
  /** Makes the user's ~/.ssh/known_hosts have these machines' keys, and no others. */
  know(...names: Name[]): void;
  proog(...args: string[]): Promise<Ended>;
  events(...args: string[]): Promise<Ended & { readonly events: Event[] }>;
  start(...args: string[]): Running;
  startInTerminal(...args: string[]): Running;
}

export function useStrangers<Name extends string>(name: string, names: readonly Name[]): Strangers<Name> {
  const machines = useMachines(names);
  const place = () => join(inject("runFolder"), `strangers-${name}`);
  const program = join(checkout, "bin/proog.js");
  const options = () => {
    const { PATH, PROOG_CACHE, PROOG_MACHINES } = process.env;
    // What Node compiles of the program is the same for all.
    const XDG_CACHE_HOME = join(inject("runFolder"), "cache");
    return {
      cwd: place(),
      env: {
        PROOG_CACHE,
        PROOG_MACHINES,
        XDG_CACHE_HOME,
        HOME: place(),
        TERM: "xterm-256color",
        PATH: `${place()}/bin:${PATH}`,
        COLUMNS: "100",
        LINES: "40",
      },
    };
  };
  const start = (...args: string[]) => startProgram(process.execPath, [program, ...args], options());
  const strangers: Strangers<Name> = {
    get path() {
      return place();
    },
    machines,
    write: (file, text) => {
      mkdirSync(dirname(join(place(), file)), { recursive: true });
      writeFileSync(join(place(), file), text);
    },
    read: (file) => (existsSync(join(place(), file)) ? readFileSync(join(place(), file), "utf8") : ""),
    declare: (text) =>
      strangers.write(
        "proog.config.js",
        `import { apt, defineFleet, existing, file, line, local, role, run, service } from "proog";\n${text}`,
      ),
    configureSsh: (text) =>
      strangers.write(
        "ssh/config",
        `${text}\nHost *\n  UserKnownHostsFile ${place()}/ssh/known_hosts\n  GlobalKnownHostsFile none\n  IdentitiesOnly yes\n`,
      ),
    know: (...known) =>
      strangers.write(
        "ssh/known_hosts",
        known
          .flatMap((each) => machines[each].hostKeys.map((key) => `${machines[each].address} ${key}\n`))
          .join(""),
      ),
    proog: (...args) => runProgram(process.execPath, [program, ...args], "", options()),
    start: (...args) => {
      const running = start(...args);
      running.end("");
      return running;
    },
    events: async (...args) => {
      const ended = await strangers.proog(...args, "--json");
      return { ...ended, events: parseEvents(ended.stdout) };
    },
    startInTerminal: (...args) => {
      const command = [process.execPath, program, ...args].map(quote).join(" ");
      return startProgram(
        "script",
        ["-qefc", `stty cols 100 rows 40; exec ${command}`, "/dev/null"],
        options(),
      );
    },
  };
  beforeAll(() => {
    // ssh(1) does not look at HOME, but in the user's own folder.
    strangers.write(
      "bin/ssh",
      `#!/bin/sh\nexec /usr/bin/ssh -F ${quote(join(place(), "ssh/config"))} "$@"\n`,
    );
    chmodSync(join(place(), "bin/ssh"), 0o755);
    strangers.configureSsh("");
    strangers.know();
    copyFileSync(join(inject("runFolder"), "key"), join(place(), "key"));
    chmodSync(join(place(), "key"), 0o600);
  });
  afterAll(async () => {
    for (const each of names) await endConnection(machines[each].address, options());
  });
  return strangers;
}

async function endConnection(
  address: string,
  options: ReturnType<() => { env: NodeJS.ProcessEnv }>,
): Promise<void> {
  const { socketFolder } = await import("../../src/connect/ssh.ts");
  for (const user of ["root", "debian", "ada"])
    await runProgram(
      "ssh",
      ["-O", "exit", "-o", `ControlPath=${socketFolder()}/%C`, "-l", user, address],
      "",
      options,
    );
}
