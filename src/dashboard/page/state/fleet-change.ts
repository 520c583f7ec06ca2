import type { Environment, Fleet, FleetNode, Live, Pool, Run } from "../../api.ts";

/** What is shown of the fleet: as it was asked for, and what has come since. */
export interface FleetState {
  readonly fleet: Fleet | undefined;
  /** Runs that go on or have just ended, the newest first. */
  readonly runs: readonly Run[];
  /** Nodes came or went: the fleet must be asked for. */
  readonly stale: boolean;
}

/** How many runs are kept for the side of the page. */
const kept = 30;

/** The state after some messages: parts that they are not about stay the same objects, so that nothing else is drawn again. */
export function changeFleet(state: FleetState, messages: readonly Live[]): FleetState {
  const nodes = new Map<string, FleetNode>();
  const pools = new Map<string, Pool>();
  let { runs, stale } = state;
  let problem = state.fleet?.problem;
  let revision = state.fleet?.revision ?? 0;
  for (const message of messages) {
    if (message.type === "run") runs = placeRun(runs, message.run);
    // What was asked for after a message was sent has it, and more.
    if (!("revision" in message) || message.revision < (state.fleet?.revision ?? 0)) continue;
    if (message.type === "hello") {
      stale ||= message.revision !== state.fleet?.revision;
      continue;
    }
    revision = Math.max(revision, message.revision);
    if (message.type === "node") nodes.set(key(message.node.environment, message.node.name), message.node);
    if (message.type === "pool") pools.set(key(message.pool.environment, message.pool.name), message.pool);
    if (message.type === "fleet") {
      stale = true;
      problem = message.problem;
    }
  }
  if (state.fleet === undefined) return { ...state, runs, stale };
  const environments = state.fleet.environments.map((environment) =>
    changeEnvironment(environment, nodes, pools),
  );
  const { problem: _, ...fleet } = state.fleet;
  return { fleet: { ...fleet, environments, revision, ...(problem && { problem }) }, runs, stale };
}

function changeEnvironment(
  environment: Environment,
  nodes: ReadonlyMap<string, FleetNode>,
  pools: ReadonlyMap<string, Pool>,
): Environment {
  const { name } = environment;
  const concerned = [...nodes.values(), ...pools.values()].some((each) => each.environment === name);
  if (!concerned) return environment;
  return {
    ...environment,
    nodes: environment.nodes.map((node) => nodes.get(key(name, node.name)) ?? node),
    pools: environment.pools.map((pool) => pools.get(key(name, pool.name)) ?? pool),
  };
}

/** What was asked for may come after what was told later: no run begins again. */
function placeRun(runs: readonly Run[], run: Run): readonly Run[] {
  const known = runs.find(({ id }) => id === run.id);
  if (known !== undefined && known.state !== "running" && run.state === "running") return runs;
  const others = runs.filter(({ id }) => id !== run.id);
  return [run, ...others].sort((one, other) => (one.started < other.started ? 1 : -1)).slice(0, kept);
}

const key = (environment: string, name: string) => `${environment}\n${name}`;
