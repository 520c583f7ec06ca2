import type { ApplyOptions } from "./commands/apply.ts";
import type { EarlySessions } from "./early-sessions.ts";
import type { Run } from "./run.ts";
import { actOnSite } from "./sites.ts";

/**
 * `proog rollback SITE [RELEASE] [SELECTOR…]`
 * @param release Default: the good one before the live one.
 */
export async function rollback(
  run: Run,
  site: string,
  release: string | undefined,
  selectors: readonly string[],
  options: ApplyOptions,
  early: EarlySessions,
): Promise<number> {
  const action = { do: "rollback", ...(release !== undefined && { release }) } as const;
  return await actOnSite(run, site, selectors, action, options, "rollback", early);
}

/** `proog unpin SITE [SELECTOR…]` */
export async function unpin(
  run: Run,
  site: string,
  selectors: readonly string[],
  options: ApplyOptions,
  early: EarlySessions,
): Promise<number> {
  return await actOnSite(run, site, selectors, { do: "unpin" }, options, "unpin", early);
}

/** `proog maintenance SITE on|off [SELECTOR…]` */
export async function maintenance(
  run: Run,
  site: string,
  state: "on" | "off",
  selectors: readonly string[],
  options: ApplyOptions,
  early: EarlySessions,
): Promise<number> {
  const action = { do: "maintenance", on: state === "on" } as const;
  return await actOnSite(run, site, selectors, action, options, "maintenance", early);
}
