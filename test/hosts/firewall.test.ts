import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { functionsOf } from "../../src/catalog/functions.test-support.ts";
import { apt } from "../../src/resources/apt/apt.ts";
import { type FirewallOptions, firewall } from "../../src/resources/firewall/firewall.ts";
import { service } from "../../src/resources/service/service.ts";
import { converge, declareNode, planNode } from "./engine.ts";
import { closeConnections, type HostMachine, useMachines } from "./machines.ts";
import { supplied } from "./supplied.ts";

/** What really passes, from one machine to another, and after a reboot. */
describe("the firewall of a machine", () => {
  const machines = useMachines(["firewall-web", "firewall-client"], supplied);
  const web = () => machines["firewall-web"];
  const client = () => machines["firewall-client"];
  const declare = (options: Partial<FirewallOptions> = {}) => [
    apt("nftables"),
    firewall({ allow: [{ port: 22 }, { port: 8080, from: client().address }], ...options }),
  ];

  /** Whether the other machine reaches that port. */
  const reaches = async (port: number) =>
    (await client().ssh(
      `timeout 2 bash -c ': </dev/tcp/${web().address}/${port}' 2>/dev/null && echo yes || echo no`,
    )) === "yes\n";
  const pings = async () =>
    (await client().ssh(`ping -c 1 -W 2 ${web().address} >/dev/null && echo yes || echo no`)) === "yes\n";

  /** Two servers, at ports of which one is let in. */
  beforeAll(async () => {
    await web().ssh(`for port in 8080 8081; do
      printf '[Socket]\\nListenStream=%s\\nAccept=yes\\n[Install]\\nWantedBy=sockets.target\\n' $port >/etc/systemd/system/t-$port.socket
      printf '[Service]\\nExecStart=/bin/echo hello\\nStandardOutput=socket\\n' >/etc/systemd/system/t-$port@.service
    done
    systemctl daemon-reload; systemctl --quiet enable --now t-8080.socket t-8081.socket`);
    expect([await reaches(8080), await reaches(8081), await reaches(22), await pings()]).toEqual([
      ...[true, true, true, true],
    ]);
    expect((await converge(web(), () => declare())).outcome).toBe("done");
  });

  test("lets in what is allowed, and answers ping", async () => {
    expect([await reaches(8080), await reaches(8081), await reaches(22), await pings()]).toEqual([
      ...[true, false, true, true],
    ]);
  });

  test("lets out everything, and its answers in", async () => {
    expect(await web().ssh(`timeout 5 bash -c 'head -c 3 </dev/tcp/${client().address}/22'`)).toBe("SSH");
  });

  test("shuts out what is denied, and ping where it is told to", async () => {
    const denying = declare({ deny: [{ from: client().address, port: 8080 }], ping: false });
    expect((await converge(web(), () => denying)).outcome).toBe("done");
    expect([await reaches(8080), await reaches(22), await pings()]).toEqual([false, true, false]);
    expect((await converge(web(), () => declare())).outcome).toBe("done");
    expect([await reaches(8080), await pings()]).toEqual([true, true]);
  });

  test("is back after a reboot, beside Debian's own service that flushes all tables", async () => {
    expect((await converge(web(), () => [...declare(), service("nftables")])).outcome).toBe("done");
    const boot = await web().ssh("cat /proc/sys/kernel/random/boot_id");
    await web()
      .ssh("systemctl reboot")
      .catch(() => undefined);
    await closeConnections(web());
    const booted = () =>
      web()
        .ssh("cat /proc/sys/kernel/random/boot_id")
        .catch(() => boot);
    await expect.poll(booted, { interval: 500 }).not.toBe(boot);
    await expect.poll(() => reaches(8080)).toBe(true);
    expect([await reaches(8081), await reaches(22)]).toEqual([false, true]);
    const planned = await planNode(declareNode(web(), () => [...declare(), service("nftables")]));
    expect(planned.changes).toEqual([]);
    planned.close();
  });

  test("does not cut the way of somebody who comes by sudo, either", async () => {
    const key = readFileSync(join(inject("runFolder"), "key.pub"), "utf8").trim();
    await web().ssh(`useradd --create-home ada; echo 'ada ALL=(ALL:ALL) NOPASSWD: ALL' >/etc/sudoers.d/ada
      install -d -o ada -m 0700 ~ada/.ssh; echo '${key}' >~ada/.ssh/authorized_keys`);
    const target = { ...web().target, user: "ada", connection: `firewall-${process.pid}` };
    const ada: HostMachine = { ...web(), target };
    const planned = await planNode(declareNode(ada, () => [firewall({ allow: [{ port: 8080 }] })]));
    planned.close();
    expect(planned.changes[0]?.certainty).toBe("blocked");
    expect(planned.changes[0]?.reasons.join()).toMatch(/^No rule lets ssh in from [0-9.]+ to port 22, /);
  });

  test("is put back as it was in force", async () => {
    await web().ssh("nft insert rule inet proog input tcp dport 4711 accept");
    const { run } = await converge(web(), () => declare({ allow: [{ port: 22 }] }));
    expect(await reaches(8080)).toBe(false);
    // What undo does with what was kept: the function by its name, with the words that stand behind it.
    const { program } = await declareNode(web(), () => declare()).compile();
    const functions = functionsOf(program);
    const { status, stderr } = await web().login(
      "sh -s",
      `${functions}
      whole=yes; set -e
      home=/var/lib/proog run_id=back run_by=tester token='' run=/run
      kept_run=$home/backups/${run}
      eval "set -- $(quoted_words "$kept_run"/*.state)"
      [ "$1" = 'firewall inet proog: other rules' ]
      shift
      [ "$(firewall_back_now)" != "$2" ]
      "$@"
      [ "$(firewall_back_now)" = "$2" ]
      ls $home/backups/back/*.state`,
    );
    expect(status, stderr).toBe(0);
    expect(await reaches(8080)).toBe(true);
    expect(await web().ssh("nft list table inet proog | grep -c 4711")).toBe("1\n");
  });
});
