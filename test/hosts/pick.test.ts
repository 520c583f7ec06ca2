import { beforeAll, describe, expect, test } from "vitest";
import { eventsOf, finishedOf, useFleet } from "./fleet-folder.ts";

const fleet = useFleet("pick", "web: 1");
const web = () => fleet.node("web-1");

const unit = `[Service]
ExecStart=/bin/sleep infinity
ExecReload=/bin/sh -c 'echo reload >>/run/demo'
[Install]
WantedBy=multi-user.target
`;

/** A service that is reloaded for its configuration, and something else. */
function declare(content: string): void {
  fleet.declare(`
    ...(() => {
      const unit = systemdUnit("demo.service", { content: ${JSON.stringify(unit)} });
      const conf = file("/etc/demo.conf", { content: ${JSON.stringify(content)}, tags: ["demo"] });
      return [unit, conf, service("demo", { reloadOn: [conf] })];
    })(),
    file("/srv/other", { content: ${JSON.stringify(content)} }),`);
}

const reloads = () => web().ssh("cat /run/demo 2>/dev/null; rm -f /run/demo");
const marks = () => web().ssh("ls /var/lib/proog/pending");
const applied = () => web().ssh("cut -d ' ' -f 1 /var/lib/proog/applied");

beforeAll(async () => {
  declare("first\n");
  expect((await fleet.proog("apply", "--yes")).status).toBe(0);
});

describe("a part of what is described", () => {
  test("is planned alone, and the rest is said to be skipped", async () => {
    declare("second\n");
    const { stdout, status } = await fleet.proog("plan", "--only", "tag:demo");
    expect(stdout).toContain("~ file /etc/demo.conf");
    expect(stdout).not.toContain("/srv/other");
    expect(stdout).toContain("\n1 resource to change on web-1, 3 skipped\n");
    expect(status).toBe(2);
    const skipped = await fleet.proog("plan", "--skip", "file", "--verbose");
    expect(skipped.stdout).toContain("nothing to change, 2 in order, 2 skipped\n");
    expect(skipped.stdout).not.toContain("file /");
    expect(skipped.status).toBe(0);
  });

  test("is applied alone; the reload of what is skipped stays due, and is made by the next run", async () => {
    const before = await applied();
    const part = await fleet.events("apply", "--yes", "--only", "file:/etc/demo.conf");
    expect(finishedOf(part.events)).toEqual(["done file /etc/demo.conf"]);
    expect(eventsOf(part.events, "node-planned")).toMatchObject([{ total: 4, skipped: 3 }]);
    expect(await reloads()).toBe("");
    expect(await marks()).toBe("reload.service.demo\n");
    expect(await applied()).toBe(before);

    const other = await fleet.proog("apply", "--yes", "--skip", "service");
    expect(other.stdout).toMatch(/1 resource changed on web-1 in .*, 1 skipped/);
    expect(await reloads()).toBe("");
    expect(await marks()).toBe("reload.service.demo\n");

    const rest = await fleet.events("apply", "--yes", "--only", "demo");
    expect(finishedOf(rest.events)).toEqual(["done service demo"]);
    expect(await reloads()).toBe("reload\n");
    expect(await marks()).toBe("");
    expect((await fleet.proog("plan")).status).toBe(0);
  });

  test("of which nothing is there is refused before anything is asked of the machine", async () => {
    const { stderr, status } = await fleet.proog("apply", "--yes", "--only", "dem");
    expect(stderr).toBe(`error: --only "dem" names no resource of web-1.\n  Did you mean "demo"?\n`);
    expect(status).toBe(1);
  });
});
