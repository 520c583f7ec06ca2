import type { SiteState } from "../../../report/event.ts";
import type { ResultRecord } from "../../../report/history/records.ts";
import type { Store } from "../../../store/store.ts";
import type { FleetNode, NodeDetail, NodeResource } from "../../api.ts";
import type { History } from "../history/history.ts";
import { describeRun } from "../history/records.ts";
import { type Program, printOf } from "../program.ts";
import type { ResourceDesk } from "./resource-desk.ts";

/** Commands that look at all resources of a node. */
const looking = ["plan", "apply", "boot", "install"];

/** A node with all that its page shows; what the store cannot tell now is left out. */
export async function describeNodeDetail(
  desk: ResourceDesk,
  history: History,
  node: FleetNode,
): Promise<NodeDetail> {
  const { name, environment } = node;
  const [described, store] = await Promise.all([
    desk.resources(environment, name),
    history.store().catch(() => undefined),
  ]);
  const [found] = described.nodes;
  const runs = (await store?.runs({ environment, node: name }, { limit: 20 })) ?? [];
  const last = store && (await readLast(store, node));
  const problem = described.error ?? found?.error;
  return {
    node,
    resources: (found?.resources ?? []).map((resource) => ({ ...resource, ...stateOf(resource.key, last) })),
    runs: runs.map((run) => describeRun(run)),
    enter: {
      proog: `proog ssh ${name} -e ${environment}`,
      ...(found?.ssh !== undefined && { ssh: found.ssh }),
    },
    ...(problem && { problem }),
  };
}

interface LastLook {
  readonly run: string;
  readonly byKey: ReadonlyMap<string, ResultRecord>;
}

/** What the last run found that has looked at all of the node, and ended there. */
async function readLast(store: Store, { environment, name }: FleetNode): Promise<LastLook | undefined> {
  const runs = await store.runs(
    { environment, node: name, commands: looking, states: ["done", "failed"] },
    { limit: 5 },
  );
  for (const { id } of runs) {
    const { byNode = [], results = [] } = (await store.run(id)) ?? {};
    const its = byNode.find(({ node }) => node === name);
    if (its?.total === undefined) continue;
    const own = results.filter(({ node }) => node === name);
    return { run: id, byKey: new Map(own.map((result) => [result.key, result])) };
  }
  return undefined;
}

function stateOf(key: string, last: LastLook | undefined): Pick<NodeResource, "state" | "run"> {
  if (!last) return { state: "unknown" };
  const { run, byKey } = last;
  const result = byKey.get(key);
  if (!result || result.outcome === "done" || result.outcome === "already") return { state: "in-order", run };
  return { state: result.outcome === "failed" ? "failed" : "differs", run };
}

/** Its sites with their releases: asks the node. */
export async function readSites(
  program: Program,
  desk: ResourceDesk,
  environment: string,
  name: string,
): Promise<SiteState[]> {
  const { nodes } = await desk.resources(environment, name);
  const sites = (nodes[0]?.resources ?? []).filter(({ kind }) => kind === "site");
  const found = await Promise.all(
    sites.map(async ({ key }) => {
      const site = key.slice("site ".length);
      const words = ["releases", site, name, "-e", environment, "--json", "--config", program.config];
      return parseSites((await printOf(program, words)).stdout);
    }),
  );
  return found.flat();
}

function parseSites(stdout: string): SiteState[] {
  return stdout.split("\n").flatMap((line) => {
    if (!line.includes('"type":"site-releases"')) return [];
    const { version: _, at: __, type: ___, node: ____, ...state } = JSON.parse(line);
    return [state];
  });
}
