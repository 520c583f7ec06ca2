import type { Event } from "../report/event.ts";
import type { NodeRecord } from "../report/history/records.ts";
import { redactEvent } from "../report/redact/event.ts";
import { Redactor } from "../report/redact/redactor.ts";
import { listNames } from "../report/text/names.ts";
import { checkWhere, matches, readValues } from "../store/where/match.ts";
import { parseWhere } from "../store/where/parse.ts";
import type { FactsOptions } from "./commands/facts.ts";
import { chooseNodes } from "./converging.ts";
import { tellFacts } from "./facts.ts";
import { openFleetStore } from "./open-history.ts";
import type { Run } from "./run.ts";
import { tellStatus } from "./status.ts";
import { type FleetNode, openWorkspace, type Workspace } from "./workspace.ts";

/** `proog facts --where`: nodes of which something holds, as the store knows them. */
export async function factsWhere(
  run: Run,
  selectors: readonly string[],
  options: FactsOptions & { readonly where?: string },
): Promise<number> {
  const where = parseWhere(options.where ?? "");
  const workspace = await openWorkspace(options, run.reporter, run.credentials);
  const nodes = chooseNodes(workspace, selectors, options);
  const status = options.fresh ? await askAnew(run, workspace, nodes, options.parallel) : 0;
  const store = await openFleetStore(workspace, run.reporter);
  try {
    const records = new Map(
      (await store.nodes(workspace.environment)).map((record) => [record.node, record]),
    );
    const known: NodeRecord[] = [];
    for (const { name, roles, environment, address } of nodes) {
      const record = records.get(name);
      // What the config says now is what it is asked for.
      if (record) known.push({ ...record, roles, ...(address !== undefined && { address }) });
      else known.push({ environment, node: name, roles, state: "unknown", firstSeen: 0 });
    }
    checkWhere(where, known);
    const now = Date.now();
    for (const record of known.filter((each) => matches(where, each, now)))
      run.reporter({
        ...{ type: "node-matched", node: record.node, roles: record.roles },
        ...{ values: readValues(where, record, now), at: ageOf(record) },
      });
    const unknown = known.filter(({ facts, status }) => !facts && !status).map(({ node }) => node);
    if (unknown.length > 0)
      run.reporter({
        type: "note",
        text: `Nothing is known yet of ${listNames(unknown)}. To ask the nodes first: --fresh`,
      });
    return status;
  } finally {
    await store.close();
  }
}

/** Their answers go to the store alone. */
async function askAnew(
  run: Run,
  workspace: Workspace,
  nodes: readonly FleetNode[],
  parallel: number,
): Promise<number> {
  const { recorder } = run.reporter;
  const told: ReadonlySet<Event["type"]> = new Set<Event["type"]>(["error", "note", "progress"]);
  const { redactor = new Redactor() } = run.reporter;
  const learn = (event: Event) => {
    if (told.has(event.type)) run.reporter(event);
    else recorder?.take(redactEvent(event, redactor));
  };
  const quiet = { ...run, reporter: Object.assign(learn, { redactor }) };
  const facts = await tellFacts(quiet, workspace, nodes, parallel);
  const status = await tellStatus(quiet, workspace, nodes, parallel);
  await recorder?.settle();
  return Math.max(facts, status);
}

/** The older one of both looks. */
function ageOf({ facts, status, lastSeen, firstSeen }: NodeRecord): number {
  const looks = [facts?.at, status?.at].filter((at) => at !== undefined);
  return looks.length > 0 ? Math.min(...looks) : (lastSeen ?? firstSeen);
}
