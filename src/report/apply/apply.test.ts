import { expect, test } from "vitest";
import type { Event, Outcome, PlannedChange } from "../event.ts";
import {
  change,
  modeDiffers,
  planned,
  record,
  recordReporter,
  runFinished,
  runStarted,
  text,
} from "../recording.test-support.ts";

const motd = change(1, "file /etc/motd", { differences: [modeDiffers] });
const link = change(2, "symlink /srv/app/current", { sign: "create" });
const old = change(3, "file /etc/old.conf", { sign: "remove" });
const service = change(4, "service nginx", { certainty: "dependent" });

function started(node: string, { resource }: PlannedChange): Event {
  return { type: "resource-started", node, resource };
}

function finished(node: string, { resource }: PlannedChange, outcome: Outcome, fields: object = {}): Event {
  return { type: "resource-finished", node, resource, outcome, milliseconds: 120, ...fields };
}

function changed(node: string, ...changes: PlannedChange[]): Event[] {
  return changes.flatMap((each) => [started(node, each), finished(node, each, "done")]);
}

function nodeFinished(node: string, fields: object = {}): Event {
  return { type: "node-finished", node, outcome: "done", counts: {}, milliseconds: 1500, ...fields } as Event;
}

/** The progress, and what comes after the plan. */
function apply(...events: Event[]): { progress: string; result: string } {
  const nodes = events.flatMap((event) => (event.type === "node-planned" ? [event.node] : []));
  const { stdout, stderr } = record([runStarted("apply", ...nodes), ...events, runFinished("apply")]);
  const plan = record([
    runStarted("apply", ...nodes),
    ...events.filter(({ type }) => type === "node-planned"),
  ]);
  return { progress: stderr, result: stdout.slice(plan.stdout.length + 1) };
}

test("each change is one calm line, and one node is told in one line", () => {
  const { progress, result } = apply(
    planned("web-1", 40, motd, link, old),
    ...changed("web-1", motd, link, old),
    nodeFinished("web-1", { counts: { done: 3 } }),
  );
  expect(progress).toBe(text`

    web-1  ~ file /etc/motd            done   0.1 s
    web-1  + symlink /srv/app/current  done   0.1 s
    web-1  - file /etc/old.conf        done   0.1 s
  `);
  expect(result).toBe("3 resources changed on web-1 in 3.2 s\n");
});

test("a failure has its place, the last lines, how long it ran, and how far the node came", () => {
  const output = ["    A directory is in the way, so it was left alone.", "      \x1b[1mMove\x1b[0m it."];
  const { progress, result } = apply(
    planned("web-1", 40, motd, link),
    planned("web-2", 40, motd, link, old, service),
    ...changed("web-1", motd, link),
    nodeFinished("web-1", { counts: { done: 2 } }),
    ...changed("web-2", motd),
    started("web-2", link),
    finished("web-2", link, "failed", { milliseconds: 12_000, output }),
    finished("web-2", old, "unreached"),
    finished("web-2", service, "unreached"),
    nodeFinished("web-2", { outcome: "failed", counts: { done: 1, failed: 1, unreached: 2 } }),
  );
  expect(progress).toBe(text`

    web-1  ~ file /etc/motd            done   0.1 s
    web-1  + symlink /srv/app/current  done   0.1 s
    web-2  ~ file /etc/motd            done   0.1 s
    web-2 failed after 12 s: symlink /srv/app/current (proog.config.ts:12)
      A directory is in the way, so it was left alone.
        \x1b[1mMove\x1b[0m it.
      1 of 4 changes done, nothing after this was tried
  `);
  expect(result).toBe(text`
    web-1  done    2 changed
    web-2  failed  1 of 4 changed, 1 failed, 2 not reached
    3 resources changed on 2 nodes in 3.2 s
    not done: web-2
  `);
});

test("an optional failure is told at once, and does not end the node", () => {
  const { progress, result } = apply(
    planned("web-1", 40, motd, link),
    started("web-1", motd),
    finished("web-1", motd, "failed", { output: ["No."], optional: true }),
    ...changed("web-1", link),
    nodeFinished("web-1", { outcome: "failed", counts: { done: 1, failed: 1 } }),
  );
  expect(progress).toBe(text`

    web-1 failed: file /etc/motd (proog.config.ts:11)
      No.
      It is optional, so the rest goes on.
    web-1  + symlink /srv/app/current  done   0.1 s
  `);
  expect(result).toContain("web-1  failed  1 of 2 changed, 1 failed\n");
});

test("equal ends are told once", () => {
  const nodes = ["web-1", "web-2", "web-3", "web-4"];
  const { result } = apply(
    ...nodes.map((node) => planned(node, 10, motd)),
    planned("db-1", 5),
    ...nodes.flatMap((node) => changed(node, motd)),
    ...nodes.map((node) => nodeFinished(node, { counts: { done: 1 } })),
    nodeFinished("db-1", { outcome: "in-order" }),
  );
  expect(result).toBe(text`
    web-1 … web-4  done      1 changed
    db-1           in order
    4 resources changed on 4 nodes in 3.2 s
  `);
});

test("what came to differ since the plan is left alone, and said", () => {
  const { progress, result } = apply(
    planned("web-1", 40, motd, link, old),
    finished("web-1", motd, "already", { milliseconds: 0 }),
    finished("web-1", link, "moved", { milliseconds: 0 }),
    finished("web-1", service, "left", { milliseconds: 0 }),
    ...changed("web-1", old),
    nodeFinished("web-1", { counts: { already: 1, moved: 1, left: 1, done: 1 } }),
  );
  expect(progress).toBe(text`
    web-1  · file /etc/motd            in order by now
    web-1  · symlink /srv/app/current  not as it was at the plan, left alone
    web-1  · service nginx             differs only since the plan, left alone

    web-1  - file /etc/old.conf        done   0.1 s
  `);
  expect(result).toBe(text`
    web-1  done  1 changed, 1 in order by now, 1 left alone, 1 not as planned, left alone
    1 resource changed on web-1 in 3.2 s
  `);
});

