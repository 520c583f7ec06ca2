import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { countNodes } from "../fleet/watch-options.ts";
import { ProogError } from "../report/error.ts";
import { suggestName } from "../report/text/nearest.ts";
import { policyOf, type WatchPolicy } from "../watch/policy.ts";
import { PoolWatch } from "../watch/pool-watch.ts";
import type { WatchCommandOptions } from "./commands/watch.ts";
import { makeStateFolder, stateFolder } from "./last-run.ts";
import { healthOfPool, openPools } from "./node-care.ts";
import type { Run } from "./run.ts";
import { ConfigFiles, restartSelf } from "./watch-config.ts";
import { withoutOthers } from "./watch-lock.ts";
import { tellMeans } from "./watch-means.ts";
import { installWatch, notifySystemd, uninstallWatch } from "./watch-service.ts";
import { RoleWorld } from "./watch-world.ts";
import { openWorkspace, type Workspace } from "./workspace.ts";

/** Milliseconds until one that waits for another one asks again. */
const retryLock = 2000;
/** Milliseconds that those who look have for their first look, before that counts as begun. */
const firstLooks = 15_000;

/** `proog watch` */
export async function watch(
  run: Run,
  roles: readonly string[],
  options: WatchCommandOptions,
): Promise<number> {
  if (options.user !== undefined && !options.install)
    throw new ProogError({
      code: "command-line",
      message: "--user says as whom a service runs, and belongs to --install.",
      hint: `proog watch --install --user ${options.user}`,
    });
  const workspace = await openWorkspace(options, run.reporter, run.credentials);
  if (options.uninstall) return await uninstallWatch(run, workspace);
  const watched = await chooseRoles(run, workspace, roles);
  if (options.check) return 0;
  if (options.install) return await installWatch(run, workspace, roles, options.user);
  const file = join(makeStateFolder(workspace.directory), `watch-${workspace.environment}.lock`);
  for (let first = true; ; first = false) {
    const status = await withoutOthers(file, () => watchAll(run, workspace, watched));
    if (status !== undefined) return status;
    if (!options.wait) break;
    if (first) {
      const text = `Another proog watch is at work on ${workspace.environment}. Waiting until it has ended.`;
      run.reporter({ type: "note", text });
      await notifySystemd(text);
    }
    await sleep(retryLock);
  }
  run.reporter({
    type: "error",
    error: {
      code: "locked",
      message: `Another proog watch is at work on ${workspace.environment} already.`,
      hint: "Is it the service? systemctl status 'proog-watch-*'",
    },
  });
  return 4;
}

interface WatchedRole {
  readonly role: string;
  readonly policy: WatchPolicy;
}

/** The roles that are named, else those that can be looked at: with a pool, or a health check. */
async function chooseRoles(
  run: Run,
  workspace: Workspace,
  named: readonly string[],
): Promise<readonly WatchedRole[]> {
  const { fleet, environment } = workspace;
  const declaration = fleet.environments[environment];
  const { nodes = {}, watch = {} } = declaration ?? {};
  const pools = new Map((await openPools(run, workspace)).map(({ pool }) => [pool.name, pool]));
  const able = Object.entries(fleet.roles)
    .filter(([name, { health }]) => health !== undefined || pools.has(name))
    .map(([name]) => name);
  const options: Readonly<Record<string, (typeof watch)[string]>> = watch;
  for (const name of named.length > 0 ? named : Object.keys(options)) {
    if (able.includes(name)) continue;
    throw new ProogError({
      code: Object.hasOwn(fleet.roles, name) ? "config-invalid" : "unknown-selector",
      message: Object.hasOwn(fleet.roles, name)
        ? `The role ${name} has neither a health check nor a pool, so nobody can tell how its nodes are.`
        : `There is no role "${name}".`,
      hint: Object.hasOwn(fleet.roles, name)
        ? `Say by what one knows: role("${name}", …, { health: { path: "/healthz" } })`
        : suggestName(name, able),
    });
  }
  const wanted = named.length > 0 ? named : able;
  const found = wanted.flatMap((role) => {
    const declared = countNodes(nodes, role);
    const pool = pools.get(role);
    const health = fleet.roles[role]?.health ?? (pool && healthOfPool(pool));
    if (declared === 0 && named.length === 0 && options[role] === undefined) return [];
    return [{ role, policy: policyOf(options[role] ?? {}, declared, health) }];
  });
  if (found.length > 0) return found;
  throw new ProogError({
    code: "config-invalid",
    message: `No role of ${environment} has a pool or a health check, so there is nothing to watch.`,
    hint: 'Such as: role("web", …, { health: { path: "/healthz" } })',
  });
}

