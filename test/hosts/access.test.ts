import { describe, expect, test } from "vitest";
import { apt } from "../../src/resources/apt/apt.ts";
import type { Item } from "../../src/resources/declare.ts";
import { file } from "../../src/resources/file/file.ts";
import { firewall } from "../../src/resources/firewall/firewall.ts";
import { run } from "../../src/resources/run/run.ts";
import { service } from "../../src/resources/service/service.ts";
import { user } from "../../src/resources/user/user.ts";
import { type Applied, declareNode, planNode } from "./engine.ts";
import { eventsOf } from "./fleet-folder.ts";
import { makeArchive, type TestPackage } from "./kinds/local-archive.ts";
import { type HostMachine, useMachines } from "./machines.ts";
import { waitUntil } from "./slow-run.ts";
import { standInForSystemctl } from "./stand-in.ts";
import { supplied } from "./supplied.ts";

/** Seconds in which a new connection must succeed, where none will: it is waited for in vain. */
const inVain = 4;

/** Where one does: a busy host takes its time. */
const inTime = 60;

const setting = "/etc/ssh/sshd_config.d/10-test.conf";
const sshd = (content: string) => file(setting, { content });
const wrongPort = "Port 2222\n";
const movedPort = () => {
  const conf = sshd(wrongPort);
  return [conf, service("ssh", { restartOn: [conf] })];
};
/** Waits until it has taken effect, and the run for a new connection. */
const portMoved = `until { read -r run _ </var/lib/proog/access/armed; } 2>/dev/null &&
    grep -q " confirm [0-9]" "/var/lib/proog/runs/$run/log" && ss -tln | grep -q :2222; do sleep 0.05; done`;

/** What the switch leaves on a machine: nothing. */
const traces = `ls -d /var/lib/proog/access /etc/systemd/system/*proog* /etc/systemd/system/*/*proog* 2>/dev/null
  systemctl list-units --all --no-legend 'proog*'; systemctl list-timers --all --no-legend 'proog*'; true`;

const plan = (machine: HostMachine, resources: () => Item, accessLimit = inTime) =>
  planNode(declareNode(machine, resources, { accessLimit }));

async function apply(machine: HostMachine, resources: () => Item, accessLimit = inVain): Promise<Applied> {
  const planned = await plan(machine, resources, accessLimit);
  expect(planned.failed?.error).toBeUndefined();
  return await planned.apply();
}

/** By a connection that is made anew. */
async function comesIn(machine: HostMachine): Promise<boolean> {
  const other = { ...machine.target, fresh: true as const };
  const { failed } = await planNode(declareNode({ ...machine, target: other }, () => []));
  return failed === undefined;
}

const texts = ({ events }: Applied) => events.flatMap((event) => (event.type === "note" ? [event.text] : []));

