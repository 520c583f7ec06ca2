import { mkdirSync, statSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { ProogError } from "../report/error.ts";
import type { Target } from "./target.ts";

/** Seconds until a host that does not answer is given up. */
export const connectLimit = 10;

/**
 * The arguments of ssh(1) up to and including the destination. One connection per node, kept open for a minute.
 * Host keys are always checked. See ssh_config(5).
 */
export function sshArguments(target: Target): string[] {
  const settings = [
    `ConnectTimeout=${connectLimit}`,
    "ServerAliveInterval=5",
    "ServerAliveCountMax=3",
    ...keepSettings(target),
  ];
  if (target.knownHosts) {
    settings.push(
      `HostKeyAlias=${target.knownHosts.alias}`,
      `UserKnownHostsFile="${target.knownHosts.file}"`,
      "GlobalKnownHostsFile=/dev/null",
      "StrictHostKeyChecking=yes",
      // The keys are known, so no name is looked up and nothing is added.
      "UpdateHostKeys=no",
      "CheckHostIP=no",
    );
  }
  return [
    ...settings.flatMap((setting) => ["-o", setting]),
    ...(target.identity ? ["-i", target.identity] : []),
    ...(target.identities ?? []).flatMap((file) => ["-i", file]),
    ...(target.user ? ["-l", target.user] : []),
    ...(target.port ? ["-p", String(target.port)] : []),
    target.address,
  ];
}

function keepSettings({ fresh, connection }: Target): string[] {
  if (fresh) return ["ControlMaster=no", "ControlPath=none"];
  const path = join(socketFolder(), connection ?? "%C");
  return ["ControlMaster=auto", "ControlPersist=60", `ControlPath=${path}`];
}

/**
 * What a service of systemd has to itself, see systemd.exec(5): its connections do not end with somebody's, nor theirs with it, and
 * it gets in nowhere by keys that somebody's agent has lent.
 */
function ownRuntimeFolder(): string | undefined {
  return process.env.RUNTIME_DIRECTORY?.split(":")[0] || undefined;
}

/** The folder of the connections' sockets; its path must be short, since a socket's is limited to 108 bytes. */
export function socketFolder(): string {
  const { uid } = userInfo();
  const folder = join(ownRuntimeFolder() ?? tmpdir(), `proog-${uid}`);
  mkdirSync(folder, { mode: 0o700, recursive: true });
  const found = statSync(folder);
  if (found.uid !== uid || (found.mode & 0o077) !== 0) {
    throw new ProogError({
      code: "provider-unavailable",
      message: `${folder} can be entered by others, and ssh connections would be kept in it.`,
      hint: `Remove it: rm -rf ${folder}`,
    });
  }
  return folder;
}