test("what the run itself disturbed is brought back, and counted once", () => {
  const { progress, result } = apply(
    planned("web-1", 40, motd, link),
    ...changed("web-1", motd, link),
    { type: "resource-started", node: "web-1", resource: motd.resource, again: true },
    finished("web-1", motd, "done"),
    nodeFinished("web-1", { counts: { done: 3 } }),
  );
  expect(progress).toContain("web-1  ~ file /etc/motd            done   0.1 s  once more\n");
  expect(result).toBe(text`
    web-1  done  2 changed, 1 of them once more, after what came later
    2 resources changed on web-1 in 3.2 s
  `);
});

test("a locked node says by whom", () => {
  const error = {
    code: "locked",
    message: "web-1 is locked by run x of ada.",
    hint: "Wait until it is through.",
  };
  const { progress, result } = apply(
    planned("web-1", 40, motd),
    nodeFinished("web-1", { outcome: "locked", error }),
  );
  expect(progress).toBe("web-1 is locked by run x of ada.\n  Wait until it is through.\n");
  expect(result).toBe(text`
    web-1  locked
    nothing was changed in 3.2 s
    not done: web-1
  `);
});

test("an error that was told already is not told again", () => {
  const error = { code: "connection-lost", message: "The connection to web-1 was lost." } as const;
  const { progress } = apply(
    planned("web-1", 40, motd),
    { type: "error", node: "web-1", error },
    nodeFinished("web-1", { outcome: "unreachable", error }),
  );
  expect(progress).toBe("web-1: The connection to web-1 was lost.\n");
});

test("machines that come and go, notes and earlier runs", () => {
  const { stdout, stderr } = record([
    runStarted("boot", "web-1", "web-2", "web-3"),
    { type: "machine-booted", node: "web-1", address: "10.0.0.1", created: true, milliseconds: 1300 },
    { type: "machine-booted", node: "web-2", address: "10.0.0.2", created: true, milliseconds: 1400 },
    { type: "machine-booted", node: "web-3", address: "10.0.0.3", created: false, milliseconds: 10 },
    { type: "machine-shot", node: "web-4" },
    { type: "note", text: "Stopping after the resource in progress." },
    { type: "note", node: "web-1", text: "one\ntwo" },
    { type: "earlier-run", node: "web-1", run: "r1", by: "ada@laptop", outcome: "done" },
    {
      type: "earlier-run",
      node: "web-1",
      run: "r2",
      by: "ada",
      outcome: "interrupted",
      at: "file /etc/motd",
    },
    { type: "earlier-run", node: "web-1", run: "r3", by: "ada", outcome: "137" },
    { type: "earlier-run", node: "web-1", run: "r4", by: "ada", outcome: "rebooted", at: "apt nginx" },
    { type: "earlier-run", node: "web-1", run: "r5", by: "ada", outcome: "lost", at: "" },
    runFinished("boot"),
  ]);
  expect(stderr).toBe(text`
    web-1  booted at 10.0.0.1  1.3 s
    web-2  booted at 10.0.0.2  1.4 s
    web-3  is up at 10.0.0.3
    web-4  shot
    Stopping after the resource in progress.
    web-1: one
      two
    web-1: the earlier run r1 of ada@laptop went through with nobody watching
    web-1: the earlier run r2 of ada died at file /etc/motd; this run finishes it
    web-1: the earlier run r3 of ada was ended from outside (status 137)
    web-1: the earlier run r4 of ada ended with a restart of the machine at apt nginx; apply finishes it
    web-1: the earlier run r5 of ada ended without a word; apply finishes it
  `);
  expect(stdout).toBe(text`
    web-1, web-2 booted
    web-3 is up already
    web-4 shot
  `);
});

test("--verbose prints what the commands print", () => {
  const line: Event = {
    type: "output",
    node: "web-1",
    resource: motd.resource,
    line: "Unpacking\tnginx\x07",
  };
  expect(record([runStarted("apply", "web-1"), line], { verbose: true }).stderr).toBe(
    "web-1  | Unpacking   nginx\\x07\n",
  );
});

test("--timings tell the slowest resources", () => {
  const { stdout } = record(
    [
      runStarted("apply", "web-1"),
      { type: "node-connected", node: "web-1", system: "Debian", milliseconds: 180 },
      planned("web-1", 40, motd, link),
      ...changed("web-1", motd),
      started("web-1", link),
      finished("web-1", link, "done", { milliseconds: 12_345 }),
      nodeFinished("web-1", { counts: { done: 2 } }),
      runFinished("apply"),
    ],
    { timings: true },
  );
  expect(stdout.slice(stdout.indexOf("       connect"))).toBe(text`
           connect   check   apply
    web-1   0.18 s  0.04 s  1.50 s

    the slowest resources
    12.35 s  web-1  symlink /srv/app/current
     0.12 s  web-1  file /etc/motd
  `);
});

test("what is unsaid when the reporter is closed is said", () => {
  const { reporter, stdout } = recordReporter();
  reporter(runStarted("plan", "web-1", "web-2"));
  reporter(planned("web-1", 3, motd));
  expect(stdout.text).toBe("");
  reporter.close();
  expect(stdout.text).toContain("~ file /etc/motd");
});
