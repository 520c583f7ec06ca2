import type { ComponentChildren } from "preact";
import type { Run } from "../../api.ts";
import { outcomeTone, runStates, type Tone, writeOutcome } from "./words.ts";

/** Each tone has a shape of its own, too, for those who cannot tell the colours apart. */
const shapes: Readonly<Record<Tone, string>> = {
  good: "M3.500 8.300 6.600 11.300 12.500 4.800",
  warn: "M3.500 9.300c1.700-3 3.300-3 4.500-1.300s2.800 1.700 4.500-1.300",
  bad: "M4.500 4.500l7 7M11.500 4.500l-7 7",
  busy: "M8 3a5 5 0 0 1 5 5",
  quiet: "M4.500 8h7",
};

export function Mark({ tone }: { readonly tone: Tone }) {
  return (
    <svg class={`mark ${tone}`} width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      {tone === "busy" && <circle class="track" cx="8" cy="8" r="5" />}
      <path d={shapes[tone]} />
    </svg>
  );
}

interface BadgeProps {
  readonly tone: Tone;
  readonly title?: string | undefined;
  readonly children: ComponentChildren;
}

/** A state in a word. */
export function Badge({ tone, title, children }: BadgeProps) {
  return (
    <span class={`badge ${tone}`} title={title}>
      <Mark tone={tone} />
      <span class="clip">{children}</span>
    </span>
  );
}

export function RunBadge({ run }: { readonly run: Pick<Run, "state"> }) {
  const { text, tone } = runStates[run.state];
  return <Badge tone={tone}>{text}</Badge>;
}

export function OutcomeBadge({ outcome }: { readonly outcome: string | undefined }) {
  return <Badge tone={outcomeTone(outcome)}>{writeOutcome(outcome)}</Badge>;
}
