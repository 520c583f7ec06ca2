import { readFileSync, readlinkSync } from "node:fs";

/** A process, by what tells it from any other one of now or later. */
export interface ProcessMark {
  /** The machine in this boot, and the name space of its process ids. */
  readonly machine: string;
  readonly pid: number;
  /** When it began, in ticks since the boot. */
  readonly born: string;
}

/** This process. */
export function thisProcess(): ProcessMark {
  return markProcess(process.pid);
}

/** A process of this machine that lives. */
export function markProcess(pid: number): ProcessMark {
  return { machine: thisMachine(), pid, born: birthOf(pid) ?? "" };
}

/** Undefined where that cannot be known from here: on another machine, or in another container. */
export function isAlive({ machine, pid, born }: ProcessMark): boolean | undefined {
  if (machine === "" || machine !== thisMachine()) return undefined;
  return birthOf(pid) === born;
}

function thisMachine(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    // No Linux: the others tell by how long they have been silent.
    return "";
  }
}

/** Field 22 of /proc/PID/stat, see proc_pid_stat(5); the name in parentheses before it can hold anything. */
function birthOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A zombie does nothing any more.
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
