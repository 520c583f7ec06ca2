import { SqliteFile } from "../src/store/database/sqlite-file.ts";
import { openDatabase } from "../src/store/open.ts";
import { prepared } from "../src/store/record/prepared.ts";
import { fill, type Query } from "../src/store/statements.ts";

/** What is in a filled store: runs of two years on 50 nodes, three at a time. */
export const filled = { runs: 100_000, nodes: 50, rareNode: "db-7" } as const;

const commands = ["plan", "plan", "apply", "run", "boot"];
const people = ["ada@desk", "ada@desk", "ada@desk", "ada@desk", "ada@desk", "bob@ci", "eve@laptop"];

/** Fills a store as years of work do. */
export async function fillStore(file: string): Promise<void> {
  const database = await openDatabase({ type: "sqlite", file });
  await database.close();
  const opened = new SqliteFile(file, 1000);
  const end = Date.now();
  const apart = (2 * 365 * 86_400_000) / filled.runs;
  opened.alone(() => {
    for (let number = 0; number < filled.runs; number++)
      for (const query of writeRun(number, Math.round(end - (filled.runs - number) * apart)))
        opened.run(query);
  });
  await opened.close();
}

function writeRun(number: number, started: number): Query[] {
  const { run, runNode, role } = prepared.sqlite;
  const time = new Date(started).toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  const id = `${time}-${(number % 65_536).toString(16).padStart(4, "0")}`;
  const environment = number % 3 === 0 ? "live" : "devel";
  const command = commands[number % commands.length] ?? "plan";
  const nodes = nodesOf(number);
  const roles = new Set(nodes.map((node) => node.replace(/-\d+$/, "")));
  return [
    fill(run, {
      ...{ id, command, environment, who: people[number % people.length] ?? "", origin: null },
      ...{ args: `["${command}"]`, started, ended: started + 4000, seen: started + 4000 },
      ...{ state: number % 20 === 0 ? "failed" : "done", exit_code: 0, error: null },
      ...{ nodes: nodes.length, changes: number % 4, failed: 0, machine: null, pid: null, born: null },
    }),
    ...nodes.map((node) =>
      fill(runNode, {
        ...{ run: id, node, environment, total: 100, planned: 1, changed: 1, outcome: "done" },
        ...{ error: null, milliseconds: 4000 },
      }),
    ),
    ...[...roles].map((name) => fill(role, { role: name, run: id })),
  ];
}

/** Three of the web nodes, and once in 5,000 runs a database. */
function nodesOf(number: number): string[] {
  const first = (number * 7) % (filled.nodes - 3);
  const nodes = [1, 2, 3].map((index) => `web-${first + index}`);
  return number % 5000 === 0 ? [...nodes, filled.rareNode] : nodes;
}
