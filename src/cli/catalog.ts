import { selectNode } from "../fleet/selector.ts";
import type { CommonOptions } from "./options.ts";
import type { Run } from "./run.ts";
import { openWorkspace } from "./workspace.ts";

/** `proog catalog`: the exact program of a node, on stdout. */
export async function catalog(run: Run, name: string, options: CommonOptions): Promise<number> {
  const workspace = await openWorkspace(options, run.reporter, run.credentials);
  const node = selectNode(workspace, name, "proog catalog");
  const { program, whole = () => program, sha256 } = await workspace.compile(node);
  if (options.json) run.reporter({ type: "catalog", node: node.name, sha256, program: whole().text });
  else process.stdout.write(whole().text);
  return 0;
}
