import type { Mistake, Mistaken } from "../resources/declare.ts";
import type { Resource } from "../resources/kind.ts";

/** What is wrong with a recipe goes with the first of its resources: it is told with all others of the config. */
export function withMistakes(
  resource: Resource & Mistaken,
  mistakes: readonly Mistake[],
): Resource & Mistaken {
  if (mistakes.length === 0) return resource;
  return Object.freeze({ ...resource, mistakes: [...(resource.mistakes ?? []), ...mistakes] });
}
