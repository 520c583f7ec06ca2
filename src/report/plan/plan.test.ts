import { expect, test } from "vitest";
import type { Event } from "../event.ts";
import {
  cameToBe,
  change,
  modeDiffers,
  planned,
  record,
  runFinished,
  runStarted,
  text,
} from "../recording.test-support.ts";
import type { ReporterOptions } from "../reporter.ts";

const before = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const after = "1b4f0e9851971998e732078544c96b36c3d01cedf7caa332359d6f1d83567014";
const contentDiffers = { aspect: "content", now: before, wanted: after };

/** The plan of these nodes as it is printed. */
function plan(events: readonly Event[], options: Partial<ReporterOptions> = {}): string {
  const nodes = events.flatMap((event) => ("node" in event && event.node !== undefined ? [event.node] : []));
  return record([runStarted("plan", ...nodes), ...events, runFinished("plan")], options).stdout;
}

function lines(count: number, word: string): string {
  return Array.from({ length: count }, (_line, index) => `${word} ${index + 1}\n`).join("");
}

test("what is created, changed, removed and blocked", () => {
  const motd = change(1, "file /etc/motd", {
    sign: "create",
    differences: [
      cameToBe,
      { ...contentDiffers, now: "" },
      { aspect: "mode", now: "", wanted: "0644" },
      { aspect: "owner", now: "", wanted: "root" },
    ],
    texts: [{ aspect: "content", wanted: "Welcome.\n" }],
  });
  const config = change(2, "file /etc/app.conf", {
    differences: [contentDiffers, modeDiffers, { aspect: "owner", now: "www-data", wanted: "root" }],
    texts: [{ aspect: "content", now: "a\nb\nport 80\nc\n", wanted: "a\nb\nport 443\nc\n" }],
  });
  const old = change(3, "file /etc/old.conf", {
    sign: "remove",
    differences: [{ aspect: "state", now: "present", wanted: "absent" }],
    texts: [{ aspect: "content", now: "one\ntwo\n" }],
  });
  const link = change(4, "symlink /srv/app/current", {
    certainty: "blocked",
    reasons: ["A directory is in the way, so it was left alone."],
    remedies: ['Move it, or declare directory("/srv/app/current", { absent: true }) before it.'],
  });
  expect(plan([planned("web-1", 40, motd, config, old, link)])).toBe(text`
    web-1
      + file /etc/motd            proog.config.ts:11
          mode 0644, owner root
          + Welcome.
      ~ file /etc/app.conf        proog.config.ts:12
          mode   0600 → 0644
          owner  www-data → root
          @@ -1,4 +1,4 @@
            a
            b
          - port 80
          + port 443
            c
      - file /etc/old.conf        proog.config.ts:13
          - one
          - two
      ! symlink /srv/app/current  proog.config.ts:14
          A directory is in the way, so it was left alone.
          Move it, or declare directory("/srv/app/current", { absent: true }) before it.

    3 resources to change on web-1, 36 in order
    1 blocked
  `);
});

test("of many differences the first are told, and of some files their texts", () => {
  const differences = Array.from({ length: 14 }, (_, index) => ({
    ...{ aspect: `./page-${index}`, now: before, wanted: after },
  }));
  const texts = [{ aspect: "./page-1", now: "one\n", wanted: "two\n" }];
  const tree = change(1, "tree /srv/site", { differences, texts });
  const told = plan([planned("web-1", 1, tree)]);
  expect(told).toContain(
    "      ./page-10  9f86d081884c → 1b4f0e985197\n      and 3 more; --verbose lists them\n",
  );
  expect(told).not.toContain("./page-11");
  expect(told).toContain("      ./page-1\n      @@ -1 +1 @@\n      - one\n      + two\n");
  const whole = plan([planned("web-1", 1, tree)], { verbose: true });
  expect(whole).toContain("./page-13  9f86d081884c → 1b4f0e985197\n");
  expect(whole).not.toContain("more; --verbose");
  const created = differences.map((difference) => ({ ...difference, now: "" }));
  const all = change(1, "tree /srv/site", { sign: "create", differences: [cameToBe, ...created] });
  expect(plan([planned("web-1", 1, all)])).toContain(
    "./page-9 1b4f0e985197\n      and 4 more; --verbose lists them\n",
  );
});

