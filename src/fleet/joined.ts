import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ProogError } from "../report/error.ts";
import type { ExistingMachine } from "./existing.ts";
import type { JoinedMachine } from "./fleet.ts";

/** The machines that joined each environment. */
export type JoinedMachines = Readonly<Record<string, readonly JoinedMachine[]>>;

/**
 * The file beside the config of the machines that joined by `proog install --join`. It is part of the fleet's description, and
 * of its repository: which machines are an environment's is nowhere else. What is in it is checked with the config.
 */
export function joinedFile(directory: string): string {
  return join(directory, "proog.existing.json");
}

/** @throws ProogError `config-invalid` when it is no JSON. */
export function readJoined(directory: string): JoinedMachines {
  const file = joinedFile(directory);
  if (!existsSync(file)) return {};
  const text = readFileSync(file, "utf8");
  const places = text
    .split("\n")
    .flatMap((line, index) => (line.match(/"ssh"\s*:/g) ?? []).map(() => `${file}:${index + 1}`));
  const placed = (entry: unknown) => {
    const at = places.shift() ?? file;
    return typeof entry === "object" && entry !== null ? { ...entry, at } : { ssh: "", at };
  };
  const environments = Object.entries(parse(file, text)).map(([name, entries]) => {
    if (!Array.isArray(entries)) throw notUnderstood(file, `${name} is no list of machines`);
    return [name, entries.map(placed)];
  });
  return Object.fromEntries(environments);
}

function parse(file: string, text: string): object {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch (error) {
    throw notUnderstood(file, error instanceof Error ? error.message : String(error));
  }
  throw notUnderstood(file, "it is no object");
}

function notUnderstood(file: string, why: string): ProogError {
  return new ProogError({
    code: "config-invalid",
    message: `The machines that joined cannot be read: ${why}.`,
    where: file,
    hint: 'It holds a list for each environment, such as:\n  { "live": [ { "ssh": "web1.example.org", "roles": ["web"] } ] }',
  });
}

/** Adds machines to an environment: a line each, so that a diff shows one line for one machine. */
export function writeJoined(
  directory: string,
  before: JoinedMachines,
  environment: string,
  machines: readonly ExistingMachine[],
): void {
  const all = { ...before, [environment]: [...(before[environment] ?? []), ...machines] };
  const parts = Object.entries(all).map(([name, entries]) => {
    const lines = entries.map((entry) => `    ${writeMachine(entry)}`);
    return `  ${JSON.stringify(name)}: [\n${lines.join(",\n")}\n  ]`;
  });
  const file = joinedFile(directory);
  writeFileSync(`${file}.${process.pid}`, `{\n${parts.join(",\n")}\n}\n`);
  renameSync(`${file}.${process.pid}`, file);
}

/** `{ "name": "web1", "ssh": "web1.example.org", "roles": ["web"] }` */
function writeMachine({ at: _, ...machine }: ExistingMachine & { readonly at?: string }): string {
  const fields = Object.entries(machine).map(([name, value]) => {
    const text = Array.isArray(value)
      ? `[${value.map((item) => JSON.stringify(item)).join(", ")}]`
      : JSON.stringify(value);
    return `${JSON.stringify(name)}: ${text}`;
  });
  return `{ ${fields.join(", ")} }`;
}
