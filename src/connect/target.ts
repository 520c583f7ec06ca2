/** A machine to reach by ssh, and how. */
export interface Target {
  /** The node's name, for messages. */
  readonly name: string;
  /** An address or a host name, as ssh takes it. */
  readonly address: string;
  /** Absent: as ~/.ssh/config says. */
  readonly user?: string;
  /** Absent: as ~/.ssh/config says. */
  readonly port?: number;
  /** Where Proog knows the machine's host keys: the file that holds them, and the name that they stand under. */
  readonly knownHosts?: { readonly file: string; readonly alias: string };
  /** Names the kept connection, where the address alone does not tell machines apart. */
  readonly connection?: string;
  /** A connection of its own, not the kept one. */
  readonly fresh?: true;
  /** A private key in the place of those that ssh finds by itself; those of agents and of ~/.ssh/config count beside it. */
  readonly identity?: string;
  /** Several of them, in this order. */
  readonly identities?: readonly string[];
}

/** Answers to what a connection may need to ask. */
export interface Credentials {
  /** The sudo password; asked once for all nodes, and only when one needs it. `wrong` after a refused one. */
  sudoPassword(target: Target, wrong: boolean): Promise<string>;
}

/** How the far end becomes root: it needs not; by a sudo that asks nothing; or by one that gets a password. */
export type Become = "none" | "ask-nothing" | { readonly password: string };
