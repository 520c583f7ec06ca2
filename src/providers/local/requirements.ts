import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { ProogError } from "../../report/error.ts";
import { readHostMirrors } from "./mirror.ts";
import type { LocalProvider } from "./options.ts";

/** What a host must have. */
export interface Host {
  readonly platform: string;
  /** The effective user's id. */
  readonly uid: number;
  /** What the user called, `proog boot web`, to be called again with sudo. */
  readonly call: string;
  readonly hasCommand: (name: string) => boolean;
  readonly hasFile: (path: string) => boolean;
}

/** Each command with the Debian package that has it. */
const commands: readonly (readonly [command: string, pack: string])[] = [
  ["systemd-nspawn", "systemd-container"],
  ["nft", "nftables"],
  ["ip", "iproute2"],
  ["ssh-keygen", "openssh-client"],
  ["unshare", "util-linux"],
  ["flock", "util-linux"],
];

/**
 * Checks that this host can run machines, and with `image` that it can make their image.
 * @throws ProogError `provider-unavailable` that names everything missing at once, and the command to run.
 */
export function requireHost(host: Host, options: LocalProvider, needs: { readonly image: boolean }): void {
  if (host.platform !== "linux") {
    throw unavailable("it needs Linux", "Run proog on a Linux machine, or use another provider.");
  }
  const packages = missingPackages(host, options, needs.image);
  const root = host.uid === 0;
  if (packages.length === 0 && root) return;
  const reasons = [
    ...(packages.length === 0 ? [] : [`it needs the packages ${packages.join(", ")}`]),
    ...(root ? [] : ["it needs root, for mounts and network interfaces"]),
  ];
  const hints = [
    ...(packages.length === 0 ? [] : [`Run: ${root ? "" : "sudo "}apt-get install ${packages.join(" ")}`]),
    ...(root ? [] : [`Run: sudo ${host.call}`]),
  ];
  throw unavailable(reasons.join(", and "), hints.join("\n"));
}

function missingPackages(host: Host, options: LocalProvider, image: boolean): string[] {
  const needed = image ? [["debootstrap", "debootstrap"] as const, ...commands] : commands;
  const missing = needed.filter(([command]) => !host.hasCommand(command)).map(([, pack]) => pack);
  const { keyring } = readHostMirrors(options);
  if (image && !host.hasFile(keyring)) {
    missing.push(keyring.includes("ubuntu") ? "ubuntu-keyring" : "debian-archive-keyring");
  }
  return [...new Set(missing)];
}

function unavailable(reason: string, hint: string): ProogError {
  return new ProogError({
    code: "provider-unavailable",
    message: `local() cannot boot machines on this host: ${reason}`,
    hint,
  });
}

/** This host, with the commands that `PATH` leads to; `sbin` beside each `bin` counts, as plain users lack it. */
export function readHost(path: string): Host {
  const bins = path.split(delimiter).filter(Boolean);
  const folders = bins.flatMap((folder) => [folder, folder.replace(/\/bin\/?$/, "/sbin")]);
  const words = process.argv.slice(2);
  return {
    platform: process.platform,
    uid: process.geteuid?.() ?? -1,
    call: words.every((word) => /^[\w@%+=:,./-]+$/.test(word)) ? ["proog", ...words].join(" ") : "proog …",
    hasCommand: (name) => folders.some((folder) => can(join(folder, name), constants.X_OK)),
    hasFile: (file) => can(file, constants.R_OK),
  };
}

function can(file: string, mode: number): boolean {
  try {
    accessSync(file, mode);
    return true;
  } catch {
    return false;
  }
}
