import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { sshArguments } from "../connect/ssh.ts";
import { selectNodes } from "../fleet/selector.ts";
import { refuseExisting } from "../providers/with-existing.ts";
import { ProogError } from "../report/error.ts";
import { listNames } from "../report/text/names.ts";
import type { ShootOptions } from "./commands/shoot.ts";
import { confirm } from "./credentials.ts";
import type { Run } from "./run.ts";
import { type FleetNode, openWorkspace, refreshWorkspace, type Workspace } from "./workspace.ts";

/** `proog shoot`: destroys machines, and forgets their host keys. */
export async function shoot(run: Run, selectors: readonly string[], options: ShootOptions): Promise<number> {
  const workspace = await openWorkspace(options, run.reporter);
  if ((selectors.length === 0) === !options.all) {
    const name = workspace.nodes.find(({ machine }) => machine)?.name ?? "web-1";
    throw new ProogError({
      code: "command-line",
      message: options.all
        ? "proog shoot takes either --all or names of machines, and was given both."
        : "proog shoot was not told which machines.",
      hint: `Name them: proog shoot ${name}\nAll of ${workspace.environment}: proog shoot --all -e ${workspace.environment}`,
    });
  }
  const selected = selectNodes(workspace, selectors).filter(({ machine }) => machine);
  const others = selected.filter(({ existing }) => existing).map(({ name }) => name);
  if (others.length > 0 && !options.all) throw refuseExisting(others, "shot");
  if (others.length > 0)
    run.reporter({ type: "note", text: `${listNames(others)}: not created by Proog, so left alone.` });
  const doomed = selected.filter(({ existing }) => !existing);
  if (doomed.length === 0) {
    run.reporter({ type: "note", text: "None of these machines exists, so none was shot." });
    return 0;
  }
  const names = doomed.map(({ name }) => name);
  if (
    !options.yes &&
    !(await confirm(
      run,
      `Destroy ${names.join(", ")}, with all that is on ${names.length === 1 ? "it" : "them"}?`,
      `Say: proog shoot --yes ${names.join(" ")}`,
    ))
  ) {
    run.reporter({ type: "note", text: "Nothing was shot." });
    return 0;
  }
  await Promise.all(doomed.map((node) => closeConnection(workspace, node)));
  await workspace.provider.shoot(names, workspace.providerContext);
  for (const node of names) run.reporter({ type: "machine-shot", node });
  await refreshWorkspace(workspace);
  return 0;
}

/** Ends the connection that is kept open to a machine. */
async function closeConnection(workspace: Workspace, node: FleetNode): Promise<void> {
  if (node.machine?.state !== "running") return;
  // There may be none: then there is nothing to close.
  await promisify(execFile)("ssh", ["-O", "exit", ...sshArguments(workspace.target(node))]).catch(() => {});
}