test("what depends, what cannot be known, and triggers are told in words", () => {
  const conf = change(1, "file /etc/nginx/nginx.conf", {
    sign: "create",
    certainty: "dependent",
    reasons: ["The directory /etc/nginx is not there yet."],
    differences: [cameToBe],
  });
  const site = change(2, "file /etc/nginx/site.conf", { differences: [modeDiffers] });
  const migrate = change(3, "run ./migrate", { certainty: "opaque", reasons: [] });
  const service = change(4, "service nginx", {
    certainty: "dependent",
    triggers: [
      { action: "reload", because: 1 },
      { action: "reload", because: 2 },
      { action: "restart", because: 0 },
    ],
  });
  const other = change(5, "service cron", {
    certainty: "dependent",
    triggers: [{ action: "restart", because: 2 }],
  });
  const last = change(6, "service app", { certainty: "dependent" });
  expect(plan([planned("web-1", 6, conf, site, migrate, service, other, last)])).toBe(text`
    web-1
      + file /etc/nginx/nginx.conf  proog.config.ts:11
          after the changes above: The directory /etc/nginx is not there yet.
      ~ file /etc/nginx/site.conf   proog.config.ts:12
          mode  0600 → 0644
      ~ run ./migrate               proog.config.ts:13
          cannot be known: no guard
      ~ service nginx               proog.config.ts:14
          reload, because file /etc/nginx/nginx.conf and file /etc/nginx/site.conf change
          restart, left over from an earlier run
      ~ service cron                proog.config.ts:15
          restart, because file /etc/nginx/site.conf changes
      ~ service app                 proog.config.ts:16
          after the changes above

    5 resources to change on web-1
    1 step whose effect cannot be known
  `);
});

test("nothing to change", () => {
  expect(plan([planned("web-1", 38), planned("web-2", 38)])).toBe("nothing to change, 76 in order\n");
});

test("an opaque step is never nothing to change", () => {
  const step = change(1, "run ./migrate", {
    certainty: "opaque",
    reasons: ["It has neither unless nor creates."],
  });
  expect(plan([planned("web-1", 38, step)])).toBe(text`
    web-1
      ~ run ./migrate  proog.config.ts:11
          cannot be known: It has neither unless nor creates.

    1 step whose effect cannot be known on web-1, 37 in order
  `);
});

test("equal plans are told once, in declaration order of the first node", () => {
  const same = [
    change(1, "file /etc/motd", { differences: [modeDiffers] }),
    change(2, "directory /srv", { differences: [modeDiffers] }),
  ];
  const nodes = ["web-1", "web-2", "web-3", "web-4"].map((node) => planned(node, 100, ...same));
  expect(plan([...nodes, planned("web-5", 98), planned("web-6", 98), planned("db-1", 7)])).toBe(text`
    web-1 … web-4, the same
      ~ file /etc/motd  proog.config.ts:11
          mode  0600 → 0644
      ~ directory /srv  proog.config.ts:12
          mode  0600 → 0644

    web-5, web-6  in order, 98 resources each
    db-1  in order, 7 resources

    8 resources to change on 4 nodes, 595 in order
  `);
});

test("plans that are mostly equal share a block, and say where they differ", () => {
  const motd = change(1, "file /etc/motd", { differences: [modeDiffers] });
  const issue = change(2, "file /etc/issue", { differences: [modeDiffers] });
  const hostname = (name: string) =>
    change(3, "file /etc/hostname", { texts: [{ aspect: "content", now: "debian\n", wanted: `${name}\n` }] });
  // Its catalog has one more before, so that its numbers differ.
  const drifted = { ...change(7, "file /etc/drifted"), differences: [modeDiffers] };
  const events = [
    planned("web-1", 10, motd, issue, hostname("web-1")),
    planned("web-2", 10, motd, issue, hostname("web-2")),
    planned("web-3", 10, motd, drifted, issue, hostname("web-2")),
    planned("db-1", 10, change(1, "apt postgresql", { sign: "create" })),
  ];
  expect(plan(events)).toBe(text`
    web-1 … web-3, the same except where it says
      ~ file /etc/motd      proog.config.ts:11
          mode  0600 → 0644
      ~ file /etc/drifted   proog.config.ts:17
          only on web-3
          mode  0600 → 0644
      ~ file /etc/issue     proog.config.ts:12
          mode  0600 → 0644
      ~ file /etc/hostname  proog.config.ts:13
          on web-1
          @@ -1 +1 @@
          - debian
          + web-1
      ~ file /etc/hostname  proog.config.ts:13
          on web-2, web-3
          @@ -1 +1 @@
          - debian
          + web-2

    db-1
      + apt postgresql  proog.config.ts:11

    11 resources to change on 4 nodes, 29 in order
  `);
});

