import { join } from "node:path";
import type { LoadedFleet } from "../fleet/load.ts";
import type { SecretDesk } from "../secrets/desk.ts";
import type { StorePlace } from "../store/database/database.ts";
import { makeStateFolder } from "./last-run.ts";

/** Where the fleet's history is; undefined where it has none. */
export async function storePlace({
  fleet,
  directory,
  secrets,
}: LoadedFleet & { readonly secrets: SecretDesk }): Promise<StorePlace | undefined> {
  const { store } = fleet;
  if (store === false) return undefined;
  if (store?.type !== "postgres")
    return { type: "sqlite", file: join(makeStateFolder(directory), "store.sqlite") };
  const { url, schema = `proog_${fleet.name.replaceAll("-", "_").toLowerCase()}` } = store;
  return { type: "postgres", url: typeof url === "string" ? url : await secrets.value(url), schema };
}
