import type { DescribedResources } from "../description.ts";
import type { Program } from "../program.ts";
import { describeResources } from "./describe.ts";
import type { WatchedConfig } from "./watched-config.ts";

/** How long an answer holds, in milliseconds: roles may ask for facts of a node. */
const limit = 60_000;

/** What nodes must have: asked once, until the config is another one, since each time takes a process of its own. */
export class ResourceDesk {
  readonly #program: Program;
  readonly #answers = new Map<
    string,
    { readonly at: number; readonly answer: Promise<DescribedResources> }
  >();

  constructor(program: Program, config: WatchedConfig) {
    this.#program = program;
    config.changes.on("changed", () => this.#answers.clear());
  }

  async resources(environment: string, node: string): Promise<DescribedResources> {
    const key = `${environment} ${node}`;
    const known = this.#answers.get(key);
    if (known && performance.now() - known.at < limit) return await known.answer;
    const answer = describeResources(this.#program, environment, [node]);
    this.#answers.set(key, { at: performance.now(), answer });
    const found = await answer;
    // What could not be told is asked again.
    if (found.error) this.#answers.delete(key);
    return found;
  }
}
