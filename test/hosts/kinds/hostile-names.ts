import { quote } from "../../../src/catalog/quote.ts";

/** Names that a shell, a terminal, xargs(1), printf(1) or an option parser could take for something else. */
export const hostileNames: readonly string[] = [
  "two words",
  " spaces around ",
  "it's",
  'say "hi"',
  "$(touch pwned)",
  "`touch pwned`",
  "; touch pwned #",
  "new\nline",
  "a newline at its end\n",
  "tab\there",
  "-rf",
  "--help",
  "*",
  "[a-z]?",
  "{a,b}",
  "~root",
  "back\\slash\\n",
  "%s %n %(",
  "$HOME",
  "=",
  "!!",
  "\u0001\u001b[31mred\u001b[0m",
  "ünïcödé 文字 🙂",
  "END",
  "x".repeat(255),
];

/** Where nobody works, and nothing is put: most of a machine's files. */
const untouched = ["/usr/lib", "/usr/share", "/var/lib/dpkg"].map((path) => `-path ${path}`).join(" -o ");

/** Shell that succeeds when none of the names was taken for a command. */
export const unhurt = `[ -z "$(find / -xdev \\( ${untouched} \\) -prune -o -name pwned -print)" ]`;

/** Shell that succeeds when the command prints exactly this text; the text reaches the machine as base64. */
export function prints(command: string, text: string): string {
  const wanted = Buffer.from(text).toString("base64");
  return `found=$(${command} | base64 -w 0); [ "$found" = ${quote(wanted)} ] || { printf %s "$found" | base64 -d | od -c; exit 1; }`;
}

/** In the order of sort(1) under LC_ALL=C. */
export function sortBytes(lines: readonly string[]): string[] {
  return lines.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
}
