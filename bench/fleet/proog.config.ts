import { defineFleet, local, role, site, tree } from "proog";
import { deployed, mixes, trees } from "./contents.ts";
import { mixResources } from "./resources.ts";

export default defineFleet({
  name: "bench",
  roles: {
    bare: role("bare", () => []),
    hundred: role("hundred", () => mixResources(mixes.hundred)),
    thousand: role("thousand", () => mixResources(mixes.thousand)),
    "ten-thousand": role("ten-thousand", () => mixResources(mixes.tenThousand)),
    tree: role("tree", () => tree(trees.big.path, { from: trees.big.from })),
    site: role("site", () =>
      site("app", { from: { folder: deployed.from }, to: deployed.to, user: "www-data" }),
    ),
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
        // Bare ones, on which the same is made by Proog and by hand.
        "by-proog": { roles: ["hundred"] },
        "by-hand": { roles: ["hundred"] },
      },
    },
  },
});
