import { show } from "../rules.ts";

/**
 * A line of gitignore(5) as a regular expression over the bytes of a path, of the plain kind that JavaScript and Perl read
 * alike: what is ignored here is left alone there, so both ends must come to the same answer, and no library runs on both.
 */
export interface IgnoreRule {
  /** `!pattern`: not ignored after all. */
  readonly negated: boolean;
  /** `pattern/`: folders only. */
  readonly folders: boolean;
  /** For the whole of a path, of which each byte is one character. */
  readonly source: string;
}

/** The rules of these lines; blank lines and comments are none. */
export function parseIgnore(patterns: readonly string[]): IgnoreRule[] {
  return patterns.flatMap((pattern) => parseLine(toBytes(pattern)) ?? []);
}

/** Whether a path is ignored whose folder is not: the last rule that fits decides. */
export function isIgnored(rules: readonly CompiledRule[], path: string, folder: boolean): boolean {
  // Most folders have none, and thousands of names.
  if (rules.length === 0) return false;
  const bytes = toBytes(path);
  const rule = rules.findLast(({ folders, expression }) => (folder || !folders) && expression.test(bytes));
  return rule !== undefined && !rule.negated;
}

export interface CompiledRule extends IgnoreRule {
  readonly expression: RegExp;
}

export function compileRules(rules: readonly IgnoreRule[]): CompiledRule[] {
  return rules.map((rule) => ({ ...rule, expression: new RegExp(`^(?:${rule.source})$`, "s") }));
}

/** What is wrong with the option `ignore`. */
export function checkIgnore(ignore: readonly string[] | undefined): string | undefined {
  if (ignore === undefined) return undefined;
  const sound = (pattern: unknown) => typeof pattern === "string" && !/[\n\0]/.test(pattern);
  if (Array.isArray(ignore) && ignore.every(sound)) return undefined;
  return `ignore is ${show(ignore)}, and must be lines as in a .gitignore, such as ["*.map", "/cache/"].`;
}

/** As git reads them, byte by byte: in "ü" are two. */
function toBytes(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

function parseLine(line: string): IgnoreRule | undefined {
  let pattern = line.replace(/\r$/, "").replace(/(?<!\\)((?:\\\\)*) +$/, "$1");
  if (pattern === "" || pattern.startsWith("#")) return undefined;
  const negated = pattern.startsWith("!");
  if (negated) pattern = pattern.slice(1);
  const folders = pattern.endsWith("/");
  if (folders) pattern = pattern.slice(0, -1);
  if (pattern === "") return undefined;
  const anchored = pattern.includes("/");
  if (pattern.startsWith("/")) pattern = pattern.slice(1);
  const glob = writeGlob(pattern);
  return { negated, folders, source: anchored ? glob : `(?:.*/)?${glob}` };
}

/** What fits nothing: git passes over patterns that are not whole. */
const nothing = "(?!)";

function writeGlob(pattern: string): string {
  let source = "";
  for (let index = 0; index < pattern.length; ) {
    const rest = pattern.slice(index);
    const atStart = index === 0 || pattern[index - 1] === "/";
    const [stars = ""] = /^\*+/.exec(rest) ?? [];
    if (stars.length > 1 && atStart && rest[stars.length] === "/") {
      // "a/**/b" is "a/b", too.
      source += "(?:.*/)?";
      index += stars.length + 1;
    } else if (stars.length > 1 && atStart && rest === stars) {
      source += index === 0 ? ".*" : ".+";
      index += stars.length;
    } else if (stars !== "") {
      source += "[^/]*";
      index += stars.length;
    } else if (rest[0] === "?") {
      source += "[^/]";
      index += 1;
    } else if (rest[0] === "[") {
      const set = readSet(rest);
      if (!set) return nothing;
      source += set.source;
      index += set.length;
    } else if (rest[0] === "\\") {
      if (rest.length === 1) return nothing;
      source += writeByte(rest.charCodeAt(1));
      index += 2;
    } else {
      source += writeByte(rest.charCodeAt(0));
      index += 1;
    }
  }
  return source;
}

function writeByte(byte: number): string {
  const character = String.fromCharCode(byte);
  return /[A-Za-z0-9/_-]/.test(character) ? character : `\\x${byte.toString(16).padStart(2, "0")}`;
}

const classes: Readonly<Record<string, string>> = {
  alnum: "A-Za-z0-9",
  alpha: "A-Za-z",
  blank: " \\t",
  cntrl: "\\x00-\\x1f\\x7f",
  digit: "0-9",
  graph: "\\x21-\\x7e",
  lower: "a-z",
  print: "\\x20-\\x7e",
  punct: "\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e",
  space: "\\x09-\\x0d\\x20",
  upper: "A-Z",
  xdigit: "A-Fa-f0-9",
};

/** `[a-z]`, `[!a]`, `[[:digit:]_]`: never a slash. */
function readSet(text: string): { readonly source: string; readonly length: number } | undefined {
  let index = 1;
  const negated = text[index] === "!" || text[index] === "^";
  if (negated) index += 1;
  let members = "";
  for (let first = true; first || text[index] !== "]"; first = false) {
    const named = /^\[:([^\]]*):\]/.exec(text.slice(index));
    if (named) {
      const known = classes[named[1] ?? ""];
      if (known === undefined) return undefined;
      members += known;
      index += named[0].length;
      continue;
    }
    const low = readMember(text, index);
    if (!low) return undefined;
    index = low.next;
    members += writeMember(low.byte);
    if (text[index] === "-" && text[index + 1] !== "]" && index + 1 < text.length) {
      const high = readMember(text, index + 1);
      if (!high) return undefined;
      index = high.next;
      if (low.byte <= high.byte) members += `${writeMember(low.byte)}-${writeMember(high.byte)}`;
    }
  }
  return { source: `(?!/)[${negated ? "^" : ""}${members}]`, length: index + 1 };
}

function readMember(
  text: string,
  index: number,
): { readonly byte: number; readonly next: number } | undefined {
  const at = text[index] === "\\" ? index + 1 : index;
  return at < text.length ? { byte: text.charCodeAt(at), next: at + 1 } : undefined;
}

function writeMember(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}
