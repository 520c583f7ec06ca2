import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ProogError } from "../report/error.ts";

/** What ssh is started with, so that it uses the keys of an agent and no others. */
type AgentEnvironment = Readonly<Record<"SSH_AUTH_SOCK" | "GIT_SSH_COMMAND", string>>;

/** Milliseconds until an agent must be there. */
const patience = 5_000;

/**
 * Does something with a private key of ssh in an agent of its own: it is on no disk, and the agent ends with it.
 * @throws ProogError `git-failed` where there is no ssh-agent, and for what is no key.
 */
export async function withKey<Result>(
  key: string,
  action: (environment: AgentEnvironment) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "proog-agent-"));
  const socket = join(folder, "agent");
  const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
  const kill = () => agent.kill();
  process.once("exit", kill);
  try {
    await awaitAgent(agent, socket);
    await addKey(key, socket);
    const ssh = process.env.GIT_SSH_COMMAND ?? "ssh";
    return await action({
      SSH_AUTH_SOCK: socket,
      GIT_SSH_COMMAND: `${ssh} -o IdentityAgent=${socket} -o IdentityFile=none -o BatchMode=yes`,
    });
  } finally {
    process.off("exit", kill);
    kill();
    await rm(folder, { recursive: true, force: true });
  }
}

async function awaitAgent(agent: ReturnType<typeof spawn>, socket: string): Promise<void> {
  let failed = false;
  agent.once("error", () => {
    failed = true;
  });
  for (const end = Date.now() + patience; !existsSync(socket); await sleep(5)) {
    if (!failed && Date.now() < end) continue;
    throw new ProogError({
      code: "git-failed",
      message: "ssh-agent cannot be run on this machine, which is to hold the key of a repository.",
      hint: "Install it: apt-get install openssh-client",
    });
  }
}

async function addKey(key: string, socket: string): Promise<void> {
  const env = { ...process.env, SSH_AUTH_SOCK: socket, SSH_ASKPASS_REQUIRE: "never" };
  const adding = spawn("ssh-add", ["-q", "-"], { stdio: ["pipe", "ignore", "ignore"], env, detached: true });
  adding.stdin?.on("error", () => {});
  // Without a newline at its end it is damaged.
  adding.stdin?.end(key.endsWith("\n") ? key : `${key}\n`);
  const [status] = await once(adding, "close");
  if (status === 0) return;
  throw new ProogError({
    code: "git-failed",
    message: "The key of a repository is no private key of ssh, or is locked by a passphrase.",
    hint: "Make one that only reads that repository: ssh-keygen -t ed25519 -N '' -f deploy-key",
  });
}
