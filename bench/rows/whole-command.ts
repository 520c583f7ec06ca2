import { bareSsh, bareSshToAll, newConnection } from "../baselines.ts";
import { filePath, mixes } from "../fleet/contents.ts";
import { compare } from "../sampling.ts";
import type { Row } from "./row.ts";

const web = Array.from({ length: 10 }, (_, index) => `web-${index + 1}`);

function planRow(open: boolean, target: number): Row {
  return {
    what: `proog plan, 100 resources in order, ${open ? "connection open" : "no connection open"}`,
    ...{ against: newConnection, target, unit: "ms" },
    measure: async (fleet, runs) => {
      await fleet.need(["web-1"]);
      const node = await fleet.target("web-1");
      const plan = async () => (await fleet.proog(["plan", "web-1"])).milliseconds;
      const prepare = open ? plan : () => fleet.disconnect([node]);
      return await compare(runs, { prepare, run: plan }, bareSsh(fleet, node));
    },
  };
}

const tenNodesRow: Row = {
  what: "proog plan, 10 nodes × 100 resources in order, no connection open",
  against: "`xargs -P10 ssh HOST true` over the 10",
  ...{ target: 1.5, unit: "ms" },
  measure: async (fleet, runs) => {
    await fleet.need(web);
    const nodes = await fleet.targets(web);
    const candidate = {
      prepare: () => fleet.disconnect(nodes),
      run: async () => (await fleet.proog(["plan", ...web])).milliseconds,
    };
    return await compare(runs, candidate, bareSshToAll(fleet, nodes));
  },
};

const changedFileRow: Row = {
  what: "proog apply --yes of one changed file among 10,000 resources, no connection open",
  ...{ against: newConnection, target: 6, unit: "ms" },
  measure: async (fleet, runs) => {
    await fleet.need(["big"]);
    const node = await fleet.target("big");
    const path = filePath(mixes.tenThousand.files >> 1);
    const candidate = {
      prepare: async () => {
        await fleet.ssh(node, `echo changed >>${path}`);
        await fleet.disconnect([node]);
      },
      run: async () => {
        const { milliseconds, stdout } = await fleet.proog(["apply", "--yes", "big"]);
        if (!stdout.includes(path)) throw new Error(`${path} was not changed:\n${stdout}`);
        return milliseconds;
      },
    };
    return await compare(runs, candidate, bareSsh(fleet, node));
  },
};

export const wholeCommandRows: readonly Row[] = [
  planRow(false, 2),
  planRow(true, 1),
  tenNodesRow,
  changedFileRow,
];
