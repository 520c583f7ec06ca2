import { useMemo, useState } from "preact/hooks";
import type { NodeDetail, NodeResource } from "../../api.ts";
import { Icon } from "../parts/icon.tsx";
import { Empty, Loading, Panel } from "../parts/page.tsx";
import { Badge } from "../parts/state.tsx";
import { WindowedRows } from "../parts/window.tsx";
import { type Tone, writePlace } from "../parts/words.ts";

const states: Readonly<Record<NodeResource["state"], { readonly text: string; readonly tone: Tone }>> = {
  failed: { text: "Failed", tone: "bad" },
  differs: { text: "Differs", tone: "warn" },
  "in-order": { text: "In order", tone: "good" },
  unknown: { text: "Not looked at yet", tone: "quiet" },
};

/** What must hold on a machine, and how each was last seen. */
export function ResourceTable({ detail }: { readonly detail: NodeDetail | undefined }) {
  const [text, setText] = useState("");
  const shown = useMemo(() => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    return (detail?.resources ?? []).filter(({ key, at, state }) =>
      words.every((word) => `${key} ${at} ${state}`.toLowerCase().includes(word)),
    );
  }, [detail, text]);
  if (detail === undefined) return <Loading />;
  if (detail.resources.length === 0) return <Empty title="No resource is known of it" />;
  return (
    <div class="stack tight">
      <label class="search">
        <Icon name="search" />
        <span class="visually-hidden">Search in resources</span>
        <input
          type="search"
          placeholder="Search in resources"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <Panel flush>
        <table class="table resources" aria-rowcount={shown.length + 1}>
          <thead>
            <tr>
              <th scope="col">Resource</th>
              <th scope="col">State</th>
              <th scope="col" class="hide-s">
                Declared at
              </th>
            </tr>
          </thead>
          <WindowedRows
            items={shown}
            height={36}
            columns={3}
            draw={({ key, at, state, run }, place) => {
              const badge = <Badge tone={states[state].tone}>{states[state].text}</Badge>;
              return (
                <tr key={key} aria-rowindex={place + 2}>
                  <th scope="row" class="mono clip">
                    {key}
                  </th>
                  <td>
                    {run === undefined ? (
                      badge
                    ) : (
                      <a class="bare-link" href={`/runs/${run}`}>
                        {badge}
                      </a>
                    )}
                  </td>
                  <td class="mono faint hide-s" title={at}>
                    {writePlace(at)}
                  </td>
                </tr>
              );
            }}
          />
        </table>
      </Panel>
    </div>
  );
}
