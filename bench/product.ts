// Proog as it is built and shipped, with the types of its source.
import { join } from "node:path";

export const root = join(import.meta.dirname, "..");

const built = (module: string) => import(join(root, "dist", module));

export const { openWorkspace }: typeof import("../src/cli/workspace.ts") = await built("cli/workspace.js");
export const { checkNode }: typeof import("../src/converge/check-node.ts") =
  await built("converge/check-node.js");
export const { planNodes }: typeof import("../src/converge/converge.ts") =
  await built("converge/converge.js");
export const { sshArguments }: typeof import("../src/connect/ssh.ts") = await built("connect/ssh.js");
