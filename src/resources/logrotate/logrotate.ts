import { hash } from "node:crypto";
import type { CompileContext } from "../context.ts";
import { declare, declareAbsent, type Mistake } from "../declare.ts";
import { fileShell } from "../file/file.ts";
import type { Absent, Blob, CommonOptions, Compiled, Kind, Present, Resource } from "../kind.ts";
import { accessOf, surveyAbsent, surveyAccess } from "../path/path.ts";
import {
  checkAccount,
  checkFlag,
  checkMode,
  checkOptions,
  commonNames,
  isAbsent,
  type OptionNames,
  show,
} from "../rules.ts";

/** A new, empty log in the place of the rotated one. */
export interface NewLog {
  /** Permissions, octal: `"0640"`. */
  readonly mode: string;
  /** The user that owns it. */
  readonly owner: string;
  /** Its group. */
  readonly group: string;
}

/** Options of logs that are rotated. */
export interface LogrotateOptions extends CommonOptions {
  /**
   * The logs: absolute paths, with `*` and `?` for names.
   * @example ["/var/log/engine/*.log"]
   */
  readonly files: readonly string[];
  /** How often. Default: as in `/etc/logrotate.conf`, weekly on Debian. logrotate itself runs once a day. */
  readonly every?: "hour" | "day" | "week" | "month" | "year";
  /** Only logs that have become larger than this, whenever that is: bytes, or `"100k"`, `"10M"`, `"1G"`. */
  readonly size?: string;
  /** Logs that have become larger than this before their time, too. */
  readonly maxSize?: string;
  /** How many old ones stay. Default: as in `/etc/logrotate.conf`, 4 on Debian. */
  readonly keep?: number;
  /** Days after which old ones go. */
  readonly maxAge?: number;
  /**
   * Whether old ones are compressed: `true` leaves the newest as it is until the next time, as programs may still write to
   * it; `"at-once"` does not. Default: `true`.
   */
  readonly compress?: boolean | "at-once";
  /** Whether old ones have the date in their names. Default: numbers. */
  readonly dates?: boolean;
  /** Whether a log that is not there is an error. Default: `false`. */
  readonly required?: boolean;
  /** Whether empty ones are rotated, too. Default: `false`. */
  readonly empty?: boolean;
  /** What comes in the place of a rotated log; `false`: nothing. Default: as in `/etc/logrotate.conf`. */
  readonly create?: NewLog | false;
  /** Copy the log and empty it, for programs that cannot open a new one. What is written between the two is lost. */
  readonly copyTruncate?: boolean;
  /** As whom: needed where others than root may write to the logs' folder. */
  readonly user?: string;
  /** Its group. Default: the user's name. */
  readonly group?: string;
  /**
   * Shell that runs once when logs were rotated.
   * @example "systemctl kill --signal=USR1 engine.service"
   */
  readonly postRotate?: string;
}

const optionNames: OptionNames<LogrotateOptions> = {
  ...{ files: true, every: true, size: true, maxSize: true, keep: true, maxAge: true, compress: true },
  ...{ dates: true, required: true, empty: true, create: true, copyTruncate: true, user: true, group: true },
  ...{ postRotate: true, ...commonNames },
};

export interface LogrotateResource extends Resource, Partial<Omit<LogrotateOptions, keyof CommonOptions>> {
  readonly type: "logrotate";
  readonly absent?: true;
}

/**
 * How logs are rotated: the file `/etc/logrotate.d/NAME`, see logrotate(8). Where logrotate is installed it must find
 * nothing wrong with a new one. It is a package of its own: declare `apt("logrotate")`.
 * @example
 * logrotate("engine", {
 *   files: ["/var/log/engine/*.log"], every: "day", keep: 14,
 *   postRotate: "systemctl kill --signal=USR1 engine.service",
 * })
 * @example logrotate("engine", { absent: true })
 */
export function logrotate(name: string, options: Present<LogrotateOptions> | Absent): LogrotateResource {
  if (isAbsent(options)) return declareAbsent<LogrotateResource>("logrotate", name, options, checkName(name));
  const { optional: _, tags: __, absent: ___, ...fields } = { ...options };
  return declare<LogrotateResource>({ ...fields, type: "logrotate", name }, options, [
    checkName(name),
    ...checkOptions(options, optionNames),
    ...checkFiles(fields.files),
    checkWord("every", fields.every, Object.keys(intervals)),
    checkSize("size", fields.size),
    checkSize("maxSize", fields.maxSize),
    fields.size !== undefined && (fields.every !== undefined || fields.maxSize !== undefined)
      ? `It has both size and ${fields.every === undefined ? "maxSize" : "every"}, and size alone then decides: give maxSize and every.`
      : undefined,
    checkCount("keep", fields.keep),
    checkCount("maxAge", fields.maxAge),
    checkFlag("dates", fields.dates),
    checkFlag("required", fields.required),
    checkFlag("empty", fields.empty),
    checkFlag("copyTruncate", fields.copyTruncate),
    fields.compress === "at-once" ? undefined : checkFlag("compress", fields.compress, ', or "at-once"'),
    ...checkCreate(fields),
    checkAccount("user", fields.user),
    checkAccount("group", fields.group),
    fields.group !== undefined && fields.user === undefined
      ? "It has group and no user: give both."
      : undefined,
    checkScript(fields.postRotate),
  ]);
}

