import { bareSsh, newConnection } from "../baselines.ts";
import { trees } from "../fleet/contents.ts";
import { compare } from "../sampling.ts";
import type { Row } from "./row.ts";

const inOrderRow: Row = {
  what: "proog plan, a tree of 5,000 files in order, no connection open",
  ...{ against: newConnection, target: 2.5, unit: "ms" },
  measure: async (fleet, runs) => {
    await fleet.need(["tree"]);
    const node = await fleet.target("tree");
    const candidate = {
      prepare: () => fleet.disconnect([node]),
      run: async () => (await fleet.proog(["plan", "tree"])).milliseconds,
    };
    return await compare(runs, candidate, bareSsh(fleet, node));
  },
};

const byRsync = "/srv/by-rsync";

const driftedRow: Row = {
  what: "proog apply --yes of a tree whose 2,000 files have all drifted, no connection open",
  against: "`rsync -a` of the same 2,000",
  ...{ target: 1.5, unit: "ms" },
  measure: async (fleet, runs) => {
    await fleet.need(["drifting"]);
    const node = await fleet.target("drifting");
    await fleet.ssh(node, `apt-get -qq install --yes rsync >/dev/null 2>&1; mkdir ${byRsync}`);
    const { path, from } = trees.drifting;
    await fleet.rsync(node, from, byRsync);
    const drift = (folder: string) => async () => {
      await fleet.ssh(node, `for file in ${folder}/*/*; do echo drifted >>"$file"; done`);
      await fleet.disconnect([node]);
    };
    const candidate = {
      prepare: drift(path),
      run: async () => (await fleet.proog(["apply", "--yes", "drifting"])).milliseconds,
    };
    const baseline = {
      prepare: drift(byRsync),
      run: async () => (await fleet.rsync(node, from, byRsync)).milliseconds,
    };
    const result = await compare(runs, candidate, baseline);
    await fleet.ssh(node, `diff -r ${path} ${byRsync}`);
    return result;
  },
};

export const treeRows: readonly Row[] = [inOrderRow, driftedRow];
