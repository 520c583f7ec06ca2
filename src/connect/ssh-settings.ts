import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { userInfo } from "node:os";

/** What ssh(1) makes of a destination, by all of its configuration. */
export interface SshSettings {
  readonly user?: string;
  /** The host name or address that it connects to. */
  readonly host: string;
  readonly port: number;
  /** Private keys that it would try and that are there; beyond those of agents. */
  readonly identities: readonly string[];
}

const known = new Map<string, SshSettings>();

/** Asks ssh(1), which answers from its configuration without connecting, in a few milliseconds; once for each. */
export function askSshSettings(address: string, user?: string, port?: number): SshSettings {
  const args = [...(user ? ["-l", user] : []), ...(port ? ["-p", String(port)] : []), address];
  const key = args.join(" ");
  const settings = known.get(key) ?? read(args, address);
  known.set(key, settings);
  return settings;
}

function read(args: readonly string[], address: string): SshSettings {
  // A configuration that is wrong is told by the connection itself.
  const { stdout } = spawnSync("ssh", ["-G", ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const lines = (stdout ?? "").split("\n").map((line) => /^(\S+) (.*)$/.exec(line));
  const values = (name: string) => lines.flatMap((line) => (line?.[1] === name ? [line[2] ?? ""] : []));
  const [user] = values("user");
  return {
    ...(user && { user }),
    host: values("hostname")[0] ?? address,
    port: Number(values("port")[0] ?? 22),
    identities: values("identityfile")
      .map((file) => file.replace(/^~(?=\/)/, userInfo().homedir))
      .filter((file) => existsSync(file)),
  };
}