async function watchAll(run: Run, workspace: Workspace, roles: readonly WatchedRole[]): Promise<number> {
  const ending = new AbortController();
  const release = catchEnd(run, ending);
  const config = new ConfigFiles(workspace);
  const worlds = roles.map(({ role, policy }) => new RoleWorld(run, workspace, role, policy));
  const watches = roles.map(({ role, policy }, index) => {
    const world = worlds[index];
    if (!world) throw new Error(`${role} has no world.`);
    const { directory, environment } = workspace;
    return new PoolWatch({
      ...{ pool: role, policy, world, reporter: run.reporter },
      keepsake: readKeepsake(directory, environment)[role] ?? {},
      keep: (keepsake) => writeKeepsake(run, { directory, environment }, role, keepsake),
    });
  });
  const interval = Math.min(...roles.map(({ policy }) => policy.interval)) * 1000;
  let changed = false;
  let ready = false;
  const latest = Date.now() + firstLooks;
  let means = false;
  try {
    run.reporter({
      type: "watch-begun",
      pools: await Promise.all(
        roles.map(async ({ role, policy: { min, max } }, index) => {
          return { pool: role, min, max, vantages: (await worlds[index]?.vantages()) ?? [] };
        }),
      ),
    });
    void Promise.all(roles.map(({ role }) => tellMeans(run, workspace, role))).finally(() => {
      means = true;
    });
    while (!ending.signal.aborted) {
      const begun = Date.now();
      await Promise.all(watches.map((one) => one.round(Date.now() / 1000)));
      if (!ready && ((means && worlds.every(({ begun }) => begun)) || Date.now() > latest)) {
        ready = true;
        await notifySystemd(`Watching ${roles.map(({ role }) => role).join(", ")}`);
      }
      if (await config.changed(run)) {
        changed = true;
        break;
      }
      const left = Math.max(200, begun + interval - Date.now());
      await sleep(left, undefined, { signal: ending.signal }).catch(() => {});
    }
    const going = watches.reduce((sum, { going }) => sum + going, 0);
    if (going > 0)
      run.reporter({ type: "note", text: "Waiting for what is being done. Ctrl-C again leaves at once." });
    await Promise.all(watches.map((one) => one.settled()));
  } finally {
    for (const world of worlds) world.close();
    release();
  }
  if (changed && !ending.signal.aborted) restartSelf(run);
  return 0;
}

/** The first one lets come to its end what is going on; what the second one leaves half done, the next watch goes on with. */
function catchEnd({ reporter }: Run, ending: AbortController): () => void {
  const end = () => {
    if (ending.signal.aborted) process.exit(130);
    reporter({ type: "note", text: "Ending." });
    ending.abort();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of signals) process.on(name, end);
  return () => {
    for (const name of signals) process.off(name, end);
  };
}

type Keepsakes = Readonly<Record<string, Parameters<ConstructorParameters<typeof PoolWatch>[0]["keep"]>[0]>>;

/** What earlier ones have left; it can be lost. */
function readKeepsake(directory: string, environment: string): Partial<Keepsakes> {
  try {
    return JSON.parse(readFileSync(keepsakeFile(directory, environment), "utf8"));
  } catch {
    // None yet, or cut short.
    return {};
  }
}

/** Where there is no room for it, that is no reason to watch nothing any more. */
function writeKeepsake(
  { reporter }: Run,
  { directory, environment }: Pick<Workspace, "directory" | "environment">,
  role: string,
  keepsake: Keepsakes[string],
): void {
  const all = { ...readKeepsake(directory, environment), [role]: keepsake };
  const file = keepsakeFile(directory, environment);
  try {
    writeFileSync(`${file}.new`, `${JSON.stringify(all)}\n`);
    renameSync(`${file}.new`, file);
  } catch (error) {
    const why = `what was spent and what failed is not kept for a watch after this one: ${error instanceof Error ? error.message : String(error)}`;
    reporter({ type: "watch-change", pool: role, why });
  }
}

function keepsakeFile(directory: string, environment: string): string {
  return join(stateFolder(directory), `watch-${environment}.json`);
}
