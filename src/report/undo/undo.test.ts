import { expect, test } from "vitest";
import type { Event, KeptChange } from "../event.ts";
import { record, recordReporter, runFinished, runStarted, text } from "../recording.test-support.ts";

const motd: KeptChange = { what: "/etc/motd", sign: "change" };

function kept(node: string, run: string, minute: number, ...changes: KeptChange[]): Event {
  const at = `2026-11-04T11:${String(minute).padStart(2, "0")}:00Z`;
  return { type: "run-kept", node, run, by: "ada@desk", at, changes };
}

test("the runs that can be undone, the newest first", () => {
  const service: KeptChange = { what: "service nginx: disabled", sign: "change" };
  const user: KeptChange = { what: "user ada: absent", sign: "remove" };
  const stopped: KeptChange = { what: "service nginx: stopped", sign: "change" };
  const { stdout } = record([
    runStarted("undo", "web-1", "web-2"),
    kept(
      "web-1",
      "20261104-110000-4f1a",
      0,
      motd,
      { what: "/etc/issue", sign: "remove" },
      service,
      stopped,
      user,
    ),
    kept("web-2", "20261104-113000-4f1b", 30, motd),
    kept("web-1", "20261104-113000-4f1b", 30, motd),
    kept("web-2", "20261104-114000-4f1c", 40, { what: "run a2enmod \x1b[31m", sign: "lost" }),
    { ...kept("web-1", "20261104-115000-4f1d", 50, motd), undoes: "20261104-113000-4f1b" } as Event,
    runFinished("undo"),
  ]);
  expect(stdout).toBe(text`
    run                   when        by        nodes         changed
    20261104-115000-4f1d  10 min ago  ada@desk  web-1         undid 20261104-113000-4f1b: /etc/motd
    20261104-114000-4f1c  20 min ago  ada@desk  web-2         run a2enmod \x1b[31m
    20261104-113000-4f1b  30 min ago  ada@desk  web-2, web-1  /etc/motd
    20261104-110000-4f1a  60 min ago  ada@desk  web-1         2 paths, user ada, service nginx
  `);
});

test("what an undo will do, and what became of it", () => {
  const plan = (node: string): Event => ({
    ...{ type: "undo-planned", node, run: "20261104-110000-4f1a", by: "ada@desk" },
    at: "2026-11-04T11:00:00Z",
    changes: [
      { what: "run a2enmod wsgi", sign: "lost" },
      { ...motd, changedSince: true },
      { what: "/srv/a\nb", sign: "remove" },
      { what: "/srv/gone", sign: "create" },
      { what: "service nginx: disabled", sign: "change" },
      { what: "boot target: x", sign: "lost", lacks: "bootTarget_back" },
    ],
  });
  const { reporter, stdout, stderr } = recordReporter();
  for (const event of [runStarted("undo", "web-1", "web-2"), plan("web-1"), plan("web-2")]) reporter(event);
  expect(stdout.text).toBe("");
  reporter.suspend();
  expect(stdout.text).toBe(text`
    web-1, web-2  run 20261104-110000-4f1a by ada@desk, 60 min ago
      ! run a2enmod wsgi  cannot be undone
      ~ /etc/motd         changed since the run
      - /srv/a\nb
      + /srv/gone
      ~ service nginx: disabled
      ! boot target: x    cannot be undone: no kind has bootTarget_back()

    8 to bring back, 2 of them changed since the run, 4 things cannot be undone
  `);
  reporter.resume();
  const ends = (
    what: string,
    outcome: "done" | "failed" | "left" | "moved" | "unreached",
    output?: string[],
  ) => reporter({ type: "undo-finished", node: "web-1", what: [what], outcome, ...(output && { output }) });
  ends("/etc/motd", "left");
  ends("/srv/a\nb", "done");
  ends("/srv/gone", "moved");
  ends("service nginx: disabled", "failed", ["Failed to disable\x07"]);
  ends("user ada", "unreached");
  reporter(runFinished("undo", 3));
  reporter.close();
  expect(stderr.text).toBe(text`
    web-1  /etc/motd was changed since the run, so it was left alone
    web-1  /srv/a\nb brought back
    web-1  /srv/gone came to differ since you looked, so it was left alone
    web-1  service nginx: disabled could not be brought back
      Failed to disable\x07
    web-1  user ada was not reached
  `);
  expect(stdout.text.split("\n").slice(-2)).toEqual([
    "1 brought back, 1 failed, 2 left alone, 1 not reached",
    "",
  ]);
});
