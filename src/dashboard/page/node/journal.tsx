import { useEffect, useRef, useState } from "preact/hooks";
import { harmlessLine } from "../../../report/text/harmless.ts";
import type { JournalLine } from "../../api.ts";
import { Button } from "../parts/button.tsx";
import { Icon } from "../parts/icon.tsx";
import { Notice } from "../parts/page.tsx";

/** So many lines are kept; the journal itself has all. */
const most = 2_000;

interface Line {
  readonly number: number;
  readonly text: string;
}

/** What a machine says, as it says it. */
export function Journal({ environment, node }: { readonly environment: string; readonly node: string }) {
  const [unit, setUnit] = useState("");
  const [asked, setAsked] = useState("");
  const [lines, setLines] = useState<readonly Line[]>([]);
  const [paused, setPaused] = useState(false);
  const [lost, setLost] = useState(false);
  const end = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (paused) return undefined;
    setLines([]);
    setLost(false);
    let number = 0;
    let waiting: Line[] = [];
    let frame = 0;
    const place = `/api/v1/nodes/${encodeURIComponent(environment)}/${encodeURIComponent(node)}/journal`;
    const source = new EventSource(`${place}${asked && `?unit=${encodeURIComponent(asked)}`}`);
    const draw = () => {
      frame = 0;
      const more = waiting;
      waiting = [];
      setLines((before) => [...before, ...more].slice(-most));
    };
    source.onmessage = (message: MessageEvent<string>) => {
      const { line } = JSON.parse(message.data) as JournalLine;
      number += 1;
      waiting.push({ number, text: harmlessLine(line) });
      frame ||= requestAnimationFrame(draw);
    };
    source.onopen = () => setLost(false);
    source.onerror = () => setLost(true);
    return () => {
      cancelAnimationFrame(frame);
      source.close();
    };
  }, [environment, node, asked, paused]);

  useEffect(() => {
    end.current?.scrollIntoView({ block: "nearest" });
  }, [lines]);

  return (
    <div class="stack tight">
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(unit.trim());
        }}
      >
        <label class="search grow">
          <Icon name="search" />
          <span class="visually-hidden">Unit</span>
          <input
            type="search"
            placeholder="All units; or one: nginx"
            spellcheck={false}
            value={unit}
            onInput={(event) => setUnit(event.currentTarget.value)}
            onChange={() => setAsked(unit.trim())}
          />
        </label>
        <Button icon={paused ? "play" : "pause"} onClick={() => setPaused(!paused)}>
          {paused ? "Go on" : "Stop here"}
        </Button>
      </form>
      {lost && (
        <Notice tone="warn" title="The journal cannot be read just now; this page tries again by itself" />
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section class="journal" tabIndex={0} aria-label={`Journal of ${node}`}>
        {lines.map(({ number, text }) => (
          <div key={number}>{text}</div>
        ))}
        {lines.length === 0 && !lost && <p class="soft">Waiting for a first line …</p>}
        <div ref={end} />
      </section>
    </div>
  );
}