test("triggers fold by what causes them, whatever its number", () => {
  const nodePlan = (node: string, shift: number) =>
    planned(
      node,
      9,
      change(1 + shift, "file /etc/a", { resource: { number: 1 + shift, key: "file /etc/a", at: "c.ts:1" } }),
      change(2 + shift, "service a", {
        resource: { number: 2 + shift, key: "service a", at: "c.ts:2" },
        certainty: "dependent",
        triggers: [{ action: "reload", because: 1 + shift }],
      }),
    );
  expect(plan([nodePlan("web-1", 0), nodePlan("web-2", 3)])).toBe(text`
    web-1, web-2, the same
      ~ file /etc/a  c.ts:1
      ~ service a    c.ts:2
          reload, because file /etc/a changes

    4 resources to change on 2 nodes, 14 in order
  `);
});

test("long texts are elided with size and hash, and --verbose shows all", () => {
  const long = change(1, "file /etc/long", {
    sign: "create",
    differences: [cameToBe, { ...contentDiffers, now: "" }],
    texts: [{ aspect: "content", wanted: lines(130, "line") }],
  });
  const elided = plan([planned("web-1", 1, long)]);
  expect(elided).toContain("      content  1.1 kB 1b4f0e985197\n      + line 1\n");
  expect(elided).toContain("      + line 12\n      …, 118 more lines; --verbose shows all\n");
  expect(elided).not.toContain("line 13");
  const whole = plan([planned("web-1", 1, long)], { verbose: true });
  expect(whole).toContain("+ line 130");
  expect(whole).not.toContain("more lines");
});

test("a long diff is elided, and texts that have nothing in common are still told", () => {
  const rewritten = change(1, "file /etc/long", {
    differences: [contentDiffers],
    texts: [{ aspect: "content", now: lines(5000, "old"), wanted: lines(5000, "new") }],
  });
  const told = plan([planned("web-1", 1, rewritten)]);
  expect(told).toContain("      content  44 kB 9f86d081884c → 44 kB 1b4f0e985197\n      - old 1\n");
  expect(told).toContain("      …, 9,960 more lines; --verbose shows all\n");
});

test("binary content is said to be so", () => {
  const logo = (fields: object) => change(1, "file /logo.png", { differences: [contentDiffers], ...fields });
  const told = [
    logo({ texts: [{ aspect: "content", omitted: "binary", sizes: { now: 12_345, wanted: 34_567 } }] }),
    logo({ texts: [{ aspect: "content", omitted: "long", sizes: { now: 3e6, wanted: 4e6 } }] }),
    logo({ texts: [{ aspect: "content", now: "\0\x01", wanted: "\0\x02\x03" }] }),
    logo({}),
  ].map((event) => plan([planned("web-1", 1, event)]).split("\n")[2]);
  expect(told).toEqual([
    "      content  binary, 12 kB 9f86d081884c → 35 kB 1b4f0e985197",
    "      content  too long for a diff, 3 MB 9f86d081884c → 4 MB 1b4f0e985197",
    "      content  binary, 2 B 9f86d081884c → 3 B 1b4f0e985197",
    "      content  9f86d081884c → 1b4f0e985197",
  ]);
});

test("a value of several lines is compared as a text", () => {
  const cron = change(1, "cron backup", {
    differences: [{ aspect: "entry", now: "0 1 * * * a\n", wanted: "0 2 * * * a\n" }],
  });
  expect(plan([planned("web-1", 1, cron)])).toContain(
    text`
          entry
          @@ -1 +1 @@
          - 0 1 * * * a
          + 0 2 * * * a
  `
      .replace(/^/gm, "      ")
      .trimEnd(),
  );
});

test("what cannot be seen in a diff is made visible", () => {
  const crlf = change(1, "file /etc/a", {
    texts: [{ aspect: "content", now: "a\r\nb \n\tc\n", wanted: "a\nb\n  c" }],
  });
  expect(plan([planned("web-1", 1, crlf)])).toBe(
    text`
    web-1
      ~ file /etc/a  proog.config.ts:11
          @@ -1,3 +1,3 @@
          - a\r
          - b·
          - →   c
          + a
          + b
          + ··c
          \ no newline at the end

    1 resource to change on web-1
  `,
  );
});

test("an empty file is said to be empty", () => {
  const empty = change(1, "file /etc/a", { sign: "create", texts: [{ aspect: "content", wanted: "" }] });
  expect(plan([planned("web-1", 1, empty)])).toContain("      content  empty\n");
});

test("what comes from a machine cannot steer the terminal", () => {
  const hostile = change(1, "file /etc/\x1b[2J\nnginx", {
    differences: [{ aspect: "target", now: "\x1b]0;title\x07", wanted: "/a" }],
    reasons: ["\x9b31m"],
    certainty: "dependent",
    texts: [{ aspect: "content", now: "\x1b[31mred\u202e\n", wanted: "a\n" }],
  });
  const told = plan([planned("web-1", 1, hostile)]);
  expect(told).toContain("~ file /etc/\\x1b[2J\\nnginx  ");
  expect(told).toContain("after the changes above: \\x9b31m\n");
  expect(told).toContain("target  \\x1b]0;title\\x07 → /a\n");
  expect(told).toContain("- \\x1b[31mred\\u202e\n");
  expect(told.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202e]/u);
});

