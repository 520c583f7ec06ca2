import { expect, test } from "vitest";
import { useFleet } from "./fleet-folder.ts";

const fleet = useFleet("doctor", "web: 2", 'file("/srv/x", { content: "" }),');

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
  await expect.poll(async () => (await fleet.proog("doctor")).status, { timeout: 20_000 }).toBe(3);
  const { stdout } = await fleet.proog("doctor");
  expect(stdout).toMatch(
    /\nok {3}web-1 .*\nbad {2}web-2: The facts of web-2 are not to be had: .*\n( {7}\S.*\n)+$/,
  );
});
