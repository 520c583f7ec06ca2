import type { Mistake } from "../declare.ts";
import {
  checkEdit,
  checkExpression,
  checkOneLine,
  compileEdit,
  declareEdit,
  type Edit,
  type EditOptions,
  editNames,
  editShell,
  type ValidateOptions,
  writeExpression,
} from "../edit/edit.ts";
import type { CommonOptions, Kind, Present } from "../kind.ts";
import { checkOptions, checkPath, commonNames, type OptionNames, show } from "../rules.ts";

/** Where what is not there yet comes; at most one of the two. Default: at the end. */
interface PlaceOptions extends EditOptions {
  /** Behind the last line that fits this. A file without one is left alone, and reported. */
  readonly after?: RegExp;
  /** In front of the first line that fits this. A file without one is left alone, and reported. */
  readonly before?: RegExp;
}

/** Options of a line that must be there. */
export interface LineOptions extends PlaceOptions {
  /** The whole line, without its end. */
  readonly line: string;
  /**
   * Lines that it takes the place of: one becomes it, further ones go. Of what TypeScript knows, `\u`, `\p`, `\k` and `\c`
   * cannot be in it; a byte is a character.
   * @example /^#?\s*PermitRootLogin\s/
   */
  readonly match?: RegExp;
}

/** Options of lines that must not be there: those equal to `line`, and those that fit `match`. */
export interface AbsentLineOptions extends ValidateOptions {
  readonly absent: true;
  /** The whole line, without its end. */
  readonly line?: string;
  /** What they fit, as in `LineOptions`. */
  readonly match?: RegExp;
}

/** Options of a block of lines between two marks, `# BEGIN NAME` and `# END NAME`. */
export interface BlockOptions extends PlaceOptions {
  /** The lines between the marks. */
  readonly block: string;
  /** The name in the marks: a file can have several blocks. */
  readonly name: string;
  /** What makes a line of the file a comment; where that has an end, too, with `%` for the mark. Default: `"#"`. */
  readonly comment?: string;
}

/** Options of a block that must not be there. */
export interface AbsentBlockOptions extends ValidateOptions {
  readonly absent: true;
  /** The name in the marks. */
  readonly name: string;
  /** What makes a line of the file a comment, as in `BlockOptions`. */
  readonly comment?: string;
}

const placeNames: OptionNames<Omit<PlaceOptions, keyof CommonOptions>> = {
  ...editNames,
  ...{ after: true, before: true },
};
const lineNames: OptionNames<LineOptions> = {
  ...{ line: true, match: true },
  ...{ ...placeNames, ...commonNames },
};
const blockNames: OptionNames<BlockOptions> = {
  ...{ block: true, name: true, comment: true },
  ...{ ...placeNames, ...commonNames },
};
const absentLineNames: OptionNames<Omit<AbsentLineOptions, "absent">> = {
  ...{ line: true, match: true, validate: true },
  ...commonNames,
};
const absentBlockNames: OptionNames<Omit<AbsentBlockOptions, "absent">> = {
  ...{ name: true, comment: true, validate: true },
  ...commonNames,
};

export interface LineResource extends Edit {
  readonly type: "line";
}

/** All of them, as a config without types could give them. */
type LooseOptions = Partial<LineOptions & BlockOptions> & {
  readonly absent?: boolean | undefined;
};

/**
 * One line, or one marked block of lines, in a file that others write, too; all else in it, its owner and its permissions
 * stay as they are. For whole files there is `file`, for keys in sections `iniFile`.
 * @example line("/etc/ssh/sshd_config", { line: "PermitRootLogin no", match: /^#?\s*PermitRootLogin\s/, validate: "sshd -t -f %" })
 * @example line("/etc/hosts", { name: "balancers", block: "192.0.2.1 balancer-1\n192.0.2.2 balancer-2\n" })
 * @example line("/etc/fstab", { match: /\sswap\s/, absent: true })
 * @example line("/etc/hosts", { name: "balancers", absent: true })
 */
export function line(
  path: string,
  options: Present<LineOptions> | AbsentLineOptions | Present<BlockOptions> | AbsentBlockOptions,
): LineResource {
  const given: LooseOptions = typeof options === "object" && options !== null ? options : {};
  return given.name === undefined && given.block === undefined
    ? declareLine(path, given, options)
    : declareBlock(path, given, options);
}

function declareLine(path: string, given: LooseOptions, options: object): LineResource {
  const { line: text, match, after, before } = given;
  const absent = given.absent === true;
  const expression = writeExpression(match);
  return declareEdit<LineResource>(
    { type: "line", name: `${path}: ${text ?? expression}`, path, edit: "line" },
    {
      absent: absent || undefined,
      line: text,
      match: expression,
      after: writeExpression(after),
      before: writeExpression(before),
    },
    given,
    [
      checkPath("path", path),
      ...checkOptions(options, absent ? absentLineNames : lineNames),
      checkLine(text, match, absent),
      checkExpression("match", match, /^#?PermitRootLogin\s/),
      ...checkPlace(given),
      ...checkEdit(given),
    ],
  );
}

function checkLine(text: unknown, match: unknown, absent: boolean): Mistake | undefined {
  if (text !== undefined) return checkOneLine("line", text, "PermitRootLogin no");
  if (!absent) return "It has no line: give the whole line.";
  return match === undefined ? "It has neither line nor match: say which line is to go." : undefined;
}

function declareBlock(path: string, given: LooseOptions, options: object): LineResource {
  const { block, name, comment = "#", after, before } = given;
  const absent = given.absent === true;
  const mark = (word: string) =>
    String(comment).includes("%")
      ? String(comment).replace("%", () => `${word} ${name}`)
      : `${comment} ${word} ${name}`;
  const [begin, end] = [mark("BEGIN"), mark("END")];
  return declareEdit<LineResource>(
    { type: "line", name: `${path}: ${begin}`, path, edit: "block" },
    {
      absent: absent || undefined,
      begin,
      end,
      text: absent ? undefined : block,
      after: writeExpression(after),
      before: writeExpression(before),
    },
    given,
    [
      checkPath("path", path),
      ...checkOptions(options, absent ? absentBlockNames : blockNames),
      name === undefined || name === ""
        ? `name is ${show(name)}, and must name the block in its marks, such as "balancers".`
        : checkOneLine("name", name, "balancers"),
      checkOneLine("comment", comment, "#"),
      absent ? undefined : checkBlock(block, begin, end),
      ...checkPlace(given),
      ...checkEdit(given),
    ],
  );
}

function checkBlock(block: unknown, begin: string, end: string): Mistake | undefined {
  if (typeof block !== "string" || block.includes("\0") || block.includes("\r"))
    return `block is ${show(block)}, and must be lines, such as "192.0.2.1 balancer-1\\n".`;
  const mark = block.split("\n").find((text) => text === begin || text === end);
  return mark === undefined ? undefined : `block has the line ${show(mark)}, which is its own mark.`;
}

function checkPlace({ after, before }: LooseOptions): (Mistake | undefined)[] {
  return [
    checkExpression("after", after, /^\[mysqld\]/),
    checkExpression("before", before, /^exit 0/),
    after !== undefined && before !== undefined
      ? "It has both after and before: give one of them."
      : undefined,
  ];
}

export const lineKind: Kind<LineResource> = {
  type: "line",
  sure: true,
  shell: [...editShell, new URL("line.sh", import.meta.url)],
  compile: compileEdit,
};
