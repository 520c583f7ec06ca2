import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Event } from "../../src/report/event.ts";
import { eventsOf, useFleet } from "./fleet-folder.ts";
import { startLoad } from "./load.ts";
import { eventually } from "./local-fleet.ts";
import { supplied } from "./supplied.ts";

/** A web server in perl-base: /healthz answers as the release says. */
const server = `use strict;
use IO::Socket::IP;
my $server = IO::Socket::IP->new(LocalPort => 8000, Listen => 50, ReuseAddr => 1) or die;
$| = 1;
while (my $client = $server->accept) {
    my $request = <$client>;
    while (my $line = <$client>) { last if $line =~ /^\\r?$/ }
    open my $file, '<', '/srv/release';
    chomp(my $release = <$file>);
    my $status = $request !~ m{^GET /(healthz)? } ? '404 Not Found' : $release =~ /bad/ ? '503 Service Unavailable' : '200 OK';
    print "the release is $release\\n" if $release =~ /bad/;
    print $client "HTTP/1.0 $status\\r\\n\\r\\n$release\\n";
    close $client;
}
`;

const fleet = useFleet("rollout", "web: 3, db: 1, balancer: 1", "", {
  options: `roles: { web, db: role("db", () => []), balancer: role("balancer", () => []) },`,
  files: { "server.pl": server },
  machines: supplied,
});

/** The roles, with what a web node has, and how it is changed. */
function declare(release: string, options: string, db = "[]", balancer = "[]", dbOptions = "{}"): void {
  fleet.write(
    "proog.config.js",
    `import { defineFleet, file, loadBalancer, local, role, run, service, systemdUnit } from "proog";
const web = role("web", () => {
  const server = file("/srv/server.pl", { from: "server.pl" });
  const unit = systemdUnit("app.service", { content: "[Service]\\nExecStart=/usr/bin/perl /srv/server.pl\\n" });
  return [server, unit, service("app", { enabled: false, restartOn: [server, unit] }), file("/srv/release", { content: "${release}\\n" })];
}, { ${options} });
const db = role("db", () => ${db}, ${dbOptions});
const balancer = role("balancer", ({ fleet }) => ${balancer});
export default defineFleet({ name: "rollout", roles: { web, db, balancer }, environments: { test: { provider: local(${JSON.stringify(supplied)}), nodes: { web: 3, db: 1, balancer: 1 } } } });
`,
  );
}

const health = 'health: { path: "/healthz", port: 8000, interval: 1, good: 1, within: 2 }';
const careful = `${health}, rollout: { batch: 2 }`;

/** What happened, in order: batches, gates, and how nodes came out. */
function storyOf(events: readonly Event[]): string[] {
  return events.flatMap((event) => {
    if (event.type === "rollout-batch") return [`batch ${event.number}/${event.of} ${event.nodes.join(" ")}`];
    if (event.type === "gate") return [`${event.node} ${event.healthy ? "healthy" : "unhealthy"}`];
    if (event.type === "node-finished" && event.outcome !== "in-order")
      return [`${event.node} ${event.outcome}`];
    return event.type === "rollout-stopped" ? [`stopped, ${event.reason}: ${event.nodes.join(" ")}`] : [];
  });
}

async function releases(): Promise<string> {
  const all = ["web-1", "web-2", "web-3"].map((name) => fleet.node(name).ssh("cat /srv/release"));
  return (await Promise.all(all)).map((text) => text.trim()).join(" ");
}

async function apply(...args: string[]) {
  const ended = await fleet.events("apply", "--yes", ...args);
  return { ...ended, story: storyOf(ended.events) };
}

test("what is wrong with the options of a role is told with its place", async () => {
  declare("one", 'rollout: { bach: 2 }, after: "bd"');
  const { status, stderr } = await fleet.proog("plan");
  expect(status).toBe(1);
  expect(stderr).toContain('role("web"): rollout.bach is no option. Did you mean "batch"?');
  expect(stderr).toContain('role("web"): after names a role "bd" that there is not. Did you mean "db"?');
  expect(stderr).toContain("proog.config.js:2");
});

