/** A machine as its provider lists it now. */
export interface Machine {
  /** The node's name, `web-1`. */
  readonly name: string;
  /** An IPv4 or IPv6 address, or a host name that ssh knows. */
  readonly address: string;
  /** `running` answers ssh; `stopped` exists and does not run. */
  readonly state: "running" | "stopped";
  /** The ssh user; `root` when left out, and where nobody here created it, as `~/.ssh/config` says. */
  readonly user?: string;
  /** The port of its sshd; as `~/.ssh/config` says when left out. */
  readonly port?: number;
  /** Nobody here created it: it is neither booted nor shot, and ssh knows its host keys. */
  readonly existing?: true;
  /** The machine's public host keys, `ssh-ed25519 AAAA…`, when the provider made them and so knows them. */
  readonly hostKeys?: readonly string[];
}

/** What a provider is asked to make. */
export interface MachineRequest {
  readonly name: string;
  /** Public keys that may log in, one `ssh-ed25519 AAAA… comment` each. */
  readonly authorizedKeys: readonly string[];
}

/** Where a provider stands: the fleet and environment whose machines it sees, and its place for files. */
export interface ProviderContext {
  readonly fleet: string;
  readonly environment: string;
  /** The folder of the user's config: two checkouts are two fleets. */
  readonly directory: string;
  /** Tells what is going on, for anything that takes longer than a second. `machine` is absent for work that serves all of them. */
  readonly progress: (text: string, machine?: string) => void;
  readonly signal: AbortSignal;
}

/** Creates, lists and destroys machines. Members: `local`. */
export interface Provider {
  /** As the user writes it: `local`. */
  readonly type: string;
  /**
   * Looks whether machines can be booted from here, for `proog doctor`.
   * @throws ProogError `provider-unavailable` that names all that is missing, and the remedy.
   */
  examine?(): Promise<void>;
  /** The machines that exist now, sorted by name; fast, it is called by every command. */
  list(context: ProviderContext): Promise<Machine[]>;
  /**
   * Makes the machines, or starts those that exist and are stopped; resolves when each one answers on its ssh port.
   * A machine that already runs is returned as it is.
   * @throws ProogError `provider-unavailable` when this host lacks something, `provider-failed` otherwise.
   */
  boot(requests: readonly MachineRequest[], context: ProviderContext): Promise<Machine[]>;
  /** Destroys the machines and all that belongs to them; names that do not exist are passed over. */
  shoot(names: readonly string[], context: ProviderContext): Promise<void>;
}

/** A provider as a config declares it: frozen plain data, whose `type` names the member. */
export interface ProviderDeclaration {
  readonly type: string;
}
