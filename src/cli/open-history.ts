import { findConfig } from "../fleet/find-config.ts";
import { type LoadedFleet, loadFleet } from "../fleet/load.ts";
import { ProogError } from "../report/error.ts";
import type { Reporter } from "../report/event.ts";
import type { StorePlace } from "../store/database/database.ts";
import { openStore, type Store } from "../store/store.ts";
import { describeTrouble, troubleOf } from "../store/trouble.ts";
import type { CommonOptions } from "./options.ts";
import { openSecrets } from "./secret-desk.ts";
import { storePlace } from "./store-place.ts";

/** A fleet's config, and the store of its history. */
export interface History extends LoadedFleet {
  readonly store: Store;
}

/**
 * Loads the config and opens the store that it names. One that is broken is kept aside, and a new one begun.
 * @throws ProogError `store-unavailable`
 */
export async function openHistory(options: CommonOptions, reporter: Reporter): Promise<History> {
  const loaded = await loadFleet(findConfig(process.cwd(), options.config));
  return { ...loaded, store: await openFleetStore(loaded, reporter) };
}

/** The store of a fleet whose config is loaded. */
export async function openFleetStore(loaded: LoadedFleet, reporter: Reporter): Promise<Store> {
  const place = await storePlace({ ...loaded, secrets: openSecrets(loaded, reporter.redactor) });
  if (!place)
    throw new ProogError({
      code: "store-unavailable",
      message: `${loaded.fleet.name} writes nothing down: its config says store: false.`,
      where: loaded.fleet.at,
    });
  return await openPlace(place, reporter);
}

/** The store there; a file that is broken is kept aside. @throws ProogError `store-unavailable` */
export async function openPlace(place: StorePlace, reporter: Reporter): Promise<Store> {
  try {
    return await openStore(place);
  } catch (error) {
    if (place.type === "sqlite" && troubleOf(error) === "broken")
      return await beginAnew(place, error, reporter);
    throw unavailable(place, error);
  }
}

async function beginAnew(
  place: Extract<StorePlace, { type: "sqlite" }>,
  error: unknown,
  reporter: Reporter,
): Promise<Store> {
  const { setAside } = await import("../store/database/set-aside.ts");
  const kept = setAside(place.file, new Date());
  if (kept !== undefined) reporter({ type: "note", text: tellAside(kept, error) });
  try {
    return await openStore(place);
  } catch (again) {
    throw unavailable(place, again);
  }
}

/** What is said of a store that was broken. */
export function tellAside(kept: string, error: unknown): string {
  return (
    `The store was broken (${describeTrouble(error)}). It is kept as ${kept}, and a new one was begun. ` +
    "What the nodes know of earlier runs comes back by: proog history --sync"
  );
}

/** Of a server, its address is not told: it may have a password. */
function unavailable(place: StorePlace, error: unknown): unknown {
  if (error instanceof ProogError) return error;
  const where = place.type === "sqlite" ? place.file : "the PostgreSQL server of the config";
  return new ProogError({
    code: "store-unavailable",
    message: `The store cannot be opened: ${describeTrouble(error)}.`,
    detail: where,
    hint: "Deployments go on without it. What nodes know of runs comes back later by: proog history --sync",
    cause: error,
  });
}
