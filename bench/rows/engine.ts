import { bareSsh, newConnection } from "../baselines.ts";
import type { BenchFleet } from "../bench-fleet.ts";
import { checkOnce } from "../engine.ts";
import { filePath, mixes } from "../fleet/contents.ts";
import { compare } from "../sampling.ts";
import type { Row } from "./row.ts";

const machine = "big";

/** The engine in this process: from a compiled catalog to the last event of the check. */
function engineRow(what: string, role: string, target: number, drift?: string): Row {
  return {
    ...{ what: `engine: connect, check, last event; ${what}`, against: newConnection, target, unit: "ms" },
    measure: async (fleet, runs) => {
      await fleet.need([machine]);
      const node = await fleet.target(machine);
      if (drift) await fleet.ssh(node, `echo drifted >>${drift}`);
      const candidate = {
        prepare: () => fleet.disconnect([node]),
        run: await engine(fleet, role, drift ? 1 : 0),
      };
      const result = await compare(runs, candidate, bareSsh(fleet, node));
      if (drift) await fleet.proog(["apply", "--yes", machine]);
      return result;
    },
  };
}

/** Checks the machine as if it had only this role; its own role contains it. */
async function engine(fleet: BenchFleet, role: string, changes: number): Promise<() => Promise<number>> {
  const workspace = await fleet.workspace();
  const node = workspace.nodes.find(({ name }) => name === machine);
  if (!node) throw new Error(`There is no node ${machine}.`);
  const catalog = await workspace.compile({ ...node, roles: [role] });
  const converge = { name: machine, target: workspace.target(node), compile: async () => catalog };
  return () => checkOnce(converge, fleet.signal, changes);
}

export const engineRows: readonly Row[] = [
  engineRow("100 resources in order", "hundred", 1.3),
  engineRow("1,000 resources in order", "thousand", 1.6),
  engineRow("10,000 resources in order", "ten-thousand", 2.5),
  engineRow("10,000 resources, one file drifted", "ten-thousand", 3, filePath(mixes.tenThousand.files >> 1)),
];
