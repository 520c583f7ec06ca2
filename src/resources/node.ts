import type { Facts } from "./facts.ts";

/** One machine, as a role and its templates see it. */
export interface Node {
  /** `web-1`; also its host name. */
  readonly name: string;
  /** The address at which the provider lists it now; absent while it does not exist. */
  readonly address?: string;
  /** The names of its roles. */
  readonly roles: readonly string[];
  /** The name of its environment. */
  readonly environment: string;
  /**
   * What the machine is: its Debian, memory, disks, addresses, and the fleet's own facts. Asks it, in one round trip and
   * once for all; a node that is not asked costs nothing. The role that waits for it is an `async` function.
   */
  facts(): Promise<Facts>;
}