/** Others logrotate passes over: see tabooext in logrotate.conf(5). */
function checkName(name: string): Mistake | undefined {
  if (typeof name === "string" && /^[A-Za-z0-9_][A-Za-z0-9_-]{0,200}$/.test(name)) return undefined;
  return `name is ${show(name)}, and must be a file's name of letters, digits, "_" and "-": "engine".`;
}

function checkFiles(files: unknown): Mistake[] {
  if (!Array.isArray(files) || files.length === 0)
    return [`files is ${show(files)}, and must be a list such as ["/var/log/engine/*.log"].`];
  return files.flatMap((file, index) =>
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
    typeof file === "string" && /^\/[^\u0000-\u001f"'\\{}]*$/.test(file)
      ? []
      : [
          `files[${index}] is ${show(file)}, and must be an absolute path such as "/var/log/engine/*.log", without quotes, backslashes and braces.`,
        ],
  );
}

const intervals = { hour: "hourly", day: "daily", week: "weekly", month: "monthly", year: "yearly" } as const;

function checkWord(option: string, word: unknown, known: readonly string[]): Mistake | undefined {
  if (word === undefined || known.includes(String(word))) return undefined;
  return `${option} is ${show(word)}, and must be one of ${known.map((name) => `"${name}"`).join(", ")}.`;
}

function checkSize(option: string, size: unknown): Mistake | undefined {
  if (size === undefined || (typeof size === "string" && /^[1-9][0-9]*[kMG]?$/.test(size))) return undefined;
  return `${option} is ${show(size)}, and must be a size such as "100k", "10M" or "1G".`;
}

function checkCount(option: string, count: unknown): Mistake | undefined {
  if (count === undefined || (Number.isInteger(count) && Number(count) >= 0)) return undefined;
  return `${option} is ${show(count)}, and must be a whole number such as 14.`;
}

function checkCreate({ create, copyTruncate }: Partial<LogrotateOptions>): (Mistake | undefined)[] {
  if (create === undefined || create === false) return [];
  if (typeof create !== "object" || create === null || !create.mode || !create.owner || !create.group)
    return [
      `create is ${show(create)}, and must be false, or such as { mode: "0640", owner: "engine", group: "adm" }.`,
    ];
  return [
    checkMode(create.mode)?.replace(/^mode/, "create.mode"),
    checkAccount("create.owner", create.owner),
    checkAccount("create.group", create.group),
    copyTruncate
      ? "It has both create and copyTruncate, and then nothing is created: give one of them."
      : undefined,
  ];
}

function checkScript(script: unknown): Mistake | undefined {
  if (script === undefined) return undefined;
  if (typeof script !== "string" || script.trim() === "" || /[\0\r]/.test(script))
    return `postRotate is ${show(script)}, and must be what a shell runs, such as "systemctl reload engine".`;
  if (/^\s*endscript\b/m.test(script))
    return "postRotate has a line that begins with endscript, which ends it: leave it out.";
  return undefined;
}

function writeConfig(resource: LogrotateResource): string {
  const { name, files = [], every, size, maxSize, keep, maxAge, compress = true, create, user } = resource;
  const directives = [
    every && intervals[every],
    size && `size ${size}`,
    maxSize && `maxsize ${maxSize}`,
    keep !== undefined && `rotate ${keep}`,
    maxAge !== undefined && `maxage ${maxAge}`,
    compress ? "compress" : "nocompress",
    compress && (compress === "at-once" ? "nodelaycompress" : "delaycompress"),
    resource.dates !== undefined && (resource.dates ? "dateext" : "nodateext"),
    resource.required ? "nomissingok" : "missingok",
    resource.empty ? "ifempty" : "notifempty",
    create === false && "nocreate",
    create && `create ${create.mode} ${create.owner} ${create.group}`,
    resource.copyTruncate && "copytruncate",
    user && `su ${user} ${resource.group ?? user}`,
    resource.postRotate && "sharedscripts",
  ].filter((directive) => typeof directive === "string");
  const script = resource.postRotate?.replace(/\n*$/, "");
  return [
    `# Written by Proog: logrotate(${show(name)}).`,
    `${files.map((file) => `"${file}"`).join("\n")} {`,
    ...directives.map((directive) => `    ${directive}`),
    ...(script ? ["    postrotate", script, "    endscript"] : []),
    "}\n",
  ].join("\n");
}

function compile(resource: LogrotateResource, context: CompileContext): Compiled {
  const { name } = resource;
  const path = `/etc/logrotate.d/${name}`;
  const claims = [`path ${path}`];
  if (resource.absent) {
    const survey = surveyAbsent(path);
    return { arguments: [name, "absent"], claims, ...(survey && { survey }) };
  }
  const text = writeConfig(resource);
  const blob: Blob = { sha256: hash("sha256", text), size: Buffer.byteLength(text), source: { text } };
  const access = surveyAccess(path, "file", accessOf({}, "0644"), context);
  return {
    arguments: [name, blob.sha256],
    claims,
    blobs: [blob],
    ...(access && { survey: [...access, { survey: "sha256", line: `${blob.sha256}  ${path}` }] }),
  };
}

export const logrotateKind: Kind<LogrotateResource> = {
  type: "logrotate",
  sure: true,
  shell: [...fileShell, new URL("logrotate.sh", import.meta.url)],
  surveys: [],
  compile,
};
