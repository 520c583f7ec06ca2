import type { ApplyOptions } from "./commands/apply.ts";
import type { Run } from "./run.ts";
import { actOnSite } from "./sites.ts";

/** `20261122-231542-4f1a` */
const releaseForm = /^[0-9]{8}-[0-9]{6}-[0-9a-f]+(-again)*$/;

/** `proog rollback SITE [RELEASE] [SELECTOR…]` */
export async function rollback(
  run: Run,
  site: string,
  words: readonly string[],
  options: ApplyOptions,
): Promise<number> {
  const [first = "", ...others] = words;
  const named = releaseForm.test(first);
  const action = { do: "rollback", ...(named && { release: first }) } as const;
  return await actOnSite(run, site, named ? others : words, action, options, "rollback");
}

/** `proog unpin SITE [SELECTOR…]` */
export async function unpin(
  run: Run,
  site: string,
  selectors: readonly string[],
  options: ApplyOptions,
): Promise<number> {
  return await actOnSite(run, site, selectors, { do: "unpin" }, options, "unpin");
}

/** `proog maintenance SITE on|off [SELECTOR…]` */
export async function maintenance(
  run: Run,
  site: string,
  state: "on" | "off",
  selectors: readonly string[],
  options: ApplyOptions,
): Promise<number> {
  return await actOnSite(
    run,
    site,
    selectors,
    { do: "maintenance", on: state === "on" },
    options,
    "maintenance",
  );
}
