import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ProogError } from "../../report/error.ts";
import type { ProviderContext } from "../provider.ts";
import { makeFolder, readNames, readText } from "./files.ts";
import { raiseKernelLimits } from "./kernel-limits.ts";
import { withLock } from "./lock.ts";
import type { LocalProvider } from "./options.ts";
import type { FleetNames, Places } from "./places.ts";
import { readFleetRecord, writeFleetRecord } from "./record.ts";
import { runScript } from "./run-script.ts";
import { chooseSubnet, hostAddress, overlap, parseRoutes, parseSubnet, type Route } from "./subnet.ts";

/** The lock below which subnets, addresses and machines come and go: one command at a time on this host. */
export function withHostLock<T>(
  places: Places,
  context: ProviderContext,
  work: () => Promise<T>,
): Promise<T> {
  const onWait = () => context.progress("waiting until other machines of this host are set up");
  return withLock({ file: places.lock, signal: context.signal, onWait }, work);
}

/** Sets up the fleet's network, and returns its subnet. Called with the host's lock held. */
export async function openFleet(
  options: LocalProvider,
  places: Places,
  fleet: FleetNames,
  context: ProviderContext,
): Promise<string> {
  // A bridge that our own interrupted start left is no reason to go elsewhere.
  const routes = readRoutes().filter(({ device }) => device !== fleet.bridge);
  const subnet = keptSubnet(options, fleet, routes) ?? claimSubnet(options, places, fleet, context, routes);
  raiseKernelLimits(context.progress);
  await runScript("network.sh", ["up", fleet.bridge, fleet.table, hostAddress(subnet, 1), subnet]);
  return subnet;
}

/** The same for each machine: another command may have closed the fleet since this one opened it. */
export async function keepFleetOpen(
  options: LocalProvider,
  places: Places,
  fleet: FleetNames,
  context: ProviderContext,
): Promise<string> {
  const kept = readFleetRecord(fleet.folder);
  const open = kept !== undefined && existsSync(`/sys/class/net/${fleet.bridge}`);
  return open ? kept.subnet : openFleet(options, places, fleet, context);
}

/** Removes what the fleet has on this host when its last machine is gone. Called with the host's lock held. */
export async function closeFleet(fleet: FleetNames): Promise<void> {
  if (readNames(fleet.folder).some((name) => name !== "fleet.json")) return;
  await runScript("network.sh", ["down", fleet.bridge, fleet.table]);
  rmSync(fleet.folder, { recursive: true, force: true });
}

function readRoutes(): Route[] {
  return parseRoutes(readText("/proc/net/route") ?? "");
}

function keptSubnet(options: LocalProvider, fleet: FleetNames, routes: readonly Route[]): string | undefined {
  const kept = readFleetRecord(fleet.folder)?.subnet;
  if (kept === undefined) return undefined;
  // A wider route, a VPN's 10.0.0.0/8, may be there: the narrower one of the bridge goes first.
  const network = parseSubnet(kept);
  if (routes.some((route) => route.mask >= network.mask && overlap(route, network))) throw subnetTaken(kept);
  if (options.subnet === undefined || options.subnet === kept) return kept;
  throw new ProogError({
    code: "invalid-option",
    message: `local(): subnet is "${options.subnet}", but the machines of this fleet are in ${kept}`,
    hint: `Shoot them all first, or write subnet: "${kept}".`,
  });
}

function claimSubnet(
  options: LocalProvider,
  places: Places,
  fleet: FleetNames,
  context: ProviderContext,
  routes: readonly Route[],
): string {
  const others = readNames(places.machines).flatMap((id) => readFleetRecord(join(places.machines, id)) ?? []);
  const taken = [...routes, ...others.map(({ subnet }) => parseSubnet(subnet))];
  const subnet = options.subnet ?? chooseSubnet(fleet.id, taken);
  if (subnet === undefined || taken.some((network) => overlap(network, parseSubnet(subnet)))) {
    throw subnetTaken(subnet);
  }
  makeFolder(fleet.folder);
  const { directory, environment } = context;
  writeFleetRecord(fleet.folder, { subnet, directory, fleet: context.fleet, environment });
  return subnet;
}

function subnetTaken(subnet: string | undefined): ProogError {
  return new ProogError({
    code: "provider-failed",
    message:
      subnet === undefined
        ? "local(): no private network is free on this host"
        : `local(): subnet ${subnet} is in use on this host, by a route or by another fleet`,
    hint: 'Shoot the fleet, if it has machines, and name a free one, local({ subnet: "192.168.77.0/24" }); "ip route" shows those in use.',
  });
}
