import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Run } from "./run.ts";
import type { Workspace } from "./workspace.ts";

/** Milliseconds between two looks at the files. */
const lookEvery = 5000;

/** The files that a config may be made of: when they change, what was loaded of it is old. */
export class ConfigFiles {
  readonly #directory: string;
  #known: string;
  #looked = Date.now();

  constructor({ directory }: Workspace) {
    this.#directory = directory;
    this.#known = this.#describe();
  }

  /** Whether they have changed to something that one can go on with; where not, what is wrong is told, once. */
  async changed(run: Run): Promise<boolean> {
    if (Date.now() < this.#looked + lookEvery) return false;
    this.#looked = Date.now();
    const now = this.#describe();
    if (now === this.#known) return false;
    this.#known = now;
    const wrong = await checkAnew();
    if (wrong === undefined) return true;
    const text = `The config has changed and cannot be used, so what it was before goes on to hold:\n${wrong}`;
    run.reporter({ type: "note", text });
    return false;
  }

  #describe(): string {
    const skipped = (name: string) => name === "node_modules" || name === ".proog" || name === ".git";
    const code = globSync("**/*.{ts,js,mts,mjs}", { cwd: this.#directory, exclude: skipped });
    // Who joined, and which revisions were promoted.
    const own = globSync("proog.*.json", { cwd: this.#directory });
    return [...code, ...own]
      .sort()
      .map((file) => {
        const { mtimeMs, size } = statSync(join(this.#directory, file), { throwIfNoEntry: false }) ?? {};
        return `${file} ${mtimeMs} ${size}`;
      })
      .join("\n");
  }
}

/** What this command was started with, in a process of its own: what is wrong with the config as it is now. */
async function checkAnew(): Promise<string | undefined> {
  const args = [...process.execArgv, ...process.argv.slice(1).filter((word) => word !== "--json"), "--check"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString("utf8");
  });
  const [status] = await once(child, "close");
  return status === 0 ? undefined : said.trim();
}

/** Becomes what was started once more, with the config as it is now. */
export function restartSelf({ reporter }: Run): void {
  reporter({ type: "note", text: "The config has changed: starting again with it." });
  process.execve?.(
    process.execPath,
    [process.execPath, ...process.execArgv, ...process.argv.slice(1)],
    process.env,
  );
}
