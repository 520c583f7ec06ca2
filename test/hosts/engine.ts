import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { type CompileSources, compileCatalog } from "../../src/catalog/compile.ts";
import { downloads } from "../../src/catalog/downloads.ts";
import { gitPacks } from "../../src/catalog/git-packs.ts";
import { gitRevisions } from "../../src/catalog/git-revisions.ts";
import { localFiles } from "../../src/catalog/local-files.ts";
import { sourceTrees } from "../../src/catalog/source-trees.ts";
import { subversionRevisions } from "../../src/catalog/subversion-revisions.ts";
import type { Credentials } from "../../src/connect/target.ts";
import {
  applyPlan,
  type ConvergeOptions,
  type FleetPlan,
  type NodeResult,
  planNodes,
} from "../../src/converge/converge.ts";
import type { ConvergeNode } from "../../src/converge/node.ts";
import { expandNode } from "../../src/fleet/expand.ts";
import { defineFleet } from "../../src/fleet/fleet.ts";
import { role } from "../../src/fleet/role.ts";
import { local } from "../../src/providers/local/local.ts";
import type { Event, PlannedChange } from "../../src/report/event.ts";
import type { EventOf } from "../../src/report/event-type.ts";
import type { Item } from "../../src/resources/declare.ts";
import type { Secret } from "../../src/resources/secret/secret.ts";
import { SecretDesk } from "../../src/secrets/desk.ts";
import type { HostMachine } from "./machines.ts";

/** What the engine found on one machine, and what it said. */
export interface Planned {
  readonly events: Event[];
  readonly changes: readonly PlannedChange[];
  /** Where it could not be looked at. */
  readonly failed: NodeResult | undefined;
  /** Makes these changes. */
  apply(): Promise<Applied>;
  close(): void;
}

export interface Applied extends NodeResult {
  readonly events: readonly Event[];
  readonly run: string;
  /** `done file /etc/motd`, in the order in which it happened. */
  readonly finished: readonly string[];
}

/** A machine and what must hold on it, as a fleet would declare it. */
export function declareNode(
  machine: Pick<HostMachine, "name" | "target" | "folder">,
  resources: () => Item,
  further: Partial<CompileSources> = {},
): ConvergeNode {
  const { name, target, folder } = machine;
  const fleet = defineFleet({
    name: "test",
    roles: { test: role("test", resources) },
    environments: { test: { provider: local(), nodes: {} } },
  });
  const facts = () => Promise.reject(new Error("There are no facts here."));
  const node = { name, roles: ["test"], environment: "test", facts };
  const hashFile = localFiles(folder);
  const store = () => Promise.reject(new Error("There is no store of secrets here."));
  const secrets = new SecretDesk({ directory: folder, environment: process.env, store });
  const sources = {
    directory: folder,
    hashFile,
    resolveRevision: gitRevisions(),
    packRevision: gitPacks(join(folder, "packs"), hashFile),
    fetchFile: downloads(join(folder, "downloads"), hashFile),
    subversionRevision: subversionRevisions(),
    secretValue: (secret: Secret) => secrets.value(secret),
    trees: sourceTrees(join(folder, "sources"), hashFile),
    ...(target.user && { login: target.user }),
    ...further,
  };
  return {
    name,
    target,
    compile: async () => compileCatalog(name, await expandNode(fleet, node, [node]), sources),
  };
}

const never = new AbortController().signal;

/** Nobody answers: a test that should be asked gives its own. */
export const silentCredentials: Credentials = {
  sudoPassword: () => Promise.reject(new Error("The password was asked, and nobody expected it.")),
};

/** Plans one node through the engine's own way, as `proog plan` does. */
export async function planNode(
  node: ConvergeNode,
  credentials: Credentials = silentCredentials,
  asked = true,
): Promise<Planned> {
  const events: Event[] = [];
  const options: ConvergeOptions = {
    credentials,
    reporter: (event) => events.push(event),
    interrupt: { stop: never, kill: never },
    parallel: 4,
    verbose: false,
    asked,
  };
  const plan = await planNodes([node], options);
  return {
    events,
    changes: plan.checked[0]?.changes ?? [],
    failed: plan.failed[0],
    apply: () => applyPlanned(plan, options, events),
    close: () => plan.close(),
  };
}

async function applyPlanned(plan: FleetPlan, options: ConvergeOptions, events: Event[]): Promise<Applied> {
  const time = new Date().toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  const run = `${time}-${randomBytes(4).toString("hex")}`;
  events.length = 0;
  const [result] = await applyPlan(plan, { id: run, by: "tester@here" }, options);
  if (!result) throw new Error("Nothing was planned that could be applied.");
  const finished = events
    .filter((event): event is EventOf<"resource-finished"> => event.type === "resource-finished")
    .map(({ outcome, resource }) => `${outcome} ${resource.key}`);
  return { ...result, events, run, finished };
}

/** Plans and applies. */
export async function converge(machine: HostMachine, resources: () => Item): Promise<Applied> {
  const planned = await planNode(declareNode(machine, resources));
  if (planned.failed) throw new Error(`${planned.failed.error?.message}\n${planned.failed.error?.detail}`);
  return await planned.apply();
}
