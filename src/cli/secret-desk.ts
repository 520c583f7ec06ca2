import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { LoadedFleet } from "../fleet/load.ts";
import { defaultSecretFolder } from "../fleet/secret-store.ts";
import type { Redactor } from "../report/redact/redactor.ts";
import { secretsIn } from "../resources/secret/secret.ts";
import { SecretDesk } from "../secrets/desk.ts";
import type { SecretStore } from "../secrets/store.ts";
import type { FleetNode, Workspace } from "./workspace.ts";

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

/** Makes known what is in the fleet's store, where it has one: what commands print may hold some of it. */
export async function learnStore({ fleet, directory, secrets }: Workspace): Promise<void> {
  if (existsSync(resolve(directory, fleet.secrets?.folder ?? defaultSecretFolder))) await secrets.learnAll();
}

/**
 * Makes known what a node's resources have, so that it is shown nowhere, and gives the values. What is wrong with the config, or
 * cannot be had, is passed over: whoever asks for this does not need it.
 */
export async function learnSecrets(workspace: Workspace, node: FleetNode): Promise<string[]> {
  try {
    const secrets = secretsIn(await workspace.resources(node));
    const values = secrets.map((secret) => workspace.secrets.value(secret).catch(() => ""));
    return await Promise.all(values);
  } catch {
    return [];
  }
}
