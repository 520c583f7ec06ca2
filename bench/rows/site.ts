import { appendFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Target } from "../../src/connect/target.ts";
import { bareSsh, newConnection } from "../baselines.ts";
import type { BenchFleet } from "../bench-fleet.ts";
import { deployed, deployedText, treeFile } from "../fleet/contents.ts";
import { compare } from "../sampling.ts";
import type { Row } from "./row.ts";

const nodes = Array.from({ length: 5 }, (_, index) => `site-${index + 1}`);
const byRsync = "/srv/by-rsync";
const what = "5,000 files / 100 MB to 5 nodes";

/** The folder that is deployed, and the machines with rsync(1) on them. */
async function makeReady(fleet: BenchFleet): Promise<Target[]> {
  const folder = join(fleet.folder, deployed.from);
  if (!existsSync(folder)) {
    for (let index = 0; index < deployed.files; index++) {
      const path = join(folder, treeFile(index));
      if (index % 20 === 0) mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, deployedText(index));
    }
  }
  await fleet.need(nodes);
  const targets = await fleet.targets(nodes);
  await onAll(fleet, targets, `apt-get -qq install --yes rsync >/dev/null 2>&1; mkdir -p ${byRsync}`);
  return targets;
}

async function onAll(fleet: BenchFleet, targets: readonly Target[], command: string): Promise<void> {
  await Promise.all(targets.map((target) => fleet.ssh(target, command)));
}

/** To all at the same time. */
async function rsyncToAll(fleet: BenchFleet, targets: readonly Target[]): Promise<number> {
  const started = performance.now();
  await Promise.all(targets.map((target) => fleet.rsync(target, deployed.from, byRsync, "-az")));
  return performance.now() - started;
}

/** What a run has put off until it had said its end is over. */
const settle = (fleet: BenchFleet, targets: readonly Target[]) =>
  onAll(fleet, targets, "flock /var/lib/proog/lock true");

const deploy = async (fleet: BenchFleet) => (await fleet.proog(["apply", "--yes", ...nodes])).milliseconds;

const firstRow: Row = {
  what: `site: the first release of ${what}, no connection open`,
  ...{ against: "`rsync -az` of the same to the 5 at once", target: 1.2, unit: "ms" },
  measure: async (fleet, runs) => {
    const targets = await makeReady(fleet);
    const clear = (path: string) => async () => {
      await settle(fleet, targets);
      await onAll(fleet, targets, `rm -rf ${path}`);
      await fleet.disconnect(targets);
    };
    const candidate = { prepare: clear(deployed.to), run: () => deploy(fleet) };
    const baseline = { prepare: clear(byRsync), run: () => rsyncToAll(fleet, targets) };
    return await compare(Math.ceil(runs / 3), candidate, baseline);
  },
};

const secondRow = (open: boolean): Row => ({
  what: `site: another release of ${what}, 10 files changed, ${open ? "connections open" : "no connection open"}`,
  ...{ against: "`rsync -az` of the same to the 5 at once", target: 1.2, unit: "ms" },
  measure: async (fleet, runs) => {
    const targets = await makeReady(fleet);
    await deploy(fleet);
    await rsyncToAll(fleet, targets);
    const change = async () => {
      await settle(fleet, targets);
      for (let index = 0; index < 10; index++)
        appendFileSync(join(fleet.folder, deployed.from, treeFile(index * 499)), "changed\n");
      if (!open) await fleet.disconnect(targets);
    };
    const candidate = { prepare: change, run: () => deploy(fleet) };
    const baseline = { prepare: change, run: () => rsyncToAll(fleet, targets) };
    const result = await compare(runs, candidate, baseline);
    await deploy(fleet);
    await rsyncToAll(fleet, targets);
    await onAll(fleet, targets, `diff -r ${deployed.to}/current/ ${byRsync}/`);
    return result;
  },
});

/** There is always one to go back to: who has gone back goes forward again before. */
function rollbackRow(open: boolean): Row {
  return {
    what: `proog rollback --yes of a site on 5 nodes, ${open ? "connections open" : "no connection open"}`,
    ...{ against: newConnection, target: 3, unit: "ms" },
    measure: async (fleet, runs) => {
      const targets = await makeReady(fleet);
      const [first] = targets;
      if (!first) throw new Error("There are no machines.");
      const prepare = async () => {
        await fleet.proog(["unpin", "app", "--yes", ...nodes]);
        appendFileSync(join(fleet.folder, deployed.from, treeFile(7)), "changed\n");
        await deploy(fleet);
        await settle(fleet, targets);
        if (!open) await fleet.disconnect(targets);
      };
      const run = async () => (await fleet.proog(["rollback", "app", "--yes", ...nodes])).milliseconds;
      const result = await compare(runs, { prepare, run }, bareSsh(fleet, first));
      await fleet.proog(["unpin", "app", "--yes", ...nodes]);
      return result;
    },
  };
}

export const siteRows: readonly Row[] = [
  firstRow,
  secondRow(true),
  secondRow(false),
  rollbackRow(true),
  rollbackRow(false),
];
