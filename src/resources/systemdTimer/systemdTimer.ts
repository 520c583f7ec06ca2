import { hash } from "node:crypto";
import { accountShell, accountSurveys, surveyFacts } from "../account/account.ts";
import type { CompileContext } from "../context.ts";
import { declare, declareAbsent, type Mistake } from "../declare.ts";
import { fileShell } from "../file/file.ts";
import type { Absent, Blob, CommonOptions, Compiled, Kind, Present, Resource } from "../kind.ts";
import { accessOf, isPlain, surveyAbsent, surveyAccess } from "../path/path.ts";
import {
  checkAccount,
  checkEnvironment,
  checkFlag,
  checkOptions,
  checkShellText,
  commonNames,
  isAbsent,
  type OptionNames,
  show,
} from "../rules.ts";
import { serviceShell, serviceSurveys } from "../service/service.ts";
import { systemdUnitShell, systemdUnitSurveys } from "../systemdUnit/systemdUnit.ts";
import { checkUnitName, isTemplate, unitShell, unitType } from "../unit/unit.ts";
import { checkCalendar } from "./calendar.ts";

/** Options of a command that systemd runs by a schedule. */
export interface SystemdTimerOptions extends CommonOptions {
  /**
   * When, in the machine's time zone or the one that stands at its end: one or several calendar events of systemd.time(7).
   * @example "daily"
   * @example "Mon..Fri *-*-* 03:00 Europe/Berlin"
   * @example ["*-*-1 00:00", "*-*-15 12:00"]
   */
  readonly schedule: string | readonly string[];
  /** The command, for `/bin/sh`; it may have several lines. What it prints is in the journal, under the timer's name. */
  readonly command: string;
  /** The user that runs it. Default: `root`. */
  readonly user?: string;
  /** Variables that it gets; everybody on the machine can read them. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether a run that was missed while the machine was off is made up for at boot. Default: `true`. */
  readonly persistent?: boolean;
  /** Seconds by which each run is put off at random, at most, so that many machines do not all do it at once. Default: 0. */
  readonly randomizedDelay?: number;
  /** Seconds after which a run is ended, and has failed. Default: none. Meanwhile the next one is not begun. */
  readonly timeLimit?: number;
}

const optionNames: OptionNames<SystemdTimerOptions> = {
  ...{ schedule: true, command: true, user: true, environment: true, persistent: true },
  ...{ randomizedDelay: true, timeLimit: true, ...commonNames },
};

export interface SystemdTimerResource
  extends Resource,
    Partial<Omit<SystemdTimerOptions, "optional" | "tags">> {
  readonly type: "systemdTimer";
  readonly absent?: true;
}

/**
 * A command that systemd runs by a schedule: the units `NAME.timer`, enabled and started, and `NAME.service`. It runs once at a
 * time, and `systemctl status NAME` tells how the last run ended. An absent one is stopped; a run that is just going on comes
 * to its end.
 * @example systemdTimer("backup", { schedule: "*-*-* 03:00", command: "/usr/local/bin/backup --day $(date +%F)", user: "backup" })
 * @example systemdTimer("renew", { schedule: "daily", randomizedDelay: 3600, command: "certbot renew --quiet" })
 * @example systemdTimer("backup", { absent: true })
 */
export function systemdTimer(
  name: string,
  options: Present<SystemdTimerOptions> | Absent,
): SystemdTimerResource {
  if (isAbsent(options))
    return declareAbsent<SystemdTimerResource>("systemdTimer", name, options, checkName(name));
  const { optional: _, tags: __, absent: ___, ...fields } = { ...options };
  return declare<SystemdTimerResource>({ ...fields, type: "systemdTimer", name }, options, [
    checkName(name),
    ...checkOptions(options, optionNames),
    ...checkSchedule(fields.schedule),
    checkShellText("command", fields.command, "/usr/local/bin/backup"),
    checkAccount("user", fields.user),
    ...checkEnvironment(fields.environment),
    checkFlag("persistent", fields.persistent),
    checkSeconds("randomizedDelay", fields.randomizedDelay, 0),
    checkSeconds("timeLimit", fields.timeLimit, 1),
  ]);
}

function checkName(name: string): Mistake | undefined {
  const mistake = checkUnitName("name", name);
  if (mistake !== undefined) return mistake;
  const type = unitType(name);
  if (type !== undefined)
    return `name is ${show(name)}, and must be without a unit's type: ${show(name.slice(0, -type.length - 1))}.`;
  if (isTemplate(name) || name.includes("@"))
    return `name is ${show(name)}, and a timer here is no template: leave out the "@".`;
  if (name.includes("\\")) return `name is ${show(name)}, and must be without "\\".`;
  return undefined;
}

