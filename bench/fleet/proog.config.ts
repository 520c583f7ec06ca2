import { defineFleet, local, role, run, site, task, tree } from "proog";
import { deployed, mixes, trees } from "./contents.ts";
import { mixResources } from "./resources.ts";

/** Tells how long each of a hundred commands takes, when the first one has made the connection. */
export const hundredCommands = task("run a hundred commands", {}, async ({ sh, say }) => {
  await sh`true`;
  const started = performance.now();
  for (let number = 0; number < 100; number++) await sh`true`;
  say(`each took ${((performance.now() - started) / 100).toFixed(2)} ms`);
});

export default defineFleet({
  name: "bench",
  ...(process.env.BENCH_STORE === "off" && { store: false }),
  roles: {
    bare: role("bare", () => []),
    hundred: role("hundred", () => mixResources(mixes.hundred)),
    thousand: role("thousand", () => mixResources(mixes.thousand)),
    "ten-thousand": role("ten-thousand", () => mixResources(mixes.tenThousand)),
    tree: role("tree", () => tree(trees.big.path, { from: trees.big.from })),
    site: role("site", () =>
      site("app", { from: { folder: deployed.from }, to: deployed.to, user: "www-data" }),
    ),
    // Has always something to do, and says much.
    chatty: role("chatty", () => run("for n in $(seq 200); do echo line $n; sleep 0.01; done")),
    drifting: role("drifting", () => tree(trees.drifting.path, { from: trees.drifting.from })),
  },
  environments: {
    bench: {
      provider: local(),
      nodes: {
        web: { roles: ["hundred"], count: 10 },
        big: { roles: ["ten-thousand"] },
        tree: { roles: ["tree"] },
        drifting: { roles: ["drifting"] },
        site: { roles: ["site"], count: 5 },
        // Another one for each kind, with nothing on it but that.
        kind: { roles: ["bare"] },
        chatty: 20,
        // Bare ones, on which the same is made by Proog and by hand.
        "by-proog": { roles: ["hundred"] },
        "by-hand": { roles: ["hundred"] },
      },
    },
  },
});
