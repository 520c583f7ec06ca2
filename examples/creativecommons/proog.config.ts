// Two sites: a licence engine in Python, from git, and a WordPress, from Subversion. On one machine in devel, on several in live.
import { existsSync, readFileSync } from "node:fs";
import { apacheSite, apt, defineFleet, type Item, local, type RoleContext, role, service } from "proog";
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
const behindApache = (name: string, ...sites: readonly Site[]) =>
  role(name, (context) => {
    const all = sites.map((site) => site(context));
    // Debian's own, which would answer before ours.
    const welcome = apacheSite("000-default", { absent: true });
    return [
      apt("apache2"),
      welcome,
      all.map(({ resources }) => resources),
      service("apache2", { reloadOn: [welcome, all.map(({ read }) => read)] }),
    ];
  });

/** Who can read the secrets: names and public keys. bin/demo writes the file; in a fleet of yours it belongs into git. */
function readRecipients(): Record<string, string> {
  const file = new URL("recipients.json", import.meta.url);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}

export default defineFleet({
  name: "creativecommons",
  roles: {
    web: behindApache("web", ccengine, ccorg),
    ccengine: behindApache("ccengine", ccengine),
    ccorg: behindApache("ccorg", ccorg),
  },
  environments: {
    devel: { provider: local(), nodes: { web: 1 }, vars: { ref: "main", ccorgPort: 8080 } },
    live: {
      provider: local({ memory: "1G" }),
      nodes: { ccengine: 1, ccorg: 1 },
      vars: { ref: "v1.0", ccorgPort: 80 },
    },
  },
  defaultEnvironment: "devel",
  secrets: { recipients: readRecipients() },
});
