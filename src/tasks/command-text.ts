import { quote } from "../catalog/quote.ts";
import { ProogError } from "../report/error.ts";
import { callerPlace } from "../resources/caller.ts";
import { show } from "../resources/rules.ts";
import { isSecret, isSecretText } from "../resources/secret/secret.ts";

/** Shell that is put into a command as it is. */
export interface Raw {
  readonly type: "raw";
  /** The shell. */
  readonly text: string;
}

/** What can stand in a command: each value is one word, and those of an array are several. */
export type ShellValue = string | number | Raw | readonly (string | number | Raw)[];

/**
 * Shell that is put into a command as it is: a pattern, an operator. Never make it of what comes from elsewhere.
 * @example sh`ls ${raw(patterns)} | wc -l`
 */
export function raw(text: string): Raw {
  if (typeof text !== "string") throw mistaken(`raw() is given ${show(text)}, and takes text.`);
  return Object.freeze({ type: "raw", text });
}

/** The text of a command: what is written between the backquotes, with each value as one word of the shell. */
export function writeCommand(
  strings: TemplateStringsArray,
  values: readonly unknown[],
  where: string | undefined,
): string {
  const quotes = new QuoteScanner();
  const wrong = (message: string, hint?: string) => mistaken(message, hint, where);
  const text = strings.raw
    .map((written, index) => {
      // Backslashes are the shell's; only what JavaScript itself would take needs one.
      const text = written.replace(/\\(`|\$\{)/g, "$1");
      if (index >= values.length) return text;
      quotes.read(text);
      const value = values[index];
      if (quotes.inside && !isRaw(value)) throw wrong(insideQuotes(index, quotes.inside), cureQuotes);
      return text + writeValue(value, index, wrong);
    })
    .join("")
    .trim();
  if (text === "") throw wrong("The command is empty.");
  return text;
}

type Wrong = (message: string, hint?: string) => ProogError;

const cureQuotes =
  "Leave the quotes out: a value is quoted already, whatever is in it. To join it with text, make one value of both.";

function insideQuotes(index: number, mark: string): string {
  return `Value ${index + 1} of the command stands inside of quotes (${mark}), where it would be quoted twice.`;
}

function writeValue(value: unknown, index: number, wrong: Wrong): string {
  if (Array.isArray(value)) return value.map((each) => writeWord(each, index, wrong)).join(" ");
  return writeWord(value, index, wrong);
}

function writeWord(value: unknown, index: number, wrong: Wrong): string {
  if (isRaw(value)) return value.text;
  if (typeof value === "number" && Number.isFinite(value)) return quote(String(value));
  if (isSecret(value) || isSecretText(value))
    throw wrong(
      `Value ${index + 1} of the command is ${show(value)}, and everybody on the machine can see the words of a command.`,
      cureSecret,
    );
  if (typeof value !== "string")
    throw wrong(
      `Value ${index + 1} of the command is ${describe(value)}, and must be text, a number or an array of these.`,
      cureValue(value),
    );
  if (value.includes("\0"))
    throw wrong(`Value ${index + 1} of the command is ${show(value)}, and no command can hold a NUL.`);
  return quote(value);
}

function isRaw(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && "type" in value && value.type === "raw";
}

function describe(value: unknown): string {
  if (value instanceof Promise) return "a promise";
  if (typeof value === "object" && value !== null && "stdout" in value) return "the result of a command";
  return typeof value === "function" ? "a function" : show(value);
}

const cureSecret =
  "Give it by stdin, or as a variable: sh({ environment: { PASSWORD: secret(…) } })`…`. Most programs take it in one of these ways, or from a file: put().";

function cureValue(value: unknown): string | undefined {
  if (value instanceof Promise) return "Wait for it with await, where it is put in.";
  if (typeof value === "object" && value !== null && "stdout" in value)
    return "Take what it printed: its stdout.";
  return undefined;
}

function mistaken(message: string, hint?: string, where = callerPlace(mistaken)): ProogError {
  return new ProogError({ code: "invalid-option", message, hint, where });
}

type Context = '"' | "'" | "`" | "(" | "#";

/** Follows quotes through shell, so far that it is known whether one is open. See POSIX, Shell Command Language, 2.2. */
class QuoteScanner {
  readonly #open: Context[] = [];
  #wordBegins = true;

  /** The quote that is open, if one is. */
  get inside(): '"' | "'" | undefined {
    const last = this.#open.at(-1);
    return last === '"' || last === "'" ? last : undefined;
  }

  read(text: string): void {
    for (let index = 0; index < text.length; index++) {
      const character = text[index] ?? "";
      const last = this.#open.at(-1);
      if (last === "#") {
        if (character === "\n") this.#open.pop();
      } else if (last === "'") {
        if (character === "'") this.#open.pop();
      } else if (character === "\\") index += 1;
      else if (character === '"') this.#toggle('"');
      else if (character === "`") this.#toggle("`");
      else if (character === "$" && text[index + 1] === "(") {
        this.#open.push("(");
        index += 1;
      } else if (last !== '"') this.#readPlain(character);
      this.#wordBegins = /[\s;&|(]/.test(character);
    }
    // What follows is a value.
    this.#wordBegins = false;
  }

  #readPlain(character: string): void {
    if (character === "'") this.#open.push("'");
    else if (character === "#" && this.#wordBegins) this.#open.push("#");
    else if (character === "(") this.#open.push("(");
    else if (character === ")" && this.#open.at(-1) === "(") this.#open.pop();
  }

  #toggle(mark: '"' | "`"): void {
    if (this.#open.at(-1) === mark) this.#open.pop();
    else this.#open.push(mark);
  }
}
