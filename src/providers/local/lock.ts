import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { ProogError } from "../../report/error.ts";
import { scriptPath, throwIfInterrupted } from "./run-script.ts";

export interface LockOptions {
  readonly file: string;
  readonly signal: AbortSignal;
  /** Called when it has taken a second. */
  readonly onWait: () => void;
}

/** Runs `work` while nobody else on this host holds the lock on the file; the kernel frees it when we die. */
export async function withLock<T>(options: LockOptions, work: () => Promise<T>): Promise<T> {
  const { file, signal, onWait } = options;
  throwIfInterrupted(signal);
  const holder = spawn("sh", [scriptPath("lock.sh"), file], {
    stdio: ["pipe", "pipe", "inherit"],
    detached: true,
  });
  const closed = once(holder, "close");
  const giveUp = () => holder.kill("SIGKILL");
  signal.addEventListener("abort", giveUp, { once: true });
  const waiting = setTimeout(onWait, 1000);
  try {
    const [answer] = await Promise.race([once(createInterface({ input: holder.stdout }), "line"), closed]);
    throwIfInterrupted(signal);
    if (answer !== "locked") {
      throw new ProogError({ code: "provider-failed", message: `${file} cannot be locked` });
    }
    signal.removeEventListener("abort", giveUp);
    clearTimeout(waiting);
    return await work();
  } finally {
    clearTimeout(waiting);
    signal.removeEventListener("abort", giveUp);
    holder.stdin.end();
    await closed;
  }
}
