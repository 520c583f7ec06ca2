// What is lost when something fails, under load on real machines: npm run bench:failover -- [--only PATTERN] [--runs N] [--json]
import "./build.ts";
import { parseArgs } from "node:util";
import { isReached, renderRow, writePage } from "./failover/page.ts";
import { type Figure, failoverRows } from "./failover/rows.ts";
import { Stage } from "./failover/stage.ts";
import { describeHost } from "./host.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    runs: { type: "string", default: "10" },
    json: { type: "boolean", default: false },
  },
});
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1)
  throw new Error(`--runs is ${values.runs}, and must be a whole number from 1.`);
const only = new RegExp(values.only, "i");
const rows = failoverRows.filter(({ name }) => only.test(name));
if (rows.length === 0)
  throw new Error(
    `--only ${values.only} matches none of: ${failoverRows.map(({ name }) => name).join(", ")}`,
  );

const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interrupt.abort());

const stage = new Stage(interrupt.signal);
const figures: Figure[] = [];
try {
  await stage.build();
  let watching = false;
  for (const row of rows) {
    if (interrupt.signal.aborted) break;
    if (row.watched !== watching) {
      if (watching) await stage.endWatch();
      else await stage.startWatch();
      watching = row.watched;
    }
    console.error(`${row.name} …`);
    try {
      const measured = await row.measure(stage, runs);
      for (const figure of measured)
        console.error(`  ${renderRow(figure)}${isReached(figure) ? "" : " missed"}`);
      figures.push(...measured);
    } catch (error) {
      // The others are worth knowing all the same.
      if (!interrupt.signal.aborted) console.error(error);
      process.exitCode = 1;
    }
  }
  if (figures.length > 0) writePage(figures, await describeHost());
} finally {
  await stage.end();
}
if (interrupt.signal.aborted) process.exitCode = 130;
else {
  const table = figures.map(({ what, ratio, target }) => ({ what, ratio: Number(ratio.toFixed(3)), target }));
  console.log(values.json ? JSON.stringify({ rows: table }) : figures.map(renderRow).join("\n"));
}
