import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/**
 * Runs `work` while nobody else on this machine holds the lock on the file; the kernel frees it when we die.
 * @returns undefined where somebody holds it.
 */
export async function withoutOthers<T>(file: string, work: () => Promise<T>): Promise<T | undefined> {
  const holder = spawn("flock", ["--nonblock", file, "sh", "-c", "echo locked; exec cat >/dev/null"], {
    stdio: ["pipe", "pipe", "inherit"],
    // Out of reach of a Ctrl-C.
    detached: true,
  });
  const closed = once(holder, "close");
  try {
    const [answer] = await Promise.race([once(createInterface({ input: holder.stdout }), "line"), closed]);
    return answer === "locked" ? await work() : undefined;
  } finally {
    holder.stdin.end();
    await closed;
  }
}