describe("a role with a rollout", () => {
  beforeAll(async () => {
    declare("one", health);
    await fleet.succeed("apply");
  });

  test("is changed a few nodes at a time, each healthy before the next ones", async () => {
    declare("two", careful);
    expect((await fleet.proog("plan")).stderr).toContain("web is changed in 2 steps: web-1; web-2, web-3");
    const { status, story } = await apply();
    expect(status).toBe(0);
    expect(story.slice(0, 4)).toEqual([
      "batch 1/2 web-1",
      "web-1 healthy",
      "web-1 done",
      "batch 2/2 web-2 web-3",
    ]);
    expect(story.slice(4).toSorted()).toEqual(["web-2 done", "web-2 healthy", "web-3 done", "web-3 healthy"]);
    // Nothing to change: nobody is looked at.
    expect((await apply()).story).toEqual([]);
  });

  test("stops at the first bad batch, says what it saw, and goes on when that is mended", async () => {
    declare("bad", careful);
    const told = await fleet.proog("apply", "--yes");
    expect(told.status).toBe(3);
    expect(told.stderr).toMatch(/web-1 did not become healthy within 2 s\./);
    expect(told.stderr).toMatch(/from web-1: GET \/healthz: 503 Service Unavailable, \d times in \d/);
    expect(told.stderr).toMatch(/perl\[\d+\]: the release is bad/);
    expect(told.stderr).toContain(
      "web-1 failed, so nothing further is begun: web-2, web-3 are as they were.",
    );
    expect(told.stderr).toMatch(/Back to what was there before: proog undo \S+ web-1/);
    expect(told.stdout).toMatch(/web-2, web-3 +not begun/);
    expect(await releases()).toBe("bad two two");

    declare("three", careful);
    const resumed = await apply("--resume");
    expect(resumed.status).toBe(0);
    expect(resumed.story[0]).toBe("batch 1/2 web-1");
    expect(await releases()).toBe("three three three");
    const nothing = await fleet.proog("apply", "--yes", "--resume");
    expect(nothing.stderr).toContain("No rollout in test is stopped, as far as this machine knows.");
  });

  test("--canary stops after the first batch until --resume; --only names a node", async () => {
    declare("four", careful);
    const first = await apply("--canary");
    expect(first.status).toBe(0);
    expect(first.story.slice(2)).toEqual([
      "web-1 done",
      "stopped, canary: web-2 web-3",
      "web-2 held",
      "web-3 held",
    ]);
    const second = await apply("--resume", "--only", "web-2");
    expect(second.story).toEqual(["batch 1/1 web-2", "web-2 healthy", "web-2 done"]);
    expect(await releases()).toBe("four four three");
    const third = await apply("--resume");
    expect(third.story).toEqual(["batch 1/1 web-3", "web-3 healthy", "web-3 done"]);
  });

  test("whose check is wrong is told from one whose change is", async () => {
    declare("five", careful.replace("/healthz", "/health"));
    const { status, stderr } = await fleet.proog("apply", "--yes");
    expect(status).toBe(3);
    expect(stderr).toMatch(/from web-1: GET \/health: 404 Not Found/);
    expect(stderr).toContain(
      "web-2, web-3, which were not changed, say the same: is the role's health check right?",
    );
  });

  test("waits for the first node of another role", async () => {
    declare("six", `${careful}, after: "db"`, '[run("sleep 0.5; touch /srv/db", { creates: "/srv/db" })]');
    const { story } = await apply();
    expect(story.slice(0, 2)).toEqual(["db-1 done", "batch 1/2 web-1"]);
    declare("seven", `${careful}, after: "db"`, '[run("false", { name: "fail" })]');
    const failed = await apply();
    expect(failed.status).toBe(3);
    expect(failed.story).toEqual([
      ...["db-1 failed", "stopped, barrier: web-1 web-2 web-3", "web-1 held", "web-2 held", "web-3 held"],
    ]);
    expect(eventsOf(failed.events, "rollout-stopped").map(({ because }) => because)).toEqual([["db"]]);
  });
});

