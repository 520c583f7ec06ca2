import { expect, test } from "vitest";
import { useFleet } from "./fleet-folder.ts";
import { supplied } from "./supplied.ts";

const fleet = useFleet("undo-running", "web: 1", "", { machines: supplied });
const web = () => fleet.node("web-1");

/** What is in force now and at boot. */
const state = () =>
  web().ssh(`nft --stateless list ruleset; cat /etc/fstab; awk '$5 ~ "^/srv/" { print $5, $6 }' /proc/self/mountinfo
    find /etc/nftables-proog.conf /etc/systemd/system /srv -printf '%p %l\\n' 2>/dev/null | sort
    for unit in proog-firewall.service job.timer; do systemctl is-enabled $unit; systemctl is-active $unit; done 2>/dev/null; true`);

test("firewall, timer and mount are undone, and that is undone as well", async () => {
  await web().ssh("echo '# ours' >/etc/fstab");
  const before = await state();
  fleet.declare(`
    firewall({ allow: [{ port: 22 }, { port: 80 }] }),
    mount("/srv/data", { type: "tmpfs", options: ["size=1m"] }),
    systemdTimer("job", { schedule: "daily", command: "true" }),`);
  const first = await fleet.succeed("apply");
  const after = await state();
  for (const part of ["dport 80 accept", "/srv/data rw", "job.timer"]) expect(after).toContain(part);

  fleet.declare(`
    firewall({ allow: [{ port: 22 }] }),
    mount("/srv/data", { absent: true }),
    systemdTimer("job", { absent: true }),`);
  const second = await fleet.succeed("apply");
  expect(await state()).not.toContain("job.timer");
  const back = await fleet.succeed("undo", second);
  expect(await state()).toBe(after);
  await fleet.succeed("undo", back);
  expect(await state()).not.toContain("dport 80 accept");
  await fleet.succeed("undo", second);
  await fleet.succeed("undo", first);
  expect(await state()).toBe(before);
});

test("a unit that is gone cannot be started again, and that is said", async () => {
  await web().ssh(`printf '[Service]\\nExecStart=/bin/sleep infinity\\n' >/etc/systemd/system/brief.service
    systemctl daemon-reload; systemctl start brief`);
  fleet.declare('service("brief", { enabled: false, running: false }),');
  const run = await fleet.succeed("apply");
  await web().ssh("rm /etc/systemd/system/brief.service; systemctl daemon-reload");
  const { stdout, stderr, status } = await fleet.proog("undo", run, "--yes");
  expect(stdout + stderr).toContain("There is no unit brief.service to start.");
  expect(status).toBe(3);
});
