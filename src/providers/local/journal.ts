import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { statPlain } from "./files.ts";
import { machineDisk } from "./record.ts";

const journals = "var/log/journal";
/** Milliseconds that this host's journalctl has for it. */
const patience = 20_000;

/** What a machine last wrote to its journal, as it lies on its disk; empty where nothing can be read of it. */
export async function readJournal(folder: string, lines: number): Promise<string> {
  // Of a folder, journalctl passes over files that are damaged, as they are where a machine died; of files that are named, it does not.
  const links = mkdtempSync(join(tmpdir(), "proog-journal-"));
  try {
    for (const [index, file] of findJournals(machineDisk(folder).upper).entries())
      symlinkSync(file, join(links, `${index}.journal`));
    const { stdout } = await promisify(execFile)(
      "journalctl",
      ["--quiet", "--no-pager", "--output=short-iso", `--lines=${lines}`, `--directory=${links}`],
      { env: { ...process.env, LC_ALL: "C" }, timeout: patience, maxBuffer: 64 * 1024 * 1024 },
    );
    return stdout.trim();
  } catch {
    // Its disk is root's, or this host has no journalctl that can read it: then the console tells what there is.
    return "";
  } finally {
    rmSync(links, { recursive: true, force: true });
  }
}

/** One folder for each of the ids that the machine had; what is cut short ends in ~. */
function findJournals(upper: string): string[] {
  const inside = (path: string) =>
    statPlain(upper, path)?.isDirectory()
      ? readdirSync(join(upper, path)).map((name) => `${path}/${name}`)
      : [];
  return inside(journals)
    .flatMap(inside)
    .filter((path) => /\.journal~?$/.test(path) && statPlain(upper, path)?.isFile())
    .map((path) => join(upper, path));
}
