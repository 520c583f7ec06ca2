import { expect, test } from "vitest";
import { awaitKilled } from "./connections.ts";
import { useFleet } from "./fleet-folder.ts";

const fleet = useFleet("doctor", "web: 2", 'file("/srv/x", { content: "" }),');

test("a created machine that shows another host key, or denies ours, says so with the remedy", async () => {
  const web = fleet.node("web-1");
  const plan = async () => {
    // A connection that is kept open asks nothing.
    await awaitKilled(web);
    const { stderr, status } = await fleet.proog("plan", "web-1");
    return { status, said: stderr.replace(/\s+/g, " ") };
  };
  const key = "/etc/ssh/ssh_host_ed25519_key";
  const place = `web-1 (root@${web.address})`;
  await web.ssh(`mkdir /root/kept; mv ${key} ${key}.pub /root/kept/
    ssh-keygen -q -t ed25519 -N '' -f ${key}; systemctl restart ssh`);
  const changed = await plan();
  await web.ssh(`mv /root/kept/* ${key.slice(0, key.lastIndexOf("/"))}/; systemctl restart ssh`);
  expect(changed.said).toContain(`${place} shows another host key than the one that is known. `);
  expect(changed.said).toMatch(
    / Somebody may stand between you and it\. It was created with that key: if it was given another one since, put the old one back, or have it made anew: proog shoot web-1, proog boot web-1 $/,
  );
  expect(changed.status).toBe(3);

  await web.ssh("mv /root/.ssh/authorized_keys /root/.ssh/kept");
  const denied = await plan();
  await web.ssh("mv /root/.ssh/kept /root/.ssh/authorized_keys");
  const ours = `${fleet.path}/.proog/id_ed25519`;
  expect(denied.said).toContain(`${place} denies the login. `);
  expect(denied.said).toContain(
    ` Try it by hand: ssh -i ${ours} root@${web.address} true. What ${ours}.pub says must be in that user's authorized_keys. `,
  );
  expect(denied.status).toBe(3);
  expect((await plan()).status).toBe(2);
});

test("each node is reached, or it is said why not and what to do", async () => {
  const good = await fleet.proog("doctor");
  expect(good.stdout).toMatch(
    /\nok {3}web-1 +Debian GNU\/Linux 13 \(trixie\), answers as root after \d+\.\d s\n/,
  );
  expect(good.stdout).toContain("\nok   provider   local: can boot machines; 2 machines there\n");
  expect(good.status).toBe(0);

  const stop = "systemctl stop ssh ssh.socket; pkill -x sshd-session; pkill -x sshd";
  await fleet
    .node("web-2")
    .ssh(`systemd-run --quiet --on-active=0.5 --timer-property=AccuracySec=100ms sh -c '${stop}'`);
  await expect.poll(async () => (await fleet.proog("doctor")).status).toBe(3);
  const { stdout } = await fleet.proog("doctor");
  expect(stdout).toMatch(
    /\nok {3}web-1 .*\nbad {2}web-2: The facts of web-2 are not to be had: .*\n( {7}\S.*\n)+$/,
  );
});
