import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** The host keys of machines that Proog created, by alias. */
export type HostKeys = ReadonlyMap<string, readonly string[]>;

/** Makes the known_hosts file hold exactly these; it is written anew, so that nothing of a shot machine stays. */
export function writeKnownHosts(file: string, keys: HostKeys): void {
  const lines = [...keys].flatMap(([alias, list]) => list.map((key) => `${alias} ${key}\n`)).sort();
  const text = lines.join("");
  if (existsSync(file) ? readFileSync(file, "utf8") === text : text === "") return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, text, { mode: 0o600 });
  renameSync(`${file}.${process.pid}`, file);
}
