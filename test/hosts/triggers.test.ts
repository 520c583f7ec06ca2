import { beforeAll, describe, expect, test } from "vitest";
import { eventsOf, finishedOf, useFleet } from "./fleet-folder.ts";
import { slowRun, startSlowly } from "./slow-run.ts";

const fleet = useFleet("triggers", "web: 1");
const web = () => fleet.node("web-1");

const unit = `[Service]
ExecStart=/bin/sleep infinity
ExecStartPre=/bin/sh -c 'echo start >>/run/demo'
ExecReload=/bin/sh -c 'echo reload >>/run/demo; test ! -e /run/demo-refuses'
[Install]
WantedBy=multi-user.target
`;

/** The service with a config, and what stands between them. */
function declare(content: string, between = ""): void {
  fleet.declare(`
    ...(() => {
      const unit = systemdUnit("demo.service", { content: ${JSON.stringify(unit)} });
      const conf = file("/etc/demo.conf", { content: ${JSON.stringify(content)} });
      return [unit, conf, ${between} service("demo", { reloadOn: [conf], restartOn: [unit] })];
    })(),`);
}

/** What the service was told since the last time it was asked. */
const deeds = () => web().ssh("cat /run/demo; : >/run/demo");
const marks = () => web().ssh("ls /var/lib/proog/pending");

beforeAll(async () => {
  declare("first\n");
  expect((await fleet.proog("apply", "--yes")).status).toBe(0);
  expect(await deeds()).toBe("start\n");
});

test("a change reloads, once, after it; without a change nothing does", async () => {
  declare("second\n");
  const plan = await fleet.events("plan");
  const changes = eventsOf(plan.events, "node-planned").flatMap(({ changes }) => changes);
  expect(changes.map(({ resource, certainty }) => `${certainty} ${resource.key}`)).toEqual([
    "certain file /etc/demo.conf",
    "dependent service demo",
  ]);
  expect(changes[1]?.triggers).toEqual([{ action: "reload", because: 2 }]);
  expect(finishedOf((await fleet.events("apply", "--yes")).events)).toEqual([
    "done file /etc/demo.conf",
    "done service demo",
  ]);
  expect(await deeds()).toBe("reload\n");
  expect(await marks()).toBe("");
  expect((await fleet.proog("apply", "--yes")).status).toBe(0);
  expect(await deeds()).toBe("");
});

describe("a run that is killed between the change and the reload", () => {
  test("leaves a mark, which the next plan tells", async () => {
    declare("third\n", slowRun("between"));
    const running = await startSlowly(fleet, "between");
    await web().ssh("kill -s KILL -- -$(cat $(ls -td /var/lib/proog/runs/* | head -n 1)/pid)");
    expect((await running.ended).status).toBe(3);
    expect(await deeds()).toBe("");
    expect(await web().ssh("cat /etc/demo.conf")).toBe("third\n");
    expect(await marks()).toBe("reload.service.demo\n");

    declare("third\n");
    const plan = await fleet.events("plan");
    const changes = eventsOf(plan.events, "node-planned").flatMap(({ changes }) => changes);
    expect(changes.map(({ resource }) => resource.key)).toEqual(["service demo"]);
    expect(plan.status).toBe(2);
  });

  test("and which the next run makes good, exactly once", async () => {
    expect(finishedOf((await fleet.events("apply", "--yes")).events)).toEqual(["done service demo"]);
    expect(await deeds()).toBe("reload\n");
    expect(await marks()).toBe("");
    expect(
      (await fleet.events("apply", "--yes")).events.filter(({ type }) => type === "resource-finished"),
    ).toEqual([]);
    expect(await deeds()).toBe("");
  });
});

test("a reload that fails is due again until it succeeds", async () => {
  declare("fourth\n");
  await web().ssh(": >/run/demo-refuses");
  const failed = await fleet.events("apply", "--yes");
  expect(finishedOf(failed.events)).toEqual(["done file /etc/demo.conf", "failed service demo"]);
  expect(failed.status).toBe(3);
  expect(await deeds()).toBe("reload\n");
  expect((await fleet.proog("plan")).status).toBe(2);
  expect((await fleet.proog("apply", "--yes")).status).toBe(3);
  expect(await deeds()).toBe("reload\n");
  await web().ssh("rm /run/demo-refuses");
  expect((await fleet.proog("apply", "--yes")).status).toBe(0);
  expect(await deeds()).toBe("reload\n");
  expect((await fleet.proog("plan")).status).toBe(0);
});

test("a run that stops before the service was reached leaves the mark, too", async () => {
  declare("fifth\n", `run("exit 1", { name: "broken", unless: "test -e /run/repaired" }),`);
  expect((await fleet.proog("apply", "--yes")).status).toBe(3);
  expect(await deeds()).toBe("");
  await web().ssh(": >/run/repaired");
  expect(finishedOf((await fleet.events("apply", "--yes")).events)).toEqual(["done service demo"]);
  expect(await deeds()).toBe("reload\n");
});

test("a change that fails before it has changed anything triggers nothing", async () => {
  fleet.declare(`
    ...(() => {
      const conf = file("/etc/demo.conf", { content: "broken\\n", validate: "grep -q whole %", optional: true });
      return [conf, service("demo", { reloadOn: [conf] })];
    })(),`);
  const { events, status } = await fleet.events("apply", "--yes");
  expect(finishedOf(events)[0]).toBe("failed file /etc/demo.conf");
  expect(status).toBe(0);
  expect(await deeds()).toBe("");
  expect(await marks()).toBe("");
  expect(await web().ssh("cat /etc/demo.conf")).toBe("fifth\n");
});

test("a command that waits for a change runs once for it, and again when it had failed", async () => {
  const declareCommand = (content: string) =>
    fleet.declare(`
    ...(() => {
      const one = file("/srv/one", { content: ${JSON.stringify(content)} });
      const two = file("/srv/two", { content: ${JSON.stringify(content)} });
      return [one, two, run("echo built >>/run/built; test ! -e /run/build-breaks", { name: "build", onlyOn: [one, two] })];
    })(),`);
  const built = () => web().ssh("cat /run/built; : >/run/built");
  declareCommand("a");
  expect((await fleet.proog("apply", "--yes")).status).toBe(0);
  expect(await built()).toBe("built\n");
  expect((await fleet.proog("apply", "--yes")).status).toBe(0);
  expect(await built()).toBe("");
  await web().ssh(": >/run/build-breaks");
  declareCommand("b");
  expect((await fleet.proog("apply", "--yes")).status).toBe(3);
  expect(await built()).toBe("built\n");
  await web().ssh("rm /run/build-breaks");
  expect(finishedOf((await fleet.events("apply", "--yes")).events)).toEqual(["done run build"]);
  expect(await built()).toBe("built\n");
  expect((await fleet.proog("plan")).status).toBe(0);
});
