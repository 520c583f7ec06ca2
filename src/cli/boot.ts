import { rolesByName } from "../fleet/environment.ts";
import { selectNodes } from "../fleet/selector.ts";
import type { MachineTags } from "../providers/provider.ts";
import { refuseExisting } from "../providers/with-existing.ts";
import { ProogError } from "../report/error.ts";
import { mistakesError, mistakesOf } from "../report/mistakes.ts";
import { listNames } from "../report/text/names.ts";
import { nearestName } from "../report/text/nearest.ts";
import { multiplyPrice, writePrice } from "../report/text/price.ts";
import { applyTo } from "./apply.ts";
import type { BootOptions } from "./commands/boot.ts";
import { gatherMistakes } from "./converging.ts";
import { loadAuthorizedKeys } from "./fleet-key.ts";
import { keepLastWords } from "./last-words.ts";
import { priceOf } from "./price.ts";
import type { Run } from "./run.ts";
import { tellPeers } from "./tell-peers.ts";
import { openWorkspace, refreshWorkspace, runs, type Workspace } from "./workspace.ts";

/** `proog boot`: machines that are declared and not there, or `-n` further ones; new ones are installed at once. */
export async function boot(run: Run, selectors: readonly string[], options: BootOptions): Promise<number> {
  const workspace = await openWorkspace(options, run.reporter, run.credentials);
  const wanted =
    options.number === undefined
      ? selectNodes(workspace, selectors).flatMap(({ name, kept }) => (kept ? [] : [name]))
      : furtherNodes(workspace, selectors, options.number);
  const running = new Set(workspace.nodes.filter(runs).map(({ name }) => name));
  const names = wanted.filter((name) => !running.has(name));
  const others = workspace.nodes.filter(({ name, existing }) => existing && wanted.includes(name));
  if (others.length === wanted.length && selectors.length > 0 && others.length > 0)
    throw refuseExisting(
      others.map(({ name }) => name),
      "booted",
    );
  if (names.length === 0) {
    run.reporter({ type: "note", text: sayNothingToBoot(workspace, wanted) });
    return 0;
  }
  await tellPrice(run, workspace, names);
  return await bootNodes(run, workspace, names, options);
}

/** Of those that are made; machines that are there and stopped cost what they did before. */
async function tellPrice({ reporter }: Run, workspace: Workspace, names: readonly string[]): Promise<void> {
  const fresh = names.filter((name) => !workspace.nodes.find((node) => node.name === name)?.machine);
  const price = await priceOf(workspace);
  if (!price || fresh.length === 0) return;
  const machines = fresh.length === 1 ? "1 machine costs" : `${fresh.length} machines cost`;
  reporter({ type: "note", text: `${machines} ${writePrice(multiplyPrice(price, fresh.length))}.` });
}

/**
 * Makes the machines, or starts them, and installs those that are new, or whose making was cut short.
 * @param tags What is noted of new ones beside what is noted of all.
 */
export async function bootNodes(
  run: Run,
  workspace: Workspace,
  names: readonly string[],
  options: BootOptions,
  tags: MachineTags = {},
): Promise<number> {
  const existing = new Set(
    workspace.nodes
      .filter(({ machine }) => machine && machine.tags?.booting === undefined)
      .map(({ name }) => name),
  );
  if (options.install !== false)
    await checkBeforeBoot(
      workspace,
      names.filter((name) => !existing.has(name)),
    );
  await bootMachines(run, workspace, names, existing, options.install !== false, tags);
  const refreshed = await refreshWorkspace(workspace);
  const fresh = refreshed.nodes.filter(({ name }) => names.includes(name) && !existing.has(name));
  if (fresh.length === 0 || options.install === false) return 0;
  await tellPeers(run, workspace, refreshed, fresh, options);
  return await applyTo(run, refreshed, fresh, { ...options, yes: true });
}

