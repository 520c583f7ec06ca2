import { isIP } from "node:net";
import { callerPlace } from "../resources/caller.ts";

/** A machine that nobody here created, by how ssh reaches it. */
export interface ExistingMachine<RoleName extends string = string> {
  /** As ssh(1) takes it: a host name, an address, or an alias of `~/.ssh/config`, of which everything holds. */
  readonly ssh: string;
  /** The node's name. Default: the host name up to its first dot; of an address all of it, `10-1-2-3`. */
  readonly name?: string;
  /** What it has, in this order. Default: the role under whose name it stands. */
  readonly roles?: readonly RoleName[];
  /** Default: as `~/.ssh/config` says. Another one than root becomes root by sudo. */
  readonly user?: string;
  /** Default: as `~/.ssh/config` says. */
  readonly port?: number;
}

/** What `existing()` returns: plain frozen data for an environment's `nodes`. */
export interface ExistingNodes<RoleName extends string = string> {
  /** What marks it. */
  readonly type: "existing";
  /** Each machine, and how ssh reaches it. */
  readonly machines: readonly ExistingMachine<RoleName>[];
  /** The user's own file and line. */
  readonly at: string;
}

/**
 * Machines that nobody here created, for an environment's `nodes`, beside those that its provider creates. They are booted and
 * shot by nobody; all else is done with them as with any node. Their host keys are looked up where ssh does.
 * @param machines Each one as ssh(1) takes it, `"web1.example.org"`, `"debian@10.1.2.3:2222"`, or with more to say of it.
 * @example nodes: { web: existing(["web1.example.org", "web2.example.org"]) }
 * @example nodes: { web: 4, old: existing([{ ssh: "legacy.example.org", name: "mail", roles: ["mail", "web"] }]) }
 */
export function existing<const RoleName extends string = never>(
  machines: readonly (string | ExistingMachine<RoleName>)[],
): ExistingNodes<RoleName> {
  const list: unknown = machines;
  // What is no list is told with all other mistakes of the fleet.
  const all = Array.isArray(list)
    ? list.map((item) => (typeof item === "string" ? parseDestination(item) : item))
    : list;
  const frozen = Object.freeze(all) as readonly ExistingMachine<RoleName>[];
  return Object.freeze({ type: "existing", machines: frozen, at: callerPlace(existing) });
}

/** `debian@web1.example.org:2222`, of which only the host is needed; a port behind an IPv6 address takes brackets. */
export function parseDestination(text: string): Pick<ExistingMachine, "ssh" | "user" | "port"> {
  const [, user, rest = text] = /^([^@]+)@(.*)$/s.exec(text) ?? [];
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::([0-9]{1,5}))?$/.exec(rest) ?? [];
  const ssh = bracketed ?? plain ?? rest;
  return { ssh, ...(user !== undefined && { user }), ...(port !== undefined && { port: Number(port) }) };
}

/** `web1` of `web1.example.org`, `10-1-2-3` of an address. */
export function nameOfHost(ssh: string): string {
  const name = isIP(ssh) === 0 ? (ssh.split(".", 1)[0] ?? "") : ssh.replace(/[.:%]/g, "-");
  return name.toLowerCase().replace(/^-+|-+$/g, "");
}
