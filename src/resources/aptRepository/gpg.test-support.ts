import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Keys in a folder of their own, made and used by the real gpg. */
export interface TestKeys extends Disposable {
  readonly folder: string;
  /** Makes a key, and gives its fingerprint. `lasts` as gpg takes it, from `begins` on. */
  make(name: string, lasts?: string, begins?: string): string;
  gpg(...args: string[]): Buffer;
  /** Writes what gpg prints into a file of the folder, and gives its path. */
  write(file: string, ...args: string[]): string;
}

export function testKeys(place = tmpdir()): TestKeys {
  const folder = mkdtempSync(join(place, "keys-"));
  const gpg = (...args: string[]) => {
    const options = [
      "--homedir",
      folder,
      "--batch",
      "--quiet",
      "--no-tty",
      "--yes",
      "--pinentry-mode",
      "loopback",
    ];
    return execFileSync("gpg", [...options, "--passphrase", "", ...args], {
      stdio: ["ignore", "pipe", "pipe"],
    });
  };
  return {
    folder,
    gpg,
    make: (name, lasts = "never", begins = "") => {
      const time = begins === "" ? [] : ["--faked-system-time", begins];
      gpg(...time, "--quick-gen-key", name, "ed25519", "sign", lasts);
      const listed = gpg("--with-colons", "--list-keys", `=${name}`).toString();
      return /^fpr:+([0-9A-F]+):/m.exec(listed)?.[1] ?? "";
    },
    write: (file, ...args) => {
      const path = join(folder, file);
      writeFileSync(path, gpg(...args));
      return path;
    },
    [Symbol.dispose]: () => {
      execFileSync("gpgconf", ["--homedir", folder, "--kill", "all"]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
