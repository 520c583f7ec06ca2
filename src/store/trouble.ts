import { ProogError } from "../report/error.ts";

/**
 * What a database's refusal means: somebody else writes just now; the file is no database, or broken; a newer Proog's; or all else,
 * such as a full disk or a server that is not there.
 */
export type Trouble = "busy" | "broken" | "newer" | "unavailable";

/** See https://sqlite.org/rescode.html; the lowest byte is the kind. */
const sqliteBusy = [5, 6];
const sqliteBroken = [11, 26];

export function troubleOf(error: unknown): Trouble {
  if (error instanceof ProogError && error.code === "newer-state") return "newer";
  if (!(error instanceof Error && "errcode" in error && typeof error.errcode === "number"))
    return "unavailable";
  const kind = error.errcode & 0xff;
  if (sqliteBusy.includes(kind)) return "busy";
  return sqliteBroken.includes(kind) ? "broken" : "unavailable";
}

/** In one sentence, without the address of a server, which may have a password. */
export function describeTrouble(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof ProogError) return error.message;
  const { message } = error;
  // node-postgres has nothing to say where no address answered.
  if (message === "" && "code" in error) return String(error.code);
  return message;
}