function sayNothingToBoot({ environment }: Workspace, wanted: readonly string[]): string {
  if (wanted.length === 0) return `${environment} declares no nodes, so there is nothing to boot.`;
  return `${listNames(wanted)}: running already. For further ones: proog boot ROLE -n 1`;
}

/** What is wrong with their description is told before minutes are spent on machines. */
async function checkBeforeBoot(workspace: Workspace, names: readonly string[]): Promise<void> {
  const { environment, fleet } = workspace;
  const declaration = fleet.environments[environment];
  const nodes = names.map((name) => {
    const roles = (declaration && rolesByName(declaration, name)) ?? [];
    return { name, roles, environment, facts: () => workspace.factDesk.facts(name) };
  });
  try {
    await gatherMistakes(workspace, nodes, async (node) => void (await workspace.compile(node)));
  } catch (error) {
    const mistakes = mistakesOf(error);
    if (!mistakes) throw error;
    const hint = "A machine has no address before it is there. To boot it all the same: --no-install";
    throw mistakesError(
      mistakes.map((mistake) => (mistake.code === "config-failed" ? { hint, ...mistake } : mistake)),
    );
  }
}

/** The next free names of a role's group: `web-3`, when there are `web-1` and `web-2`. */
function furtherNodes(workspace: Workspace, selectors: readonly string[], count: number): string[] {
  const group = requireGroup(workspace, selectors, count);
  const taken = new Set(workspace.nodes.map(({ name }) => name));
  const names: string[] = [];
  for (let number = 1; names.length < count; number++) {
    const name = `${group}-${number}`;
    if (!taken.has(name)) names.push(name);
  }
  return names;
}

function requireGroup(
  { fleet, environment }: Workspace,
  selectors: readonly string[],
  count: number,
): string {
  const groups = Object.entries(fleet.environments[environment]?.nodes ?? {});
  const names = groups
    .filter(([, group]) => typeof group === "number" || (!("type" in group) && group.count !== undefined))
    .map(([name]) => name);
  const [group, other] = selectors;
  if (group !== undefined && other === undefined && names.includes(group)) return group;
  const given = selectors.length === 0 ? "none" : listNames(selectors);
  const nearest = (group !== undefined && nearestName(group, names)) || names[0];
  throw new ProogError({
    code: "command-line",
    message: `-n boots further machines of one role or group of ${environment}, and was given ${given}.`,
    hint: nearest
      ? `There is: ${names.join(", ")}. Such as: proog boot ${nearest} -n ${count}`
      : `${environment} has none with a count.`,
  });
}

async function bootMachines(
  run: Run,
  workspace: Workspace,
  names: readonly string[],
  existing: ReadonlySet<string>,
  installs: boolean,
  tags: MachineTags,
): Promise<void> {
  const authorizedKeys = loadAuthorizedKeys(workspace.directory);
  const started = performance.now();
  const context = { ...workspace.providerContext, signal: run.interrupt.stop };
  const machines = await workspace.provider
    .boot(
      names.map((name) => ({
        name,
        authorizedKeys,
        tags: { ...tags, ...tagsOf(workspace, name, installs) },
      })),
      context,
    )
    .catch(async (error: unknown) => {
      await keepLastWords(run, workspace, names);
      throw error;
    });
  for (const { name, address } of machines) {
    run.reporter({
      type: "machine-booted",
      node: name,
      address,
      created: !existing.has(name),
      milliseconds: performance.now() - started,
    });
  }
}

/** What is noted of a machine from its first moment on, so that whoever comes upon it knows. */
function tagsOf({ fleet, environment }: Workspace, name: string, installs: boolean): MachineTags {
  const declaration = fleet.environments[environment];
  const roles = (declaration && rolesByName(declaration, name)) ?? [];
  const stateful = roles.some((role) => fleet.roles[role]?.stateful === true);
  return {
    ...(installs && { booting: String(Math.floor(Date.now() / 1000)) }),
    ...(stateful && { stateful: "yes" as const }),
  };
}
