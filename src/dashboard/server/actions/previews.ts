import { selectNodes } from "../../../fleet/selector.ts";
import { ProogError } from "../../../report/error.ts";
import { multiplyPrice, type Price } from "../../../report/text/price.ts";
import type { Action, Preview } from "../../api.ts";
import type { DescribedEnvironment, DescribedNode } from "../description.ts";
import { describeResources } from "../fleet/describe.ts";
import type { FleetView } from "../fleet/fleet-view.ts";
import { refuse } from "../problem.ts";
import type { Program } from "../program.ts";
import type { BusyNode } from "./notes.ts";
import { wordsOf } from "./words.ts";

/** Tells what actions would be about, and refuses those that make no sense, before a command is started for them. */
export class Previews {
  readonly #view: FleetView;
  readonly #program: Program;

  constructor(view: FleetView, program: Program) {
    this.#view = view;
    this.#program = program;
  }

  /**
   * The nodes that it is about.
   * @throws Refusal where a command would only say so later, or where something must be typed first.
   */
  async requireSensible(action: Action): Promise<readonly BusyNode[]> {
    const { nodes, confirm } = await this.#examine(action);
    if (action.type !== "shoot" || confirm === undefined || action.confirm === confirm)
      return nodes.map(({ name, roles }) => ({ name, roles }));
    refuse(
      "invalid-request",
      `${confirm} is stateful: what is on it cannot be had again.`,
      `Type its name to shoot it: ${confirm}`,
    );
  }

  async preview(action: Action): Promise<Preview> {
    const { nodes, confirm, price } = await this.#examine(action);
    const shown = action.type === "apply" ? { ...action } : action;
    const command = ["proog", ...wordsOf(shown)].map(quoteForReading).join(" ");
    const resources = action.type === "boot" ? await this.#resources(action.environment, nodes) : undefined;
    return {
      command,
      nodes: nodes.map(({ name, roles }) => {
        const found = resources?.get(name);
        return { node: name, roles, ...(found && { resources: found }) };
      }),
      ...(price && { price }),
      ...(confirm !== undefined && { confirm }),
    };
  }

  async #examine(
    action: Action,
  ): Promise<{ nodes: Pick<DescribedNode, "name" | "roles">[]; confirm?: string; price?: Price }> {
    if (action.type === "apply") return { nodes: [] };
    const description = await this.#view.description();
    const { environments, roles } = description;
    const find = (name: string) =>
      environments.find((environment) => environment.name === name) ??
      refuse("not-found", `${description.name} has no environment ${name}.`);
    if (action.type === "promote") {
      find(action.from);
      return { nodes: [...find(action.to).nodes] };
    }
    const environment = find(action.environment);
    const selection = {
      ...{ environment: environment.name, nodes: environment.nodes },
      fleet: { roles: Object.fromEntries(roles.map((role) => [role, true])) },
    };
    const select = (selectors: readonly string[]) => {
      try {
        return selectNodes(selection, selectors);
      } catch (error) {
        if (!(error instanceof ProogError)) throw error;
        return refuse("not-found", error.message, error.hint);
      }
    };
    if (action.type === "boot") {
      const nodes = bootedBy(environment, action, select);
      const price = priceOf(environment, nodes);
      return { nodes, ...(price && { price }) };
    }
    if (action.type === "task") {
      const task =
        description.tasks.find(({ name }) => name === action.task) ??
        refuse("not-found", `There is no task ${action.task}.`);
      if (task.runs === "local") return { nodes: [] };
      const chosen = select(action.selectors).map(({ name }) => name);
      return { nodes: select(task.on).filter(({ name }) => chosen.includes(name)) };
    }
    if (!("node" in action)) return { nodes: select(action.selectors) };
    const node =
      environment.nodes.find(({ name }) => name === action.node) ??
      refuse("not-found", `${environment.name} has no node ${action.node}.`);
    if (action.type === "shoot" && node.existing)
      refuse("conflict", `${node.name} was not created by Proog, so it is not shot.`);
    return { nodes: [node], ...(action.type === "shoot" && node.stateful && { confirm: node.name }) };
  }

  async #resources(
    environment: string,
    nodes: readonly Pick<DescribedNode, "name">[],
  ): Promise<Map<string, readonly string[]>> {
    const names = nodes.map(({ name }) => name);
    const { nodes: found } = await describeResources(this.#program, environment, names);
    return new Map(found.map(({ node, resources }) => [node, resources.map(({ key }) => key)]));
  }
}

/** Those that it would make, with the names that they would get. */
function bootedBy(
  environment: DescribedEnvironment,
  { selectors, number }: Extract<Action, { type: "boot" }>,
  select: (selectors: readonly string[]) => DescribedNode[],
): Pick<DescribedNode, "name" | "roles">[] {
  if (environment.provider === undefined)
    refuse("conflict", `${environment.name} has no provider, so nothing here creates its machines.`);
  if (number === undefined) return select(selectors).filter(({ state }) => state !== "running");
  const [group, other] = selectors;
  if (group === undefined || other !== undefined || !environment.bootable.includes(group))
    refuse(
      "invalid-request",
      `Further machines are booted of one role or group of ${environment.name}.`,
      `There is: ${environment.bootable.join(", ") || "none"}.`,
    );
  const taken = new Set(environment.nodes.map(({ name }) => name));
  const roles = environment.nodes.find(({ name }) => name.startsWith(`${group}-`))?.roles ?? [group];
  const names: string[] = [];
  for (let next = 1; names.length < number; next++)
    if (!taken.has(`${group}-${next}`)) names.push(`${group}-${next}`);
  return names.map((name) => ({ name, roles }));
}

/** Of those that are made; machines that are there and stopped cost what they did before. */
function priceOf(
  { price, nodes }: DescribedEnvironment,
  booted: readonly Pick<DescribedNode, "name">[],
): Price | undefined {
  const fresh = booted.filter(({ name }) => nodes.find((node) => node.name === name)?.state !== "stopped");
  return price && fresh.length > 0 ? multiplyPrice(price, fresh.length) : undefined;
}

/** As one would type it; it is only shown. */
function quoteForReading(word: string): string {
  return /^[\p{L}\p{N}_.,:=@/+-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
