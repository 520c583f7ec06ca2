import { beforeAll, describe, expect, test } from "vitest";
import { eventsOf, useFleet } from "./fleet-folder.ts";
import { waitUntil } from "./slow-run.ts";
import { supplied } from "./supplied.ts";

const fleet = useFleet("access", "web: 5", "", { machines: supplied });

const setting = "/etc/ssh/sshd_config.d/10-test.conf";
const wrongPort = `const conf = file("${setting}", { content: "Port 2222\\n" });`;
const shut = `const rules = file("/etc/nftables.conf", { mode: "0755", content: \`#!/usr/sbin/nft -f
flush ruleset
table inet filter {
  chain input { type filter hook input priority 0; policy drop; iif lo accept; }
}
\` });`;
const after = `file("/srv/after", { content: "" })`;

/** What is declared on each of the nodes. */
const items = `...{
  "web-1": () => { ${wrongPort} return [conf, service("ssh", { restartOn: [conf] }), ${after}]; },
  "web-2": () => { ${shut} return [rules, service("nftables", { reloadOn: [rules] }), ${after}]; },
  "web-3": () => { ${wrongPort} return [conf, service("ssh", { restartOn: [conf] }), ${after}]; },
  "web-5": () => { const conf = file("${setting}", { content: "# right\\n" }); return [conf, service("ssh", { reloadOn: [conf] })]; },
  "web-4": () => [reboot(), ${after}],
}[node.name]()`;

const boot = (name: string) => fleet.node(name).ssh("cat /proc/sys/kernel/random/boot_id");

/** The time in the name of a run, in seconds: `20261122-231542-4f1a` */
function secondsOf(run: string): number {
  const [, date, hours, minutes, seconds] = /^(\d{8})-(\d\d)(\d\d)(\d\d)/.exec(run) ?? [];
  const day = `${date?.slice(0, 4)}-${date?.slice(4, 6)}-${date?.slice(6)}`;
  return Date.parse(`${day}T${hours}:${minutes}:${seconds}Z`) / 1000;
}

/** Shell: no run goes on. */
const over =
  'for alive in /var/lib/proog/runs/*/alive; do flock --nonblock --shared "$alive" true || exit; done';

/** Whether shell succeeds there, also while it cannot be reached. */
const holds = (name: string, script: string) =>
  fleet
    .node(name)
    .ssh(script)
    .then(
      () => true,
      () => false,
    );

describe("with the program itself, and its limits", { concurrent: true }, () => {
  beforeAll(() => fleet.declare(items));

  test("a wrong port of sshd and a firewall that shuts out ssh: reachable again within a minute", async () => {
    const { stdout, stderr, status } = await fleet.proog("apply", "--yes", "web-1", "web-2");
    expect(status, stdout + stderr).toBe(3);
    expect(stdout).toContain("access: a new connection must succeed afterwards, or it is put back");
    expect(stderr.replaceAll(/\n {2}/g, " ")).toContain(
      `What can lock you out of web-1 was put back, since no new connection could be made after it: file ${setting}, service ssh.`,
    );
    expect(stderr).toContain(
      "web-2: The connection to web-2 is lost amid changes that can lock you out; unless a new one succeeds, they are put back there.",
    );
    expect(stderr).toMatch(/web-1 \(root@[\d.]+\) cannot be reached\.\n.*Connection refused/);
    expect(stderr).toContain("What can lock you out of web-2 was put back");
    expect(stderr).toMatch(/web-2 \(root@[\d.]+\) cannot be reached within 10 s\./);
    expect(stderr).toContain("Mend it and say it again: proog apply. What came after it was not tried.");
    expect(stdout).toMatch(/put back +0 of 3 changed, 2 put back, 1 not reached/);
    for (const name of ["web-1", "web-2"]) {
      // Both the run and what put it back have the time in their names.
      const runs = (await fleet.node(name).ssh("ls /var/lib/proog/backups")).trim().split("\n");
      const [began = 0, back = 0] = runs.map(secondsOf);
      expect(back - began, runs.join()).toBeGreaterThan(29);
      expect(back - began, runs.join()).toBeLessThan(60);
      expect((await fleet.proog("plan", name)).status).toBe(2);
      expect(await fleet.node(name).ssh("ls /srv; ls /etc/systemd/system/*proog* 2>/dev/null; true")).toBe(
        "",
      );
    }
  });

  test("the controller is killed before it could confirm: it is put back, and the next call says so", async () => {
    const running = fleet.start("apply", "--yes", "--json", "web-3");
    await running.waitFor(/access-awaited/);
    running.kill("SIGKILL");
    await running.ended;
    await waitUntil(
      "it is put back",
      () => holds("web-3", `[ ! -e ${setting} ] && [ ! -e /var/lib/proog/access ] && ${over}`),
      60,
    );
    const { stderr, status } = await fleet.proog("plan", "web-3");
    expect(stderr).toMatch(
      /the earlier run \S+ of \S+ was not confirmed by a new connection, so what could lock you out was put back/,
    );
    expect(status).toBe(2);
  });

  test("an undo that would lock out is put back in the same way", async () => {
    // It is read only with the next reload, which undo makes.
    await fleet.node("web-5").ssh(`echo 'Port 2222' >${setting}`);
    const { events, status } = await fleet.events("apply", "--yes", "web-5");
    expect(status).toBe(0);
    const run = eventsOf(events, "run-started")[0]?.run ?? "";
    const undone = await fleet.proog("undo", "--yes", run);
    expect(undone.stderr).toContain("What can lock you out of web-5 was put back");
    expect(undone.stderr).toContain(`Mend it and say it again: proog undo ${run}.`);
    expect(undone.status).toBe(3);
    expect(await fleet.node("web-5").ssh(`cat ${setting}`)).toBe("# right\n");
    expect((await fleet.proog("plan", "web-5")).status).toBe(0);
  });

  test("the controller is killed while the machine reboots: the run goes on by itself, and the next call says so", async () => {
    const before = await boot("web-4");
    await fleet.node("web-4").ssh("touch /run/reboot-required");
    const running = fleet.start("apply", "--yes", "--json", "web-4");
    await running.waitFor(/to come back/);
    running.kill("SIGKILL");
    await running.ended;
    await waitUntil(
      "the rest is made",
      () => holds("web-4", "[ -e /srv/after ] && [ ! -e /var/lib/proog/current ]"),
      60,
    );
    expect(await boot("web-4")).not.toBe(before);
    const { events, status } = await fleet.events("plan", "web-4");
    expect(eventsOf(events, "earlier-run")).toMatchObject([{ node: "web-4", outcome: "done" }]);
    expect(status).toBe(0);
  });
});
