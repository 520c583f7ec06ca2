import { readFileSync, writeFileSync } from "node:fs";

/**
 * What all machines of this host share because their root is this host's root, and what they need of it.
 * A machine's systemd and its services hold about six inotify instances, and the kernel's default is 128 for a user:
 * beyond 20 machines a systemd ends with "Failed to create control group inotify object: Too many open files".
 */
const needed: readonly (readonly [file: string, least: number])[] = [
  ["/proc/sys/fs/inotify/max_user_instances", 8192],
  ["/proc/sys/fs/inotify/max_user_watches", 524_288],
];

/** Raises those of the kernel's limits that are lower; says so when this host does not allow it. */
export function raiseKernelLimits(progress: (text: string) => void, limits = needed): void {
  for (const [file, least] of limits) {
    const now = Number(readFileSync(file, "utf8"));
    if (now >= least) continue;
    try {
      writeFileSync(file, String(least));
    } catch (error) {
      progress(`${file} is ${now} and cannot be raised, so only few machines can run (${error})`);
    }
  }
}
