import { padEnd, widest, wrap } from "../text/width.ts";
import type { View } from "./view.ts";

/** A page of the reference for a terminal: headings, paragraphs, lists and code, which is all that it has. */
export function renderMarkdown(text: string, view: Pick<View, "style" | "width">): string[] {
  return splitBlocks(text).flatMap((block, index) => [
    ...(index > 0 ? [""] : []),
    ...renderBlock(block, view),
  ]);
}

/** Code may have empty lines in it. */
function splitBlocks(text: string): string[] {
  const blocks: string[] = [];
  for (const part of text.trim().split("\n\n")) {
    const last = blocks.at(-1);
    if (last?.startsWith("```") && !last.endsWith("\n```")) blocks[blocks.length - 1] = `${last}\n\n${part}`;
    else blocks.push(part);
  }
  return blocks;
}

function renderBlock(block: string, view: Pick<View, "style" | "width">): string[] {
  const { style, width } = view;
  if (block.startsWith("#")) return [style.strong(block.replace(/^#+ /, ""))];
  if (block.startsWith("```"))
    return block
      .split("\n")
      .slice(1, -1)
      .map((line) => `    ${line}`.trimEnd());
  if (block.startsWith("- ")) return renderList(block.split(/^- /m).slice(1), view);
  return wrap(plain(block), width - 2);
}

/** `name  what it is`, where names are short; else what it is stands in below. */
function renderList(items: readonly string[], view: Pick<View, "style" | "width">): string[] {
  const pairs = items.map((item) => {
    const [, name = "", rest = ""] = /^(.*?):(?: (.*))?$/s.exec(item.trim()) ?? ["", item.trim()];
    return { name: plain(name), rest: plain(rest) };
  });
  const column = widest(pairs.map(({ name }) => name));
  if (column > 24) {
    return pairs.flatMap(({ name, rest }) => [
      `  ${view.style.mark(name)}`,
      ...wrap(rest, view.width - 8).map((line) => `      ${line}`.trimEnd()),
    ]);
  }
  return pairs.flatMap(({ name, rest }) =>
    wrap(rest, view.width - column - 6).map(
      (line, index) => `  ${view.style.mark(padEnd(index === 0 ? name : "", column))}  ${line}`,
    ),
  );
}

/** Without the marks of links, bold, italics and code. */
function plain(text: string): string {
  return text
    .replace(/\[([^\]]+)\]\([^)]+\)/g, "$1")
    .replaceAll("**", "")
    .replace(/(^|\s)\*([A-Za-z][^*]*)\*(?=\W|$)/g, "$1$2")
    .replaceAll("`", "")
    .replaceAll("\n", " ");
}
