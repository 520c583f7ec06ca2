import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ProogError } from "../report/error.ts";
import type { SecretStore } from "../secrets/store.ts";
import { dropNewline } from "../secrets/value.ts";
import type { Run } from "./run.ts";
import { keepValue } from "./secret.ts";

/** What statfs(2) calls file systems that are kept in memory: tmpfs and ramfs. */
const inMemory: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);

/**
 * `proog secret edit`: the value in the user's editor. It stands in a file in memory meanwhile, in a folder that only the user can
 * enter; both go when the editor ends, and when this command is ended.
 */
export async function editSecret(run: Run, store: SecretStore, name: string): Promise<number> {
  const before = await store.get(name);
  const folder = mkdtempSync(join(findMemory(), "proog-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const ended = new AbortController();
  const end = () => {
    ended.abort();
    remove();
    process.exit(130);
  };
  process.once("exit", remove);
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  // Ctrl-C is for the editor.
  for (const signal of signals) process.on(signal, signal === "SIGINT" ? ignore : end);
  try {
    const file = join(folder, name.replaceAll("/", "-"));
    // Editors end the last line, and that newline goes again.
    writeFileSync(file, before.includes("\n") ? before : `${before}\n`, { mode: 0o600 });
    await run.ask(() => openEditor(file, ended.signal));
    const after = dropNewline(readFileSync(file, "utf8"));
    if (after === before) run.reporter({ type: "note", text: `${store.fileOf(name)} is as it was.` });
    else await keepValue(run, store, name, after);
    return 0;
  } finally {
    for (const signal of signals) process.off(signal, signal === "SIGINT" ? ignore : end);
    process.off("exit", remove);
    remove();
  }
}

function ignore(): void {
  // See above.
}

/** A folder that is kept in memory. */
function findMemory(): string {
  const found = ["/dev/shm", process.env.XDG_RUNTIME_DIR ?? ""].find((folder) => {
    try {
      return folder !== "" && inMemory.has(statfsSync(folder).type);
    } catch {
      return false;
    }
  });
  if (found !== undefined) return found;
  throw new ProogError({
    code: "command-line",
    message:
      "There is no folder in memory here (/dev/shm, XDG_RUNTIME_DIR), and the value is not written to a disk.",
    hint: "Give it a new value: proog secret set NAME",
  });
}

/** As git does it: the variable is text for a shell. */
async function openEditor(file: string, signal: AbortSignal): Promise<void> {
  const editor = process.env.VISUAL || process.env.EDITOR || "vi";
  const child = spawn("sh", ["-c", `${editor} "$@"`, editor, file], { stdio: "inherit", signal });
  const status = await new Promise<number>((resolve) => {
    child.once("error", () => resolve(127));
    child.once("close", (code) => resolve(code ?? 1));
  });
  if (status === 0) return;
  throw new ProogError({
    code: "command-line",
    message: `The editor ended with status ${status}, so nothing was changed: ${editor}`,
    hint: "Name another one by VISUAL or EDITOR.",
  });
}
