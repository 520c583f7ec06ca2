import { quote } from "../catalog/quote.ts";
import { decodeField } from "../connect/field.ts";
import { askNode, type NodeVantage } from "./vantage.ts";

/**
 * The last lines that these units of a node have written, and before them which of them do not run.
 * @param seconds Of how long before now. What is older is given only where nothing was written since.
 */
export async function askJournal(
  vantage: NodeVantage,
  units: readonly string[],
  lines: number,
  seconds: number,
  signal?: AbortSignal,
): Promise<string[]> {
  if (units.length === 0) return [];
  const said: string[] = [];
  const call = `journal ${[String(lines), String(Math.ceil(seconds)), ...units].map(quote).join(" ")}\n`;
  for await (const { verb, fields } of askNode(vantage, call, signal)) {
    if (verb === "unit") said.push(`${fields[0]} is ${fields[1]}`);
    else if (verb === "line") said.push(decodeField(fields[0] ?? ""));
  }
  return said;
}
