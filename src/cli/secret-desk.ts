import { resolve } from "node:path";
import type { LoadedFleet } from "../fleet/load.ts";
import { defaultSecretFolder } from "../fleet/secret-store.ts";
import type { Redactor } from "../report/redact/redactor.ts";
import { SecretDesk } from "../secrets/desk.ts";
import type { SecretStore } from "../secrets/store.ts";

/** The desk for the secrets of a fleet. */
export function openSecrets(loaded: LoadedFleet, redactor: Redactor | undefined): SecretDesk {
  let store: Promise<SecretStore> | undefined;
  return new SecretDesk({
    directory: loaded.directory,
    environment: process.env,
    store: () => {
      store ??= openStore(loaded);
      return store;
    },
    redactor,
  });
}

/** The store of a fleet, whether it has one yet or not. */
export async function openStore({ fleet, directory }: LoadedFleet): Promise<SecretStore> {
  const { SecretStore } = await import("../secrets/store.ts");
  const { recipients = {}, folder = defaultSecretFolder } = fleet.secrets ?? {};
  return new SecretStore({
    folder: resolve(directory, folder),
    directory,
    recipients,
    environment: process.env,
  });
}
