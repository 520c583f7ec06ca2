import { expect, test } from "vitest";
import { alternatives } from "../../src/resources/alternatives/alternatives.ts";
import { authorizedKeys } from "../../src/resources/authorizedKeys/authorizedKeys.ts";
import { directory } from "../../src/resources/directory/directory.ts";
import { file } from "../../src/resources/file/file.ts";
import { hosts } from "../../src/resources/hosts/hosts.ts";
import { kernelModule } from "../../src/resources/kernelModule/kernelModule.ts";
import type { Resource } from "../../src/resources/kind.ts";
import { locale } from "../../src/resources/locale/locale.ts";
import type { Pool } from "../../src/resources/poolMembers/pool.ts";
import { poolMembers } from "../../src/resources/poolMembers/poolMembers.ts";
import { service } from "../../src/resources/service/service.ts";
import { symlink } from "../../src/resources/symlink/symlink.ts";
import { sysctl } from "../../src/resources/sysctl/sysctl.ts";
import { systemdUnit } from "../../src/resources/systemdUnit/systemdUnit.ts";
import { timezone } from "../../src/resources/timezone/timezone.ts";
import { user } from "../../src/resources/user/user.ts";
import { converge, declareNode } from "./engine.ts";
import { type HostMachine, useMachines } from "./machines.ts";

const machines = useMachines(["surveyed"]);

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKrtRVfmglJB2xs+f96bZjeNNyXR0FXFaI7sXSww0+t8 ada@laptop";
const pool = (name: string): Pool => ({
  ...{ type: "pool", name, port: 80, balancer: "surveyed", balancers: [] },
  members: ["10.0.0.7", "fd00::7"].map((address, index) => ({ node: `web-${index}`, address })),
});
const resources = () => [
  alternatives("words", { path: "/usr/bin/sort" }),
  alternatives("awk", { automatic: true }),
  user("ada"),
  user("bob"),
  authorizedKeys("ada", { keys: [key], exclusive: true }),
  authorizedKeys("bob", { keys: [key] }),
  authorizedKeys("root", { revoked: [key] }),
  authorizedKeys("nobody", { absent: true }),
  hosts("10.0.0.5", { names: ["db.internal", "db"] }),
  hosts("10.0.0.6", { absent: true }),
  kernelModule("pcspkr", { absent: true }),
  locale("C.UTF-8", { default: true }),
  locale("fr_FR.UTF-8", { absent: true }),
  sysctl("net.ipv4.ip_forward", { value: 1 }),
  sysctl("net.ipv4.tcp_rmem", { value: "4096 130000 6000000" }),
];

/** Those whose surveys share a shell. */
const quick = () => [
  directory("/srv/quick", { owner: "daemon" }),
  ...["one", "two", "three"].map((name) => file(`/srv/quick/${name}`, { content: `${name}\n` })),
  symlink("/srv/quick/link", { to: "one" }),
  file("/srv/quick/none", { absent: true }),
  systemdUnit("quick.service", { content: "[Service]\nExecStart=/bin/true\n" }),
  timezone("Etc/UTC"),
  poolMembers(pool("nginx")),
  poolMembers(pool("haproxy"), { engine: "haproxy", backend: ["balance leastconn", "retries 2"] }),
];

/** Which resources the check looks at by itself. */
async function looksAt(machine: HostMachine, declared: () => Resource[]): Promise<string[]> {
  const { program } = await declareNode(machine, declared).compile();
  const { stderr, stdout } = await machine.login("sh -xs -- check", program.text);
  expect(stdout).toContain(`${declared().length} resources: `);
  return [...stderr.matchAll(/^\++ examine \d+ (\S+) (\S+)/gm)].map(([, kind, name]) => `${kind} ${name}`);
}

test("where all is in order, surveys tell, and no resource is looked at by itself", async () => {
  const machine = machines.surveyed;
  await machine.ssh("update-alternatives --install /usr/bin/words words /usr/bin/sort 10");
  expect((await converge(machine, resources)).outcome).toBe("done");
  const looks = () => looksAt(machine, resources);
  expect(await looks()).toEqual([]);
  await machine.ssh("echo hello >>/home/ada/.ssh/authorized_keys; echo 0 >/proc/sys/net/ipv4/ip_forward");
  expect(await looks()).toEqual(["authorizedKeys ada", "sysctl net.ipv4.ip_forward"]);
});

test("of those that are looked at by one shell, too", async () => {
  const machine = machines.surveyed;
  const declared = () => [...resources(), ...quick()];
  expect((await converge(machine, declared)).outcome).toBe("done");
  const looks = () => looksAt(machine, declared);
  expect(await looks()).toEqual([]);
  await machine.ssh(`cd /srv/quick && echo more >>two && ln -sfn two link && chmod 700 . && touch none
    touch /etc/systemd/system/quick.service
    sed -i '1s/\t100\t/\t50\t/' /var/lib/proog/pools/nginx/members; sed -i '$d' /etc/haproxy/proog/haproxy.cfg`);
  const drifted = ["directory /srv/quick", "file /srv/quick/two", "symlink /srv/quick/link"];
  expect(await looks()).toEqual([
    ...[...drifted, "file /srv/quick/none", "systemdUnit quick.service"],
    ...["poolMembers nginx", "poolMembers haproxy"],
  ]);
  await machine.ssh("echo Europe/Berlin >/etc/timezone");
  expect(await looks()).toContain("timezone Etc/UTC");
  expect((await converge(machine, declared)).outcome).toBe("done");
  expect(await looks()).toEqual([]);
});

test("of many units and services, those that have changed are found", async () => {
  const machine = machines.surveyed;
  const names = Array.from({ length: 45 }, (_, index) => `many-${index}`);
  const content = "[Service]\nExecStart=/usr/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n";
  const declared = () => [
    ...names.map((name) => systemdUnit(`${name}.service`, { content })),
    ...names.map((name) => service(name)),
    service("many-alias"),
    service("never-heard-of", { running: false, enabled: false }),
  ];
  await machine.ssh("cd /etc/systemd/system && ln -s many-7.service many-alias.service");
  expect((await converge(machine, declared)).outcome).toBe("done");
  // That an alias is enabled, only systemctl can tell.
  expect(await looksAt(machine, declared)).toEqual(["service many-alias"]);
  await machine.ssh(
    "systemctl stop many-3; systemctl kill --signal=KILL many-5; systemctl disable many-11; touch /etc/systemd/system/many-9.service",
  );
  expect(await looksAt(machine, declared)).toEqual([
    "systemdUnit many-9.service",
    ...[3, 5, 11, "alias"].map((which) => `service many-${which}`),
  ]);
  expect((await converge(machine, declared)).outcome).toBe("done");
});
