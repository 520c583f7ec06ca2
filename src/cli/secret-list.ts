import { declaredNodes } from "../fleet/environment.ts";
import { examineNode } from "../fleet/expand.ts";
import type { LoadedFleet } from "../fleet/load.ts";
import { ProogError } from "../report/error.ts";
import type { SecretUse } from "../report/event.ts";
import type { EventOf } from "../report/event-type.ts";
import { listNames } from "../report/text/names.ts";
import { keyOf } from "../resources/kind.ts";
import { Kinds } from "../resources/kinds.ts";
import type { Node } from "../resources/node.ts";
import { type Secret, secretsIn } from "../resources/secret/secret.ts";
import type { SecretStore } from "../secrets/store.ts";
import { fillParams } from "../tasks/fill-params.ts";
import { listTasks } from "../tasks/find-tasks.ts";
import { namedSecrets } from "../tasks/secrets.ts";
import type { Task } from "../tasks/task.ts";
import type { Run } from "./run.ts";

/** `proog secret list`: no value is read, and nobody is asked. */
export async function listSecrets(run: Run, loaded: LoadedFleet, store: SecretStore): Promise<number> {
  const { uses, unknown } = await findUses(loaded);
  const stored = store.names();
  const listed = new Map<string, EventOf<"secret">>();
  for (const name of stored) listed.set(name, describeStored(store, name));
  for (const { secret, use } of uses) {
    const key = sourceOf(secret) === undefined ? secret.name : `${secret.name} ${sourceOf(secret)}`;
    const known = listed.get(key) ?? describeUsed(store, secret);
    const same = known.uses.some(({ resource, at }) => resource === use.resource && at === use.at);
    listed.set(key, same ? known : { ...known, uses: [...known.uses, use] });
  }
  for (const event of [...listed.values()].sort((one, other) => (one.name < other.name ? -1 : 1)))
    run.reporter(event);
  if (listed.size === 0)
    run.reporter({ type: "note", text: "There is no secret yet. The first one: proog secret set NAME" });
  if (unknown.length > 0)
    run.reporter({
      type: "note",
      text: `What ${listNames([...new Set(unknown)])} must have could not be told without the machines, so it is not counted here.`,
    });
  return 0;
}

function describeStored(store: SecretStore, name: string): EventOf<"secret"> {
  const readers = store.readersOf(name);
  const names = new Map(Object.entries(store.place.recipients).map(([reader, key]) => [key, reader]));
  return {
    ...{ type: "secret", name, from: store.fileOf(name), uses: [] },
    state: store.isFor(readers) ? "good" : "stale",
    ...(readers && { readers: readers.map((key) => names.get(key) ?? key) }),
  };
}

function describeUsed(store: SecretStore, secret: Secret): EventOf<"secret"> {
  const source = sourceOf(secret);
  const { name } = secret;
  if (source !== undefined) return { type: "secret", name, from: source, state: "good", uses: [] };
  return { type: "secret", name, from: store.fileOf(name), state: "missing", uses: [] };
}

/** Absent for the store. */
function sourceOf({ env, command, file }: Secret): string | undefined {
  if (env !== undefined) return `$${env}`;
  if (command !== undefined) return command.join(" ");
  return file;
}

interface Used {
  readonly secret: Secret;
  readonly use: SecretUse;
}

/** Where they are used: by the fleet itself, in all environments, and by tasks. */
async function findUses({ fleet, exported }: LoadedFleet): Promise<{ uses: Used[]; unknown: string[] }> {
  const kinds = new Kinds(fleet.kinds);
  const uses = [...usesBy("store", fleet.store), ...usesBy("dashboard", fleet.dashboard)];
  const unknown: string[] = [];
  for (const [environment, declared] of Object.entries(fleet.environments)) {
    const nodes = declaredNodes(declared).map((node): Node => ({ ...node, environment, facts: noFacts }));
    for (const node of nodes) {
      try {
        for (const resource of (await examineNode(fleet, node, nodes, kinds)).resources)
          for (const secret of secretsIn(resource))
            uses.push({ secret, use: { resource: keyOf(resource), at: resource.at } });
      } catch (error) {
        if (!(error instanceof ProogError) || error.code !== "facts-unavailable") throw error;
        unknown.push(node.name);
      }
    }
    const world = {
      environment: { name: environment, vars: declared.vars ?? {} },
      fleet: { name: fleet.name, nodes: () => nodes },
      nameOf: () => "",
    };
    for (const [name, task] of listTasks(exported)) uses.push(...usesByTask(name, task, world, nodes));
  }
  return { uses, unknown };
}

/** What depends on what it is called with is not counted. */
function usesByTask(
  name: string,
  task: Task,
  world: Parameters<typeof namedSecrets>[2],
  nodes: readonly Node[],
): Used[] {
  try {
    const differ = typeof task.secrets === "function";
    const params = differ ? fillParams(task, {}, name) : {};
    const places = task.runs === "local" || !differ ? [undefined] : nodes;
    const named = places.flatMap((node) => namedSecrets(task, params, world, node));
    return named.map((secret) => ({ secret, use: { resource: `task ${name}`, at: task.at } }));
  } catch {
    return [];
  }
}

function usesBy(resource: string, option: unknown): Used[] {
  return secretsIn(option).map((secret) => ({ secret, use: { resource, at: secret.at } }));
}

function noFacts(): Promise<never> {
  return Promise.reject(
    new ProogError({ code: "facts-unavailable", message: "No machine is asked for this." }),
  );
}
