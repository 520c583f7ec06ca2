import { writeDuration } from "../parts/words.ts";
import { now } from "../state/clock.ts";
import type { RunView, Span } from "./run-view.ts";

interface WaterfallProps {
  readonly view: RunView;
  /** When the run ended, in milliseconds since 1970. */
  readonly ended: number | undefined;
}

interface Row {
  readonly span: Span;
  readonly node: string;
  readonly first: boolean;
}

/** What was shorter than this share of the whole is told together. */
const tooShort = 0.002;
const mostRows = 400;

/** When each thing began and how long it took: where the time went. */
export function Waterfall({ view, ended }: WaterfallProps) {
  const rows = listRows(view);
  const start = Math.min(view.started ?? Number.POSITIVE_INFINITY, ...rows.map(({ span }) => span.start));
  const last = Math.max(...rows.map(({ span }) => span.end ?? span.start), ended ?? 0, ended ? 0 : now.value);
  const length = Math.max(1, last - start);
  if (rows.length === 0) return <p class="soft small">Nothing has taken any time yet.</p>;
  const shown = rows.filter(({ span }) => (span.end ?? last) - span.start > length * tooShort || span.failed);
  const ticks = tickEvery(length);
  return (
    <div class="waterfall">
      <div class="waterfall-scale" aria-hidden="true">
        <span />
        <svg width="100%" height="18" aria-hidden="true">
          {ticks.map((tick) => (
            <text
              key={tick}
              x={`${(100 * tick) / length}%`}
              y="12"
              text-anchor={tick === 0 ? "start" : "middle"}
            >
              {tick === 0 ? "0" : writeDuration(tick)}
            </text>
          ))}
        </svg>
        <span />
      </div>
      <ol>
        {shown.slice(0, mostRows).map(({ span, node, first }) => {
          const took = (span.end ?? last) - span.start;
          return (
            <li key={`${node} ${span.name} ${span.start}`} class={first ? "first" : undefined}>
              <span class="clip waterfall-name">
                {first && <strong>{node} </strong>}
                <span class="mono soft">{span.name}</span>
              </span>
              <svg width="100%" height="16" aria-hidden="true">
                {ticks.map((tick) => (
                  <line
                    key={tick}
                    class="tick"
                    x1={`${(100 * tick) / length}%`}
                    x2={`${(100 * tick) / length}%`}
                    y1="0"
                    y2="16"
                  />
                ))}
                <rect
                  class={`bar ${span.kind}${span.failed === true ? " failed" : ""}${span.end === undefined && !ended ? " going" : ""}`}
                  x={`${(100 * (span.start - start)) / length}%`}
                  width={`${Math.max(0.25, (100 * took) / length)}%`}
                  y="3"
                  height="10"
                  rx="2"
                />
              </svg>
              <span class="numbers tiny soft">{writeDuration(took)}</span>
            </li>
          );
        })}
      </ol>
      {shown.length < rows.length && (
        <p class="faint small">
          {rows.length - Math.min(shown.length, mostRows)} more took {writeDuration(length * tooShort)} or
          less each.
        </p>
      )}
      <p class="legend tiny soft" aria-hidden="true">
        {(["boot", "connect", "look", "resource", "command", "gate"] as const).map((kind) =>
          rows.some(({ span }) => span.kind === kind) ? (
            <span key={kind} class="row">
              <svg width="10" height="10" aria-hidden="true">
                <rect class={`bar ${kind}`} width="10" height="10" rx="2" />
              </svg>
              {legends[kind]}
            </span>
          ) : null,
        )}
      </p>
    </div>
  );
}

const legends = {
  boot: "appearing",
  connect: "connecting",
  look: "looking",
  resource: "changing",
  command: "a command",
  gate: "until healthy",
} as const;

function listRows(view: RunView): readonly Row[] {
  const inNodes = [...view.nodes.values()].flatMap(({ node, spans }) =>
    spans.map((span, place) => ({ span, node, first: place === 0 })),
  );
  const known = new Set(inNodes.map(({ span }) => span));
  const here = [...view.commands.values()]
    .filter((span) => !known.has(span))
    .map((span, place) => ({ span, node: "this machine", first: place === 0 }));
  return [...inNodes, ...here];
}

/** About five marks at round times, from 0, none so near the end that it would be cut. */
export function tickEvery(length: number): readonly number[] {
  const steps = [100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000];
  const step = steps.find((each) => length / each <= 6) ?? Math.ceil(length / 6 / 600_000) * 600_000;
  const ticks: number[] = [];
  for (let tick = 0; tick < length * 0.97; tick += step) ticks.push(tick);
  return ticks;
}