describe("a role with a rollout behind a balancer", () => {
  const rolling = `${health}, rollout: { batch: 1, drain: 5, ramp: 0 }`;
  const balanced = 'loadBalancer({ pool: fleet.pool("web", { port: 8000 }) })';
  const declareBalanced = (release: string, options = rolling, db = "[]", dbOptions = "{}") =>
    declare(release, options, db, balanced, dbOptions);
  const load = () => startLoad(`http://${fleet.node("balancer-1").address}/`, { rate: 50 });
  const members = async () => {
    const text = await fleet.node("balancer-1").ssh("cut -f 1,4,5 /var/lib/proog/pools/web/members");
    return text
      .trim()
      .split("\n")
      .map((line) => line.replaceAll("\t", " "))
      .sort();
  };
  const serving = ["web-1 100 healthy", "web-2 100 healthy", "web-3 100 healthy"];

  beforeAll(async () => {
    declareBalanced("release4");
    await fleet.succeed("apply");
    expect(await members()).toEqual(serving);
  });

  test("loses no request: each node is out while it is changed", async () => {
    const requests = load();
    declareBalanced("release5");
    const { status, events } = await apply();
    const { failed, requests: count } = await requests.stop();
    expect(status).toBe(0);
    expect(failed).toEqual([]);
    expect(count).toBeGreaterThan(100);
    const told = events.flatMap((event) => {
      if (event.type === "pool-member") return [`${event.node} ${event.state} ${event.weight}`];
      return event.type === "resource-finished" ? [`${event.node} changed`] : [];
    });
    expect(told).toEqual(
      ["web-1", "web-2", "web-3"].flatMap((name) => [
        ...[`${name} draining 0`, `${name} drained 0`, `${name} changed`, `${name} healthy 100`],
      ]),
    );
    expect(await members()).toEqual(serving);
  });

  test("leaves a bad node out of the pool, and brings it back when it is mended", async () => {
    const requests = load();
    declareBalanced("bad");
    const { status, stderr } = await fleet.proog("apply", "--yes", "web-1");
    expect(status).toBe(3);
    expect(stderr).toContain("web-1 did not become healthy within 2 s, so it stays out of the pool web.");
    expect(stderr).toMatch(/from balancer-1: GET \/healthz: 503 Service Unavailable, \d times in/);
    expect(await members()).toEqual(["web-1 0 drained", ...serving.slice(1)]);
    // Mended by hand, and so in order: it comes back all the same.
    await fleet.node("web-1").ssh("echo release5 >/srv/release");
    declareBalanced("release5");
    const resumed = await apply("--resume");
    expect(resumed.status).toBe(0);
    expect(resumed.story).toEqual(["web-1 healthy"]);
    expect(await members()).toEqual(serving);
    expect((await requests.stop()).failed).toEqual([]);
  });

  test("is as it was before at once, where somebody says so", async () => {
    declareBalanced("bad");
    const running = fleet.startInTerminal("apply", "web-1");
    await running.waitFor(/Make this change\?/);
    running.type("y");
    await running.waitFor(/Bring back what was there before on web-1\?/);
    running.type("y");
    expect((await running.ended).status).toBe(3);
    expect(await releases()).toBe("release5 release5 release5");
    expect(await members()).toEqual(serving);
  });

  test("whose run was killed is gone on with", async () => {
    declareBalanced("release6");
    const running = fleet.start("apply", "--yes", "--json", "web-1");
    await running.waitFor(/"state":"drained"/);
    running.kill("SIGKILL");
    await running.ended;
    expect(await members()).toContain("web-1 0 drained");
    const resumed = await apply("--resume");
    expect(resumed.status).toBe(0);
    expect(await members()).toEqual(serving);
    expect(await releases()).toBe("release6 release5 release5");
  });

  test("nodes are drained, joined, paused and resumed by hand", async () => {
    const ok = async (...args: string[]) => {
      const { status, stdout, stderr } = await fleet.proog(...args);
      expect(status, stdout + stderr).toBe(0);
      return stdout + stderr;
    };
    await ok("drain", "web-1", "--why", "new disk");
    expect(await members()).toEqual(["web-1 0 drained", ...serving.slice(1)]);
    const all = await fleet.proog("drain", "web");
    expect(all.status).toBe(1);
    expect(all.stderr).toContain(
      "web-2, web-3 are all the nodes of the pool web that serve, so nothing was drained.",
    );
    expect((await fleet.proog("drain", "db-1")).stderr).toContain("db-1 is in no pool.");
    const status = await ok("status");
    expect(status).toMatch(/pools +web drained, without traffic \(new disk\)/);

    await fleet.node("web-1").ssh("echo bad >/srv/release");
    const bad = await fleet.proog("join", "web-1");
    expect(bad.status).toBe(3);
    expect(bad.stderr).toContain("web-1 did not become healthy within 2 s, so it did not join the pool web.");
    await fleet.node("web-1").ssh("echo release6 >/srv/release");
    await ok("join", "web-1", "--ramp", "0");
    expect(await members()).toEqual(serving);

    await ok("pause", "web-2", "a look into it");
    expect(await members()).toContain("web-2 100 paused");
    expect(await fleet.tags("web-2")).toEqual({
      paused: expect.stringMatching(/^\d+ \S+@\S+ a look into it$/),
    });
    expect(await ok("status", "web-2")).toMatch(/paused +by \S+ since \S+: a look into it/);
    const applied = await ok("apply", "--yes", "web-2");
    expect(applied).toMatch(
      /web-2: paused by \S+: a look into it\. It is left as it is until proog resume web-2/,
    );
    expect(await releases()).toBe("release6 release5 release5");
    await ok("resume", "web-2");
    expect(await members()).toEqual(serving);
    expect(await fleet.tags("web-2")).toEqual({});
    // A role as a whole is so as long as any of its machines tells of it.
    await ok("pause", "web", "new disks");
    expect(await fleet.tags("web-3")).toMatchObject({ pausedRoles: "web" });
    expect(await ok("resume", "web-1..2")).toMatch(
      /The role web as a whole is paused by \S+: new disks\. To end that: proog resume web/,
    );
    expect(await ok("resume", "web")).not.toContain("as a whole");
    expect(await fleet.tags("web-3")).toEqual({});
    expect(await members()).toEqual(serving);
    expect(await ok("resume", "web-2")).toContain("web-2: is not paused");
    const run = await fleet.succeed("apply", "web-2");
    expect(await releases()).toBe("release6 release6 release5");
    // Going back is a change as any other.
    const undone = await fleet.events("undo", run, "web-2", "--yes");
    expect(storyOf(undone.events)).toEqual(["batch 1/1 web-2", "web-2 healthy", "web-2 done"]);
    expect(eventsOf(undone.events, "pool-member").map(({ weight }) => weight)).toEqual([0, 0, 100]);
    expect(await releases()).toBe("release6 release5 release5");
  });

  test("a new node gets traffic when it is healthy, and one that is shot loses none", async () => {
    const requests = load();
    const booted = await fleet.events("boot", "web", "-n", "1");
    expect(booted.status, booted.stdout).toBe(0);
    expect(storyOf(booted.events).slice(-2)).toEqual(["web-4 healthy", "web-4 done"]);
    const own = eventsOf(booted.events, "pool-member").map(({ node, state }) => `${node} ${state}`);
    expect(own[0]).toBe("web-4 joining");
    expect(await members()).toEqual([...serving, "web-4 100 healthy"]);
    const shot = await fleet.events("shoot", "web-4", "--yes");
    expect(shot.status, shot.stdout).toBe(0);
    expect(await members()).toEqual([...serving, "web-4 0 gone"]);
    expect((await requests.stop()).failed).toEqual([]);
    const [{ run } = { run: "" }] = eventsOf(booted.events, "run-started");
    expect(run).not.toBe("");
    const runs = join(fleet.path, ".proog/runs");
    const kept = readdirSync(runs).flatMap((name) => readdirSync(join(runs, name)));
    expect(kept.sort()).toEqual(["web-4.console", "web-4.journal"]);
  });

  test("what is stateful is not shot without its name, whatever the config says by then", async () => {
    declareBalanced("release6", rolling, "[]", "{ stateful: true }");
    await fleet.succeed("apply", "db");
    declareBalanced("release6");
    await fleet.succeed("apply", "db");
    const { status, stderr } = await fleet.proog("shoot", "db-1", "--yes");
    expect(status).toBe(1);
    expect(stderr).toMatch(/db-1 holds what is nowhere else, .* type its name in, so nothing was\s+shot\./);
    expect(stderr).toContain("Is it meant? Then say so: proog shoot db-1 --destroy db-1");
    const running = fleet.startInTerminal("shoot", "db-1");
    await running.waitFor(/db-1 holds what is nowhere else \(stateful\)\. To destroy it, type its name/);
    running.type("db\r");
    expect((await running.ended).stdout).toContain("Nothing was shot.");
    expect(await fleet.tags("db-1")).toEqual({ stateful: "yes" });
    expect(await fleet.node("db-1").ssh("cut -d ' ' -f 2 /var/lib/proog/stateful")).toMatch(/^\S+@\S+\n$/);
    declareBalanced("release6", rolling, "[]", "{ stateful: false }");
    await fleet.succeed("apply", "db");
    expect(await fleet.node("db-1").ssh("ls /var/lib/proog")).not.toContain("stateful");
    expect(await fleet.tags("db-1")).toEqual({});
  });

  test("journals come as one, and a clock that is wrong is told", async () => {
    // What it is told meanwhile a busy journal takes only later.
    await fleet
      .node("web-1")
      .ssh('kill -STOP "$(systemctl show --value -p MainPID systemd-journald)"; logger -t test first');
    await fleet.node("web-2").ssh("logger -t test second; journalctl --sync");
    await fleet
      .node("web-1")
      .ssh(
        'kill -CONT "$(systemctl show --value -p MainPID systemd-journald)"; logger -t test third; journalctl --sync',
      );
    const { stdout, events } = await fleet.events("logs", "web", "--since", "-1min");
    const lines = eventsOf(events, "log-line").filter(({ by }) => by === "test");
    expect(
      lines.map(({ node, text }) => `${node} ${text}`),
      stdout,
    ).toEqual(["web-1 first", "web-2 second", "web-1 third"]);
    const refused = await fleet.proog("logs", "web-1", "--since", "soon");
    expect(refused.status).toBe(3);
    expect(refused.stderr).toContain("journalctl on web-1 did not take that.");

    const following = fleet.start("logs", "web", "-f", "-n", "1", "--unit", "app");
    await eventually(async () =>
      following.stdout.includes("app") || following.stdout.includes("perl") ? true : undefined,
    );
    await fleet.node("web-3").ssh("systemctl restart app");
    await eventually(async () =>
      /web-3 +systemd\[1\]: Started app/.test(following.stdout) ? true : undefined,
    );
    following.kill("SIGINT");
    expect((await following.ended).status).toBe(130);

    // No container can set its clock: what is asked for the time says another one.
    await fleet
      .node("web-3")
      .ssh(
        'mkdir -p /usr/local/sbin && printf \'#!/bin/sh\nexec /usr/bin/date -d "-3 hours" "$@"\n\' >/usr/local/sbin/date && chmod +x /usr/local/sbin/date',
      );
    await fleet
      .node("web-3")
      .ssh(
        "mkdir -p /usr/local/lib/clock && echo 'package Late; *CORE::GLOBAL::time = sub { CORE::time() - 10800 }; 1;' >/usr/local/lib/clock/Late.pm && printf '#!/bin/sh\nexec /usr/bin/perl -I/usr/local/lib/clock -MLate \"$@\"\n' >/usr/local/sbin/perl && chmod +x /usr/local/sbin/perl",
      );
    expect((await fleet.proog("logs", "web-3", "-n", "1")).stderr).toContain(
      "web-3: its clock is 3 h behind this machine's; its lines stand where they belong.",
    );
    expect((await fleet.proog("status", "web-3")).stdout).toMatch(/clock +3 h behind this machine's/);
    declareBalanced("release9");
    const { status, stderr } = await fleet.proog("apply", "--yes", "web-3");
    expect(status, stderr).toBe(0);
    expect(stderr).toContain(
      "web-3: its clock is 3 h behind this machine's: its logs, timers and certificates go by it.",
    );
  });
});
