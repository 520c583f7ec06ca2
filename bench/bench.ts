// Measures Proog on real machines against bare ssh: npm run bench -- [--only PATTERN] [--runs N] [--json] [--write]
import "./build.ts";
import { parseArgs } from "node:util";
import { BenchFleet } from "./bench-fleet.ts";
import { describeHost } from "./host.ts";
import { letGo } from "./let-go.ts";
import { writePage } from "./page.ts";
import { renderJson, renderTable } from "./report.ts";
import type { Measured } from "./rows/row.ts";
import { rows as allRows } from "./rows/rows.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    runs: { type: "string", default: "11" },
    json: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1)
  throw new Error(`--runs is ${values.runs}, and must be a whole number from 1.`);
const only = new RegExp(values.only, "i");
const rows = allRows.filter(({ what, long }) => (values.only === "" ? !long : only.test(what)));
if (rows.length === 0)
  throw new Error(`--only ${values.only} matches none of:\n${allRows.map(({ what }) => what).join("\n")}`);

const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interrupt.abort());

letGo();
const fleet = new BenchFleet(interrupt.signal);
const measured: Measured[] = [];
try {
  for (const row of rows) {
    if (interrupt.signal.aborted) break;
    console.error(`${row.what} …`);
    try {
      const result = await row.measure(fleet, runs);
      measured.push({ ...row, ...result });
      console.error(`  ${result.ratio.toFixed(2)}`);
    } catch (error) {
      // The others are worth knowing all the same.
      if (!interrupt.signal.aborted) console.error(error);
      process.exitCode = 1;
    }
  }
} finally {
  await fleet.shoot();
}
if (interrupt.signal.aborted) process.exitCode = 130;
else {
  const host = await describeHost();
  if (values.write) writePage(measured, host, runs);
  console.log(values.json ? renderJson(measured) : renderTable(measured));
}
