import { suggestName } from "../../report/text/nearest.ts";
import type { Mistake } from "../declare.ts";
import type { OptionNames } from "../rules.ts";
import { checkFlag, show } from "../rules.ts";

/** What a key may be used for: the options of sshd(8), AUTHORIZED_KEYS FILE FORMAT. */
export interface KeyOptions {
  /**
   * Where it may come from: addresses, networks and patterns of host names; a "!" in front excludes.
   * @example ["10.0.0.0/8", "!10.0.0.1"]
   */
  readonly from?: string | readonly string[];
  /** The only command that it may run, whatever it asks for; that is then in `SSH_ORIGINAL_COMMAND`. */
  readonly command?: string;
  /** Forbids all that can be forbidden, now and in later versions: forwarding, a terminal, `~/.ssh/rc`. */
  readonly restrict?: boolean;
  /** From when on it lets nobody in any more, in the machine's time zone: `"20271231"` or `"202712312359"`. */
  readonly expires?: string;
  /**
   * Any others, as sshd(8) writes them.
   * @example ["pty", 'permitopen="db:5432"']
   */
  readonly options?: readonly string[];
}

export const keyOptionNames: OptionNames<KeyOptions> = {
  ...{ from: true, command: true, restrict: true, expires: true, options: true },
};

/** Options of sshd(8), and whether they take a value. */
const known: Readonly<Record<string, boolean>> = {
  "agent-forwarding": false,
  "cert-authority": false,
  command: true,
  environment: true,
  "expiry-time": true,
  from: true,
  "no-agent-forwarding": false,
  "no-port-forwarding": false,
  "no-pty": false,
  "no-user-rc": false,
  "no-X11-forwarding": false,
  permitlisten: true,
  permitopen: true,
  "port-forwarding": false,
  principals: true,
  pty: false,
  "no-touch-required": false,
  "verify-required": false,
  restrict: false,
  tunnel: true,
  "user-rc": false,
  "X11-forwarding": false,
};

/** A text within the quotes of sshd: only quotes are escaped there, a backslash before anything else stays one. */
const quoteOption = (text: string) => `"${text.replaceAll('"', '\\"')}"`;

/** `from="10.0.0.0/8",command="backup",restrict`; only of options without mistakes. */
export function writeKeyOptions({ from, command, restrict, expires, options = [] }: KeyOptions): string {
  return [
    restrict && "restrict",
    from !== undefined && `from=${quoteOption([from].flat().join(","))}`,
    command !== undefined && `command=${quoteOption(command)}`,
    expires !== undefined && `expiry-time=${quoteOption(expires)}`,
    ...options,
  ]
    .filter((option) => typeof option === "string")
    .join(",");
}

/** What is wrong with them; `at` is where they stand, `keys[0]`. */
export function checkKeyOptions(at: string, given: KeyOptions): Mistake[] {
  const { from, command, restrict, expires, options } = given;
  return [
    from === undefined ? undefined : checkFrom(at, from),
    command === undefined ? undefined : checkCommand(at, command),
    checkFlag(`${at}.restrict`, restrict),
    expires === undefined || (typeof expires === "string" && /^\d{8}(\d{4}(\d{2})?)?Z?$/.test(expires))
      ? undefined
      : `${at}.expires is ${show(expires)}, and must be a day or a minute such as "20271231" or "202712312359".`,
    ...(options === undefined ? [] : checkOthers(at, options)),
  ].filter((mistake) => mistake !== undefined);
}

function checkFrom(at: string, from: unknown): Mistake | undefined {
  const patterns = [from].flat();
  if (
    patterns.length > 0 &&
    patterns.every((each) => typeof each === "string" && /^!?[\w.:*?/-]+$/.test(each))
  )
    return undefined;
  return `${at}.from is ${show(from)}, and must be addresses, networks or patterns of names, such as ["10.0.0.0/8"].`;
}

function checkCommand(at: string, command: unknown): Mistake | undefined {
  if (typeof command !== "string" || command.trim() === "")
    return `${at}.command is ${show(command)}, and must be what a shell runs, such as "/usr/local/bin/backup".`;
  if (/[^\P{Cc}\t]/u.test(command))
    return `${at}.command is ${show(command)}, and sshd takes one line: put it into a script.`;
  // To sshd it would escape the quote that ends the option.
  if (command.endsWith("\\"))
    return `${at}.command is ${show(command)}, and sshd can read no backslash at its end: put it into a script.`;
  return undefined;
}

function checkOthers(at: string, options: unknown): Mistake[] {
  if (!Array.isArray(options))
    return [`${at}.options is ${show(options)}, and must be a list such as ["no-pty"].`];
  return options.flatMap((option, index) => checkOption(`${at}.options[${index}]`, option) ?? []);
}

/** The options in front of a key, as they stand in a line. */
export function splitOptions(text: string): string[] {
  return text.match(/(?:"(?:\\"|[^"])*"|[^,"])+/g) ?? [];
}

/** One option as sshd(8) writes it: `no-pty`, `permitopen="db:5432"`. */
export function checkOption(at: string, option: unknown): Mistake | undefined {
  const found = typeof option === "string" ? /^([\w-]+)(="(?:\\"|[^"\p{Cc}])*")?$/u.exec(option) : null;
  if (!found)
    return `${at} is ${show(option)}, and must be an option of sshd(8) such as "no-pty" or 'permitopen="db:5432"'.`;
  const [, name = "", value] = found;
  // sshd reads their names without regard to case.
  const real = Object.keys(known).find((each) => each.toLowerCase() === name.toLowerCase());
  if (real === undefined)
    return `${at} is ${show(option)}, which sshd(8) does not know. ${suggestName(name, Object.keys(known))}`;
  if (known[real] === (value !== undefined)) return undefined;
  return `${at} is ${show(option)}, and ${known[real] ? `must have a value: ${real}="…"` : `takes no value: ${real}`}.`;
}
