import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { ProogError } from "../report/error.ts";

/** A private key of whoever runs Proog. */
export interface OwnKey {
  readonly key: string;
  /** Where it was found: `PROOG_AGE_IDENTITY`, `~/.config/proog/age.txt`. */
  readonly place: string;
}

/** The keys that there are, and where was looked for them. */
export interface OwnKeys {
  readonly keys: readonly OwnKey[];
  /** `~/.config/proog/age.txt (not there)` */
  readonly looked: readonly string[];
}

/** The file of the key of one's own. */
export function ownKeyFile(environment: NodeJS.ProcessEnv): string {
  const home = environment.HOME || homedir();
  return join(environment.XDG_CONFIG_HOME || join(home, ".config"), "proog/age.txt");
}

/**
 * The keys of whoever runs this: what PROOG_AGE_IDENTITY holds, or the file that it names; without it, the file of one's own.
 * @throws ProogError `secret-unreadable` for a file that cannot be used.
 */
export function findOwnKeys(environment: NodeJS.ProcessEnv): OwnKeys {
  const given = environment.PROOG_AGE_IDENTITY;
  if (given?.includes("AGE-SECRET-KEY-"))
    return { keys: parseKeys(given, "PROOG_AGE_IDENTITY"), looked: ["PROOG_AGE_IDENTITY"] };
  const file = given ? resolve(given) : ownKeyFile(environment);
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found && !given) return { keys: [], looked: ["PROOG_AGE_IDENTITY (not set)", `${file} (not there)`] };
  if (!found?.isFile())
    throw unusable(
      `PROOG_AGE_IDENTITY names ${file}, which is no file.`,
      "It is a file as age-keygen writes it, or what stands in one.",
    );
  if ((found.mode & 0o077) !== 0) throw unusable(`Others can read the key ${file}.`, `chmod 600 ${file}`);
  const keys = parseKeys(readKey(file), file);
  if (keys.length === 0)
    throw unusable(
      `${file} has no key as age-keygen writes it: a line that begins with AGE-SECRET-KEY-.`,
      "One with a passphrase is not read: age -d FILE >/dev/shm/key, and name that by PROOG_AGE_IDENTITY for as long.",
    );
  return { keys, looked: [file] };
}

function readKey(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw unusable(
      `The key ${file} cannot be read: ${error instanceof Error ? error.message : error}`,
      "Make it yours, or name another one by PROOG_AGE_IDENTITY.",
    );
  }
}

function parseKeys(text: string, place: string): OwnKey[] {
  return [...text.matchAll(/^\s*(AGE-SECRET-KEY-\S+)\s*$/gm)].map(([, key = ""]) => ({ key, place }));
}

function unusable(message: string, hint: string): ProogError {
  return new ProogError({ code: "secret-unreadable", message, hint });
}
