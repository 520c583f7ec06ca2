import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { gitRevisions } from "./git-revisions.ts";
import { withKey } from "./key-agent.ts";

let folder = "";
let key = "";
const fingerprint = () =>
  execFileSync("ssh-keygen", ["-l", "-f", join(folder, "key.pub")], { encoding: "utf8" }).split(" ")[1];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "proog-keys-"));
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, "key")]);
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "locked", "-f", join(folder, "locked")]);
  key = readFileSync(join(folder, "key"), "utf8");
  // Stands for the way to a server: notes its arguments and the keys that it has, and does there what it is told.
  writeFileSync(
    join(folder, "ssh"),
    `#!/bin/sh\necho "$*" >${folder}/asked; ssh-add -l >${folder}/keys\nfor last; do :; done\nexec sh -c "$last"\n`,
  );
  chmodSync(join(folder, "ssh"), 0o755);
  const repository = join(folder, "app");
  execFileSync("git", ["init", "--quiet", "--template=", "--initial-branch=main", repository]);
  const identity = ["-c", "user.name=a", "-c", "user.email=a@b"];
  execFileSync("git", ["-C", repository, ...identity, "commit", "--quiet", "--allow-empty", "-m", "x"]);
});
afterAll(() => rmSync(folder, { recursive: true }));
const before = process.env.GIT_SSH_COMMAND;
afterEach(() => {
  if (before === undefined) delete process.env.GIT_SSH_COMMAND;
  else process.env.GIT_SSH_COMMAND = before;
});

test("git uses that key and no other, which is on no disk", async () => {
  process.env.GIT_SSH_COMMAND = join(folder, "ssh");
  // Some stores keep no newline at the end.
  const revision = await gitRevisions()(`git@example.org:${folder}/app`, "main", key.trimEnd());
  expect(revision).toMatch(/^[0-9a-f]{40}$/);
  const keys = readFileSync(join(folder, "keys"), "utf8").trim().split("\n");
  expect(keys).toHaveLength(1);
  expect(keys[0]).toContain(fingerprint());
  const asked = readFileSync(join(folder, "asked"), "utf8");
  const [, socket = ""] = /IdentityAgent=(\S+)/.exec(asked) ?? [];
  expect(asked).toContain("-o IdentityFile=none -o BatchMode=yes");
  expect(asked).not.toContain("BEGIN OPENSSH");
  expect(existsSync(socket)).toBe(false);
});

test.for(["no key", "locked"])("what is %s is refused", async (what) => {
  const given = what === "locked" ? readFileSync(join(folder, "locked"), "utf8") : what;
  await expect(withKey(given, () => Promise.resolve())).rejects.toMatchObject({
    code: "git-failed",
    message: "The key of a repository is no private key of ssh, or is locked by a passphrase.",
  });
});

test("where there is no agent, that is said", async () => {
  const path = process.env.PATH;
  process.env.PATH = "/nowhere";
  const said = await withKey(key, () => Promise.resolve()).catch((error: Error) => error.message);
  process.env.PATH = path;
  expect(said).toBe("ssh-agent cannot be run on this machine, which is to hold the key of a repository.");
});
