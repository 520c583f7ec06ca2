import { expect, test } from "vitest";
import { sshFailure } from "./ssh-failure.ts";

const changed =
  "@@@@@@@@\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\nHost key verification failed.";
const denied = "root@10.1.2.3: Permission denied (publickey).";
const theirs = { name: "web-1", address: "10.1.2.3", user: "root" };
const created = {
  ...theirs,
  identity: "/srv/a fleet/.proog/id_ed25519",
  knownHosts: { file: "/srv/a fleet/.proog/known_hosts-live", alias: "web-1" },
};

test("a key that your own ssh knows is removed there, with its port", () => {
  expect(sshFailure(theirs, changed)).toMatchObject({
    code: "host-key-changed",
    message: "web-1 (root@10.1.2.3) shows another host key than the one that is known.",
    hint: "Somebody may stand between you and it. If it was installed anew, remove its old key: ssh-keygen -R 10.1.2.3",
  });
  expect(sshFailure({ ...theirs, port: 2222 }, changed).hint).toMatch(
    /ssh-keygen -R '\[10\.1\.2\.3\]:2222'$/,
  );
});

test("a created machine has the key that it was created with", () => {
  expect(sshFailure(created, changed)).toMatchObject({
    code: "host-key-changed",
    hint: expect.stringMatching(/was created with that key: .* anew: proog shoot web-1, proog boot web-1$/),
  });
});

test("who is denied is told by which key to try it", () => {
  expect(sshFailure(theirs, denied)).toMatchObject({
    code: "permission-denied",
    hint: "Try it by hand: ssh root@10.1.2.3 true. The key must be in that user's authorized_keys, and in your agent.",
  });
  expect(sshFailure(created, denied).hint).toBe(
    "Try it by hand: ssh -i '/srv/a fleet/.proog/id_ed25519' root@10.1.2.3 true. " +
      "What /srv/a fleet/.proog/id_ed25519.pub says must be in that user's authorized_keys.",
  );
});
