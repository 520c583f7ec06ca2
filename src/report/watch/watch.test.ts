import { expect, test } from "vitest";
import type { Event } from "../event.ts";
import { createStyle } from "../text/style.ts";
import { renderWatch } from "./watch.ts";

const now = new Date("2026-11-26T10:00:00").getTime();
const view = { style: createStyle(false), width: 100, directory: "/", verbose: false };

function lines(...events: readonly Extract<Event, { type: `watch-${string}` }>[]): string[] {
  return events.flatMap((event) => renderWatch(event, now, view));
}

test("a line for each thing that happens, with its reason", () => {
  const web = { pool: "web", node: "web-2" } as const;
  expect(
    lines(
      { type: "watch-begun", pools: [{ pool: "web", min: 3, max: 6, vantages: ["controller", "lb-1"] }] },
      { type: "watch-change", ...web, from: "healthy", to: "suspect", why: "GET /healthz: 503 (from lb-1)" },
      { type: "watch-change", ...web, to: "joining", why: "in the place of web-1" },
      { type: "watch-change", pool: "web", why: "the budget of 4 machines an hour is spent" },
      { type: "watch-started", ...web, action: "cure", why: "GET /healthz: 503" },
      { type: "watch-finished", ...web, action: "cure", milliseconds: 3100 },
      { type: "watch-finished", ...web, action: "boot", failure: "no room\x1b[2J", milliseconds: 900 },
      {
        ...{ type: "watch-finished", ...web, action: "boot", failure: "it needs nspawn", milliseconds: 9 },
        ...{ detail: "a console\x1b[2J", hint: "Run: apt-get install systemd-container" },
      },
      { type: "watch-change", pool: "web", why: "the provider does not answer", hint: "Ask it." },
    ),
  ).toEqual([
    "10:00:00  web  watched from controller, lb-1; 3 to 6 nodes",
    "10:00:00  web-2  healthy → suspect  GET /healthz: 503 (from lb-1)",
    "10:00:00  web-2  new → joining  in the place of web-1",
    "10:00:00  web  the budget of 4 machines an hour is spent",
    "10:00:00  web-2  restarting its units, applying again  GET /healthz: 503",
    "10:00:00  web-2  cure: done  3.1 s",
    "10:00:00  web-2  could not be made one of the pool: no room\\x1b[2J  0.9 s",
    "10:00:00  web-2  could not be made one of the pool: it needs nspawn  0.01 s",
    "          a console\\x1b[2J",
    "          Run: apt-get install systemd-container",
    "10:00:00  web  the provider does not answer",
    "          Ask it.",
  ]);
});
