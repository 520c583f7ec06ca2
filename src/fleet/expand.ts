import { type ErrorCode, type PlacedMistake, ProogError } from "../report/error.ts";
import { mistakesError, mistakesOf } from "../report/mistakes.ts";
import { flattenItems, type Mistaken } from "../resources/declare.ts";
import { type Kind, keyOf, type Resource } from "../resources/kind.ts";
import { Kinds } from "../resources/kinds.ts";
import type { Node } from "../resources/node.ts";
import { show } from "../resources/rules.ts";
import { isSecret, isSecretText, looksLikeSecret, secretsIn } from "../resources/secret/secret.ts";
import { type Exchange, noExchange } from "./exchange.ts";
import type { Fleet } from "./fleet.ts";
import { describeThrown, placeOfError } from "./place.ts";
import { poolOf } from "./pool.ts";
import type { Role, RoleContext } from "./role.ts";

/** What a node must have, and what is wrong with how that is described. */
export interface ExpandedNode {
  /** Frozen plain data, in order. Those that something is wrong with still have their `mistakes`. */
  readonly resources: readonly (Resource & Mistaken)[];
  readonly mistakes: readonly PlacedMistake[];
}

/**
 * The resources of a node: its roles called one after another, templates filled in.
 * @throws ProogError `invalid-option` with every mistake of the declarations, `config-failed` when a role throws.
 */
export async function expandNode(
  fleet: Fleet,
  node: Node,
  nodes: readonly Node[],
  kinds?: Kinds,
  exchange?: Exchange,
): Promise<readonly Resource[]> {
  const { resources, mistakes } = await examineNode(fleet, node, nodes, kinds, exchange);
  if (mistakes.length > 0) throw mistakesError(mistakes);
  return resources;
}

/** The same, with what is wrong instead of an error. */
export async function examineNode(
  fleet: Fleet,
  node: Node,
  nodes: readonly Node[],
  kinds = new Kinds(),
  exchange = noExchange,
): Promise<ExpandedNode> {
  const environment = fleet.environments[node.environment];
  const contextOf = (asking: string): RoleContext => ({
    node,
    environment: { name: node.environment, vars: environment?.vars ?? {} },
    fleet: {
      name: fleet.name,
      nodes: (role) => (role === undefined ? nodes : nodes.filter(({ roles }) => roles.includes(role))),
      pool: (role, options) => poolOf({ fleet, nodes, node, asking }, role, options),
      published: (name) => exchange.published(name),
      lastFacts: (name) => exchange.lastFacts(name),
    },
    publish: (name, value) => exchange.publish(node.name, name, value),
  });
  const mistakes: PlacedMistake[] = [];
  const called: Resource[] = [];
  for (const name of node.roles) {
    const role = fleet.roles[name];
    if (role) called.push(...(await callRole(name, role, contextOf(name), kinds, mistakes)));
  }
  const resources = called.map((resource) => fillIn(resource, node, kinds.of(resource), mistakes));
  return { resources, mistakes };
}

const aboutMachine: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["facts-unavailable", "interrupted"]);

async function callRole(
  name: string,
  role: Role,
  context: RoleContext,
  kinds: Kinds,
  mistakes: PlacedMistake[],
): Promise<Resource[]> {
  try {
    const items = flattenItems(await role.resources(context));
    const isKnown = (item: unknown): item is Resource => isResource(item) && kinds.has(item.type);
    for (const item of items) if (!isKnown(item)) mistakes.push(strangeItem(name, role, item));
    return items.filter(isKnown);
  } catch (error) {
    // What the machine is could not be told: no mistake of the config.
    if (error instanceof ProogError && aboutMachine.has(error.code)) throw error;
    const found = mistakesOf(error);
    if (found) mistakes.push(...found.map((mistake) => ({ ...mistake, where: mistake.where ?? role.at })));
    else
      mistakes.push({
        code: "config-failed",
        message: `The role ${name} failed: ${describeThrown(error)}`,
        ...(placeOfError(error) ?? { where: role.at }),
        nodes: [context.node.name],
      });
  }
  return [];
}

function isResource(item: unknown): item is Resource {
  return (
    typeof item === "object" &&
    item !== null &&
    "type" in item &&
    typeof item.type === "string" &&
    "at" in item &&
    !isRole(item)
  );
}