describe("changes that can lock the operator out", () => {
  const machines = useMachines(["access-1", "access-2", "access-3"], supplied);
  const one = () => machines["access-1"];
  const two = () => machines["access-2"];
  const three = () => machines["access-3"];

  const begin = () =>
    one().ssh(
      `echo '# as it was' >${setting}; systemctl reset-failed ssh; systemctl restart ssh; rm -f /srv/*`,
    );

  test("stay when a new connection succeeds, and leave nothing behind", async () => {
    const resources = () => {
      const conf = sshd("X11Forwarding no\n");
      return [conf, service("ssh", { reloadOn: [conf] }), file("/srv/after", { content: "" })];
    };
    const planned = await plan(one(), resources);
    expect(planned.changes.map(({ resource, access }) => [resource.key, access])).toEqual([
      [`file ${setting}`, true],
      ["service ssh", true],
      ["file /srv/after", undefined],
    ]);
    const applied = await planned.apply();
    expect(applied.outcome, JSON.stringify(applied.events)).toBe("done");
    expect(eventsOf(applied.events, "access-awaited")).toMatchObject([{ seconds: inTime }]);
    expect(eventsOf(applied.events, "access-confirmed")).toHaveLength(1);
    // It is asked before anything else is made.
    const order = applied.events.flatMap((event) =>
      event.type === "resource-finished"
        ? [event.resource.key]
        : event.type === "access-confirmed"
          ? ["confirmed"]
          : [],
    );
    expect(order).toEqual([`file ${setting}`, "service ssh", "confirmed", "file /srv/after"]);
    expect(await one().ssh(traces)).toBe("");
    expect((await plan(one(), resources)).changes).toEqual([]);
  });

  test("sshd on another port: it is put back, while the kept connection stands", async () => {
    await begin();
    const resources = () => [movedPort(), file("/srv/after", { content: "" })];
    const applied = await apply(one(), resources);
    expect(applied.outcome, JSON.stringify(applied.events)).toBe("put-back");
    expect(texts(applied), "The connection that is kept was not lost.").toEqual([]);
    expect(applied.finished).toEqual([
      `done file ${setting}`,
      "done service ssh",
      `put-back file ${setting}`,
      "put-back service ssh",
      "unreached file /srv/after",
    ]);
    expect(applied.error).toMatchObject({
      code: "access-lost",
      message: `What can lock you out of access-1 was put back, since no new connection could be made after it: file ${setting}, service ssh.`,
      detail: expect.stringContaining("Connection refused"),
      hint: "Mend it and say it again: proog apply. What came after it was not tried.",
    });
    expect(await comesIn(one())).toBe(true);
    expect(await one().ssh(`cat ${setting}; ls /srv`)).toBe("# as it was\n");
    expect(await one().ssh(traces)).toBe("");
    expect((await plan(one(), resources)).changes).toHaveLength(3);
  });

  test("a firewall that shuts out ssh, on one of two nodes", async () => {
    const rules = (port: number) => `#!/usr/sbin/nft -f
flush ruleset
table inet filter {
  chain input {
    type filter hook input priority 0; policy drop;
    iif lo accept
    tcp dport ${port} accept
  }
}
`;
    const before = await two().ssh("cat /etc/nftables.conf");
    const resources = (port: number) => () => {
      const conf = file("/etc/nftables.conf", { content: rules(port), mode: "0755" });
      return [conf, service("nftables", { reloadOn: [conf] }), file("/srv/after", { content: "" })];
    };
    const started = performance.now();
    const [shut, open] = await Promise.all([
      apply(two(), resources(2222)),
      apply(three(), resources(22), inTime),
    ]);
    expect(open.outcome, JSON.stringify(open.events)).toBe("done");
    expect(shut.outcome, JSON.stringify(shut.events)).toBe("put-back");
    expect(performance.now() - started).toBeLessThan(60_000);
    expect(await comesIn(two())).toBe(true);
    expect(await two().ssh("cat /etc/nftables.conf; ls /srv")).toBe(before);
    expect(await two().ssh("nft list ruleset; systemctl is-enabled nftables; true")).toContain("disabled");
    expect(await two().ssh(traces)).toBe("");
    expect(await three().ssh("nft list ruleset; ls /srv")).toContain("tcp dport 22 accept");
    expect(await three().ssh(traces)).toBe("");
  });

  test("a network that is set up wrongly, so that nobody gets through", async () => {
    const path = (await two().ssh("grep -l host0 /etc/systemd/network/*.network")).trim();
    const before = await two().ssh(`cat ${path}; ip -4 -brief address show dev host0`);
    const applied = await apply(two(), () => {
      const conf = file(path, { content: "[Match]\nName=host0\n[Network]\nAddress=192.0.2.1/24\n" });
      return [conf, service("systemd-networkd", { restartOn: [conf] }), file("/srv/after", { content: "" })];
    });
    expect(applied.outcome, JSON.stringify(applied.events)).toBe("put-back");
    expect(applied.finished).toContain("put-back service systemd-networkd");
    expect(await comesIn(two())).toBe(true);
    expect(await two().ssh(`cat ${path}; ip -4 -brief address show dev host0`)).toBe(before);
    expect(await two().ssh(`ls /srv; ${traces}`)).toBe("");
  });

  test("rules of the firewall kind, which let ssh in and yet another chain drops it", async () => {
    const early = "chain early { type filter hook input priority -10; tcp dport 22 drop; }";
    const applied = await apply(three(), () => firewall({ allow: [{ port: 22 }], definitions: early }));
    expect(applied.outcome, JSON.stringify(applied.events)).toBe("put-back");
    expect(await comesIn(three())).toBe(true);
    expect(await three().ssh("nft list tables; systemctl is-enabled proog-firewall 2>&1; true")).not.toMatch(
      /inet proog|^enabled/m,
    );
    expect(await three().ssh(traces)).toBe("");
  });

  test("one that fails takes those before it back at once", async () => {
    await begin();
    const applied = await apply(one(), () => {
      const conf = sshd("Nonsense yes\n");
      return [conf, service("ssh", { reloadOn: [conf] })];
    });
    expect(applied.outcome, JSON.stringify(applied.events)).toBe("put-back");
    expect(applied.error?.message).toContain("since one of the changes failed after it");
    expect(eventsOf(applied.events, "access-awaited")).toEqual([]);
    expect(await one().ssh(`cat ${setting}; sshd -t; systemctl is-active ssh`)).toBe("# as it was\nactive\n");
    expect(await one().ssh(`${traces}; ls /var/lib/proog/pending`)).toBe("");
  });

  test("one that is effective only later is put back with what made it so", async () => {
    await begin();
    const applied = await apply(
      one(),
      () => {
        const conf = sshd(wrongPort);
        const between = file("/srv/between", { content: "" });
        return [conf, between, service("ssh", { restartOn: [conf] })];
      },
      12,
    );
    expect(applied.outcome, JSON.stringify(applied.events)).toBe("put-back");
    expect(eventsOf(applied.events, "access-confirmed")).toHaveLength(1);
    expect(applied.finished.filter((line) => line.startsWith("put-back"))).toEqual([
      `put-back file ${setting}`,
      "put-back service ssh",
    ]);
    // What came between was made after a confirmation, and stays.
    expect(await one().ssh(`cat ${setting}; ls /srv`)).toBe("# as it was\nbetween\n");
    expect(await comesIn(one())).toBe(true);
    expect(await one().ssh(`${traces}; ls /var/lib/proog/pending`)).toBe("");
  });

  test("a run that waits for a change: its command is run again after it was put back", async () => {
    await begin();
    const applied = await apply(one(), () => {
      const conf = sshd(wrongPort);
      return [
        conf,
        run(
          "systemctl reset-failed ssh; systemctl restart ssh; cp /etc/ssh/sshd_config.d/10-test.conf /srv/seen",
          { onlyOn: [conf] },
        ),
      ];
    });
    expect(applied.outcome, JSON.stringify(applied.events)).toBe("put-back");
    expect(await one().ssh("cat /srv/seen")).toBe("# as it was\n");
    expect(await comesIn(one())).toBe(true);
  });

  test("a run that is killed while it waits: it is put back at once, and the next one says so", async () => {
    await begin();
    const planned = await plan(one(), movedPort);
    const applying = planned.apply();
    await one().ssh(portMoved);
    await one().ssh(
      "read -r run _ </var/lib/proog/access/armed; kill -KILL $(cat /var/lib/proog/runs/$run/pid)",
    );
    const applied = await applying;
    expect(applied.outcome, JSON.stringify(applied.events)).toBe("put-back");
    expect(await one().ssh(`cat ${setting}`)).toBe("# as it was\n");
    expect(await comesIn(one())).toBe(true);
    expect(await one().ssh(traces)).toBe("");
  });

  test("all that watches over it is killed: the timer puts it back", async () => {
    await begin();
    // The switch takes its time to go: it is not told as lost meanwhile.
    const takeAway = await standInForSystemctl(one(), '[ "$1" != daemon-reload ] || sleep 1');
    const planned = await plan(one(), movedPort, inVain);
    const applying = planned.apply();
    await one().ssh(`${portMoved}
      read -r run _ </var/lib/proog/access/armed; run=/var/lib/proog/runs/$run
      for process in $(grep -l "$run/catalog\\|far end of one connection" /proc/[0-9]*/cmdline 2>/dev/null); do
        process=\${process%/cmdline}; [ "\${process##*/}" = $$ ] || echo "\${process##*/}"
      done >/run/victims`);
    await one().ssh("kill -KILL $(cat /run/victims) 2>/dev/null; true");
    await waitUntil("it is put back", () => comesIn(one()), 40);
    expect(await one().ssh(`cat ${setting}`)).toBe("# as it was\n");
    const applied = await applying;
    expect(applied.outcome, JSON.stringify(applied.events)).toBe("put-back");
    await takeAway();
    expect(await one().ssh(traces)).toBe("");
  });

  test("the operator's own key", async () => {
    const keys = "/root/.ssh/authorized_keys";
    const before = await one().ssh(`cat ${keys}; stat --format '%a %U' ${keys}`);
    const applied = await apply(one(), () => [
      file(keys, { content: "# nobody\n", mode: "0600" }),
      file("/srv/after", { content: "" }),
    ]);
    expect(applied.outcome, JSON.stringify(applied.events)).toBe("put-back");
    expect(applied.error?.detail).toContain("access-1 (root@");
    expect(applied.error?.detail).toContain("denies the login");
    expect(await one().ssh(`cat ${keys}; stat --format '%a %U' ${keys}`)).toBe(before);
    expect(await comesIn(one())).toBe(true);
  });

  test("sudo with a password, asked for once, confirms too; a right that is taken away is given back", async () => {
    await two().ssh(`useradd --create-home --shell /bin/bash ada
      echo 'ada:correct horse' | chpasswd
      echo 'ada ALL=(ALL:ALL) ALL' >/etc/sudoers.d/ada
      install -d -o ada -g ada -m 0700 ~ada/.ssh && install -o ada -g ada -m 0600 /root/.ssh/authorized_keys ~ada/.ssh/`);
    const connection = `access-${process.pid}-ada`;
    const ada: HostMachine = { ...two(), target: { ...two().target, user: "ada", connection } };
    const asked: boolean[] = [];
    const credentials = {
      sudoPassword: (_target: unknown, wrong: boolean) => {
        asked.push(wrong);
        return Promise.resolve("correct horse");
      },
    };
    const applyAs = async (resources: () => Item, accessLimit = inTime) => {
      const planned = await planNode(declareNode(ada, resources, { accessLimit }), credentials);
      expect(planned.failed?.error).toBeUndefined();
      return { changes: planned.changes, applied: await planned.apply() };
    };
    const right = (content: string) => () => file("/etc/sudoers.d/ada", { content, mode: "0440" });
    const kept = await applyAs(right("ada ALL=(root) ALL\n"));
    expect(kept.applied.outcome, JSON.stringify(kept.applied.events)).toBe("done");
    const taken = await applyAs(right("ada ALL=(nobody) ALL\n"), 8);
    expect(taken.applied.outcome, JSON.stringify(taken.applied.events)).toBe("put-back");
    expect(taken.applied.error?.detail).toContain("sudo does not let ada be root");
    expect(taken.applied.error?.detail?.length).toBeLessThan(400);
    expect(asked.includes(true)).toBe(false);
    expect(await two().ssh("cat /etc/sudoers.d/ada")).toBe("ada ALL=(root) ALL\n");
    // Who logs in is known to the catalog.
    const own = await applyAs(() => user("ada", { comment: "Ada" }));
    expect(own.changes).toMatchObject([{ access: true }]);
    expect(own.applied.outcome).toBe("done");
    // No shell, and no password for sudo.
    const account = "getent passwd ada; passwd --status ada";
    const before = await two().ssh(account);
    const barred = await applyAs(() => user("ada", { shell: "/usr/sbin/nologin" }), inVain);
    expect(barred.applied.outcome, JSON.stringify(barred.applied.events)).toBe("put-back");
    expect(barred.applied.finished).toEqual(["done user ada", "put-back user ada"]);
    const locked = await applyAs(() => user("ada", { locked: true }), 8);
    expect(locked.applied.outcome, JSON.stringify(locked.applied.events)).toBe("put-back");
    expect(locked.applied.finished).toEqual(["done user ada", "put-back user ada"]);
    expect(await two().ssh(account)).toBe(before);
    expect(await two().ssh(traces)).toBe("");
  });

  describe("packages", { concurrent: false }, () => {
    // Of this name, since it is one of those that let people in; what it does to sshd, its script says.
    const fine = {
      name: "dropbear",
      postinst: `rm -f ${setting}; systemctl reset-failed ssh; systemctl restart ssh`,
    };
    const shut = `echo 'Port 2222' >${setting}; systemctl reset-failed ssh; systemctl restart ssh`;
    const version = "dpkg-query -W -f '${Version}' dropbear";
    const begin = (...packages: readonly TestPackage[]) =>
      three().ssh(`dpkg --purge dropbear t-needs >/dev/null 2>&1; rm -f /srv/*; nft flush ruleset
${makeArchive(...packages)}
apt-get update >/dev/null; apt-get -y install dropbear=1.0 >/dev/null`);

    test("an upgrade that shuts out ssh is put back", async () => {
      await begin(fine, { ...fine, version: "2.0", postinst: shut });
      const resources = () => [apt("dropbear", { version: "2.0" }), file("/srv/after", { content: "" })];
      const planned = await plan(three(), resources, inVain);
      expect(planned.changes[0]).toMatchObject({ access: true, reasons: [] });
      const applied = await planned.apply();
      expect(applied.outcome, JSON.stringify(applied.events)).toBe("put-back");
      expect(applied.finished).toEqual([
        ...["done apt dropbear", "put-back apt dropbear", "unreached file /srv/after"],
      ]);
      expect(applied.error?.message).toMatch(/no new connection could be made after it: apt dropbear\.$/);
      expect(await three().ssh(`${version}; ls /srv`)).toBe("1.0archive\n");
      expect(await comesIn(three())).toBe(true);
      expect(await three().ssh(traces)).toBe("");
    });

    test("one that comes along with others is asked about as soon as it is there", async () => {
      const needs = { name: "t-needs", fields: "Depends: dropbear (>= 2.0)" };
      await begin(fine, { ...fine, version: "2.0", postinst: shut }, needs);
      const resources = () => [apt("t-needs"), file("/srv/after", { content: "" })];
      const planned = await plan(three(), resources, inVain);
      expect(planned.changes[0]?.access).toBeUndefined();
      const applied = await planned.apply();
      expect(applied.outcome, JSON.stringify(applied.events)).toBe("put-back");
      expect(applied.finished).toEqual([
        ...["done apt t-needs", "put-back apt t-needs", "unreached file /srv/after"],
      ]);
      expect(
        await three().ssh(`${version}; ls /srv; dpkg-query -W t-needs 2>&1 | grep -c 'no packages'`),
      ).toBe("1.0archive\n1\n");
      expect(await comesIn(three())).toBe(true);
      expect(await three().ssh(traces)).toBe("");

      await begin(fine, { ...fine, version: "2.0" }, needs);
      const confirmed = await apply(three(), resources, inTime);
      expect(confirmed.outcome, JSON.stringify(confirmed.events)).toBe("done");
      expect(eventsOf(confirmed.events, "access-confirmed")).toHaveLength(1);
      expect(await three().ssh(traces)).toBe("");
    });

    test("one of which apt does not have the version before: that is said before and after", async () => {
      await begin(fine);
      await three().ssh(
        `${makeArchive({ ...fine, version: "2.0", postinst: `systemd-run --quiet --on-active=20 --timer-property=AccuracySec=1 systemctl restart ssh\nsystemctl stop ssh` })}
         apt-get update >/dev/null`,
      );
      const planned = await plan(three(), () => apt("dropbear", { version: "2.0" }), inVain);
      expect(planned.changes[0]?.reasons).toEqual([
        "apt does not have dropbear 1.0 any more, so it could not be put back.",
      ]);
      const applied = await planned.apply();
      expect(applied.outcome, JSON.stringify(applied.events)).toBe("put-back");
      expect(applied.error?.message).toContain("It could not all be put back; look at packages dropbear.");
      expect(applied.error?.detail).toContain("apt does not have dropbear 1.0 any more");
      await waitUntil("it comes up again", () => comesIn(three()), 60);
    });

    test("one that fails before anything was changed is a failure as any other", async () => {
      await begin(fine);
      await three().ssh("dpkg --purge dropbear; rm /srv/archive/dropbear_1.0_all.deb");
      const applied = await apply(three(), () => apt("dropbear"));
      expect(applied.outcome, JSON.stringify(applied.events)).toBe("failed");
      expect(applied.finished).toEqual(["failed apt dropbear"]);
      expect(await three().ssh(traces)).toBe("");
    });
  });

  test("a machine that reboots in between", async () => {
    await begin();
    const planned = await plan(one(), movedPort);
    const applying = planned.apply();
    await one().ssh(portMoved);
    await one().ssh("systemctl reboot");
    const applied = await applying;
    expect(applied.outcome, JSON.stringify(applied.events)).toBe("put-back");
    expect(await one().ssh(`cat ${setting}`)).toBe("# as it was\n");
    expect(await one().ssh(traces)).toBe("");
  });
});
