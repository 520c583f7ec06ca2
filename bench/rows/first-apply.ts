import type { BenchFleet } from "../bench-fleet.ts";
import { mixes, packages } from "../fleet/contents.ts";
import { writeScript } from "../hand-written.ts";
import { compare } from "../sampling.ts";
import type { Row } from "./row.ts";

const machines = ["by-proog", "by-hand"];

/** Machines that were never touched, but for the package lists of now and the packages in apt's cache. */
async function bootFresh(fleet: BenchFleet): Promise<void> {
  await fleet.boot(machines);
  const names = packages.slice(0, mixes.hundred.packages).join(" ");
  const fill = `apt-get -qq update && apt-get -qq install --yes --no-install-recommends --download-only ${names}`;
  for (const target of await fleet.targets(machines)) {
    await fleet.ssh(target, `export DEBIAN_FRONTEND=noninteractive; ${fill} && sync`);
  }
}

export const firstApplyRow: Row = {
  what: "first proog apply --yes of the 100 resources on a bare machine, no connection open",
  against: "a hand-written shell script that makes the same changes, over one ssh",
  ...{ target: 1.25, unit: "ms" },
  measure: async (fleet, runs) => {
    const script = writeScript(mixes.hundred);
    let unused = 0;
    // Both are used up before both are made anew.
    const prepare = async () => {
      if (unused === 0) {
        await fleet.shootMachines(machines);
        await bootFresh(fleet);
        unused = machines.length;
      }
      unused--;
    };
    const result = await compare(
      Math.ceil(runs / 3),
      { prepare, run: async () => (await fleet.proog(["apply", "--yes", "by-proog"])).milliseconds },
      {
        prepare,
        run: async () => (await fleet.ssh(await fleet.target("by-hand"), "sh -s", script)).milliseconds,
      },
    );
    // The script did make the same changes: nothing is left to plan.
    await fleet.proog(["plan", ...machines]);
    return result;
  },
};
