import { allKinds } from "../../src/resources/kinds.ts";
import { checkOnce } from "../engine.ts";
import { machine, makeInOrder } from "../kinds/in-order.ts";
import { type KindBench, usualCount } from "../kinds/kind-bench.ts";
import { kinds } from "../kinds/kinds.ts";
import { compare } from "../sampling.ts";
import type { Row } from "./row.ts";

/** A check of many over an open connection, less the same check without them: what one of them costs. */
function kindRow(kind: KindBench): Row {
  const { what, limit, count = usualCount, why } = kind;
  return {
    what: `${count.toLocaleString("en")} × ${what}${why === undefined ? "" : ` (${why})`} in order: time of each`,
    ...{ against: `${limit} ms`, target: 1, unit: "ms each" },
    measure: async (fleet, runs) => {
      await fleet.boot([machine]);
      try {
        const [node, empty] = await makeInOrder(fleet, kind, count);
        // What one resource costs is a small part of a check.
        const samples = count === 1 ? 5 * runs : runs;
        const all = { run: () => checkOnce(node, fleet.signal) };
        const nothing = { run: () => checkOnce(empty, fleet.signal) };
        const { difference } = await compare(samples, all, nothing);
        const each = difference / count;
        return { candidate: each, baseline: limit, ratio: each / limit };
      } finally {
        await fleet.shootMachines([machine]);
      }
    },
  };
}

const measured = new Set(kinds.map(({ what }) => what.split(",")[0]));
const unmeasured = allKinds().filter(({ type }) => !measured.has(type));
if (unmeasured.length > 0)
  throw new Error(`There is no row for ${unmeasured.map(({ type }) => type).join(", ")}: see bench/kinds.`);

export const kindRows: readonly Row[] = kinds.map(kindRow);
