import type { Price } from "../report/text/price.ts";

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
  /** When it was made (seconds since 1970), where the provider knows. */
  readonly created?: number;
  /** What was noted of it, with the machine's own record, so that it lives as long as the machine does. Absent: nothing. */
  readonly tags?: MachineTags;
}

/**
 * What Proog notes of a machine at its provider: whoever lists it reads it, also when the machine itself is dead, and whoever was
 * killed in the middle of something finds here how far it had come.
 */
export interface MachineTags {
  /** It is being made and not yet in service: since when (seconds since 1970). Goes when it has joined its pool. */
  readonly booting?: string;
  /** The node whose place it takes. */
  readonly replaces?: string;
  /** It was booted since its pool was slow, and goes when that is calm: since when (seconds since 1970). */
  readonly scaled?: string;
  /** A corpse: dead, out of its pool, kept for a look. Since when (seconds since 1970), a space, and why it died. */
  readonly kept?: string;
  /** It was decided that it goes, and it is being shot. */
  readonly doomed?: "yes";
  /** People have asked to leave it alone: since when (seconds since 1970), who, and why, with spaces between these. */
  readonly paused?: string;
  /** Not only the machine but these roles as a whole, with spaces between them: nothing takes the place of what they miss. */
  readonly pausedRoles?: string;
  /** It holds what is nowhere else: it is never shot or replaced by itself. */
  readonly stateful?: "yes";
}

/** What a provider is asked to make. */
export interface MachineRequest {
  readonly name: string;
  /** Public keys that may log in, one `ssh-ed25519 AAAA… comment` each. */
  readonly authorizedKeys: readonly string[];
  /** What is noted of it from its first moment on; a machine that is there already keeps what was noted of it. */
  readonly tags?: MachineTags;
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
  /** What each further machine costs, where the provider knows that: it is told before any are booted. */
  price?(context: ProviderContext): Promise<Price | undefined>;
  /** The machines that exist now, sorted by name; fast, it is called by every command. */
  list(context: ProviderContext): Promise<Machine[]>;
  /**
   * Makes the machines, or starts those that exist and are stopped; resolves when each one answers on its ssh port.
   * A machine that already runs is returned as it is.
   * @throws ProogError `provider-unavailable` when this host lacks something, `provider-failed` otherwise.
   */
  boot(requests: readonly MachineRequest[], context: ProviderContext): Promise<Machine[]>;
  /**
   * Notes these tags of machines that exist, running or not, and takes those away that are undefined; others stay as they are.
   * Names that do not exist are passed over.
   */
  tag(names: readonly string[], tags: TagChanges, context: ProviderContext): Promise<void>;
  /** What a machine last said on its console, running or not, where the provider has that; empty where it has nothing. */
  console?(name: string, context: ProviderContext): Promise<string>;
  /**
   * What a machine last wrote to its journal, running or not, where the provider can read it without the machine's help; empty where
   * it has nothing.
   */
  journal?(name: string, context: ProviderContext): Promise<string>;
  /** Destroys the machines and all that belongs to them; names that do not exist are passed over. */
  shoot(names: readonly string[], context: ProviderContext): Promise<void>;
}

/** Tags to be noted, and, undefined, those that go. */
export type TagChanges = { readonly [Name in keyof MachineTags]: MachineTags[Name] | undefined };

/** A provider as a config declares it: frozen plain data, whose `type` names the member. */
export interface ProviderDeclaration {
  readonly type: string;
}
