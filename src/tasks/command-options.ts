import { ProogError } from "../report/error.ts";
import {
  checkAccount,
  checkFlag,
  checkOptions,
  checkVariableName,
  type OptionNames,
  show,
} from "../resources/rules.ts";
import { holdsSecret } from "../resources/secret/content.ts";
import { isSecret, type Secret, type SecretText } from "../resources/secret/secret.ts";

/** What is said when a program asks for something. */
export interface Answer {
  /** What the program asks: a text that stands in its output, or a pattern. */
  readonly prompt: string | RegExp;
  /** What is typed then; Return follows by itself. */
  readonly answer: string | Secret;
  /** How often at most: a program that asks more often does not take the answer, and is ended. Default: 3. */
  readonly times?: number;
}

/** How a command is run. */
export interface CommandOptions {
  /** As root; by sudo where the login is another user. Its password is asked for once for all nodes. */
  readonly sudo?: boolean;
  /** As this user of the node, by way of root, with its own `HOME` and nothing of the login's environment. */
  readonly user?: string;
  /**
   * The folder that it runs in. Default: where the login begins; for another user its home, or `/` where it cannot enter that; on
   * this machine, the folder of the config.
   */
  readonly cwd?: string;
  /** Further variables of its environment; secrets, too. */
  readonly environment?: Readonly<Record<string, string | Secret | SecretText>>;
  /** What it reads as its input, a secret, too; without, there is nothing to read. */
  readonly stdin?: string | Uint8Array | Secret | SecretText;
  /** Seconds after which it is ended, with all that it has started, and has failed. Default: the task's own. */
  readonly timeLimit?: number;
  /** In a terminal of 80 columns, for what insists on one; what it complains of is then in `stdout`, too. */
  readonly pty?: boolean;
  /** What to say when it asks; this gives it a terminal. */
  readonly answers?: readonly Answer[];
  /** A status other than 0 is no error: look at `code` or `ok` of the result. */
  readonly mayFail?: boolean;
  /** It only looks, so that it runs in a `--dry-run`, too: what depends on it is then as it would be. */
  readonly readOnly?: boolean;
  /** What it prints is not shown. */
  readonly hide?: boolean;
}

const optionNames: OptionNames<CommandOptions> = {
  ...{ sudo: true, user: true, cwd: true, environment: true, stdin: true, timeLimit: true, pty: true },
  ...{ answers: true, mayFail: true, readOnly: true, hide: true },
};

/** @throws ProogError `invalid-option` with everything that is wrong with them. */
export function requireCommandOptions(options: CommandOptions, where: string): void {
  const {
    user,
    cwd,
    environment = {},
    stdin,
    timeLimit,
    answers,
    sudo,
    pty,
    mayFail,
    readOnly,
    hide,
  } = options;
  const mistakes = [
    ...checkOptions(options, optionNames),
    checkAccount("user", user),
    ...Object.entries({ sudo, pty, mayFail, readOnly, hide }).map(([name, flag]) => checkFlag(name, flag)),
    cwd === undefined || (typeof cwd === "string" && cwd !== "" && !cwd.includes("\0"))
      ? undefined
      : `cwd is ${show(cwd)}, and must be a folder such as "/srv".`,
    ...Object.entries(environment).flatMap(([name, value]) => [
      checkVariableName(name),
      holdsSecret(value) || (typeof value === "string" && !value.includes("\0"))
        ? undefined
        : `environment.${name} is ${show(value)}, and must be text.`,
    ]),
    stdin === undefined || typeof stdin === "string" || stdin instanceof Uint8Array || holdsSecret(stdin)
      ? undefined
      : `stdin is ${show(stdin)}, and must be a text or bytes.`,
    checkTimeLimit(timeLimit),
    ...checkAnswers(answers),
    stdin !== undefined && (pty || answers)
      ? "stdin beside a terminal: what it asks for is given by answers."
      : undefined,
  ].filter((mistake) => mistake !== undefined);
  if (mistakes.length > 0)
    throw new ProogError({ code: "invalid-option", message: `sh: ${mistakes.join(" ")}`, where });
}

/** Seconds. */
export function checkTimeLimit(limit: number | undefined): string | undefined {
  if (limit === undefined || (typeof limit === "number" && limit > 0 && limit < 1_000_000)) return undefined;
  return `timeLimit is ${show(limit)}, and must be a number of seconds such as 1800.`;
}

function checkAnswers(answers: readonly Answer[] | undefined): string[] {
  if (answers === undefined) return [];
  const right = ({ prompt, answer, times }: Answer) =>
    (prompt instanceof RegExp || (typeof prompt === "string" && prompt !== "")) &&
    (typeof answer === "string" || isSecret(answer)) &&
    (times === undefined || (Number.isInteger(times) && times > 0));
  if (
    Array.isArray(answers) &&
    answers.length > 0 &&
    answers.every((each) => typeof each === "object" && right(each))
  )
    return [];
  return ['answers must be an array such as [{ prompt: "Continue?", answer: "yes" }].'];
}
