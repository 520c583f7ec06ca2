import { ProogError } from "../report/error.ts";
import { flattenItems, type Mistaken } from "../resources/declare.ts";
import { keyOf, type Resource } from "../resources/kind.ts";
import type { Node } from "../resources/node.ts";
import type { Fleet } from "./fleet.ts";
import { placeOfError } from "./place.ts";
import type { RoleContext } from "./role.ts";

/**
 * The resources of a node: its roles called one after another, templates filled in, all frozen plain data.
 * @throws ProogError `invalid-option` with every mistake of the node's declarations, `config-failed` when a role throws.
 */
export function expandNode(fleet: Fleet, node: Node, nodes: readonly Node[]): Resource[] {
  const environment = fleet.environments[node.environment];
  const context: RoleContext = {
    node,
    environment: { name: node.environment, vars: environment?.vars ?? {} },
    fleet: {
      name: fleet.name,
      nodes: (role) => (role === undefined ? nodes : nodes.filter(({ roles }) => roles.includes(role))),
    },
  };
  const resources = node.roles.flatMap((name) => callRole(fleet, name, context));
  checkMistakes(node, resources);
  return resources.map((resource) => fillIn(resource, node));
}

function callRole(fleet: Fleet, name: string, context: RoleContext): Resource[] {
  const role = fleet.roles[name];
  if (!role) return [];
  try {
    return flattenItems(role.resources(context));
  } catch (error) {
    throw new ProogError({
      code: "config-failed",
      message: `The role ${name} failed for ${context.node.name}: ${error instanceof Error ? error.message : error}`,
      where: placeOfError(error),
      cause: error,
    });
  }
}

function checkMistakes(node: Node, resources: readonly (Resource & Mistaken)[]): void {
  const wrong = resources.filter(({ mistakes }) => mistakes !== undefined);
  const strange = resources.filter((item) => typeof item !== "object" || typeof item.type !== "string");
  if (strange.length > 0) {
    throw new ProogError({
      code: "config-invalid",
      message: `A role of ${node.name} returned ${JSON.stringify(strange[0])}, which is no resource.`,
      hint: "Return what file(), apt() and the other kinds return, in arrays as deep as you like.",
    });
  }
  const [first] = wrong;
  if (!first) return;
  const lines = wrong.flatMap((resource) =>
    (resource.mistakes ?? []).map((text) => `${keyOf(resource)} (${resource.at}): ${text}`),
  );
  throw new ProogError({
    code: "invalid-option",
    message:
      lines.length === 1
        ? `${node.name} has a mistake in its description.`
        : `${node.name} has ${lines.length} mistakes in its description.`,
    where: first.at,
    detail: lines.join("\n"),
  });
}

/** Calls the functions among a declaration's fields with the node. */
function fillIn(resource: Resource, node: Node): Resource {
  const entries = Object.entries(resource);
  if (!entries.some(([, value]) => typeof value === "function")) return resource;
  const filled = entries.map(([name, value]) => {
    if (typeof value !== "function") return [name, value];
    try {
      return [name, String(value(node))];
    } catch (error) {
      throw new ProogError({
        code: "config-failed",
        message: `The ${name} of ${keyOf(resource)} failed for ${node.name}: ${error instanceof Error ? error.message : error}`,
        where: placeOfError(error) ?? resource.at,
        cause: error,
      });
    }
  });
  return Object.freeze(Object.fromEntries(filled));
}
