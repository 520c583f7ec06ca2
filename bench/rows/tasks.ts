import { bareSsh, bareSshToAll, newConnection } from "../baselines.ts";
import { compare, median } from "../sampling.ts";
import type { Row } from "./row.ts";

const web = Array.from({ length: 10 }, (_, index) => `web-${index + 1}`);

function execRow(open: boolean, target: number): Row {
  return {
    what: `proog exec -- true on 1 node, ${open ? "connection open" : "no connection open"}`,
    ...{ against: newConnection, target, unit: "ms" },
    measure: async (fleet, runs) => {
      await fleet.boot(["web-1"]);
      const node = await fleet.target("web-1");
      const exec = async () => (await fleet.proog(["exec", "web-1", "--", "true"])).milliseconds;
      const prepare = open ? exec : () => fleet.disconnect([node]);
      return await compare(runs, { prepare, run: exec }, bareSsh(fleet, node));
    },
  };
}

const tenNodesRow: Row = {
  what: "proog exec -- true on 10 nodes, no connection open",
  ...{ against: "`xargs -P10 ssh HOST true` over the 10", target: 1.3, unit: "ms" },
  measure: async (fleet, runs) => {
    await fleet.boot(web);
    const nodes = await fleet.targets(web);
    const candidate = {
      prepare: () => fleet.disconnect(nodes),
      run: async () => (await fleet.proog(["exec", ...web, "--", "true"])).milliseconds,
    };
    return await compare(runs, candidate, bareSshToAll(fleet, nodes));
  },
};

/** Milliseconds that a command may take. */
const limit = 15;

const commandsRow: Row = {
  what: "100 commands one after another in a task on 1 node: time of each",
  ...{ against: `${limit} ms`, target: 1, unit: "ms each" },
  measure: async (fleet, runs) => {
    await fleet.boot(["web-1"]);
    const times: number[] = [];
    for (let run = 0; run < runs; run++) {
      const { stderr } = await fleet.proog(["run", "hundred_commands", "web-1"]);
      // web-1: each took 8.4 ms
      times.push(Number(/each took ([\d.]+) ms/.exec(stderr)?.[1]));
    }
    const candidate = median(times);
    return { ratio: candidate / limit, candidate, baseline: limit };
  },
};

export const taskRows: readonly Row[] = [execRow(false, 1.7), execRow(true, 0.8), tenNodesRow, commandsRow];
