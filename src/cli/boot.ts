import { declaredNodes } from "../fleet/environment.ts";
import { selectNodes } from "../fleet/selector.ts";
import { ProogError } from "../report/error.ts";
import { applyTo } from "./apply.ts";
import type { BootOptions } from "./commands/boot.ts";
import { loadAuthorizedKeys } from "./fleet-key.ts";
import type { Run } from "./run.ts";
import { openWorkspace, refreshWorkspace, type Workspace } from "./workspace.ts";

/** `proog boot`: machines that are declared and not there, or `-n` further ones; new ones are installed at once. */
export async function boot(run: Run, selectors: readonly string[], options: BootOptions): Promise<number> {
  const workspace = await openWorkspace(options, run.reporter);
  const wanted =
    options.number === undefined
      ? wantedNodes(workspace, selectors)
      : furtherNodes(workspace, selectors, options.number);
  const running = new Set(
    workspace.nodes.filter(({ machine }) => machine?.state === "running").map(({ name }) => name),
  );
  const existing = new Set(workspace.nodes.filter(({ machine }) => machine).map(({ name }) => name));
  const names = wanted.filter((name) => !running.has(name));
  if (names.length === 0) {
    run.reporter({
      type: "note",
      text: `${wanted.join(", ")}: running already. For further ones: proog boot ROLE -n 1`,
    });
    return 0;
  }
  await bootMachines(run, workspace, names, existing);
  const refreshed = await refreshWorkspace(workspace);
  const fresh = refreshed.nodes.filter(({ name }) => names.includes(name) && !existing.has(name));
  if (fresh.length === 0 || options.install === false) return 0;
  return await applyTo(run, refreshed, fresh, { ...options, yes: true });
}

function wantedNodes(workspace: Workspace, selectors: readonly string[]): string[] {
  return selectNodes(workspace.nodes, selectors).map(({ name }) => name);
}

/** The next free names of a role's group: `web-3`, when there are `web-1` and `web-2`. */
function furtherNodes(workspace: Workspace, selectors: readonly string[], count: number): string[] {
  const [group, other] = selectors;
  const declaration = workspace.fleet.environments[workspace.environment];
  const numbered = group !== undefined && declaration && declaration.nodes[group] !== undefined;
  if (!numbered || other !== undefined || !declaration) {
    throw new ProogError({
      code: "unknown-selector",
      message: "-n takes one role, or one group of nodes, of this environment.",
      hint: `There is: ${Object.keys(declaration?.nodes ?? {}).join(", ")}. Say: proog boot ${Object.keys(declaration?.nodes ?? {})[0] ?? "web"} -n ${count}`,
    });
  }
  const taken = new Set([...workspace.nodes, ...declaredNodes(declaration)].map(({ name }) => name));
  const names: string[] = [];
  for (let number = 1; names.length < count; number++) {
    const name = `${group}-${number}`;
    if (!taken.has(name)) names.push(name);
  }
  return names;
}

async function bootMachines(
  run: Run,
  workspace: Workspace,
  names: readonly string[],
  existing: ReadonlySet<string>,
): Promise<void> {
  const authorizedKeys = loadAuthorizedKeys(workspace.directory);
  const started = performance.now();
  const context = { ...workspace.providerContext, signal: run.interrupt.stop };
  const machines = await workspace.provider.boot(
    names.map((name) => ({ name, authorizedKeys })),
    context,
  );
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