function checkSchedule(schedule: SystemdTimerOptions["schedule"]): (Mistake | undefined)[] {
  if (!Array.isArray(schedule)) return [checkCalendar("schedule", schedule)];
  if (schedule.length === 0) return ['schedule is [], and must name an event such as "daily".'];
  return schedule.map((event, index) => checkCalendar(`schedule[${index}]`, event));
}

function checkSeconds(option: string, seconds: number | undefined, least: number): Mistake | undefined {
  if (seconds === undefined || (Number.isInteger(seconds) && seconds >= least && seconds < 100_000_000))
    return undefined;
  return `${option} is ${show(seconds)}, and must be a whole number of seconds from ${least} on, such as 3600.`;
}

/** A word of a unit file; `%` begins a specifier there. See "Quoting" in systemd.service(5) and systemd.syntax(7). */
function quoteWord(text: string): string {
  const escaped = text
    .replaceAll("%", "%%")
    .replace(/[\\"]/g, "\\$&")
    .replaceAll("\n", "\\n")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is escaped
    .replace(/[\u0001-\u001f\u007f]/g, (sign) => `\\x${sign.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return `"${escaped}"`;
}

function writeTimer({
  name,
  schedule = [],
  persistent = true,
  randomizedDelay,
}: SystemdTimerResource): string {
  const events = typeof schedule === "string" ? [schedule] : schedule;
  return [
    `# Written by Proog: systemdTimer(${show(name)}).`,
    "[Unit]",
    `Description=Runs ${name}.service by its schedule`,
    "",
    "[Timer]",
    ...events.map((event) => `OnCalendar=${event}`),
    // Without it, any moment of the next minute would do.
    "AccuracySec=1s",
    `Persistent=${persistent}`,
    ...(randomizedDelay ? [`RandomizedDelaySec=${randomizedDelay}`] : []),
    "",
    "[Install]",
    "WantedBy=timers.target\n",
  ].join("\n");
}

/** The `:` keeps systemd from filling in variables: that is the shell's. */
function writeService({
  name,
  command = "",
  user,
  environment = {},
  timeLimit,
}: SystemdTimerResource): string {
  return [
    `# Written by Proog: systemdTimer(${show(name)}).`,
    "[Unit]",
    `Description=Command of ${name}.timer`,
    "",
    "[Service]",
    "Type=oneshot",
    ...(user === undefined ? [] : [`User=${user}`]),
    `SyslogIdentifier=${name}`,
    ...Object.entries(environment).map(
      ([variable, value]) => `Environment=${quoteWord(`${variable}=${value}`)}`,
    ),
    ...(timeLimit === undefined ? [] : [`TimeoutStartSec=${timeLimit}`]),
    `ExecStart=:/bin/sh -c ${quoteWord(command)}\n`,
  ].join("\n");
}

function blobOfText(text: string): Blob {
  return { sha256: hash("sha256", text), size: Buffer.byteLength(text), source: { text } };
}

function compile(resource: SystemdTimerResource, context: CompileContext): Compiled {
  const { name, user = "root" } = resource;
  const paths = [`/etc/systemd/system/${name}.timer`, `/etc/systemd/system/${name}.service`];
  const claims = [...paths.map((path) => `path ${path}`), `service ${name}.timer`];
  const loaded = paths.map((line) => ({ survey: "loaded", line }));
  if (resource.absent) {
    const gone = paths.flatMap((path) => surveyAbsent(path) ?? []);
    return { arguments: [name, "absent"], claims, survey: [...gone, ...loaded] };
  }
  const blobs = [writeTimer(resource), writeService(resource)].map(blobOfText);
  const account = user === "root" ? [] : surveyFacts([`user ${user}`]);
  const files = paths.flatMap((path, index) => [
    ...(surveyAccess(path, "file", accessOf({}, "0644"), context) ?? []),
    { survey: "sha256", line: `${blobs[index]?.sha256}  ${path}` },
  ]);
  const service = { survey: "services", line: `${name}.timer enabled running` };
  return {
    arguments: [name, "present", ...blobs.map(({ sha256 }) => sha256), user],
    claims,
    blobs,
    ...(account && isPlain(name) && { survey: [...files, ...loaded, ...account, service] }),
  };
}

export const systemdTimerKind: Kind<SystemdTimerResource> = {
  type: "systemdTimer",
  shell: [
    ...[...fileShell, ...unitShell, ...accountShell, ...systemdUnitShell, ...serviceShell],
    new URL("systemdTimer.sh", import.meta.url),
  ],
  surveys: [...accountSurveys, ...systemdUnitSurveys, ...serviceSurveys],
  batch: "systemd",
  compile,
  inventory: ({ name, absent }) => (absent ? {} : { services: [`${name}.timer`] }),
};
