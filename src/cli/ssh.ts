import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { LineSplitter } from "../connect/lines.ts";
import { sshArguments } from "../connect/ssh.ts";
import { selectNode } from "../fleet/selector.ts";
import { ProogError } from "../report/error.ts";
import type { CommonOptions } from "./options.ts";
import type { Run } from "./run.ts";
import { openWorkspace } from "./workspace.ts";

/** `proog ssh`: a shell on a node, or one command; the status is ssh's own. */
export async function ssh(
  run: Run,
  name: string,
  command: readonly string[],
  options: CommonOptions,
): Promise<number> {
  const workspace = await openWorkspace(options, run.reporter);
  const node = selectNode(workspace, name, "proog ssh");
  const args = [...sshArguments(workspace.target(node)), ...command];
  if (options.json) {
    if (command.length > 0) return await tellOutput(run, node.name, args);
    throw new ProogError({
      code: "command-line",
      message: "With --json, proog ssh takes a command: a shell has no events.",
      hint: `Such as: proog ssh ${node.name} --json -- uptime`,
    });
  }
  const child = spawn("ssh", args, { stdio: "inherit" });
  const [status] = await once(child, "exit");
  return typeof status === "number" ? status : 130;
}

/** Each line that the command prints is an event. */
async function tellOutput({ reporter }: Run, node: string, args: readonly string[]): Promise<number> {
  const child = spawn("ssh", args, { stdio: ["inherit", "pipe", "pipe"] });
  const tell = (stream: Readable) => {
    const splitter = new LineSplitter((line) => reporter({ type: "output", node, line }));
    stream.on("data", (chunk: Buffer) => splitter.write(chunk)).on("end", () => splitter.end());
  };
  tell(child.stdout);
  tell(child.stderr);
  const [status] = await once(child, "close");
  return typeof status === "number" ? status : 130;
}
