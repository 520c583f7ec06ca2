// What comes from a machine must not steer the user's terminal, nor hide in it.

/**
 * What a terminal obeys or hides instead of showing it: control characters, marks that turn the direction of writing,
 * invisible characters, halves of surrogate pairs. The joiners of emoji and of some scripts are harmless.
 */
const harmful = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}[\p{Cf}--[\u200c\u200d]]]/gv;

const named: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0" };

/** The text in one line, with everything harmful shown as an escape: `\x1b[31m`, `\u202e`. */
export function harmless(text: string): string {
  return text.replace(harmful, escapeCharacter);
}

/** The same for a line of a text, whose tabs are white space. */
export function harmlessText(line: string): string {
  return harmless(line.includes("\t") ? expandTabs(line) : line);
}

/** The same for a line that a command printed; that it ended in a carriage return is no news. */
export function harmlessLine(line: string): string {
  return harmlessText(line.endsWith("\r") ? line.slice(0, -1) : line);
}

/** The lines of a text, without an empty one for the newline at its end. */
export function splitLines(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** JSON that is safe to look at: what is harmful is escaped, as JSON allows anywhere in a string. */
export function harmlessJson(json: string): string {
  return json.replace(harmful, (character) =>
    character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}

function escapeCharacter(character: string): string {
  const name = named[character];
  if (name !== undefined) return name;
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  if (code <= 0xff) return `\\x${digits.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${digits.padStart(4, "0")}` : `\\u{${digits}}`;
}

function expandTabs(line: string): string {
  let expanded = "";
  for (const [index, part] of line.split("\t").entries()) {
    if (index > 0) expanded += " ".repeat(4 - (expanded.length % 4));
    expanded += part;
  }
  return expanded;
}
