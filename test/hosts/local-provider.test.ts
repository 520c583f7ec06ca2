import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { eventually, findTraces, openTestFleet } from "./local-fleet.ts";

test("two machines boot at once, as ordinary servers, and shoot leaves nothing of them", async () => {
  await using fleet = await openTestFleet();
  const machines = await fleet.boot("web-2", "web-1");
  expect(machines.map(({ name, state, user }) => [name, state, user])).toEqual([
    ["web-1", "running", "root"],
    ["web-2", "running", "root"],
  ]);
  expect(await fleet.list()).toEqual(machines);
  const [one, two] = machines;
  const identities = await Promise.all(
    machines.map((machine) => fleet.ssh(machine, "hostname; cat /etc/machine-id; ip -br link show host0")),
  );
  expect(identities.map((text) => text.split("\n")[0])).toEqual(["web-1", "web-2"]);
  expect(new Set(identities.flatMap((text) => text.split("\n"))).size).toBe(6);
  expect(one?.hostKeys).not.toEqual(two?.hostKeys);

  expect(
    await fleet.ssh(one, "systemctl is-system-running --wait; systemctl --failed -q; getent hosts web-1"),
  ).toBe(`running\n${one?.address?.padEnd(15)} web-1`);
  expect(
    await fleet.ssh(
      one,
      "apt-get install -qq -y --no-install-recommends cron nftables >/dev/null 2>&1 && systemctl is-active cron",
    ),
  ).toBe("active");
  expect(await fleet.ssh(one, "nft add table inet proof && nft list tables")).toBe("table inet proof");
  expect(
    await fleet.ssh(one, "sysctl -n -w net.ipv4.ip_nonlocal_bind=1; sshd -T | grep -i ^permitroot"),
  ).toBe("1\npermitrootlogin without-password");
  expect(await fleet.ssh(two, `exec 3<>/dev/tcp/${one?.address}/22; head -c 4 <&3`).catch(String)).toContain(
    "SSH-",
  );

  await fleet.shoot("web-1", "web-2", "never-was");
  expect(await fleet.list()).toEqual([]);
  expect(await findTraces(fleet)).toEqual([]);
  await fleet.shoot("web-1");
});

test("what is noted of a machine is there from its first moment, also while it is stopped, and goes with it", async () => {
  await using fleet = await openTestFleet();
  const { provider, context, authorizedKey } = fleet;
  const booted = await provider.boot(
    [{ name: "web-4", authorizedKeys: [authorizedKey], tags: { booting: "1790000000", replaces: "web-2" } }],
    context,
  );
  const noted = { booting: "1790000000", replaces: "web-2" };
  expect(booted.map(({ tags }) => tags)).toEqual([noted]);
  expect(Math.abs((booted[0]?.created ?? 0) - Date.now() / 1000)).toBeLessThan(120);
  await provider.tag(
    ["web-4", "never-was"],
    { booting: undefined, kept: "1790000000 did not answer" },
    context,
  );
  await fleet.ssh(booted[0], "systemctl poweroff").catch(() => undefined);
  await eventually(async () => ((await fleet.list())[0]?.state === "stopped" ? true : undefined));
  const kept = { replaces: "web-2", kept: "1790000000 did not answer" };
  expect((await fleet.list()).map(({ name, tags }) => [name, tags])).toEqual([["web-4", kept]]);
  // Started again it is the same machine, whatever is asked for.
  const [again] = await provider.boot(
    [{ name: "web-4", authorizedKeys: [authorizedKey], tags: { scaled: "1" } }],
    context,
  );
  expect(again?.tags).toEqual(kept);
  await provider.tag(["web-4"], { replaces: undefined, kept: undefined }, context);
  expect((await fleet.list())[0]).not.toHaveProperty("tags");
  await fleet.shoot("web-4");
  expect((await fleet.boot("web-4"))[0]).not.toHaveProperty("tags");
});

test("the traces that shoot must not leave are there while a machine runs", async () => {
  await using fleet = await openTestFleet();
  await fleet.boot("web-1");
  const kinds = (await findTraces(fleet)).map((trace) => trace.split(" ")[0]);
  // No mount: a machine's file systems are in a namespace of its own.
  expect(new Set(kinds)).toEqual(new Set(["interface", "nftables", "process", "control", "folder"]));
});

test("a reboot inside brings the machine back by itself", async () => {
  await using fleet = await openTestFleet();
  const [machine] = await fleet.boot("web-1");
  await fleet.ssh(machine, "touch /srv/kept /run/gone");
  const before = await fleet.ssh(machine, "cat /proc/sys/kernel/random/boot_id");
  await fleet.ssh(machine, "systemctl reboot").catch(() => undefined);
  const after = await eventually(async () => {
    const text = await fleet.ssh(
      machine,
      "cat /proc/sys/kernel/random/boot_id; ls /srv /run/gone 2>&1 || true",
    );
    return text.startsWith(before) ? undefined : text;
  });
  expect(after).toContain("kept");
  expect(after).toContain("cannot access '/run/gone'");
  expect((await fleet.list())[0]?.state).toBe("running");
  expect(await fleet.ssh(machine, "journalctl --list-boots -q | wc -l")).toBe("2");
});

