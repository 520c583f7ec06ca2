// Plans ten nodes with 10,000 resources each, and prints the most memory that this took, in megabytes.
// Called as: node plan-big-nodes.ts FOLDER, with the folder of a bench's fleet.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openWorkspace } from "../src/cli/workspace.ts";
import { sshArguments } from "../src/connect/ssh.ts";
import { planNodes } from "../src/converge/converge.ts";
import { SameMachines } from "../src/converge/same-machines.ts";

const [folder = "."] = process.argv.slice(2);
const workspace = await openWorkspace({ config: join(folder, "proog.config.ts") }, () => {});
const big = workspace.nodes.find(({ name }) => name === "big");
if (!big) throw new Error("There is no node big.");
const target = workspace.target(big);
// sshd takes ten sessions over one connection, but not ten new connections at the same time.
execFileSync("ssh", [...sshArguments(target), "true"]);

// One machine stands for all ten, on purpose.
SameMachines.prototype.take = () => {};

const nodes = Array.from({ length: 10 }, (_, index) => {
  const name = `big-${index + 1}`;
  return { name, target: { ...target, name }, compile: () => workspace.compile({ ...big, name }) };
});
const never = new AbortController().signal;
const plan = await planNodes(nodes, {
  credentials: { sudoPassword: () => Promise.reject(new Error("root needs no password")) },
  reporter: () => {},
  interrupt: { stop: never, kill: never },
  parallel: 20,
  verbose: false,
  asked: true,
});
const differing = plan.checked.filter(({ changes }) => changes.length > 0);
if (plan.checked.length !== nodes.length || differing.length > 0) throw new Error("Not all are in order.");
// Not that of resourceUsage(), which is never less than what the process had that has started this one.
// VmHWM:	  160000 kB
const [, most] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
console.log(Math.round(Number(most) / 1024));
