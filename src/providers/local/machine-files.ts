import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeFile, makeFolder, statPlain } from "./files.ts";

/** What tells one machine from the others of its image. */
export interface MachineIdentity {
  readonly name: string;
  readonly address: string;
  readonly gateway: string;
  readonly authorizedKeys: readonly string[];
  /** The text of its `/etc/resolv.conf`. */
  readonly resolvers: string;
}

const resolversPath = "etc/resolv.conf";
const keysPath = "root/.ssh/authorized_keys";
/** Marks a resolv.conf as ours, so that one that a role or a user wrote is left alone. */
const resolversHead = "# By proog, from the host's at the machine's start.\n";

/** Writes the machine's own files into the upper layer of its overlay, and returns its public host key. */
export async function writeMachineFiles(upper: string, identity: MachineIdentity): Promise<string> {
  const { name, address, gateway } = identity;
  for (const folder of ["", "etc", "etc/ssh", "etc/systemd", "etc/systemd/network"]) {
    makeFolder(join(upper, folder));
  }
  for (const folder of ["root", "root/.ssh"]) makeFolder(join(upper, folder), 0o700);
  const file = (path: string, text: string, mode?: number) => makeFile(join(upper, path), text, mode);
  file("etc/hostname", `${name}\n`);
  file("etc/hosts", renderHosts(name, address));
  file("etc/machine-id", `${randomBytes(16).toString("hex")}\n`, 0o444);
  file("etc/systemd/network/10-host0.network", renderNetwork(address, gateway));
  file(resolversPath, resolversHead + identity.resolvers);
  file(keysPath, renderLines(identity.authorizedKeys), 0o600);
  return makeHostKey(join(upper, "etc/ssh/ssh_host_ed25519_key"), name);
}

/** What may have changed on this side since a stopped machine was made: the host's resolvers, who may log in. */
export function refreshMachineFiles(
  upper: string,
  resolvers: string,
  authorizedKeys: readonly string[],
): void {
  const resolv = readPlainFile(upper, resolversPath);
  if (resolv?.startsWith(resolversHead)) makeFile(join(upper, resolversPath), resolversHead + resolvers);
  const keys = readPlainFile(upper, keysPath)?.split("\n").filter(Boolean);
  const missing = authorizedKeys.filter((key) => !keys?.includes(key));
  if (keys !== undefined && missing.length > 0) {
    makeFile(join(upper, keysPath), renderLines([...keys, ...missing]), 0o600);
  }
}

/** The text of a file of a machine that has run; undefined when it is no longer a plain one. */
function readPlainFile(upper: string, path: string): string | undefined {
  return statPlain(upper, path)?.isFile() ? readFileSync(join(upper, path), "utf8") : undefined;
}

async function makeHostKey(path: string, name: string): Promise<string> {
  await promisify(execFile)("ssh-keygen", [
    "-q",
    "-t",
    "ed25519",
    "-N",
    "",
    "-C",
    `root@${name}`,
    "-f",
    path,
  ]);
  return readFileSync(`${path}.pub`, "utf8").split(" ").slice(0, 2).join(" ");
}

function renderLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

function renderHosts(name: string, address: string): string {
  return `127.0.0.1 localhost
${address} ${name}
::1 localhost ip6-localhost ip6-loopback
ff02::1 ip6-allnodes
ff02::2 ip6-allrouters
`;
}

/** systemd.network(5); `host0` is what systemd-nspawn calls the machine's interface. */
function renderNetwork(address: string, gateway: string): string {
  return `[Match]
Name=host0

[Network]
Address=${address}/24
Gateway=${gateway}
LinkLocalAddressing=no
IPv6AcceptRA=no
`;
}
