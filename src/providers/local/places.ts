import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { join } from "node:path";
import type { ProviderContext } from "../provider.ts";

/** Where the local provider keeps things on this host. */
export interface Places {
  /** Images and packages; may be thrown away when no machine uses it. `PROOG_CACHE` names another. */
  readonly cache: string;
  /** One folder per fleet, in it one per machine. `PROOG_MACHINES` names another. */
  readonly machines: string;
  /** The file whose lock serves all proogs of this host, whatever their folders. */
  readonly lock: string;
}

/** The names that one fleet uses on this host; no other fleet, environment or checkout has the same. */
export interface FleetNames {
  /** 8 hexadecimal digits. */
  readonly id: string;
  readonly folder: string;
  /** The Linux bridge; an interface name has at most 15 characters. */
  readonly bridge: string;
  /** The nftables table with the fleet's address translation. */
  readonly table: string;
}

export function findPlaces(environment: Readonly<Record<string, string | undefined>>): Places {
  return {
    cache: environment.PROOG_CACHE || "/var/cache/proog",
    machines: environment.PROOG_MACHINES || "/var/lib/proog-machines",
    lock: "/run/lock/proog-local",
  };
}

export function nameFleet(
  places: Places,
  context: Pick<ProviderContext, "fleet" | "environment" | "directory">,
): FleetNames {
  const key = [realPath(context.directory), context.fleet, context.environment].join("\0");
  const id = createHash("sha256").update(key).digest("hex").slice(0, 8);
  return { id, folder: join(places.machines, id), bridge: `proog-${id}`, table: `proog_${id}` };
}

/** One checkout reached by two paths is one fleet. */
function realPath(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    return directory;
  }
}
