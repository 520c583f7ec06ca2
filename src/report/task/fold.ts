import type { EventOf } from "../event-type.ts";
import type { View } from "../terminal/view.ts";
import { harmlessLine } from "../text/harmless.ts";
import { count, listNames } from "../text/names.ts";

/** Characters of a node's output that are held back; of a longer one, each line is shown as it comes. */
const longest = 2 ** 20;

/** Holds back what nodes print, to show equal outputs once. */
export class FoldedOutput {
  readonly #lines = new Map<string, string[]>();
  readonly #sizes = new Map<string, number>();

  /** False when it is too much to be held. */
  take({ node, line }: EventOf<"command-output">): boolean {
    const name = node ?? "";
    const size = (this.#sizes.get(name) ?? 0) + line.length + 1;
    if (size > longest) return false;
    this.#sizes.set(name, size);
    const lines = this.#lines.get(name) ?? [];
    lines.push(harmlessLine(line));
    this.#lines.set(name, lines);
    return true;
  }

  /** `web-1 … web-3  (3 nodes)`, and below what all of them printed. */
  render(nodes: readonly string[], { style }: View): string[] {
    const outputs = nodes.map((node) => ({ node, text: (this.#lines.get(node) ?? []).join("\n") }));
    const groups = [...Map.groupBy(outputs, ({ text }) => text)];
    return groups.flatMap(([text, members]) => {
      const names = members.map(({ node }) => node);
      const many = names.length > 1 ? style.faint(`  (${count(names.length, "node")})`) : "";
      const lines =
        text === "" ? [style.faint("  nothing")] : text.split("\n").map((line) => `  ${line}`.trimEnd());
      return [`${style.strong(listNames(names))}${many}`, ...lines];
    });
  }
}
