import { expect, test } from "vitest";
import type { Event } from "../event.ts";
import {
  change,
  modeDiffers,
  planned,
  record,
  runFinished,
  runStarted,
  text,
} from "../recording.test-support.ts";
import type { RunDetail, RunRecord } from "./records.ts";

const noon = Date.parse("2026-11-04T12:00:00Z");

const apply: RunRecord = {
  ...{
    id: "20261104-115500-4f1a",
    command: "apply",
    args: ["apply", "web", "--only", "a b"],
    environment: "live",
  },
  ...{ who: "ada@desk", origin: "ssh from 192.0.2.7", started: noon - 300_000, ended: noon - 296_000 },
  ...{ state: "done", exitCode: 0, nodes: 2, changes: 3, failed: 0, synced: false },
};
const runs: RunRecord[] = [
  apply,
  { ...apply, id: "20261104-115000-0001", args: ["apply"], state: "failed", failed: 1, environment: "devel" },
  { ...apply, id: "20261104-114000-0002", args: ["plan"], command: "plan", changes: 1 },
  { ...apply, id: "20261104-113000-0003", args: [], changes: 0, nodes: 1 },
  { ...apply, id: "20261104-112000-0004", args: ["boot", "web"], command: "boot", state: "interrupted" },
  { ...apply, id: "20261104-111000-0005", args: ["run", "t"], command: "run", state: "running", ended: 0 },
];

test("runs are a table", () => {
  const { stdout } = record([
    ...runs.map((run): Event => ({ type: "run-recorded", run })),
    runFinished("history"),
  ]);
  expect(stdout).toBe(text`
    run                   when       by        in     result                  command
    20261104-115500-4f1a  5 min ago  ada@desk  live   3 changes on 2 nodes    apply web --only "a b"
    20261104-115000-0001  5 min ago  ada@desk  devel  failed on 1 of 2 nodes  apply
    20261104-114000-0002  5 min ago  ada@desk  live   1 change due            plan
    20261104-113000-0003  5 min ago  ada@desk  live   in order                apply
    20261104-112000-0004  5 min ago  ada@desk  live   interrupted             boot web
    20261104-111000-0005  5 min ago  ada@desk  live   goes on                 run t
  `);
});

const detail: RunDetail = {
  ...apply,
  byNode: [
    { node: "web-1", total: 3, planned: 2, changed: 1, outcome: "failed", milliseconds: 3200 },
    { node: "web-2", total: 3, planned: 0, changed: 0, outcome: "in-order" },
  ],
  results: [
    {
      run: apply.id,
      node: "web-1",
      number: 1,
      key: "file /etc/motd",
      at: "",
      outcome: "done",
      milliseconds: 40,
    },
    { run: apply.id, node: "web-1", number: 2, key: "service nginx", at: "", outcome: "failed" },
  ],
};

const head = text`
  run 20261104-115500-4f1a
    command  proog apply web --only "a b"
    in       live
    by       ada@desk, ssh from 192.0.2.7
    began    2026-11-04 11:55:00 UTC, 5 min ago, 4.0 s
    result   3 changes on 2 nodes

  node   outcome   resources
  web-1  failed    1 of 2 changed, 3.2 s
  web-2  in-order  3 in order

`;

test("a run is shown as it went, on one stream", () => {
  const happened = "2026-11-04T11:55:00.000Z";
  const recorded: Event[] = [
    runStarted("apply", "web-1"),
    { type: "progress", node: "web-1", text: "booting" },
    planned("web-1", 3, change(1, "file /etc/motd", { differences: [modeDiffers] })),
    { type: "note", node: "web-1", text: "was looked at" },
  ];
  const { stdout, stderr } = record([
    { type: "run-shown", run: detail },
    ...recorded.map((event, id): Event => ({ type: "event-recorded", id, happened, event })),
    runFinished("show"),
  ]);
  expect(stderr).toBe("");
  expect(stdout.slice(0, head.length)).toBe(head);
  expect(stdout.slice(head.length)).toBe(text`
    web-1
      ~ file /etc/motd  proog.config.ts:11
          mode  0600 → 0644

    1 resource to change on web-1, 2 in order
    web-1: was looked at
  `);
});

test("of a run whose steps are not known, what is left is told", () => {
  const { stdout } = record([{ type: "run-shown", run: detail, eventless: true }, runFinished("show")]);
  expect(stdout.slice(head.length)).toBe(text`
    node   resource        outcome  time
    web-1  file /etc/motd  done     0.04 s
    web-1  service nginx   failed
    What it said step by step is not kept any more.
  `);
  const synced: RunDetail = { ...detail, synced: true, results: [] };
  expect(record([{ type: "run-shown", run: synced, eventless: true }]).stdout).toContain(
    "It is known from its nodes: what it said is in their logs.\n",
  );
});

test("nodes that were not applied for long, and nodes of which something holds", () => {
  const applied = { at: noon - 50 * 3_600_000, run: "20261102-100000-0001", by: "ada@desk" };
  const { stdout } = record([
    { type: "node-stale", node: "web-1", roles: ["web"] },
    {
      type: "node-stale",
      node: "db-1",
      roles: ["db", "backup"],
      applied,
      last: { run: apply.id, outcome: "failed" },
    },
    {
      type: "node-matched",
      node: "web-1",
      roles: ["web"],
      values: { debian: "12.9", disk: "" },
      at: noon - 60_000,
    },
    runFinished("stale"),
  ]);
  expect(stdout).toBe(text`
    node   roles      applied     by        last try
    web-1  web        never
    db-1   db backup  2 days ago  ada@desk  failed in 20261104-115500-4f1a
    node   roles  debian  as of
    web-1  web    12.9    60 s ago
  `);
});

test("names from nodes do nothing to the terminal", () => {
  const hostile: RunRecord = { ...apply, who: "a\u001b[2Jda", args: ["x\u001b[1m"] };
  const { stdout } = record([{ type: "run-recorded", run: hostile }, runFinished("history")]);
  expect(stdout).not.toContain("\u001b");
});
