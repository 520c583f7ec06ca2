import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./command.ts";
import { renderMarkdown } from "./report.ts";
import type { Measured } from "./rows/row.ts";

const page = join(root, "docs/performance.md");

/** Writes docs/performance.md: the last run, and how it was measured. Rows that were not measured now stay as they are. */
export function writePage(rows: readonly Measured[], host: readonly string[], runs: number): void {
  const lines = mergeRows(readFileSync(page, "utf8"), renderMarkdown(rows));
  writeFileSync(
    page,
    `# Performance

A converged machine is the common case, so that is what must be fast: a plan without changes costs about one ssh
connection. \`npm run bench\` measures it on real Debian machines; \`npm run bench -- --write\` writes this page.

## The last run
${new Date().toISOString().slice(0, 10)}, medians of ${runs} runs each, for rows that were measured then:

${lines}

Measured on:

${host.map((line) => `- ${line}`).join("\n")}

## How it is measured
- Every sample has a sample of what it is compared with right beside it, by turns, so that what else the machine does
  meets both. A ratio is that of the two medians.
- \`ssh HOST true\` runs with the same options about keys and known hosts as Proog's own connections, and shares no
  connection. "No connection open" means that Proog's kept connection is closed before each sample.
- "Engine" is what runs in one process from a compiled catalog to the last event of the check. All others are whole
  commands, from the start of the process to its end, as they are typed.
- **The 100 resources**: 50 files of 0.2 to 2 kB, every other one from the disk of the controller; 15 directories, 15 small
  packages, 5 system users, 5 services, each with a unit of its own (which are not counted), 5 symlinks, 5 cron entries.
- **The 1,000 and 10,000**: the same mix where that makes sense. A machine has only so many packages, users and services:
  50, 20 and 20 of them (and 20 cron entries) among the 1,000, 100, 50 and 50 (and 50) among the 10,000; the rest are files,
  directories and symlinks in the proportions of the 100.
- **The first apply** starts on machines that were booted for it, with the package lists of now and the packages in apt's
  cache, and is compared with a script that installs all packages by one apt-get and then says plain \`mkdir\`, \`useradd\`, \`cat\`,
  \`ln\` and \`systemctl\`, looking at nothing. Afterwards \`proog plan\` finds nothing to change on either machine. A third of the
  runs.
- **Every kind** is measured on a machine that was booted for it, in one process as "engine", over an open connection: the time of a
  check of 1,000 of it in order, less that of a check of nothing, for each of the 1,000. The targets are 0.1 ms where a kind has a
  survey, else 5 ms. It is 5 ms, too, for those that have a survey and still need a process for each, since only a program knows: \`git\`
  (\`git status\`), \`svn\`, which reads each of its files' states from a database, \`swapFile\`, of which a machine has one or two, and
  \`run\` with a command as its guard.
- **100 commands in a task** are timed by the task itself, when the first one has made the connection; they run one after the other.
- **The store**: everything below \`/srv/bench\` is removed from all ten nodes before each sample: 70 of the 100 resources of each. The
  history that is asked has 100,000 runs of two years on 50 nodes; a query gives the newest 50 that are like that.
- **Memory** is the largest resident size of the process. One machine stands for all ten nodes; the controller has ten
  catalogs, ten sessions and ten checks all the same.
- **The crash loop** takes more than an hour, so it is a row only of \`npm run bench -- --only 'crash loop'\`;
  [reliability.md](reliability.md#the-crash-loop) has its last counts.

## Why it is fast
- Proog starts ssh before it loads most of itself, to where the nodes were the last time: the connection is made meanwhile.
- Resources are checked in bulk: one \`sha256sum\` over all files, one \`stat\` over all paths, one \`dpkg-query\` over all packages.
  Only where the text differs from what is expected are resources looked at one by one.
- The connection is kept open for a minute, so the second command needs none.
- What many nodes have in common in their programs is read and packed once; and where all is in order, a node's shell reads only
  what surveys need, a quarter of it.
- A command ends when it has said all; what the far end has to tidy up, it does by itself.
`,
  );
}

/** The table of the page, with what is new in it; what it did not have comes at its end. */
function mergeRows(before: string, now: string): string {
  const rowsOf = (text: string) =>
    new Map(
      text.split("\n").flatMap((line) => (line.startsWith("| ") ? [[line.split(" | ")[0] ?? "", line]] : [])),
    );
  return [...new Map([...rowsOf(before), ...rowsOf(now)]).values()].join("\n");
}