test("a machine that was powered off is stopped, and boot brings it back as it was", async () => {
  await using fleet = await openTestFleet();
  const [machine] = await fleet.boot("web-1");
  await fleet.ssh(machine, "echo data > /srv/data; systemctl poweroff").catch(() => undefined);
  const stopped = await eventually(async () => {
    const [listed] = await fleet.list();
    return listed?.state === "stopped" ? listed : undefined;
  });
  expect(stopped).toEqual({ ...machine, state: "stopped" });
  const traces = await findTraces(fleet);
  expect(traces.filter((trace) => /^(process|interface vb|mount)/.test(trace))).toEqual([]);
  // The owner of this key comes later than the machine.
  const request = { name: "web-1", authorizedKeys: [fleet.authorizedKey, "ssh-ed25519 AAAATest second"] };
  const [again] = await fleet.provider.boot([request], fleet.context);
  expect(again).toEqual(machine);
  expect(await fleet.ssh(again, "cat /srv/data; grep -c ^ssh- /root/.ssh/authorized_keys")).toBe("data\n2");
});

test("a machine that runs is returned as it is, and listing is quick", async () => {
  await using fleet = await openTestFleet();
  const machines = await fleet.boot("web-1", "web-2", "web-3");
  const id = await fleet.ssh(machines[0], "cat /proc/sys/kernel/random/boot_id");
  expect(await fleet.boot("web-1")).toEqual(machines.slice(0, 1));
  expect(await fleet.ssh(machines[0], "cat /proc/sys/kernel/random/boot_id")).toBe(id);
  const times = [];
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    expect(await fleet.list()).toHaveLength(3);
    times.push(performance.now() - start);
  }
  expect(Math.min(...times)).toBeLessThan(50);
});

test("limits hold, and change with the config when the machine is started again", async () => {
  await using fleet = await openTestFleet({ memory: "192M", cpus: 0.4 });
  const [machine] = await fleet.boot("web-1");
  const fill = (megabytes: number) => `head -c ${megabytes}M /dev/zero | tail | wc -c`;
  expect(await fleet.ssh(machine, fill(64))).toBe(String(64 * 1024 ** 2));
  expect(await fleet.ssh(machine, fill(300))).not.toBe(String(300 * 1024 ** 2));
  const burn = "i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done";
  // The shell's times: user and system, then those of its children.
  const spent = await fleet.ssh(
    machine,
    `s=$(date +%s%N); sh -c '${burn}'; e=$(date +%s%N); echo $(((e-s)/1000000)); times`,
  );
  const [elapsed = "", , children = ""] = spent.split("\n");
  const [, minutes, seconds] = /^(\d+)m([\d.]+)s/.exec(children) ?? [];
  const share = ((Number(minutes) * 60 + Number(seconds)) * 1000) / Number(elapsed);
  expect(share).toBeLessThan(0.55);

  await fleet.ssh(machine, "systemctl poweroff").catch(() => undefined);
  await eventually(async () => ((await fleet.list())[0]?.state === "stopped" ? true : undefined));
  await fleet.with({}).boot([{ name: "web-1", authorizedKeys: [] }], fleet.context);
  expect(await fleet.ssh(machine, fill(300))).toBe(String(300 * 1024 ** 2));
});

test("two fleets, made at the same time, have nothing in common", async () => {
  await using one = await openTestFleet();
  await using other = await openTestFleet();
  const [[first], [second]] = await Promise.all([one.boot("web-1"), other.boot("web-1")]);
  expect(one.names.id).not.toBe(other.names.id);
  const network = (address = "") => address.replace(/\d+$/, "");
  expect(network(first?.address)).not.toBe(network(second?.address));
  await one.shoot("web-1");
  expect(await findTraces(one)).toEqual([]);
  expect(await other.list()).toEqual([second]);
  expect(await other.ssh(second, "systemctl is-system-running")).toBe("running");
});

test("what a machine writes to its console is kept, but not without end", async () => {
  await using fleet = await openTestFleet();
  const [machine] = await fleet.boot("web-1");
  await fleet.ssh(
    machine,
    "yes 'a line of forty characters, more or less' | head -c 5000000 > /dev/console; sleep 1",
  );
  const log = readFileSync(join(fleet.names.folder, "web-1", "console.log"), "utf8");
  expect(log).toContain("a line of forty characters");
  expect(log.length).toBeLessThan(1_200_000);
});
