/**
 * A value as it was typed or printed. The newline at the end of a single line belongs to the line; that of several lines, such as
 * of a private key, belongs to the value.
 */
export function dropNewline(text: string): string {
  return /^[^\r\n]*\r?\n$/.test(text) ? text.replace(/\r?\n$/, "") : text;
}
