import { globSync } from "node:fs";
import { join } from "node:path";
import { describe } from "vitest";
import { contract } from "./contract.ts";
import type { Case } from "./kinds/case.ts";

const folder = join(import.meta.dirname, "kinds");
const kinds = globSync("*.cases.ts", { cwd: folder })
  .map((file) => file.replace(".cases.ts", ""))
  .sort();

/**
 * Kinds that share a machine, since the cases of none meet what those of another leave: to boot one takes as long as ten cases.
 * Whoever begins with a bare machine, or leaves apt with sources of its own, has one alone.
 */
const sharing: readonly (readonly string[])[] = [
  ["directory", "tree", "iniFile", "hosts"],
  ["file", "line", "alternatives"],
  ["user", "group", "authorizedKeys"],
  ["mount", "swapFile"],
  ["systemdUnit", "systemdTimer"],
  ["archive", "svn"],
  ["symlink", "run", "certificate"],
  ["sysctl", "kernelModule", "hostname", "timezone", "locale"],
  ["firewall", "floatingAddress"],
  ["sudoers", "logrotate", "cron"],
];
const alone = kinds.filter((kind) => !sharing.flat().includes(kind)).map((kind) => [kind]);

for (const group of [...sharing, ...alone]) {
  describe("the contract of", { concurrent: true }, async () => {
    const casesOf = new Map<string, readonly Case[]>();
    for (const kind of group) {
      const { cases }: { cases: Case[] } = await import(join(folder, `${kind}.cases.ts`));
      casesOf.set(kind, cases);
    }
    contract(casesOf);
  });
}
