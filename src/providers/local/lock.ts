import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { ProogError } from "../../report/error.ts";
import { scriptPath, throwIfInterrupted } from "./run-script.ts";

/** Runs `work` while nobody else on this host holds the lock on the file; the kernel frees it when we die. */
export async function withLock<T>(
  file: string,
  signal: AbortSignal,
  onWait: () => void,
  work: () => Promise<T>,
): Promise<T> {
  throwIfInterrupted(signal);
  const holder = spawn("sh", [scriptPath("lock.sh"), file], {
    stdio: ["pipe", "pipe", "inherit"],
    detached: true,
  });
  const closed = once(holder, "close");
  const release = () => holder.stdin.end();
  const giveUp = () => holder.kill("SIGKILL");
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    let locked = false;
    for await (const line of createInterface({ input: holder.stdout })) {
      locked = line === "locked";
      if (locked) break;
      onWait();
    }
    throwIfInterrupted(signal);
    if (!locked) throw new ProogError({ code: "provider-failed", message: `${file} cannot be locked` });
    signal.removeEventListener("abort", giveUp);
    return await work();
  } finally {
    signal.removeEventListener("abort", giveUp);
    release();
    await closed;
  }
}
