import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeFile, makeFolder } from "./files.ts";

/** What tells one machine from the others of its image. */
export interface MachineIdentity {
  readonly name: string;
  readonly address: string;
  readonly gateway: string;
  readonly authorizedKeys: readonly string[];
  readonly resolvers: string;
}

/** Writes the machine's own files into the upper layer of its overlay, and returns its public host key. */
export async function writeMachineFiles(upper: string, identity: MachineIdentity): Promise<string> {
  const { name, address, gateway } = identity;
  for (const folder of ["", "etc", "etc/ssh", "etc/systemd", "etc/systemd/network"]) makeFolder(join(upper, folder));
  for (const folder of ["root", "root/.ssh"]) makeFolder(join(upper, folder), 0o700);
  const etc = (path: string, text: string, mode?: number) => makeFile(join(upper, "etc", path), text, mode);
  etc("hostname", `${name}\n`);
  etc("hosts", renderHosts(name, address));
  etc("machine-id", `${randomBytes(16).toString("hex")}\n`, 0o444);
  etc("resolv.conf", identity.resolvers);
  etc("systemd/network/10-host0.network", renderNetwork(address, gateway));
  makeFile(join(upper, "root/.ssh/authorized_keys"), `${identity.authorizedKeys.join("\n")}\n`, 0o600);
  return makeHostKey(join(upper, "etc/ssh/ssh_host_ed25519_key"), name);
}

async function makeHostKey(path: string, name: string): Promise<string> {
  await promisify(execFile)("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", `root@${name}`, "-f", path]);
  return readFileSync(`${path}.pub`, "utf8").split(" ").slice(0, 2).join(" ");
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
