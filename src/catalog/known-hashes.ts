import { appendFileSync, readFileSync, renameSync, type Stats, writeFileSync } from "node:fs";

/** What tells that a file is the one that was hashed: whatever is done to it shows in its inode's own time. */
type FileSign = Pick<Stats, "size" | "mtimeMs" | "ctimeMs" | "ino" | "dev">;

/** Hashes of local files that are remembered from run to run. */
export interface KnownHashes {
  /** The SHA-256 of the file, where it has not been touched since it was hashed. */
  find(path: string, found: FileSign): string | undefined;
  /** Remembers what was hashed after `looked`, in milliseconds since 1970. */
  note(path: string, found: FileSign, sha256: string, looked: number): void;
  /** Writes down what is new. */
  save(): void;
}

/**
 * Milliseconds that a file must have been left alone before it was hashed. Times of files are no finer than some milliseconds,
 * on some file systems than two seconds: what was written a moment ago may be written again without a trace.
 */
const atRest = 3_000;

/** Of more lines, only those stay that this run has used. */
const mostLines = 200_000;

/**
 * Hashes in a file, a line each: `SHA-256 SIZE MODIFIED CHANGED INODE DEVICE "/srv/a"`. New ones are appended, so that commands
 * at the same time do not lose each other's; the last line about a path counts, and what is no whole line does not.
 * The file can be lost without harm.
 */
export function knownHashes(file: string): KnownHashes {
  // By paths as they are written there, in JSON.
  let read: { readonly known: Map<string, string>; readonly lines: number } | undefined;
  const used = new Map<string, string>();
  let fresh: string[] = [];
  const load = () => {
    read ??= readHashes(file);
    return read;
  };
  return {
    find: (path, found) => {
      const key = JSON.stringify(path);
      const line = load().known.get(key);
      if (line === undefined || line.slice(64) !== ` ${writeSign(found)}`) return undefined;
      const sha256 = line.slice(0, 64);
      if (!/^[0-9a-f]{64}$/.test(sha256)) return undefined;
      used.set(key, line);
      return sha256;
    },
    note: (path, found, sha256, looked) => {
      if (Math.max(found.mtimeMs, found.ctimeMs) + atRest > looked) return;
      const key = JSON.stringify(path);
      const line = `${sha256} ${writeSign(found)}`;
      load().known.set(key, line);
      used.set(key, line);
      fresh.push(`${line} ${key}\n`);
    },
    save: () => {
      if (fresh.length === 0) return;
      const { known, lines } = load();
      const total = lines + fresh.length;
      try {
        if (total > mostLines) replaceFile(file, used);
        else if (total > 2 * known.size + 1000) replaceFile(file, known);
        else appendFileSync(file, fresh.join(""), { mode: 0o600 });
      } catch {
        // Then the next run reads the files again.
      }
      fresh = [];
    },
  };
}

function writeSign({ size, mtimeMs, ctimeMs, ino, dev }: FileSign): string {
  return `${size} ${mtimeMs} ${ctimeMs} ${ino} ${dev}`;
}

function replaceFile(file: string, known: ReadonlyMap<string, string>): void {
  const beside = `${file}.${process.pid}`;
  writeFileSync(beside, [...known].map(([key, line]) => `${line} ${key}\n`).join(""), { mode: 0o600 });
  renameSync(beside, file);
}

/** What a line means is looked at when it is asked for: most are about files of other nodes. */
function readHashes(file: string): { known: Map<string, string>; lines: number } {
  const known = new Map<string, string>();
  const texts = readText(file).split("\n");
  for (const text of texts) {
    const at = text.indexOf(' "');
    // Two lines in one, of which the first was cut short, are about no path.
    if (at > 64 && text.endsWith('"')) known.set(text.slice(at + 1), text.slice(0, at));
  }
  return { known, lines: texts.length - 1 };
}

/** Empty where there is none yet. */
function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