function strangeItem(name: string, role: Role, item: unknown): PlacedMistake {
  if (isResource(item) && item.name !== undefined && !isSecret(item)) {
    return {
      code: "config-invalid",
      message: `${keyOf(item)} is of a kind that the fleet does not have.`,
      where: item.at,
      hint: `Name it in the config: defineFleet({ kinds: [${item.type}Kind], … })`,
    };
  }
  return {
    code: "config-invalid",
    message: `The role ${name} returned ${describeStrange(item)}, which is no resource.`,
    where: role.at,
    hint: cureStrange(item),
  };
}

function cureStrange(item: unknown): string {
  if (isSecret(item) || isSecretText(item))
    return 'It belongs into a resource: file("/etc/app/token", { content: … }).';
  if (item instanceof Promise) return "Wait for it where it is returned: async ({ node }) => [await …].";
  if (typeof item === "function") return "Call the function, and return what it returns.";
  if (isRole(item)) return "To share resources between roles, write a function that returns them.";
  return "A role returns what file(), apt() and the other kinds return, in arrays as deep as you like.";
}

function isRole(item: unknown): item is Role {
  return typeof item === "object" && item !== null && "type" in item && item.type === "role";
}

function describeStrange(item: unknown): string {
  if (item instanceof Promise) {
    // Whatever becomes of it is of no interest any more.
    item.catch(() => {});
    return "a promise";
  }
  if (isRole(item)) return `the role ${item.name}`;
  return typeof item === "function" ? "a function" : show(item);
}

/**
 * Calls the functions among a declaration's fields with the node, and tells the declaration's mistakes; also of secrets where
 * others could read them.
 */
function fillIn(
  resource: Resource & Mistaken,
  node: Node,
  kind: Kind,
  mistakes: PlacedMistake[],
): Resource & Mistaken {
  for (const message of resource.mistakes ?? [])
    mistakes.push({
      code: "invalid-option",
      message: `${keyOf(resource).trim()}: ${message}`,
      where: resource.at,
    });
  const entries = Object.entries(resource);
  if (
    resource.mistakes ||
    !entries.some(([, value]) => typeof value === "function" || typeof value === "object")
  )
    return resource;
  const failures: string[] = [];
  const take = (name: string, value: unknown) => {
    if (typeof value !== "object" || value === null) return;
    for (const mistake of secretMistakes(resource, kind, name, value)) {
      mistakes.push(mistake);
      failures.push(mistake.message);
    }
  };
  const filled = entries.map(([name, value]) => {
    if (typeof value !== "function") {
      take(name, value);
      return [name, value];
    }
    try {
      const text = requireText(value(node), kind.secrets?.includes(name) ?? false);
      take(name, text);
      return [name, text];
    } catch (error) {
      const found = mistakesOf(error);
      if (found) {
        mistakes.push(...found.map((mistake) => ({ ...mistake, where: mistake.where ?? resource.at })));
        failures.push(...found.map(({ message }) => message));
        return [name, ""];
      }
      const message = `${keyOf(resource)}: the function for its ${name} failed: ${describeThrown(error)}`;
      const place = placeOfError(error) ?? { where: resource.at };
      mistakes.push({ code: "config-failed", message, ...place, nodes: [node.name] });
      failures.push(message);
      return [name, ""];
    }
  });
  if (failures.length > 0) filled.push(["mistakes", failures]);
  return Object.freeze(Object.fromEntries(filled));
}

/** What is wrong with the secrets of one option: how they were written, and that it takes none. */
function secretMistakes(resource: Resource, kind: Kind, option: string, value: object): PlacedMistake[] {
  const secrets = secretsIn(value);
  if (secrets.length === 0) return [];
  const [first] = secrets;
  if (first && !kind.secrets?.includes(option)) {
    return [
      {
        code: "invalid-option",
        message: `${keyOf(resource)}: ${option} has the secret "${first.name}", and whoever can read the program of the node could read it there.`,
        where: resource.at,
        hint: 'Put it into a file that only its user can read: file("/etc/app/token", { content: secret("token"), owner: "app" })',
      },
    ];
  }
  return secrets.flatMap(({ mistakes = [], at }) =>
    mistakes.map((message) => ({ code: "invalid-option" as const, message, where: at })),
  );
}

function requireText(value: unknown, secret: boolean): unknown {
  if (typeof value === "string") {
    if (!looksLikeSecret(value)) return value;
    throw new ProogError({
      code: "config-invalid",
      message: "A text was made by JSON.stringify, in which a secret is its declaration, not its value.",
      hint: "Write json({ … }) in the place of JSON.stringify({ … }).",
    });
  }
  if (secret && (isSecret(value) || isSecretText(value))) return value;
  throw new Error(`it returned ${describeStrange(value)}, and must return a string`);
}
