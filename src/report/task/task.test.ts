import { expect, test } from "vitest";
import type { Event } from "../event.ts";
import { record, runFinished, runStarted } from "../recording.test-support.ts";

const started = (node: string, number: number, command: string, more: object = {}): Event => ({
  ...{ type: "command-started", node, number, command },
  ...more,
});
const printed = (
  node: string,
  number: number,
  line: string,
  stream: "stdout" | "stderr" = "stdout",
): Event => ({
  ...{ type: "command-output", node, number, line, stream },
});
const ended = (
  node: string,
  outcome: "done" | "failed" | "unreached" = "done",
  more: object = {},
): Event => ({
  ...{ type: "task-finished", task: "clear_cache", node, depth: 0, outcome, milliseconds: 1200 },
  ...more,
});

const events: Event[] = [
  runStarted("run", "web-1", "db-primary"),
  { type: "task-started", task: "clear_cache", nodes: ["web-1", "db-primary"], depth: 0 },
  started("web-1", 1, "ls /srv"),
  started("db-primary", 2, "cd /srv\nrm -rf cache", { user: "root" }),
  printed("web-1", 1, "a\u001b[31mb\r"),
  printed("db-primary", 2, "no such file", "stderr"),
  { type: "command-finished", node: "web-1", number: 1, code: 0, milliseconds: 5 },
  ended("web-1"),
  ended("db-primary", "failed", {
    error: {
      code: "command-failed",
      message: "The command ended with status 1: cd /srv …",
      detail: "no such file",
    },
  }),
  runFinished("run", 3),
];

test("each line with its node: output on stdout, commands, complaints and the end on stderr", () => {
  const { stdout, stderr } = record(events);
  expect(stdout).toBe("web-1       a\\x1b[31mb\n");
  expect(stderr).toBe(`web-1       $ ls /srv
db-primary  # cd /srv …  (as root)
db-primary  no such file
web-1       done  1.2 s
db-primary: The command ended with status 1: cd /srv …
  no such file
clear_cache done on 1 of 2 nodes in 3.2 s
failed: db-primary
`);
});

test("with colours: names are strong, commands and complaints are told from output", () => {
  const { stdout, stderr } = record(events, { color: true });
  expect(stdout).toBe("\x1b[1mweb-1     \x1b[22m  a\\x1b[31mb\n");
  expect(stderr.split("\n").slice(0, 4)).toEqual([
    "\x1b[1mweb-1     \x1b[22m  \x1b[36m$ ls /srv\x1b[39m",
    "\x1b[1mdb-primary\x1b[22m  \x1b[36m# cd /srv …\x1b[39m\x1b[2m  (as root)\x1b[22m",
    "\x1b[1mdb-primary\x1b[22m  \x1b[33mno such file\x1b[39m",
    "\x1b[1mweb-1     \x1b[22m  \x1b[32mdone\x1b[39m  \x1b[2m1.2 s\x1b[22m",
  ]);
});

test("--quiet shows what failed, and nothing where all went well", () => {
  const { stdout, stderr } = record(events, { quiet: true });
  expect(stdout).toBe("");
  expect(stderr).toBe(`db-primary: The command ended with status 1: cd /srv …
  no such file
clear_cache done on 1 of 2 nodes in 3.2 s
failed: db-primary
`);
  const well = record(
    [
      runStarted("run", "web-1"),
      started("web-1", 1, "ls"),
      printed("web-1", 1, "x"),
      ended("web-1"),
      runFinished("run"),
    ],
    { quiet: true },
  );
  expect(well).toEqual({ stdout: "", stderr: "" });
});

test("--fold shows equal outputs once, in the order of the nodes", () => {
  const nodes = ["web-1", "web-2", "web-3", "web-4"];
  const folded = record(
    [
      runStarted("exec", ...nodes),
      ...nodes.map((node, index) => printed(node, index, index === 1 ? "12.5" : "13.2")),
      ...nodes.slice(0, 3).map((node, index) => printed(node, index, "end")),
      runFinished("exec"),
    ],
    { fold: true },
  );
  expect(folded.stdout).toBe(`web-1, web-3  (2 nodes)
  13.2
  end
web-2
  12.5
  end
web-4
  13.2
`);
});

test("what is too long to be folded is shown as it comes", () => {
  const { stdout } = record(
    [
      runStarted("exec", "web-1"),
      printed("web-1", 1, "x".repeat(2 ** 20 + 1)),
      printed("web-1", 1, "y"),
      runFinished("exec"),
    ],
    { fold: true },
  );
  expect(stdout.startsWith("web-1  xxx")).toBe(true);
  expect(stdout.endsWith("web-1\n  y\n")).toBe(true);
});

test("a dry run is a result; a task that another one calls has a heading; this machine is here", () => {
  const { stdout, stderr } = record([
    runStarted("run"),
    { type: "command-started", number: 1, command: "git pull", dry: true },
    { type: "task-started", task: "clear_cache", nodes: ["web-1"], depth: 1 },
    started("web-1", 2, "put /srv/x (4 B)", { file: true, dry: true }),
    { type: "task-finished", task: "clear_cache", node: "web-1", depth: 1, outcome: "done", milliseconds: 0 },
    runFinished("run"),
  ]);
  expect(stdout).toBe("here  $ git pull\nweb-1  put /srv/x (4 B)\n");
  expect(stderr).toBe("\nclear_cache on web-1\n");
});

test("--verbose shows all lines of a command", () => {
  const { stderr } = record(
    [runStarted("run", "web-1"), started("web-1", 1, "cd /srv\nls"), runFinished("run")],
    { verbose: true },
  );
  expect(stderr).toBe("web-1  $ cd /srv\nweb-1    ls\n");
});
