import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { makeStateFolder, stateFolder } from "./last-run.ts";

/** The fleet's own private key, with which Proog enters the machines that it made; it lies beside the config. */
export function fleetKey(directory: string): string {
  return join(stateFolder(directory), "id_ed25519");
}

/** The public keys that may enter new machines: the fleet's own, made when it is first needed, and the user's. */
export function loadAuthorizedKeys(directory: string): string[] {
  const key = fleetKey(directory);
  if (!existsSync(key)) {
    makeStateFolder(directory);
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "proog", "-f", key], {
      stdio: "ignore",
    });
  }
  const home = join(homedir(), ".ssh");
  const own = existsSync(home) ? readdirSync(home).filter((name) => /^id_.*\.pub$/.test(name)) : [];
  return [`${key}.pub`, ...own.map((name) => join(home, name))].map((file) =>
    readFileSync(file, "utf8").trim(),
  );
}
