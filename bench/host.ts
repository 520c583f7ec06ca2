import { readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { runCommand } from "./command.ts";

/** The machine that it was measured on. */
export async function describeHost(): Promise<string[]> {
  const processors = cpus();
  const { stderr: ssh } = await runCommand("ssh", ["-V"]);
  return [
    `${processors.length} processors: ${processors[0]?.model.trim()}`,
    `${Math.round(totalmem() / 2 ** 30)} GiB of memory`,
    `${systemName()}, Linux ${release()}`,
    `Node ${process.versions.node}, ${ssh.trim().split(",")[0]}`,
    "the targets: Debian 13 machines of the local provider on the same machine",
  ];
}

function systemName(): string {
  const text = readFileSync("/etc/os-release", "utf8");
  return /^PRETTY_NAME="?([^"\n]*)/m.exec(text)?.[1] ?? "an unknown system";
}
