import { declare, type Mistake } from "../declare.ts";
import type { CommonOptions, Compiled, Resource } from "../kind.ts";
import { pathShell } from "../path/path.ts";
import { checkFlag, type OptionNames, show } from "../rules.ts";

/** The shell of kinds that keep one thing in a file that is not theirs. */
export const editShell: readonly URL[] = [
  pathShell,
  new URL("edit.sh", import.meta.url),
  new URL("edit.pl", import.meta.url),
];

/** Options of what changes a file that others write, too. */
export interface ValidateOptions extends CommonOptions {
  /**
   * A command that must succeed before the file with the change is put in place; `%` is the new file.
   * @example "sshd -t -f %"
   */
  readonly validate?: string;
}

/** Options of what stands in such a file. */
export interface EditOptions extends ValidateOptions {
  /** Make the file where it is not there, with mode 0644 of root. Default: it waits for what brings the file. */
  readonly create?: boolean;
}

export const editNames: OptionNames<Omit<EditOptions, keyof CommonOptions>> = {
  create: true,
  validate: true,
};

/** What is wrong with these options. */
export function checkEdit({ create, validate }: EditOptions): (Mistake | undefined)[] {
  return [
    checkFlag("create", create),
    validate !== undefined && !String(validate).includes("%")
      ? `validate is ${show(validate)}, and must name the new file as %: "sshd -t -f %".`
      : undefined,
  ];
}

/** A regular expression as Perl, which the machine has, reads it; what it would read in another way is a mistake. */
export function checkExpression(option: string, expression: unknown, example: RegExp): Mistake | undefined {
  if (expression === undefined) return undefined;
  if (!(expression instanceof RegExp))
    return `${option} is ${show(expression)}, and must be a regular expression such as ${example}.`;
  if (/[^i]/.test(expression.flags))
    return `${option} is ${expression}, and of the flags only "i" has a meaning for one line.`;
  if (/\\[upPkc]/.test(expression.source.replaceAll("\\\\", "")))
    return `${option} is ${expression}, and \\u, \\p, \\k and \\c are not understood on the machine: write the characters themselves.`;
  return undefined;
}

/** The expression as a word: plain data. */
export function writeExpression(expression: RegExp | undefined): string | undefined {
  if (!(expression instanceof RegExp)) return undefined;
  return expression.flags.includes("i") ? `(?i)${expression.source}` : expression.source;
}

/** Text in one line. */
export function checkOneLine(option: string, text: unknown, example: string): Mistake | undefined {
  if (typeof text === "string" && !/[\n\r\0]/.test(text)) return undefined;
  return `${option} is ${show(text)}, and must be text in one line, such as ${JSON.stringify(example)}.`;
}

/** What such a resource says of itself, as the words of edit.pl. */
export interface Edit extends Resource {
  readonly path: string;
  readonly edit: string;
  readonly words: readonly string[];
  readonly create?: true;
  readonly validate?: string;
}

/** Declares it; words without a value are left out. */
export function declareEdit<R extends Edit>(
  fields: Pick<R, "type" | "name" | "path" | "edit">,
  words: Readonly<Record<string, string | true | undefined>>,
  options: EditOptions,
  mistakes: readonly (Mistake | undefined)[],
): R {
  const { create, validate } = options;
  const all = {
    ...fields,
    words: Object.freeze(
      Object.entries(words).flatMap(([word, value]) => {
        if (value === undefined) return [];
        return [value === true ? word : `${word}=${value}`];
      }),
    ),
    create: create === true ? true : undefined,
    validate,
  };
  return declare<R>(all as unknown as Omit<R, "at" | "optional" | "tags">, options, mistakes);
}

export function compileEdit({ type, name, path, edit, words, create, validate }: Edit): Compiled {
  const validated = validate === undefined ? "" : validate.replaceAll("%", '"$1"');
  return {
    arguments: [edit, path, create ? "yes" : "no", validated, ...words],
    claims: [`${type} ${name}`],
    shares: [`path ${path}`],
    survey: [{ survey: "edit", line: [edit, path, ...words].map(encodeWord).join(" ") }],
  };
}

/** Bytes that a survey line cannot hold are written %0A; an empty word, too, is one. */
function encodeWord(word: string): string {
  return [...Buffer.from(word)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9_./:@+,=-]/.test(character)
        ? character
        : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");
}
