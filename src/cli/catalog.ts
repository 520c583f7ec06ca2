import { selectNodes } from "../fleet/selector.ts";
import { ProogError } from "../report/error.ts";
import type { CommonOptions } from "./options.ts";
import type { Run } from "./run.ts";
import { openWorkspace } from "./workspace.ts";

/** `proog catalog`: the exact program of a node, on stdout. */
export async function catalog(run: Run, name: string, options: CommonOptions): Promise<number> {
  const workspace = await openWorkspace(options, run.reporter);
  const [node, other] = selectNodes(workspace.nodes, [name]);
  if (!node || other) {
    throw new ProogError({
      code: "unknown-selector",
      message: `${name} is a role with several nodes, and a catalog is one node's.`,
      hint: `Name one: proog catalog ${node?.name}`,
    });
  }
  const { program } = await workspace.compile(node);
  process.stdout.write(program);
  return 0;
}
