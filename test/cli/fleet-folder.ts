import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { findPlaces, nameFleet } from "../../src/providers/local/places.ts";
import { writeMachineRecord } from "../../src/providers/local/record.ts";
import { type Ended, runProgram } from "../hosts/program.ts";
import { compiledFolder } from "./setup.ts";

export const checkout = join(import.meta.dirname, "../..");
const program = join(checkout, "bin/proog.js");

/** A folder with a fleet, in which the real program is run; it is removed after the test. */
export interface FleetFolder {
  readonly path: string;
  /** The file of the program, and the variables that it is run with. */
  readonly program: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Runs proog there, without a terminal, and without seeing machines of this host. */
  proog(...args: string[]): Promise<Ended>;
  /** The same with further variables in its environment. */
  proogWith(variables: NodeJS.ProcessEnv, ...args: string[]): Promise<Ended>;
  /** What it prints when it refuses: on stderr alone, with status 1. */
  refusal(...args: string[]): Promise<string>;
  /** The events that it prints with `--json`: nothing else is on stdout. */
  events(...args: string[]): Promise<Record<string, unknown>[]>;
  write(name: string, text: string): void;
  /** Makes a machine of `configWith`, as if it had been booted and stopped. */
  stopMachine(name: string): void;
  /** The same fleet, seen from a folder in it. */
  in(folder: string): FleetFolder;
}

/**
 * Makes a folder with these files; a text alone is the `proog.config.js`: to strip the types of a config that it does not know takes
 * Node as long as all else of a start.
 */
export function fleetFolder(files: string | Readonly<Record<string, string>> = {}): FleetFolder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "proog-cli-")));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  const folder = openFolder(path);
  const given = typeof files === "string" ? { "proog.config.js": files } : files;
  for (const [name, text] of Object.entries(given)) folder.write(name, text);
  return folder;
}

function openFolder(path: string): FleetFolder {
  const proogWith = (variables: NodeJS.ProcessEnv, ...args: string[]) =>
    runProgram(process.execPath, [program, ...args], "", {
      cwd: path,
      env: { ...environment(path), ...variables },
    });
  const proog = (...args: string[]) => proogWith({}, ...args);
  return {
    ...{ path, program, environment: environment(path), proog, proogWith },
    write: (name, text) => {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), text);
    },
    stopMachine: (name) => {
      const places = findPlaces(environment(path));
      const fleet = nameFleet(places, { fleet: "example", environment: "devel", directory: path });
      mkdirSync(join(fleet.folder, name), { recursive: true });
      writeMachineRecord(fleet, { name, host: 2, address: "10.77.3.2", image: "trixie" });
    },
    in: (folder) => openFolder(join(path, folder)),
    refusal: async (...args) => {
      const { stdout, stderr, status } = await proog(...args);
      expect({ stdout, status }, stderr).toEqual({ stdout: "", status: 1 });
      return stderr;
    },
    events: async (...args) => parseEvents((await proog(...args)).stdout),
  };
}

/** Nothing of the user's own, and a place of its own for machines. */
function environment(folder: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: folder,
    XDG_CACHE_HOME: compiledFolder,
    PROOG_MACHINES: join(folder, ".machines"),
    PROOG_CACHE: join(folder, ".cache"),
  };
}

/** Each line of the stream is one event of this version. */
export function parseEvents(stdout: string): Record<string, unknown>[] {
  expect(stdout.endsWith("\n")).toBe(true);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => {
      const event: Record<string, unknown> = JSON.parse(line);
      expect(event).toMatchObject({ version: 1, at: expect.any(String), type: expect.any(String) });
      return event;
    });
}

const names =
  "apt, archive, cron, defineFleet, directory, file, git, group, local, role, run, service, site, svn, symlink, systemdUnit, user";

/** In the first line, all names but those that the text brings itself. */
function importsFor(text: string): string {
  const own = [...text.matchAll(/^import (.*) from/gm)].map(([, brought]) => brought).join(" ");
  const wanted = names.split(", ").filter((name) => !new RegExp(`\\b${name}\\b`).test(own));
  return `import { ${wanted.join(", ")} } from "proog";\n`;
}

/** A config whose role `web` returns these items, which begin at line 3. */
export function configWith(items: string, nodes = "web: 2"): string {
  return `${importsFor(items)}const web = role("web", ({ node }) => [
${items}
]);
export default defineFleet({
  name: "example",
  roles: { web },
  environments: { devel: { provider: local(), nodes: { ${nodes} } } },
});
`;
}

/** A config whose fleet is this text; what follows the import of everything begins at line 2. */
export function config(text: string): string {
  return importsFor(text) + text;
}
