import { describeThrown, placeOfError } from "../fleet/place.ts";
import { type PlacedMistake, ProogError } from "../report/error.ts";
import { mistakesError, mistakesOf } from "../report/mistakes.ts";
import type { Node } from "../resources/node.ts";
import { revealText } from "../resources/secret/content.ts";
import { type Secret, type SecretText, secretsIn } from "../resources/secret/secret.ts";
import { fillParams } from "./fill-params.ts";
import type { Task } from "./task.ts";
import type { TaskWorld } from "./world.ts";

/**
 * The secrets that a task names, where it runs.
 * @throws ProogError `config-failed` where its function for them fails.
 */
export function namedSecrets(
  task: Task,
  params: object,
  world: Pick<TaskWorld, "environment" | "fleet" | "nameOf">,
  node?: Node,
): readonly Secret[] {
  const { secrets, at } = task;
  if (typeof secrets !== "function") return secretsIn(secrets);
  const { environment, fleet } = world;
  const scope = { params, vars: environment.vars, environment, fleet, ...(node && { node }) };
  try {
    return secretsIn(secrets(scope as never));
  } catch (error) {
    if (error instanceof ProogError) throw error;
    throw new ProogError({
      code: "config-failed",
      message: `The secrets of the task ${world.nameOf(task)} cannot be told: ${describeThrown(error)}`,
      ...(placeOfError(error) ?? { where: at }),
      cause: error,
    });
  }
}

/**
 * Asks for all that a task names, before anything is done for it. A dry run needs no values.
 * @param nodes Where it will run; none for this machine.
 * @throws ProogError with all that are missing, each with its place.
 */
export async function requireSecrets(
  task: Task,
  given: object,
  world: TaskWorld,
  nodes: readonly Node[],
): Promise<void> {
  if (world.dryRun) return;
  const params = fillParams(task, given, world.nameOf(task));
  const places = task.runs === "local" ? [undefined] : nodes;
  const named = places.flatMap((node) => namedSecrets(task, params, world, node));
  const wrong: PlacedMistake[] = [];
  // One after the other: a command that gives them may have a question, such as whether it may.
  for (const secret of new Map(named.map((one) => [`${keyOf(one)} ${one.at}`, one])).values()) {
    const { mistakes, at: where } = secret;
    if (mistakes)
      wrong.push(...mistakes.map((message) => ({ code: "invalid-option", message, where }) as const));
    else wrong.push(...(await mistakesAsking(secret, world)));
  }
  if (wrong.length > 0) throw mistakesError(wrong);
}

async function mistakesAsking(secret: Secret, world: TaskWorld): Promise<readonly PlacedMistake[]> {
  try {
    await world.secretValue(secret);
    return [];
  } catch (error) {
    const found = mistakesOf(error);
    if (!found) throw error;
    return found.map((mistake) => ({ ...mistake, where: mistake.where ?? secret.at }));
  }
}

/** The secrets of one call of a task: no others than those that it names. */
export class CallSecrets {
  readonly #task: Task;
  readonly #world: TaskWorld;
  readonly #named: ReadonlySet<string>;

  constructor(task: Task, params: object, world: TaskWorld, node: Node | undefined) {
    this.#task = task;
    this.#world = world;
    this.#named = new Set(namedSecrets(task, params, world, node).map(keyOf));
  }

  /** The value. @throws ProogError `invalid-option` for one that the task does not name, and what asking for it throws. */
  async value(secret: Secret): Promise<string> {
    this.#requireNamed(secret);
    return await this.#world.secretValue(secret);
  }

  /** What is given to a command, with the values of its secrets. In a dry run, what is only told needs none. */
  async reveal<Value extends string | Uint8Array>(
    value: Value | Secret | SecretText,
    readOnly = false,
  ): Promise<Value | string> {
    if (typeof value === "string" || value instanceof Uint8Array) return value;
    for (const secret of secretsIn(value)) this.#requireNamed(secret);
    const shown = this.#world.dryRun && !readOnly;
    return shown ? value.toString() : await revealText(value, { secretValue: (one) => this.value(one) });
  }

  #requireNamed(secret: Secret): void {
    if (this.#named.has(keyOf(secret))) return;
    const name = JSON.stringify(secret.name);
    throw new ProogError({
      code: "invalid-option",
      message: `The task ${this.#world.nameOf(this.#task)} uses the secret ${name} and does not name it, so nobody could look before whether it is there.`,
      where: secret.at,
      hint: `Name it in the options of the task: { secrets: [secret(${name})] }`,
    });
  }
}

/** Where it comes from; in which form it is needed is no matter. */
function keyOf({ name, env, command, file }: Secret): string {
  return JSON.stringify([name, env, command, file]);
}
