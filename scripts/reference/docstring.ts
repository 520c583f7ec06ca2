/** What stands in the comment before a declaration. */
export interface Docstring {
  /** Paragraphs. */
  readonly text: string;
  readonly examples: readonly string[];
  readonly sees: readonly string[];
}

/** The docstring that ends right before this place of a text. */
export function docstringBefore(text: string, place: number): Docstring {
  const [, comment = ""] =
    /\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*(?:\/\/[^\n]*\s*)*$/.exec(text.slice(0, place)) ?? [];
  const lines = comment.split("\n").map((line) => line.replace(/^\s*\* ?/, "").trimEnd());
  const [body = "", ...tags] = lines.join("\n").trim().split(/^@/m);
  const tagged = (name: string) =>
    tags.flatMap((tag) => (/^\w+/.exec(tag)?.[0] === name ? [tag.slice(name.length).trim()] : []));
  return { text: unwrap(body.trim()), examples: tagged("example"), sees: tagged("see") };
}

/** Lines of one paragraph are one line; lists and what stands in stay as they are. */
function unwrap(text: string): string {
  return text.replace(/([^\n])\n(?![\n -])/g, "$1 ");
}
