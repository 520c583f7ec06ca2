import type { Blob, Resource } from "../resources/kind.ts";
import type { Program } from "./program.ts";

/** What a node's resources compile to: one POSIX sh program, and the contents it may need. */
export interface Catalog {
  readonly node: string;
  /** The program: `sh -s -- check` reads it from its input. */
  readonly program: Program;
  /**
   * The same for a node that does not have what texts of the program differ from; absent where they are there as a whole. See
   * `KeptText`.
   */
  readonly whole?: () => Program;
  /** What a node keeps which was made as the program says, by the keys of resources. */
  readonly kept?: ReadonlyMap<string, { readonly of: string; readonly text: string }>;
  /**
   * SHA-256 of all that the program says but this hash itself, and of what is told by a hash anyway: two catalogs that are equal
   * in it do the same.
   */
  readonly sha256: string;
  /** Resource number N of the program is `resources[N - 1]`. */
  readonly resources: readonly Resource[];
  /** Numbers of the resources whose change can lock the operator out. */
  readonly access: ReadonlySet<number>;
  /** Every content that apply can ask for, by resource number. */
  readonly blobs: ReadonlyMap<number, readonly Blob[]>;
  /** Values of secrets in its contents: what the node prints is kept free of them. */
  readonly secrets?: ReadonlySet<string>;
  /** Numbers of the resources whose contents go to the node as one file. */
  readonly packed: ReadonlySet<number>;
  /** Of these, those whose file may be compressed. */
  readonly compressed?: ReadonlySet<number>;
  /** Numbers of the resources that the program is not about; absent where it is about all. */
  readonly skipped?: ReadonlySet<number>;
}

/** What is kept of a catalog when its program is on the node: of thousands of resources, that has megabytes. */
export type SentCatalog = Omit<Catalog, "program" | "whole">;
