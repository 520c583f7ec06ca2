import { ProogError } from "../report/error.ts";
import { suggestName } from "../report/text/nearest.ts";
import type { CommonOptions } from "./options.ts";
import { controlPool, type FoundPool, findPools } from "./pools.ts";
import type { Run } from "./run.ts";
import { openWorkspace, type Workspace } from "./workspace.ts";

/** `proog pool [POOL]`: who is in it, how each member is and why, and what the balancers saw of it. */
export async function pool(run: Run, name: string | undefined, options: CommonOptions): Promise<number> {
  const workspace = await openWorkspace(options, run.reporter, run.credentials);
  const all = await findPools(workspace);
  const chosen = name === undefined ? all : all.filter((found) => found.pool.name === name);
  if (name !== undefined && chosen.length === 0) throw unknownPool(workspace, name, all);
  const balancers = [...new Set(chosen.flatMap((found) => found.balancers.map((node) => node.name)))];
  run.reporter({
    type: "run-started",
    command: "pool",
    run: run.identity.id,
    environment: workspace.environment,
    nodes: balancers,
  });
  if (chosen.length === 0)
    run.reporter({ type: "note", text: `${workspace.environment} has no pool: no node has loadBalancer().` });
  for (const found of chosen) await tellPool(run, workspace, found);
  return 0;
}

async function tellPool(run: Run, workspace: Workspace, found: FoundPool): Promise<void> {
  const control = controlPool(run, workspace, found);
  const members = await control.read();
  const traffic = await control.traffic();
  const seconds = traffic[0]?.seconds ?? 0;
  run.reporter({
    type: "pool-status",
    pool: found.pool.name,
    balancers: found.balancers.map((node) => node.name),
    seconds,
    members: members.map((member) => {
      const {
        requests = 0,
        errors = 0,
        p50 = 0,
        p95 = 0,
      } = traffic.find(({ node }) => node === member.node) ?? {};
      return { ...member, requests, errors, p50, p95 };
    }),
  });
}

function unknownPool(workspace: Workspace, name: string, all: readonly FoundPool[]): ProogError {
  const names = all.map((found) => found.pool.name);
  return new ProogError({
    code: "unknown-selector",
    message: `${workspace.environment} has no pool "${name}".`,
    hint: names.length > 0 ? suggestName(name, names) : "A role with loadBalancer() makes one.",
  });
}