test("long sentences and keys keep to the width", () => {
  const long = change(1, `run ${"make ".repeat(40)}`, {
    certainty: "opaque",
    reasons: ["Nobody knows what it does before it is done, and so it is done at every run of the fleet."],
  });
  const narrow = plan([planned("web-1", 1, long)], { width: 60 });
  expect(narrow.split("\n").slice(1, 4)).toEqual([
    "  ~ run make make make make make make make make make make…  proog.config.ts:11",
    "      cannot be known: Nobody knows what it does before it",
    "        is done, and so it is done at every run of the",
  ]);
  expect(plan([planned("web-1", 1, long)], { width: 60, verbose: true })).toContain(
    "make ".repeat(40).trim(),
  );
});

test("a node that cannot be reached does not hold up the others", () => {
  const { stdout, stderr } = record([
    runStarted("plan", "web-1", "web-2"),
    planned("web-1", 3, change(1, "file /etc/motd", { differences: [modeDiffers] })),
    {
      type: "node-finished",
      node: "web-2",
      outcome: "unreachable",
      counts: {},
      error: {
        code: "unreachable",
        message: "web-2 cannot be reached: Connection timed out.",
        hint: "Is it up? Try:\n  ssh root@10.0.0.2 true",
      },
      milliseconds: 10_000,
    },
    runFinished("plan", 3),
  ]);
  expect(stderr).toBe(text`
    web-2 cannot be reached: Connection timed out.
      Is it up? Try:
        ssh root@10.0.0.2 true

  `);
  expect(stdout).toBe(text`
    web-1
      ~ file /etc/motd  proog.config.ts:11
          mode  0600 → 0644

    1 resource to change on web-1, 2 in order
    not seen: web-2
  `);
});

test("--verbose lists what is in order", () => {
  const inOrder = ["apt nginx", "file /etc/motd"];
  const event = (node: string): Event => ({
    type: "node-planned",
    node,
    total: 2,
    changes: [],
    inOrder,
    milliseconds: 1,
  });
  expect(plan([event("web-1"), event("web-2")], { verbose: true })).toBe(text`
    web-1, web-2, in order
        apt nginx
        file /etc/motd

    nothing to change, 4 in order
  `);
});

test("--timings", () => {
  const connected: Event = { type: "node-connected", node: "web-1", system: "Debian", milliseconds: 180 };
  expect(plan([connected, planned("web-1", 2)], { timings: true })).toBe(text`
    nothing to change, 2 in order

           connect   check  apply
    web-1   0.18 s  0.04 s
  `);
});

test("with colour", () => {
  const motd = change(1, "file /etc/motd", {
    differences: [modeDiffers],
    texts: [{ aspect: "content", now: "a\n", wanted: "b\n" }],
  });
  const bold = (words: string) => `\x1b[1m${words}\x1b[22m`;
  const dim = (words: string) => `\x1b[2m${words}\x1b[22m`;
  expect(plan([planned("web-1", 1, motd)], { color: true })).toBe(
    [
      bold("web-1"),
      `  \x1b[33m~\x1b[39m file /etc/motd  ${dim("proog.config.ts:11")}`,
      `      mode  0600 ${dim("→")} 0644`,
      "      \x1b[36m@@ -1 +1 @@\x1b[39m",
      "      \x1b[31m- a\x1b[39m",
      "      \x1b[32m+ b\x1b[39m",
      "",
      bold("1 resource to change on web-1"),
      "",
    ].join("\n"),
  );
});

test("what can lock the operator out says what comes of it", () => {
  const config = {
    ...change(1, "file /etc/ssh/sshd_config", { differences: [modeDiffers] }),
    access: true as const,
  };
  expect(plan([planned("web-1", 2, config)])).toBe(text`
    web-1
      ~ file /etc/ssh/sshd_config  proog.config.ts:11
          access: a new connection must succeed afterwards, or it is put back
          mode  0600 → 0644

    1 resource to change on web-1, 1 in order
  `);

  const upgrade = change(1, "apt sudo", {
    reasons: ["apt does not have sudo 1.9 any more, so it could not be put back."],
  });
  expect(plan([planned("web-1", 1, upgrade)])).toContain(
    "apt does not have sudo 1.9 any more, so it could not be put back.\n",
  );
});
