import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, inject } from "vitest";
import { quote } from "../../src/catalog/quote.ts";
import * as proog from "../../src/index.ts";
import { type LocalOptions, local } from "../../src/providers/local/local.ts";
import { localProvider } from "../../src/providers/local/local-provider.ts";
import type { MachineTags } from "../../src/providers/provider.ts";
import type { Event } from "../../src/report/event.ts";
import type { EventOf } from "../../src/report/event-type.ts";
import { closeConnections, describeMachine, type HostMachine, quiet } from "./machines.ts";
import { type Ended, type Running, runProgram, startProgram } from "./program.ts";
import { checkout } from "./run-folder.ts";

/** A folder with a fleet whose machines are booted, in which the real program is run. */
export interface FleetFolder {
  readonly path: string;
  /** The variables that proog is run with there. */
  readonly variables: NodeJS.ProcessEnv;
  /** Declares the role `web` anew: what it returns, as text of a config. */
  declare(items: string): void;
  write(name: string, text: string): void;
  /** Runs proog there, without a terminal. */
  proog(...args: string[]): Promise<Ended>;
  /** Starts it, likewise. */
  start(...args: string[]): Running;
  /** Starts it in a terminal of 100 columns, whose text is on `stdout`; what is typed is its input. */
  startInTerminal(...args: string[]): Running;
  /** What it tells with `--json`, and how it ends. */
  events(...args: string[]): Promise<Ended & { readonly events: Event[] }>;
  /** Runs it with `--yes`, which must go well, and gives the run. */
  succeed(command: string, ...args: string[]): Promise<string>;
  /** A node, reached by plain ssh beside the program. */
  node(name: string): HostMachine;
  /** What is noted of a machine at its provider. */
  tags(name: string): Promise<MachineTags>;
  /** Learns of machines that a test has booted. */
  learn(): Promise<void>;
}

/** What a test must not meet: the user's own keys, settings and colours. */
function environment(home: string): NodeJS.ProcessEnv {
  const { PATH, PROOG_CACHE, PROOG_MACHINES } = process.env;
  return {
    PATH,
    PROOG_CACHE,
    PROOG_MACHINES,
    HOME: home,
    // What Node compiles of the program is the same for all.
    XDG_CACHE_HOME: join(inject("runFolder"), "cache"),
    TERM: "xterm-256color",
    COLUMNS: "100",
    LINES: "40",
  };
}

/** What else a fleet has. */
interface FleetExtras {
  /** Of the environment in which proog is run. */
  readonly variables?: NodeJS.ProcessEnv;
  /** Further options of `defineFleet`, as text. */
  readonly options?: string;
  /** Files beside the config, from the beginning. */
  readonly files?: Readonly<Record<string, string>>;
  /** What `local()` is called with. */
  readonly machines?: LocalOptions;
}

/** Boots a fleet before the tests of this file or group, and shoots it after them, whatever happened. */
export function useFleet(
  name: string,
  nodes: string,
  items = "",
  { variables = {}, options = "", files = {}, machines = {} }: FleetExtras = {},
): FleetFolder {
  const known = new Map<string, HostMachine>();
  const place = () => join(inject("runFolder"), `fleet-${name}`);
  const program = join(checkout, "bin/proog.js");
  const settings = () => ({ cwd: place(), env: { ...environment(place()), ...variables } });
  const start = (...args: string[]) => startProgram(process.execPath, [program, ...args], settings());
  const folder: FleetFolder = {
    get path() {
      return place();
    },
    get variables() {
      return settings().env;
    },
    write: (file, text) => {
      mkdirSync(dirname(join(place(), file)), { recursive: true });
      writeFileSync(join(place(), file), text);
    },
    declare: (declared) =>
      folder.write("proog.config.js", configOf(name, nodes, declared, options, machines)),
    proog: (...args) => runProgram(process.execPath, [program, ...args], "", settings()),
    start: (...args) => {
      const running = start(...args);
      running.end("");
      return running;
    },
    startInTerminal: (...args) => {
      const command = [process.execPath, program, ...args].map(quote).join(" ");
      return startProgram(
        "script",
        ["-qefc", `stty cols 100 rows 40; exec ${command}`, "/dev/null"],
        settings(),
      );
    },
    events: async (...args) => {
      const ended = await folder.proog(...args, "--json");
      return { ...ended, events: parseEvents(ended.stdout) };
    },
    succeed: async (command, ...args) => {
      const { events, status, stdout } = await folder.events(command, "--yes", ...args);
      expect(status, stdout).toBe(0);
      return eventsOf(events, "run-started")[0]?.run ?? "";
    },
    node: (wanted) => {
      const found = known.get(wanted);
      if (!found) throw new Error(`There is no machine ${wanted}.`);
      return found;
    },
    tags: async (wanted) => {
      const machines = await localProvider(local()).list(context());
      return machines.find(({ name }) => name === wanted)?.tags ?? {};
    },
    learn: async () => {
      const identity = join(place(), ".proog/id_ed25519");
      for (const machine of await localProvider(local()).list(context())) {
        if (known.has(machine.name)) continue;
        const described = describeMachine(machine, place(), identity);
        known.set(machine.name, described);
        await quiet(described);
      }
    },
  };
  const context = () => ({
    ...{ fleet: name, environment: "test", directory: place(), progress: () => {} },
    signal: new AbortController().signal,
  });
  beforeAll(async () => {
    for (const [file, text] of Object.entries(files)) folder.write(file, text);
    folder.declare("");
    const { stderr, status } = await folder.proog("boot", "--no-install");
    if (status !== 0) throw new Error(stderr);
    await folder.learn();
    folder.declare(items);
  });
  afterAll(async () => {
    for (const machine of known.values()) await closeConnections(machine);
    folder.declare("");
    const { stderr, status } = await folder.proog("shoot", "--all", "--yes");
    if (status !== 0) throw new Error(stderr);
    // Nothing of them stays, neither in the fleet's own file nor in the user's.
    for (const known of [".proog/known_hosts-test", ".ssh/known_hosts"])
      if (existsSync(join(place(), known))) expect(readFileSync(join(place(), known), "utf8")).toBe("");
  });
  return folder;
}

const names = Object.keys(proog).join(", ");

function configOf(
  name: string,
  nodes: string,
  items: string,
  options: string,
  machines: LocalOptions,
): string {
  return `import { ${names} } from "proog";
const web = role("web", ({ node }) => {
  return [
${items}
  ];
});
export default defineFleet({
  name: "${name}",
  roles: { web },
  ${options}
  environments: { test: { provider: local(${JSON.stringify(machines)}), nodes: { ${nodes} } } },
});
`;
}

/** One event a line, and nothing else. */
export function parseEvents(stdout: string): Event[] {
  return stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** The events of one type. */
export function eventsOf<Type extends Event["type"]>(events: readonly Event[], type: Type): EventOf<Type>[] {
  return events.filter((event): event is EventOf<Type> => event.type === type);
}

/** Which run a program is that was started with `--json` and has told so. */
export function runOf({ stdout }: Pick<Running, "stdout">): string {
  const [started] = eventsOf(parseEvents(stdout.slice(0, stdout.lastIndexOf("\n") + 1)), "run-started");
  if (!started) throw new Error("It has not begun yet.");
  return started.run;
}

/** `done file /etc/motd`, in the order in which it happened. */
export function finishedOf(events: readonly Event[]): string[] {
  return eventsOf(events, "resource-finished").map(({ outcome, resource }) => `${outcome} ${resource.key}`);
}
