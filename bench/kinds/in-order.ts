import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import type { ConvergeNode } from "../../src/converge/node.ts";
import { flattenItems, type Item } from "../../src/resources/declare.ts";
import { file } from "../../src/resources/file/file.ts";
import { systemdUnit } from "../../src/resources/systemdUnit/systemdUnit.ts";
import { declareNode, planNode } from "../../test/hosts/engine.ts";
import type { BenchFleet } from "../bench-fleet.ts";
import type { KindBench } from "./kind-bench.ts";

/** The one that is booted anew for each kind. */
export const machine = "kind";

/**
 * What no machine is without: as the programs that look at these are started for thousands as for one, they are no part of what one further
 * resource costs.
 */
const beside = () => [
  file("/srv/beside", { content: "beside\n" }),
  systemdUnit("beside.service", { content: "[Service]\nType=oneshot\nExecStart=/bin/true\n" }),
];

/** Gives the machine with all of them, and the same without: with nothing, or where there is but one of it with a file and a unit. */
export async function makeInOrder(
  fleet: BenchFleet,
  { packages = [], start = "", copy, resources }: KindBench,
  count: number,
): Promise<[ConvergeNode, ConvergeNode]> {
  const target = await fleet.target(machine);
  const folder = mkdtempSync(join(fleet.folder, "kind-"));
  const install = `export DEBIAN_FRONTEND=noninteractive
apt-get -qq update && apt-get -qq install --yes --no-install-recommends ${packages.join(" ")}`;
  if (packages.length > 0) await fleet.ssh(target, "sh -s >&2", install);
  const { stdout } = await fleet.ssh(target, "sh -s", start);
  const items = flattenItems(await resources(count, folder, stdout));
  if (items.length !== count) throw new Error(`There are ${items.length} of it, and not ${count}.`);
  const declare = (declared: Item) =>
    compiled(
      declareNode({ name: machine, target, folder }, () => (count === 1 ? [beside(), declared] : declared)),
    );
  if (copy !== undefined) {
    await makeSo(await declare(items.slice(0, 1)));
    await fleet.ssh(target, "sh -s", copy);
  }
  const node = await declare(items);
  await makeSo(node);
  return [node, await declare([])];
}

/** What it takes to compile it is not what is measured. */
async function compiled(node: ConvergeNode): Promise<ConvergeNode> {
  const catalog = await node.compile();
  return { ...node, compile: async () => catalog };
}

async function makeSo(node: ConvergeNode): Promise<void> {
  const planned = await planNode(node);
  if (planned.failed) throw new Error(`${planned.failed.error?.message} ${planned.failed.error?.detail}`);
  if (planned.changes.length === 0) return;
  const { outcome, events } = await planned.apply();
  if (outcome !== "done") throw new Error(JSON.stringify(events.slice(-10)));
}
