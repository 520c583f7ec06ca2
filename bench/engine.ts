import { checkNode } from "../src/converge/check-node.ts";
import type { ConvergeNode } from "../src/converge/node.ts";

/** Checks a node in this process, and takes its time; so many resources must differ. */
export async function checkOnce(node: ConvergeNode, signal: AbortSignal, changes = 0): Promise<number> {
  const credentials = { sudoPassword: () => Promise.reject(new Error("root needs no password")) };
  const started = performance.now();
  const checked = await checkNode(node, credentials, () => {}, { stop: signal, kill: signal }, false);
  const milliseconds = performance.now() - started;
  checked.session.close();
  if (checked.changes.length === changes) return milliseconds;
  const shown = JSON.stringify(checked.changes.slice(0, 2));
  throw new Error(
    `${node.name}: ${checked.changes.length} resources differ, and ${changes} should: ${shown}`,
  );
}
