import { defineFleet, local, role } from "proog";
import { mixes } from "./contents.ts";
import { mixResources } from "./resources.ts";

export default defineFleet({
  name: "bench",
  roles: {
    hundred: role("hundred", () => mixResources(mixes.hundred)),
    thousand: role("thousand", () => mixResources(mixes.thousand)),
    "ten-thousand": role("ten-thousand", () => mixResources(mixes.tenThousand)),
  },
  environments: {
    bench: {
      provider: local(),
      nodes: {
        web: { roles: ["hundred"], count: 10 },
        big: { roles: ["ten-thousand"] },
        // Bare ones, on which the same is made by Proog and by hand.
        "by-proog": { roles: ["hundred"] },
        "by-hand": { roles: ["hundred"] },
      },
    },
  },
});
