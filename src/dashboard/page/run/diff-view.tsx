import { signal } from "@preact/signals";
import { useMemo, useState } from "preact/hooks";
import type { TextChange } from "../../../report/event.ts";
import { Button } from "../parts/button.tsx";
import { writeSize } from "../parts/words.ts";
import { recall, remember } from "../state/theme.ts";
import { type DiffLine, differText, pairLines } from "./text-difference.ts";

export type DiffLook = "unified" | "split";

/** How diffs are shown, on all pages. */
export const diffLook = signal<DiffLook>(recall("proog-diff") === "split" ? "split" : "unified");

export function setDiffLook(look: DiffLook): void {
  diffLook.value = look;
  remember("proog-diff", look);
}

const shownAtFirst = 60;

const omissions = {
  binary: "It is no text.",
  long: "It is too long to be shown.",
  secret: "It has a secret, so it is not shown.",
} as const;

/** How a text changes. */
export function DiffView({ change }: { readonly change: TextChange }) {
  const [all, setAll] = useState(false);
  const lines = useMemo(() => differText(change.now, change.wanted), [change]);
  if (change.omitted !== undefined) {
    const { now, wanted } = change.sizes ?? {};
    const [before, after] = [now, wanted].map((size) => (size === undefined ? "nothing" : writeSize(size)));
    return (
      <p class="soft small">
        {omissions[change.omitted]} {before} → {after}
      </p>
    );
  }
  const shown = all ? lines : lines.slice(0, shownAtFirst);
  return (
    <div class="diff-figure">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section class="diff" tabIndex={0} aria-label={`How ${change.aspect} changes`}>
        {diffLook.value === "split" ? <Split lines={shown} /> : <Unified lines={shown} />}
      </section>
      {shown.length < lines.length && (
        <Button size="s" look="bare" onClick={() => setAll(true)}>
          Show {lines.length - shown.length} more lines
        </Button>
      )}
    </div>
  );
}

const classes = { "+": "come", "-": "gone", "@": "heading", " ": "same" } as const;

function Unified({ lines }: { readonly lines: readonly DiffLine[] }) {
  return (
    <table>
      <tbody>
        {lines.map((line, place) => (
          <tr key={`${place} ${line.sign}`} class={classes[line.sign]}>
            <td class="line-number">{line.old}</td>
            <td class="line-number">{line.new}</td>
            <td class="sign">{line.sign === "@" ? "" : line.sign}</td>
            <td class="line">{line.text}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Split({ lines }: { readonly lines: readonly DiffLine[] }) {
  return (
    <table class="split">
      <tbody>
        {pairLines(lines).map(({ left, right }, place) =>
          left?.sign === "@" ? (
            <tr key={`${place} @`} class="heading">
              <td class="line" colSpan={4}>
                {left.text}
              </td>
            </tr>
          ) : (
            <tr key={`${place} line`}>
              <td class="line-number">{left?.old}</td>
              <td class={`line ${left ? classes[left.sign] : "none"}`}>{left?.text}</td>
              <td class="line-number">{right?.new}</td>
              <td class={`line ${right ? classes[right.sign] : "none"}`}>{right?.text}</td>
            </tr>
          ),
        )}
      </tbody>
    </table>
  );
}
