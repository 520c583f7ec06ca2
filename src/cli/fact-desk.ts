import pLimit from "p-limit";
import { ProogError } from "../report/error.ts";
import type { Facts } from "../resources/facts.ts";

/** How many nodes are asked at once. */
const parallel = 20;

/** Where facts are asked for: each node's once, when a role first wants them. */
export class FactDesk {
  readonly #ask: (node: string) => Promise<Facts>;
  readonly #limit = pLimit(parallel);
  readonly #asked = new Map<string, Promise<Facts>>();
  #waiting = Promise.withResolvers<void>();

  constructor(ask: (node: string) => Promise<Facts>) {
    this.#ask = ask;
  }

  /** @throws ProogError `facts-unavailable` */
  facts(node: string): Promise<Facts> {
    const asked =
      this.#asked.get(node) ?? this.#limit(() => this.#ask(node)).catch((error) => unavailable(node, error));
    this.#asked.set(node, asked);
    // Others can go on meanwhile.
    this.#waiting.resolve();
    this.#waiting = Promise.withResolvers();
    return asked;
  }

  /** Resolves when facts are wanted the next time. */
  nextWait(): Promise<void> {
    return this.#waiting.promise;
  }
}

function unavailable(node: string, error: unknown): never {
  if (!(error instanceof ProogError) || error.code === "facts-unavailable" || error.code === "interrupted")
    throw error;
  const { message, hint, detail } = error;
  throw new ProogError({
    code: "facts-unavailable",
    message: `The facts of ${node} are not to be had: ${message}`,
    ...{ hint, detail, cause: error },
  });
}
