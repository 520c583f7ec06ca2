import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";

/**
 * What the kernel keeps of machines that are gone: the memory groups of each, as long as a page of theirs is cached. Hundreds of them
 * make every process of the machines that are measured start later. See Documentation/admin-guide/cgroup-v1/memory.rst of Linux, "force_empty".
 */
export function letGo(): void {
  try {
    execFileSync("sync");
    writeFileSync("/proc/sys/vm/drop_caches", "3");
  } catch {
    // It is not ours to say here: then they are measured with it.
  }
}
