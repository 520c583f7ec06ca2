import { spawn } from "node:child_process";
import { once } from "node:events";
import { sshArguments } from "../connect/ssh.ts";
import { selectNodes } from "../fleet/selector.ts";
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
  const [node, other] = selectNodes(workspace.nodes, [name]);
  if (!node || other) {
    throw new ProogError({
      code: "unknown-selector",
      message: `${name} has several nodes.`,
      hint: `Name one: proog ssh ${node?.name}`,
    });
  }
  const child = spawn("ssh", [...sshArguments(workspace.target(node)), ...command], { stdio: "inherit" });
  const [status] = await once(child, "exit");
  return typeof status === "number" ? status : 130;
}
