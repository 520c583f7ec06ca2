import { describe, expect, test } from "vitest";
import type { PlannedChange } from "../../../report/event.ts";
import type { RunEvent } from "../../api.ts";
import { comparePlans } from "./compare-plans.ts";
import { countChanges, emptyRunView, growRunView, progressOf, type RunView } from "./run-view.ts";

type Event = RunEvent["event"];

const resource = { number: 2, key: "file /etc/motd", at: "proog.config.ts:4" };
const change: PlannedChange = {
  resource,
  sign: "change",
  certainty: "certain",
  differences: [],
  texts: [],
  reasons: [],
  remedies: [],
  triggers: [],
};

function grown(...events: readonly Event[]): RunView {
  const view = emptyRunView();
  growRunView(view, number(events));
  return view;
}

const number = (events: readonly Event[]): RunEvent[] =>
  events.map((event, place) => ({
    ...{ id: place + 1, run: "r", environment: "live", event },
    at: new Date(1_700_000_000_000 + place * 1000).toISOString(),
  }));

const apply: readonly Event[] = [
  { type: "run-started", command: "apply", run: "r", environment: "live", nodes: ["web-1"] },
  { type: "node-connecting", node: "web-1" },
  { type: "node-connected", node: "web-1", system: "debian 13", milliseconds: 80 },
  { type: "node-planned", node: "web-1", total: 3, changes: [change], milliseconds: 9 },
  { type: "resource-started", node: "web-1", resource },
  { type: "output", node: "web-1", resource, line: "<script>\u001b[31m\u202e" },
  { type: "resource-finished", node: "web-1", resource, outcome: "done", milliseconds: 12 },
  { type: "node-finished", node: "web-1", outcome: "done", counts: { done: 1 }, milliseconds: 200 },
];

describe("a run", () => {
  test("grows with its events, and what comes twice changes nothing", () => {
    const view = grown(...apply);
    growRunView(view, number(apply));
    const node = view.nodes.get("web-1");
    expect(node).toMatchObject({ stage: "finished", outcome: "done", total: 3 });
    expect(node && progressOf(node)).toEqual({ done: 1, of: 1 });
    expect(node?.resources.get(2)).toMatchObject({
      outcome: "done",
      milliseconds: 12,
      lines: ["<script>\u001b[31m\u202e"],
    });
    expect(node?.spans.map(({ name, start, end }) => [name, (end ?? 0) - start])).toEqual([
      ["connect", 1000],
      ["look", 1000],
      ["file /etc/motd", 2000],
    ]);
    expect(countChanges(view)).toEqual({ changes: 1, nodes: 1 });
  });

  test("tells its story in words, with what steers a screen made harmless", () => {
    expect(grown(...apply).story.map(({ text }) => text)).toEqual([
      "connected, debian 13",
      "1 resource to change, 2 in order",
      "file /etc/motd",
      "<script>\\x1b[31m\\u202e",
      "file /etc/motd: done in 12 ms",
      "done after 200 ms",
    ]);
  });

  test("keeps so many lines as a page can bear, and says how many it left out", () => {
    const view = grown(
      ...Array.from(
        { length: 20_500 },
        (_, place): Event => ({ type: "output", node: "a", line: `${place}` }),
      ),
    );
    expect(view.story).toHaveLength(20_000);
    expect(view.dropped).toBe(500);
    expect(view.story.at(-1)?.text).toBe("20499");
  });
});

describe("two plans", () => {
  const planned = (...keys: readonly string[]) =>
    grown({
      ...{ type: "node-planned", node: "web-1", total: 9, milliseconds: 1 },
      changes: keys.map((key, place) => ({ ...change, resource: { ...resource, number: place + 1, key } })),
    });

  test("are compared by node and resource, not by number", () => {
    expect(comparePlans(planned("file /a", "file /b"), planned("file /b", "file /c"))).toEqual([
      { node: "web-1", key: "file /a", found: "went" },
      { node: "web-1", key: "file /b", found: "stayed" },
      { node: "web-1", key: "file /c", found: "came" },
    ]);
  });
});
