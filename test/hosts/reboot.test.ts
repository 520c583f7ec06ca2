import { describe, expect, test } from "vitest";
import type { Item } from "../../src/resources/declare.ts";
import { file } from "../../src/resources/file/file.ts";
import { reboot } from "../../src/resources/reboot/reboot.ts";
import { run } from "../../src/resources/run/run.ts";
import { symlink } from "../../src/resources/symlink/symlink.ts";
import { systemdUnit } from "../../src/resources/systemdUnit/systemdUnit.ts";
import { declareNode, planNode } from "./engine.ts";
import { eventsOf } from "./fleet-folder.ts";
import { type HostMachine, useMachines } from "./machines.ts";
import { waitUntil } from "./slow-run.ts";
import { standInForSystemctl } from "./stand-in.ts";

/** Seconds: one that is in time has as many, one in vain is waited for. */
const accessLimit = 12;

const plan = (machine: HostMachine, resources: () => Item) =>
  planNode(declareNode(machine, resources, { accessLimit }));

/** What a run that has rebooted leaves: nothing. */
const traces = `ls -d /var/lib/proog/access /var/lib/proog/current /etc/systemd/system/*proog* \\
  /etc/systemd/system/*/*proog* 2>/dev/null; systemctl list-units --all --no-legend 'proog*'; true`;

describe("a reboot", () => {
  const machines = useMachines(["reboot-1", "reboot-2"]);
  const one = () => machines["reboot-1"];

  test("when the system asks: it is waited for, and the rest is made", async () => {
    const resources = () => [
      file("/srv/before", { content: "" }),
      reboot(),
      run("systemctl is-system-running --wait; cat /proc/sys/kernel/random/boot_id >/srv/after", {
        creates: "/srv/after",
        name: "after",
      }),
    ];
    await one().ssh("cat /proc/sys/kernel/random/boot_id >/srv/first");
    expect((await plan(one(), () => [reboot()])).changes).toEqual([]);
    await one().ssh(
      "touch /run/reboot-required; printf 'libc6\nlinux-image-amd64\nlibc6\n' >/run/reboot-required.pkgs",
    );
    const planned = await plan(one(), resources);
    expect(planned.changes.map(({ resource, differences }) => [resource.key, differences])).toContainEqual([
      "reboot when the system asks",
      [{ aspect: "reboot", now: "asked for by libc6, linux-image-amd64", wanted: "done" }],
    ]);
    const applied = await planned.apply();
    expect(applied.outcome, JSON.stringify(applied.events)).toBe("done");
    expect(applied.finished).toEqual([
      "done file /srv/before",
      "done reboot when the system asks",
      "done run after",
    ]);
    expect(eventsOf(applied.events, "progress")[0]?.text).toBe("waiting for reboot-1 to come back, 0 s");
    expect(eventsOf(applied.events, "note")).toEqual([]);
    expect(eventsOf(applied.events, "earlier-run")).toEqual([]);
    expect(await one().ssh("cmp -s /srv/first /srv/after || echo another boot")).toBe("another boot\n");
    expect(await one().ssh(traces)).toBe("");
    expect((await plan(one(), resources)).changes).toEqual([]);
  });

  test("when something has changed, once; and what asks again at once is for the next run", async () => {
    const resources = () => {
      const parameter = file("/srv/parameter", { content: "1\n" });
      // Of a unit that is not there, the folder tells whether systemd has read what changed in it, as the end of a run does.
      const unit = systemdUnit("never.service", { absent: true });
      return [parameter, reboot({ onlyOn: [parameter] }), symlink("/srv/link", { to: "parameter" }), unit];
    };
    const machine = machines["reboot-2"];
    const planned = await plan(machine, resources);
    expect(planned.changes[1]).toMatchObject({ triggers: [{ action: "reboot", because: 1 }] });
    const applied = await planned.apply();
    expect(applied.outcome, JSON.stringify(applied.events)).toBe("done");
    expect(applied.finished).toEqual([
      "done file /srv/parameter",
      "done reboot after changes",
      "done symlink /srv/link",
    ]);
    expect((await plan(machine, resources)).changes).toEqual([]);

    await machine.ssh(
      `printf 'f /run/reboot-required\n' >/etc/tmpfiles.d/asks.conf; touch /run/reboot-required`,
    );
    const again = await (await plan(machine, () => [reboot(), file("/srv/never", { content: "" })])).apply();
    expect(again.outcome).toBe("done");
    // It has been rebooted; that it asks again is for the next run.
    expect((await plan(machine, () => [reboot()])).changes).toHaveLength(1);
  });

  test("of which the run is killed before it comes: that is told, and the next run reboots", async () => {
    const machine = machines["reboot-2"];
    const resources = () => {
      const parameter = file("/srv/parameter", { content: "2\n" });
      return [parameter, reboot({ onlyOn: [parameter] })];
    };
    const takeAway = await standInForSystemctl(machine, '[ "$1" != reboot ] || exit 0');
    const killed = (await plan(machine, resources)).apply();
    await machine.ssh(
      `run() { echo "/var/lib/proog/runs/$(cat /var/lib/proog/current 2>/dev/null)"; }
      until [ -e "$(run)/left-off" ]; do sleep 0.05; done; sleep 1
      pkill -KILL -s "$(cat "$(run)/pid")"`,
    );
    expect((await killed).error?.message).toContain("was ended from outside (status 137)");
    // Only now: until then it asks systemctl how the machine is.
    await takeAway();
    const planned = await plan(machine, resources);
    expect(eventsOf(planned.events, "earlier-run").map(({ outcome }) => outcome)).toEqual(["137"]);
    const applied = await planned.apply();
    expect(applied.finished).toEqual(["done reboot after changes"]);
    await waitUntil("it has no traces", async () => (await machine.ssh(traces)) === "");
  });

  test("of which an access that is effective only then: without a way in it is put back, and it is rebooted again", async () => {
    const machine = machines["reboot-1"];
    const setting = "/etc/ssh/sshd_config.d/10-test.conf";
    await machine.ssh(`echo '# as it was' >${setting}; systemctl restart ssh; rm -f /srv/*`);
    const planned = await plan(machine, () => {
      const conf = file(setting, { content: "Port 2222\n" });
      return [conf, reboot({ onlyOn: [conf] }), file("/srv/after", { content: "" })];
    });
    expect(planned.changes.map(({ access }) => access)).toEqual([true, true, undefined]);
    const applied = await planned.apply();
    expect(applied.outcome, JSON.stringify(applied.events)).toBe("put-back");
    await waitUntil("it has no traces", async () => (await machine.ssh(traces).catch(() => "away")) === "");
    expect(await machine.ssh(`cat ${setting}; ls /srv`)).toBe("# as it was\n");
  });
});
