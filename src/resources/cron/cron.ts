import { accountShell, accountSurveys, surveyFacts } from "../account/account.ts";
import type { CompileContext } from "../context.ts";
import { declare, declareAbsent, type Mistake } from "../declare.ts";
import { blobOfText, fileShell, surveyFile } from "../file/file.ts";
import type { Absent, CommonOptions, Compiled, Kind, Present, Resource } from "../kind.ts";
import { accessOf, compileAbsent } from "../path/path.ts";
import {
  checkAccount,
  checkOptions,
  checkVariableName,
  commonNames,
  isAbsent,
  type OptionNames,
  show,
} from "../rules.ts";
import { checkSchedule, type Schedule } from "./schedule.ts";

/** Options of a command that cron runs. */
export interface CronOptions extends CommonOptions {
  /**
   * When, in the machine's time zone: minute, hour, day of the month, month, day of the week as in crontab(5), or a word.
   * @example "0 3 * * *"
   * @example "@daily"
   */
  readonly schedule: Schedule;
  /** The command, for `/bin/sh`, in one line of at most 998 bytes. A `%` in it is a `%`: it is escaped for cron. */
  readonly command: string;
  /** The user that runs it. Default: `root`. */
  readonly user?: string;
  /**
   * Variables that it gets; everybody on the machine can read them. `MAILTO` says who gets its output.
   * Default: a `PATH` with all of Debian's folders for programs.
   */
  readonly environment?: Readonly<Record<string, string>>;
}

const optionNames: OptionNames<CronOptions> = {
  ...{ schedule: true, command: true, user: true, environment: true },
  ...commonNames,
};

export interface CronResource extends Resource, Partial<Omit<CronOptions, "optional">> {
  readonly type: "cron";
  readonly absent?: true;
}

/**
 * A command that cron runs by a schedule: the file `/etc/cron.d/proog-NAME`. Not every Debian
 * has the package `cron`: declare `apt("cron")` before it.
 * @example cron("backup", { schedule: "0 3 * * *", command: "/usr/local/bin/backup --day $(date +%F)", user: "backup" })
 * @example cron("backup", { absent: true })
 */
export function cron(name: string, options: Present<CronOptions> | Absent): CronResource {
  if (isAbsent(options)) return declareAbsent<CronResource>("cron", name, options, checkName(name));
  const { optional: _, absent: __, ...fields } = { ...options };
  return declare<CronResource>({ ...fields, type: "cron", name }, options, [
    checkName(name),
    ...checkOptions(options, optionNames),
    checkSchedule(fields.schedule),
    checkCommand(fields.command),
    checkAccount("user", fields.user),
    ...checkEnvironment(fields.environment),
  ]);
}

function checkName(name: string): Mistake | undefined {
  if (typeof name === "string" && /^[A-Za-z0-9_-]{1,200}$/.test(name)) return undefined;
  return `name is ${show(name)}, and cron reads only files named by letters, digits, "_" and "-": "backup".`;
}

/** Longer ones make cron pass over the whole file: "command too long". */
const longestCommand = 998;

function checkCommand(command: string): Mistake | undefined {
  if (typeof command !== "string" || command.trim() === "")
    return `command is ${show(command)}, and must be what a shell runs, such as "/usr/local/bin/backup".`;
  if (/[\n\r\0]/.test(command))
    return `command is ${show(command)}, and cron takes one line: join commands by "&&", or put them into a script.`;
  if (command.includes("\\%"))
    return `command is ${show(command)}: write "%" without a backslash, it is escaped for cron.`;
  // Debian's cron makes one of two, others do not; crontab(5) says nothing of it.
  if (command.includes("\\\\"))
    return `command is ${show(command)}, and cron programs differ in how they read two backslashes: put it into a script.`;
  const size = Buffer.byteLength(escapeCommand(command));
  if (size > longestCommand)
    return `command is ${size} bytes long, and cron takes ${longestCommand}: put it into a script.`;
  return undefined;
}

function checkEnvironment(environment: CronOptions["environment"]): Mistake[] {
  return Object.entries(environment ?? {}).flatMap(([name, value]) => checkVariable(name, value) ?? []);
}

function checkVariable(name: string, value: string): Mistake | undefined {
  const mistake = checkVariableName(name);
  if (mistake !== undefined) return mistake;
  if (typeof value !== "string" || /[\n\r\0]/.test(value))
    return `environment.${name} is ${show(value)}, and cron takes text in one line.`;
  if (/\s$/.test(value))
    return `environment.${name} is ${show(value)}, and cron drops blanks at the end: set it in the command.`;
  const written = quoteValue(value);
  if (written === undefined)
    return `environment.${name} is ${show(value)}, and cron can quote no value with both kinds of quotes: set it in the command.`;
  if (Buffer.byteLength(`${name}=${written}`) > longestCommand)
    return `environment.${name} is too long for cron: at most ${longestCommand} bytes with its name.`;
  return undefined;
}

/** In quotes where cron would trim or misread it; cron has no escapes there. */
function quoteValue(value: string): string | undefined {
  if (/^[^\s'"]([^'"]*[^\s'"])?$/.test(value)) return value;
  const mark = ['"', "'"].find((candidate) => !value.includes(candidate));
  return mark && `${mark}${value}${mark}`;
}

/** To cron a bare `%` is the end of the command. */
function escapeCommand(command: string): string {
  return command.trim().replaceAll("%", "\\%");
}

const searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

function writeCrontab({ name, schedule, command, user, environment }: CronResource): string {
  const variables = Object.entries({ PATH: searchPath, ...environment });
  return [
    `# Written by Proog: cron(${show(name)}).`,
    ...variables.map(([variable, value]) => `${variable}=${quoteValue(value) ?? ""}`),
    `${schedule?.trim()} ${user ?? "root"} ${escapeCommand(command ?? "")}\n`,
  ].join("\n");
}

function compile(resource: CronResource, context: CompileContext): Compiled {
  const { name } = resource;
  const path = `/etc/cron.d/proog-${name}`;
  if (resource.absent) return compileAbsent(path, name);
  const blob = blobOfText(writeCrontab(resource));
  const user = resource.user ?? "root";
  const survey = surveyFile(path, accessOf({}, "0644"), blob, context);
  const account = surveyFacts(user === "root" ? [] : [`user ${user}`]);
  return {
    arguments: [name, blob.sha256, user],
    claims: [`path ${path}`],
    blobs: [blob],
    ...(survey && account && { survey: [...survey, ...account, { survey: "cron" }] }),
  };
}

const cronSurvey = new URL("survey.sh", import.meta.url);

export const cronKind: Kind<CronResource> = {
  type: "cron",
  batch: "paths",
  sure: true,
  shell: [...fileShell, ...accountShell, cronSurvey, new URL("cron.sh", import.meta.url)],
  surveys: [...accountSurveys, cronSurvey],
  compile,
};
