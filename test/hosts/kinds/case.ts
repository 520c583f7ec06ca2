import type { Resource } from "../../../src/resources/kind.ts";

/**
 * One start of a machine, what is declared on it, and how it must come out. The contract suite (../contract.ts) runs
 * every case: the check changes nothing, the plan says it, apply does it, the proof holds, a second run is silent.
 */
export interface Case {
  readonly name: string;
  /** Shell that is run on the machine first, as root, to make an odd start. */
  readonly start?: string;
  readonly resources: () => Resource[];
  /** Shell that must succeed afterwards, proving by other means than our own check that it is so. */
  readonly proof: string;
  /**
   * How it comes out (default `changed`). `in-order`: there is nothing to do. `opaque`: it is done, and due again at
   * every run. `blocked`: the plan says so, with a reason or remedy that contains the text, and apply changes nothing.
   * `failed`: apply tries and fails, and its output contains the text.
   */
  readonly expect?:
    | "changed"
    | "in-order"
    | "opaque"
    | { readonly blocked: string }
    | { readonly failed: string };
  /** Shell that removes what the case left, so that the next case has a fresh start. */
  readonly clean?: string;
}
