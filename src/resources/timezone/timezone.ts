import { suggestName } from "../../report/text/nearest.ts";
import { declare, type Mistake } from "../declare.ts";
import { rewriteShell } from "../file/file.ts";
import type { CommonOptions, Compiled, Kind, Resource } from "../kind.ts";
import { pathShell, surveyCheck } from "../path/path.ts";
import { checkOptions, commonNames, show } from "../rules.ts";

export interface TimezoneResource extends Resource {
  readonly type: "timezone";
}

/**
 * The machine's time zone: `/etc/localtime`, and `/etc/timezone` where the machine has that. What runs goes on in the old
 * one until it is started again. Not every Debian has the package `tzdata`: declare `apt("tzdata")` before it.
 * @example
 * const zone = timezone("Europe/Berlin");
 * return [zone, service("cron", { restartOn: [zone] })];
 */
export function timezone(zone: string, options: CommonOptions = {}): TimezoneResource {
  return declare<TimezoneResource>({ type: "timezone", name: zone }, options, [
    checkZone(zone),
    ...checkOptions(options, commonNames),
  ]);
}

function checkZone(zone: unknown): Mistake | undefined {
  const wanted = `zone is ${show(zone)}, and must be a time zone such as "Europe/Berlin"`;
  if (typeof zone !== "string" || !/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(zone))
    return `${wanted}.`;
  const known = Intl.supportedValuesOf("timeZone");
  if (known.includes(zone)) return undefined;
  try {
    // Older names, too, and in any case.
    const real = new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
    const sameLetters = [real, ...known].find((name) => name.toLowerCase() === zone.toLowerCase());
    return sameLetters === undefined || sameLetters === zone
      ? undefined
      : `${wanted}. Did you mean "${sameLetters}"?`;
  } catch {
    // With thousands of kilometres between them, only a name that is near helps.
    const hint = suggestName(zone, known);
    return hint.startsWith("Did")
      ? `${wanted}. ${hint}`
      : `${wanted}; timedatectl list-timezones lists them.`;
  }
}

function compile({ name }: TimezoneResource): Compiled {
  const survey = surveyCheck("timezone", [name]);
  return {
    arguments: [name],
    claims: ["timezone", "path /etc/localtime"],
    shares: ["path /etc/timezone"],
    ...(survey && { survey }),
  };
}

const ownShell = new URL("timezone.sh", import.meta.url);

export const timezoneKind: Kind<TimezoneResource> = {
  type: "timezone",
  shell: [...rewriteShell, ownShell],
  surveys: [pathShell, ownShell],
  compile,
};
