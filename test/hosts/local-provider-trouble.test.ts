import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { local } from "../../src/providers/local/local.ts";
import { localProvider } from "../../src/providers/local/local-provider.ts";
import { ProogError } from "../../src/report/error.ts";
import { eventually, findTraces, openTestFleet, type TestFleet } from "./local-fleet.ts";

async function refusal(attempt: Promise<unknown>): Promise<ProogError> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ProogError) return error;
  throw new Error(`not a ProogError: ${error}`);
}

/** A controller of its own that boots web-1, to be killed. */
function spawnController(fleet: TestFleet, uid?: number) {
  const script = fileURLToPath(new URL("local-controller.ts", import.meta.url));
  return spawn(process.execPath, [script, fleet.folder, fleet.authorizedKey], {
    env: fleet.environment,
    stdio: ["ignore", "pipe", "inherit"],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
}

function supervisorOf(fleet: TestFleet, name: string): number {
  return Number(readFileSync(join(fleet.names.folder, name, "supervisor"), "utf8").split(" ")[0]);
}

test("a killed supervisor takes its machine with it, list says so, and boot brings it back", async () => {
  await using fleet = await openTestFleet();
  const [machine] = await fleet.boot("web-1");
  await fleet.ssh(machine, "echo data > /srv/data; sync");
  process.kill(supervisorOf(fleet, "web-1"), "SIGKILL");
  await eventually(async () => ((await fleet.list())[0]?.state === "stopped" ? true : undefined));
  await eventually(async () => {
    const traces = await findTraces(fleet);
    return traces.some((trace) => /^(process|interface vb|mount)/.test(trace)) ? undefined : true;
  });
  // Booted again while it is still dying.
  for (let times = 0; times < 3; times++) {
    expect(await fleet.boot("web-1")).toEqual([machine]);
    expect(await fleet.ssh(machine, "cat /srv/data")).toBe("data");
    process.kill(supervisorOf(fleet, "web-1"), "SIGKILL");
  }
  await fleet.shoot("web-1");
  expect(await findTraces(fleet)).toEqual([]);
});

test("a controller killed at any moment leaves what the next boot finishes and shoot removes", async () => {
  await using fleet = await openTestFleet();
  for (const delay of [20, 60, 100, 150, 250, 400]) {
    const controller = spawnController(fleet);
    await once(controller.stdout, "data");
    await new Promise((resolve) => setTimeout(resolve, delay));
    controller.kill("SIGKILL");
    await once(controller, "close");
    if (delay % 100 === 0) {
      await fleet.shoot("web-1");
      expect(await findTraces(fleet)).toEqual([]);
    } else {
      const [machine] = await fleet.boot("web-1");
      expect(await fleet.ssh(machine, "systemctl is-system-running --wait")).toBe("running");
      await fleet.shoot("web-1");
    }
  }
  expect(await findTraces(fleet)).toEqual([]);
});

test("a half-made machine is listed as stopped, and made afresh", async () => {
  await using fleet = await openTestFleet();
  const [machine] = await fleet.boot("web-1");
  process.kill(supervisorOf(fleet, "web-1"), "SIGKILL");
  const file = join(fleet.names.folder, "web-1", "machine.json");
  const { hostKey, ...half } = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, JSON.stringify(half));
  await eventually(async () => ((await fleet.list())[0]?.state === "stopped" ? true : undefined));
  expect((await fleet.list())[0]).not.toHaveProperty("hostKeys");
  const [again] = await fleet.boot("web-1");
  expect(again?.address).toBe(machine?.address);
  expect(again?.hostKeys).not.toEqual([hostKey]);
  expect(await fleet.ssh(again, "hostname")).toBe("web-1");
});

test("boot and shoot of two commands at once do not disturb each other", async () => {
  await using fleet = await openTestFleet();
  const [one, two] = await Promise.all([fleet.boot("web-1"), fleet.boot("web-1", "web-2")]);
  expect(two?.[0]).toEqual(one?.[0]);
  await Promise.all([fleet.shoot("web-1"), fleet.boot("web-3"), fleet.shoot("web-1", "web-2")]);
  expect((await fleet.list()).map(({ name, state }) => [name, state])).toEqual([["web-3", "running"]]);
});

test("an interrupt ends the wait, and what it left can be shot", async () => {
  await using fleet = await openTestFleet();
  const controller = new AbortController();
  const requests = ["web-1", "web-2"].map((name) => ({ name, authorizedKeys: [] }));
  const booted = fleet.provider.boot(requests, {
    ...fleet.context,
    signal: controller.signal,
    progress: () => controller.abort(),
  });
  expect((await refusal(booted)).code).toBe("interrupted");
  await fleet.shoot("web-1", "web-2");
  expect(await findTraces(fleet)).toEqual([]);
});

test("one machine that fails leaves the others, the error shows its console, and its journal can be read", async () => {
  await using fleet = await openTestFleet();
  const [machine] = await fleet.boot("web-1");
  await fleet.ssh(machine, "logger -t test 'web-1 goes'; journalctl --sync; rm /usr/lib/systemd/systemd");
  // Of which one file is damaged.
  await fleet.ssh(machine, "echo broken >/var/log/journal/$(cat /etc/machine-id)/broken.journal");
  const journal = (name: string) => fleet.provider.journal?.(name, fleet.context);
  // What runs and does not answer has one, too.
  expect(await journal("web-1")).toMatch(/^\d{4}-\d\d-\d\dT\S+ web-1 test\[\d+\]: web-1 goes$/m);
  process.kill(supervisorOf(fleet, "web-1"), "SIGKILL");
  await eventually(async () => ((await fleet.list())[0]?.state === "stopped" ? true : undefined));
  const error = await refusal(fleet.boot("web-1", "web-2", "web-3"));
  expect(error.code).toBe("provider-failed");
  expect(error.message).toBe("1 of 3 machines did not boot: web-1");
  expect(error.detail).toContain("web-1 ended while it was booting");
  expect(error.detail).toMatch(/No such file or directory|No suitable init/i);
  expect(await journal("web-1")).toMatch(/ test\[\d+\]: web-1 goes$/m);
  expect(await journal("web-4")).toBe("");
  expect((await fleet.list()).map(({ name, state }) => `${name} ${state}`)).toEqual([
    "web-1 stopped",
    "web-2 running",
    "web-3 running",
  ]);
  const single = await refusal(fleet.boot("web-1"));
  expect(single.message).toBe("web-1 ended while it was booting");
  expect(single.hint).toContain("console.log");
});

test("a machine whose image was thrown away says so", async () => {
  await using fleet = await openTestFleet();
  await fleet.boot("web-1");
  process.kill(supervisorOf(fleet, "web-1"), "SIGKILL");
  const file = join(fleet.names.folder, "web-1", "machine.json");
  writeFileSync(file, readFileSync(file, "utf8").replace(/"image": ".*"/, '"image": "/nowhere"'));
  await eventually(async () => ((await fleet.list())[0]?.state === "stopped" ? true : undefined));
  const error = await refusal(fleet.boot("web-1"));
  expect(error.message).toBe("web-1 cannot start: its image /nowhere is gone");
  expect(error.hint).toBe("Shoot web-1 and boot it again.");
});

test("a subnet in use is refused, and so is another one for a fleet that has machines", async () => {
  await using fleet = await openTestFleet({ subnet: "192.168.213.0/24" });
  const [machine] = await fleet.boot("web-1");
  expect(machine?.address).toMatch(/^192\.168\.213\./);
  await using other = await openTestFleet({ subnet: "192.168.213.0/24" });
  const taken = await refusal(other.boot("web-1"));
  expect(taken.code).toBe("provider-failed");
  expect(taken.message).toContain("subnet 192.168.213.0/24 is in use on this host");
  expect(await findTraces(other)).toEqual([]);
  const moved = fleet.with({ subnet: "192.168.214.0/24" });
  const changed = await refusal(moved.boot([{ name: "web-2", authorizedKeys: [] }], fleet.context));
  expect(changed.code).toBe("invalid-option");
  expect(changed.hint).toBe('Shoot them all first, or write subnet: "192.168.213.0/24".');
  expect(await fleet.list()).toEqual([machine]);
});

test("a name that is no host name is refused before anything is made", async () => {
  await using fleet = await openTestFleet();
  const error = await refusal(fleet.boot("web-1", "../web", "Web"));
  expect(error.code).toBe("invalid-option");
  expect(error.message).toBe('"../web", "Web" cannot be the name of a machine');
  expect(await findTraces(fleet)).toEqual([]);
});

test("missing tools are named together with the command that brings them", async () => {
  await using fleet = await openTestFleet();
  const environment = { ...fleet.environment, PATH: "/nowhere", PROOG_CACHE: join(fleet.folder, "cache") };
  const request = { name: "web-1", authorizedKeys: [] };
  const error = await refusal(localProvider(local(), environment).boot([request], fleet.context));
  expect(error.code).toBe("provider-unavailable");
  expect(error.hint).toMatch(
    /^Run: apt-get install debootstrap systemd-container nftables iproute2 openssh-client/,
  );
});

test("a file system that takes nothing any more is told with what to do about it", async () => {
  await using fleet = await openTestFleet();
  const machines = join(fleet.folder, "machines");
  mkdirSync(machines);
  const run = promisify(execFile);
  for (const [options, message, hint] of [
    ["ro", `local() cannot write ${machines}: its file system is read-only`, "findmnt --target"],
    // Its root, and the folder of the fleet.
    [
      "nr_inodes=2",
      `local() cannot write ${fleet.names.folder}/fleet.json.new: its file system is full`,
      "df -i",
    ],
  ] as const) {
    await run("mount", ["-t", "tmpfs", "-o", options, "proog-test", machines]);
    try {
      const error = await refusal(fleet.boot("web-1"));
      expect([error.code, error.message]).toEqual(["provider-failed", message]);
      expect(error.hint).toContain(`${hint} ${machines}`);
    } finally {
      await run("umount", [machines]);
    }
  }
  expect(await findTraces(fleet)).toEqual([]);
});

test("without root one is told to use sudo, and may still list", async () => {
  await using fleet = await openTestFleet();
  const machines = await fleet.boot("web-1");
  chmodSync(fleet.folder, 0o755);
  const controller = spawnController(fleet, 65534);
  let output = "";
  controller.stdout.on("data", (text) => {
    output += text;
  });
  await once(controller, "close");
  const [first = "", second = ""] = output.split("\n");
  expect(JSON.parse(first)).toEqual(machines);
  expect(JSON.parse(second)).toMatchObject({
    code: "provider-unavailable",
    message: expect.stringContaining("it needs root"),
    hint: expect.stringMatching(/^Run: sudo proog/),
  });
});

test("a symlink that a machine's root made leads us nowhere", async () => {
  await using fleet = await openTestFleet();
  const [machine] = await fleet.boot("web-1");
  const target = join(fleet.folder, "host-file");
  writeFileSync(target, "of the host\n");
  const id = await fleet.ssh(machine, "cat /etc/machine-id");
  const disk = join(fleet.names.folder, "web-1/disk/upper");
  const hosts = join(fleet.folder, id);
  cpSync(join(disk, "var/log/journal", id), hosts, { recursive: true });
  const journal = () => fleet.provider.journal?.("web-1", fleet.context);
  expect(await journal()).toContain(" systemd[1]: ");
  const journals = `/var/log/journal/${id}`;
  await fleet.ssh(
    machine,
    `systemctl mask --quiet --runtime --now systemd-journald.service systemd-journald{,-dev-log,-audit}.socket 2>&1
    rm ${journals}/*; ln -s ${hosts}/system.journal ${journals}/other.journal; sync`,
  );
  expect(await journal()).toBe("");
  await fleet.ssh(
    machine,
    `rm -r ${journals}; ln -s ${hosts} ${journals}
    rm -r /root/.ssh; ln -sf ${target} /etc/resolv.conf; ln -s ${fleet.folder} /root/.ssh; sync`,
  );
  expect(await journal()).toBe("");
  process.kill(supervisorOf(fleet, "web-1"), "SIGKILL");
  await eventually(async () => ((await fleet.list())[0]?.state === "stopped" ? true : undefined));
  await fleet.boot("web-1");
  expect(readFileSync(target, "utf8")).toBe("of the host\n");
  rmSync(target);
  mkdirSync(target);
});

test("a firewall that drops what it does not know lets machines through, and gets its rules back", async () => {
  const [script, network] = ["local-forward.sh", "../../src/providers/local/network.sh"].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const args = ["--net", "--mount", "sh", script ?? "", network ?? ""];
  const { stdout } = await promisify(execFile)("unshare", args);
  const rules = (bridge: string) =>
    ["oifname", "iifname"].map((side) => `${side} "${bridge}" counter accept comment "${bridge}"`);
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => line.trim());
  const host = 'counter comment "of the host"';
  expect(lines).toEqual([
    "up 1",
    ...rules("proog-0a1b2c3d"),
    host,
    "up 2",
    ...rules("proog-0a1b2c3d"),
    host,
    "down",
    ...rules("proog-ffffffff"),
    host,
    "table ip filter",
    "table ip proog_ffffffff",
    "lo",
    "proog-ffffffff",
  ]);
});
