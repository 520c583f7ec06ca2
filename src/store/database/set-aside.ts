import { existsSync, mkdirSync, renameSync, rmdirSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { troubleOf } from "../trouble.ts";

/** Milliseconds that looking at a file and renaming it can take. */
const longestTurn = 60_000;

/**
 * Moves a broken database file away, so that a new one can be made; where somebody else has done so meanwhile, nothing happens.
 * @returns the path at which it is kept; absent where it is not broken any more.
 */
export function setAside(file: string, now: Date): string | undefined {
  const turn = `${file}.aside`;
  if (!takeTurn(turn, now)) return undefined;
  try {
    if (!isBroken(file)) return undefined;
    const time = now.toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
    const kept = `${file}.broken-${time}`;
    for (const suffix of ["-wal", "-shm", ""])
      if (existsSync(file + suffix)) renameSync(file + suffix, kept + suffix);
    return kept;
  } finally {
    rmdirSync(turn);
  }
}

/** False where somebody else is at it. */
function takeTurn(turn: string, now: Date): boolean {
  try {
    const since = statSync(turn, { throwIfNoEntry: false })?.mtimeMs ?? now.getTime();
    // Whoever was at it so long ago has died.
    if (now.getTime() - since > longestTurn) rmdirSync(turn);
    mkdirSync(turn);
    return true;
  } catch {
    return false;
  }
}

function isBroken(file: string): boolean {
  if (!existsSync(file)) return false;
  try {
    const database = new DatabaseSync(file, { readOnly: true, timeout: 1000 });
    try {
      const [first] = database.prepare("pragma quick_check(1)").all();
      return first?.quick_check !== "ok";
    } finally {
      database.close();
    }
  } catch (error) {
    return troubleOf(error) === "broken";
  }
}
