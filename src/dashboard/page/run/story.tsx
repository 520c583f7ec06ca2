import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Select } from "../parts/field.tsx";
import { Icon } from "../parts/icon.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { Failure, Loading } from "../parts/page.tsx";
import { writeClock } from "../parts/words.ts";
import { call } from "../state/session.ts";
import type { RunView, StoryLine } from "./run-view.ts";

const shownAtFirst = 400;
/** A line that is longer is shown when it is asked for. */
const longestLine = 2_000;

interface StoryProps {
  readonly run: string;
  readonly view: RunView;
  readonly version: number;
  readonly going: boolean;
}

/** All that happened and all that was printed, as text, in its order. */
export function Story({ run, view, version, going }: StoryProps) {
  const [node, setNode] = useState("");
  const [text, setText] = useState("");
  const [most, setMost] = useState(shownAtFirst);
  const [whole, setWhole] = useState<StoryLine>();
  const [follow, setFollow] = useState(true);
  const end = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => {
    const search = text.toLowerCase();
    return view.story.filter(
      (line) =>
        (node === "" || line.node === node) && (search === "" || line.text.toLowerCase().includes(search)),
    );
  }, [view, version, node, text]);
  const shown = lines.slice(-most);
  useEffect(() => {
    if (going && follow) end.current?.scrollIntoView({ block: "nearest" });
  }, [version, going, follow]);
  const nodes = [...view.nodes.keys()];
  const names = Math.max(4, ...nodes.map((name) => name.length));
  return (
    <div class="stack tight">
      <div class="row wrap between">
        <label class="search">
          <Icon name="search" />
          <span class="visually-hidden">Search in the story</span>
          <input
            type="search"
            placeholder="Search in the story"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <div class="row">
          {going && (
            <label class="row small">
              <input type="checkbox" checked={follow} onChange={() => setFollow(!follow)} />
              Follow
            </label>
          )}
          {nodes.length > 1 && (
            <Select
              label="Node"
              value={node}
              choices={[["", "All nodes"], ...nodes.map((name) => [name, name] as const)]}
              change={setNode}
            />
          )}
        </div>
      </div>
      {(lines.length > shown.length || view.dropped > 0) && (
        <p class="row small soft">
          {lines.length - shown.length + view.dropped} earlier lines
          {lines.length > shown.length && (
            <Button size="s" look="bare" onClick={() => setMost(most * 4)}>
              Show more of them
            </Button>
          )}
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section class="story" tabIndex={0} aria-label="Story of the run" style={{ "--names": `${names}ch` }}>
        {shown.map((line) => (
          <div key={line.id} class={`story-line ${line.kind}`}>
            <time class="faint numbers">{writeClock(line.at)}</time>
            <span class="story-node clip">{line.node}</span>
            <span class="story-text">
              {line.text.length > longestLine ? `${line.text.slice(0, longestLine)} …` : line.text}
              {(line.clipped || line.text.length > longestLine) && (
                <Button size="s" look="bare" onClick={() => setWhole(line)}>
                  Show all of it
                </Button>
              )}
            </span>
          </div>
        ))}
        {shown.length === 0 && <p class="soft small">Nothing yet.</p>}
        <div ref={end} />
      </section>
      {whole && <WholeLine run={run} line={whole} close={() => setWhole(undefined)} />}
    </div>
  );
}

/** So much of a line is drawn; the rest of a megabyte is no reading, and can be copied or fetched. */
const mostDrawn = 200_000;

interface WholeLineProps {
  readonly run: string;
  readonly line: StoryLine;
  readonly close: () => void;
}

function WholeLine({ run, line, close }: WholeLineProps) {
  const loaded = useLoaded(String(line.id), (signal) =>
    call("GET /runs/:run/events/:event", { path: { run, event: String(line.id) }, signal }),
  );
  const event = loaded.value?.event;
  const text =
    event === undefined ? undefined : "line" in event ? event.line : JSON.stringify(event, undefined, 2);
  return (
    <Dialog title={line.node ?? "Line"} look="wide" close={close}>
      {loaded.error !== undefined && <Failure error={loaded.error} />}
      {text === undefined ? <Loading /> : <pre class="printed">{text.slice(0, mostDrawn)}</pre>}
      {text !== undefined && (
        <div class="row between small soft">
          <span>
            {text.length.toLocaleString("en")} characters
            {text.length > mostDrawn && `, of which the first ${mostDrawn.toLocaleString("en")} are shown`}
          </span>
          <Button size="s" icon="copy" onClick={() => void navigator.clipboard.writeText(text)}>
            Copy all of it
          </Button>
        </div>
      )}
    </Dialog>
  );
}
