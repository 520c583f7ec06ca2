import { spawn } from "node:child_process";
import { ProogError } from "../report/error.ts";
import { withKey } from "./key-agent.ts";

/** How a git command ended. */
export interface GitEnd {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** It took longer than it may. */
  readonly late: boolean;
}

/** What else a git command gets. */
export interface GitOptions {
  readonly input?: string;
  /** A file descriptor for its output. */
  readonly output?: number;
  /** Seconds that it may take. */
  readonly limit: number;
  /** A private key of ssh, in the place of the user's own. */
  readonly key?: string | undefined;
}

/** What a git hook in which we run has set is about another repository. */
const elsewhere = {
  GIT_DIR: undefined,
  GIT_WORK_TREE: undefined,
  GIT_INDEX_FILE: undefined,
  GIT_OBJECT_DIRECTORY: undefined,
  GIT_COMMON_DIR: undefined,
};

/**
 * Runs git on this machine. Nobody is asked for a password: what would need one fails.
 * @throws ProogError `git-failed` where git is not installed.
 */
export async function runGit(args: readonly string[], options: GitOptions): Promise<GitEnd> {
  const { key } = options;
  if (key === undefined) return await runCommand("git", "git", "git-failed", args, options);
  return await withKey(key, (environment) =>
    runCommand("git", "git", "git-failed", args, options, environment),
  );
}

/**
 * Runs svn on this machine, in the same way.
 * @throws ProogError `svn-failed` where it is not installed.
 */
export async function runSvn(args: readonly string[], options: GitOptions): Promise<GitEnd> {
  return await runCommand("svn", "subversion", "svn-failed", args, options);
}

async function runCommand(
  command: string,
  debianPackage: string,
  code: "git-failed" | "svn-failed",
  args: readonly string[],
  { input, output, limit }: GitOptions,
  environment: Readonly<Record<string, string>> = {},
): Promise<GitEnd> {
  const child = spawn(command, args, {
    // In a session of its own it has no terminal to ask at, and can be ended with all that it has started.
    detached: true,
    stdio: ["pipe", output ?? "pipe", "pipe"],
    env: {
      ...process.env,
      ...elsewhere,
      ...environment,
      GIT_TERMINAL_PROMPT: "0",
      SSH_ASKPASS_REQUIRE: "never",
      LC_ALL: "C",
    },
  });
  const printed = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    printed.stdout += chunk;
  });
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    printed.stderr = (printed.stderr + chunk).slice(-8192);
  });
  child.stdin?.on("error", () => {});
  child.stdin?.end(input ?? "");
  const kill = () => child.pid !== undefined && process.kill(-child.pid, "SIGKILL");
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    kill();
  }, limit * 1000);
  process.once("exit", kill);
  try {
    const status = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve(code ?? -1));
    });
    return { ...printed, status, late };
  } catch (cause) {
    throw new ProogError({
      code,
      message: `${command} cannot be run on this machine.`,
      hint: `Install it: apt-get install ${debianPackage}`,
      cause,
    });
  } finally {
    clearTimeout(timer);
    process.off("exit", kill);
  }
}

/** The last lines that git or svn said, each without its "fatal: ". */
export function lastLines(stderr: string): string {
  const lines = stderr
    .split("\n")
    .map((line) => line.replace(/^(fatal|error|remote|svn): /, "").trimEnd())
    .filter((line) => line !== "");
  return lines.slice(-5).join("\n");
}
