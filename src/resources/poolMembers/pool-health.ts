import type { Mistake } from "../declare.ts";
import { checkHostName } from "../hosts/hosts.ts";
import { checkOptions, type OptionNames, show } from "../rules.ts";
import type { PoolHealth } from "./pool.ts";

const optionNames: OptionNames<PoolHealth> = {
  ...{ path: true, host: true, interval: true, bad: true, good: true },
};

/** What is wrong with what a member is to answer. */
export function checkPoolHealth(health: unknown): Mistake[] {
  if (health === undefined) return [];
  const wrong = checkOptions(health, optionNames).map((mistake) => `health: ${mistake}`);
  if (wrong.length > 0 || typeof health !== "object" || health === null) return wrong;
  const { path, host, ...rest }: Readonly<Record<string, unknown>> = { ...health };
  return [
    typeof path === "string" && /^\/[^\s"'\\]*$/.test(path)
      ? undefined
      : `health.path is ${show(path)}, and must be such as "/healthz".`,
    host === undefined ? undefined : checkHostName("health.host", host),
    ...Object.entries(rest).map(([name, value]) =>
      Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 3600
        ? undefined
        : `health.${name} is ${show(value)}, and must be a whole number from 1 to 3600.`,
    ),
  ].filter((mistake) => mistake !== undefined);
}
