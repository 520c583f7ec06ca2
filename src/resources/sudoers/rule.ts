import type { Mistake } from "../declare.ts";
import { checkAccount, checkFlag, checkOptions, type OptionNames, show } from "../rules.ts";

/** Who may run what as whom, see sudoers(5). */
export interface SudoRule {
  /** The users that may: names, or `ALL`. Give users, groups or both. */
  readonly users?: string | readonly string[];
  /** The groups whose members may. */
  readonly groups?: string | readonly string[];
  /**
   * What they may run: absolute paths with or without arguments, as sudoers(5) has them. Without arguments any are
   * allowed, `""` at the end allows none; `*` stands for any text, also for several arguments. `ALL` is everything.
   * @example ["/usr/bin/systemctl restart engine", "/usr/bin/journalctl -u engine"]
   */
  readonly commands: string | readonly string[];
  /** The users as whom they may run it. Default: `root`. `ALL` is anybody. */
  readonly as?: string | readonly string[];
  /** Whether sudo asks for their password. Default: `true`. */
  readonly password?: boolean;
}

const ruleNames: OptionNames<SudoRule> = {
  ...{ users: true, groups: true, commands: true, as: true, password: true },
};

/** What is wrong with a rule; `at` is where it stands, `rules[0]`. */
export function checkRule(at: string, rule: unknown): Mistake[] {
  if (!isRule(rule))
    return [
      `${at} is ${show(rule)}, and must be a rule such as { users: "deploy", commands: ["/usr/bin/systemctl restart engine"] }.`,
    ];
  const { users, groups, commands, as, password } = rule;
  return [
    ...checkOptions(rule, ruleNames).map((mistake) => `${at}: ${mistake}`),
    ...(users === undefined && groups === undefined
      ? [`${at} says nobody who may: give users or groups.`]
      : [...checkNames(`${at}.users`, users), ...checkNames(`${at}.groups`, groups)]),
    ...checkNames(`${at}.as`, as),
    ...checkCommands(`${at}.commands`, commands),
    ...[checkFlag(`${at}.password`, password) ?? []].flat(),
  ];
}

function isRule(rule: unknown): rule is SudoRule {
  return typeof rule === "object" && rule !== null && !Array.isArray(rule);
}

function checkNames(option: string, names: string | readonly string[] | undefined): Mistake[] {
  if (names === undefined) return [];
  const all = [names].flat();
  if (all.length === 0) return [`${option} is [], and must name somebody.`];
  return all.flatMap((name) => {
    if (typeof name === "string" && /^[%#+]/.test(name))
      return `${option} has ${show(name)}: give a plain name; groups go into groups.`;
    return checkAccount(option, name ?? "") ?? [];
  });
}

function checkCommands(option: string, commands: unknown): Mistake[] {
  const all = [commands].flat();
  if (commands === undefined || all.length === 0)
    return [
      `${option} is missing: give what they may run, such as ["/usr/bin/systemctl restart engine"], or "ALL".`,
    ];
  return all.flatMap((command) => checkCommand(option, command) ?? []);
}

function checkCommand(option: string, command: unknown): Mistake | undefined {
  if (command === "ALL") return undefined;
  if (typeof command !== "string" || !/^(\/|sudoedit \/)/.test(command)) {
    const cure =
      typeof command === "string" && command.startsWith("!")
        ? "an exception can be got around, so name what is allowed"
        : 'must be an absolute path with or without arguments, "sudoedit /PATH", or "ALL"';
    return `${option} has ${show(command)}, and ${cure}.`;
  }
  if (/[^\P{Cc}]/u.test(command)) return `${option} has ${show(command)}, and sudo takes one line.`;
  if (command.includes("\\"))
    return `${option} has ${show(command)}: what needs backslashes is written as content, see sudoers(5). ",", ":", "=" and "#" need none here.`;
  return undefined;
}

/** `deploy,%admin ALL=(root) NOPASSWD: /usr/bin/systemctl restart engine` */
export function writeRule({
  users = [],
  groups = [],
  commands,
  as = "root",
  password = true,
}: SudoRule): string {
  const who = [...[users].flat().map(writeName), ...[groups].flat().map((name) => `%${writeName(name)}`)];
  const tag = password ? "PASSWD" : "NOPASSWD";
  const what = [commands].flat().map(escapeCommand).join(", ");
  return `${who.join(",")} ALL=(${[as].flat().map(writeName).join(",")}) ${tag}: ${what}`;
}

/** A number needs its mark; a name in capital letters would be an alias, and has quotes for that. */
function writeName(name: string): string {
  if (/^[0-9]+$/.test(name)) return `#${name}`;
  return name !== "ALL" && /^[A-Z][A-Z0-9_]*$/.test(name) ? `"${name}"` : name;
}

/** sudoers(5): these must be escaped in arguments; a "#" would begin a comment. */
function escapeCommand(command: string): string {
  return command.trim().replaceAll(/[,:=#]/g, "\\$&");
}
