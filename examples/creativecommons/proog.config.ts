// Two sites: a licence engine in Python, from git, and a WordPress, from Subversion. Both on one machine in devel; in live the engine is on
// several, behind two balancers that share an address.
import { existsSync, readFileSync } from "node:fs";
import {
  apacheSite,
  apt,
  defineFleet,
  type Item,
  loadBalancer,
  local,
  type RoleContext,
  role,
  service,
} from "proog";
import { ccengine } from "./ccengine.ts";
import { ccorg } from "./ccorg.ts";

export * from "./tasks.ts";

declare module "proog" {
  interface Variables {
    /** Which revision of the engine: a branch, a tag or a commit. */
    ref: string;
    /** Where WordPress answers. */
    ccorgPort: number;
  }
}

/** A site, and what of it Apache reads. */
type Site = (context: RoleContext) => { readonly resources: Item; readonly read: Item };

/** One Apache for all sites of a machine. */
const behindApache =
  (...sites: readonly Site[]) =>
  (context: RoleContext) => {
    const all = sites.map((site) => site(context));
    // Debian's own, which would answer before ours.
    const welcome = apacheSite("000-default", { absent: true });
    return [
      apt("apache2"),
      welcome,
      all.map(({ resources }) => resources),
      service("apache2", { reloadOn: [welcome, all.map(({ read }) => read)] }),
    ];
  };

/** local() chooses the subnet; a fleet elsewhere has a fixed address here. Machines have those up to .239. */
const sharedAddress = ({ node }: RoleContext) => node.address?.replace(/\d+$/, "250");

const balancer = role("balancer", (context) => {
  const vip = sharedAddress(context);
  return loadBalancer({
    pool: context.fleet.pool("web"),
    ...(vip !== undefined && { vip }),
    // No page of the engine takes a second: who is silent for two is stopped in its tracks, and another one is asked.
    limits: { answer: 2 },
  });
});

/** Who can read the secrets: names and public keys. bin/demo writes the file; in a fleet of yours it belongs into git. */
function readRecipients(): Record<string, string> {
  const file = new URL("recipients.json", import.meta.url);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}

export default defineFleet({
  name: "creativecommons",
  roles: {
    both: role("both", behindApache(ccengine, ccorg)),
    // One after the other is taken out of the pool, changed, and comes back when it is well.
    web: role("web", behindApache(ccengine), { health: { path: "/healthz" }, rollout: { batch: 1 } }),
    ccorg: role("ccorg", behindApache(ccorg)),
    balancer,
  },
  environments: {
    devel: {
      provider: local(),
      nodes: { web: { roles: ["both"], count: 1 } },
      vars: { ref: "main", ccorgPort: 8080 },
    },
    live: {
      provider: local({ memory: "1G" }),
      nodes: { balancer: 2, web: 3, ccorg: 1 },
      vars: { ref: "v1.0", ccorgPort: 80 },
    },
  },
  defaultEnvironment: "devel",
  secrets: { recipients: readRecipients() },
});
