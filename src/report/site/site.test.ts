import { expect, test } from "vitest";
import type { EventOf } from "../event-type.ts";
import { createStyle } from "../text/style.ts";
import { renderSiteDifference } from "./difference.ts";
import { renderReleases } from "./releases.ts";

const view = { style: createStyle(false), width: 100, directory: "/", verbose: false };
const now = Date.parse("2026-11-22T23:20:00Z");
const commit = "9f86d081".repeat(5);

function releases(node: string, seconds: number): EventOf<"site-releases"> {
  const at = (minute: number) => `2026-11-22T23:${minute}:0${seconds}Z`;
  const by = "ada@desk";
  return {
    ...{ type: "site-releases", node, site: "app", live: "20261122-231000-aaaa", maintenance: true },
    releases: [
      {
        release: "20261122-220000-bbbb",
        state: "building",
        made: at(10),
        changed: at(10),
        revision: "r1",
        by,
        gone: true,
      },
      { release: "20261122-231000-aaaa", state: "good", made: at(10), changed: at(11), revision: commit, by },
      {
        release: "20261122-231500-cccc",
        state: "bad",
        made: at(15),
        changed: at(15),
        revision: commit,
        by,
        why: "its health check failed",
      },
    ],
  };
}

test("releases: nodes with the same are told together, the newest first", () => {
  expect(renderReleases([releases("web-1", 1), releases("web-2", 2)], now, view)).toEqual([
    "app on web-1, web-2 (in maintenance)",
    "  20261122-231500-cccc        9f86d0819f86  4 min ago  ada@desk  bad: its health check failed",
    "  20261122-231000-aaaa  live  9f86d0819f86  9 min ago  ada@desk  good",
    "  20261122-220000-bbbb        r1            9 min ago  ada@desk  died while it was built: its files…",
  ]);
});

test("releases: none, and others on another node", () => {
  const none: EventOf<"site-releases"> = {
    type: "site-releases",
    node: "web-2",
    site: "app",
    pinned: "x",
    releases: [],
  };
  expect(renderReleases([releases("web-1", 1), none], now, view).slice(-3)).toEqual([
    ...["", "app on web-2 (pinned to x)", "  no release"],
  ]);
});

test("a difference: commits, those that are lost, and files", () => {
  const made = { at: "2026-11-22T23:10:00Z", by: "Ada" };
  const lines = renderSiteDifference(
    {
      ...{ type: "site-difference", site: "app", nodes: ["web-1", "web-2"], from: "r1", to: commit },
      commits: [{ revision: commit, ...made, subject: "Mend the page \u001b[31m" }],
      back: [{ revision: "r1", ...made, subject: "lost" }],
      files: Array.from({ length: 22 }, (_, index) => ({ change: "M", path: `file-${index}` })),
    },
    now,
    view,
  );
  expect(lines.slice(0, 4)).toEqual([
    "app on web-1, web-2: r1 → 9f86d0819f86, 1 commit, 1 commit back, 22 files",
    expect.stringContaining("  9f86d0819f86  10 min ago  Ada  Mend the page "),
    "  back: r1  10 min ago  Ada  lost",
    "  M file-0",
  ]);
  expect(lines.join("")).not.toContain("\u001b");
  expect(lines.at(-1)).toBe("  and 2 more");
});

test("a difference: none, and one of which no commits are known", () => {
  const same = {
    type: "site-difference",
    site: "app",
    nodes: ["web-1"],
    commits: [],
    back: [],
    files: [],
  } as const;
  expect(renderSiteDifference({ ...same, from: "r1", to: "r1" }, now, view)).toEqual([
    "app on web-1: r1, nothing differs",
  ]);
  expect(
    renderSiteDifference({ ...same, from: "", to: "r1", unknown: "It is not known." }, now, view),
  ).toEqual([...["app on web-1: nothing → r1", "  It is not known."]]);
});
