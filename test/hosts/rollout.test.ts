import { beforeEach, describe, expect, test } from "vitest";
import type { Event } from "../../src/report/event.ts";
import { eventsOf, useFleet } from "./fleet-folder.ts";

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
    my $status = $request !~ m{^GET /healthz } ? '404 Not Found' : $release =~ /bad/ ? '503 Service Unavailable' : '200 OK';
    print "the release is $release\\n" if $release =~ /bad/;
    print $client "HTTP/1.0 $status\\r\\n\\r\\n$release\\n";
    close $client;
}
`;

const fleet = useFleet("rollout", "web: 3, db: 1", "", {
  options: `roles: { web, db: role("db", () => []) },`,
  files: { "server.pl": server },
});

/** The roles, with what a web node has, and how it is changed. */
function declare(release: string, options: string, db = "[]"): void {
  fleet.write(
    "proog.config.ts",
    `import { defineFleet, file, local, role, run, service, systemdUnit } from "proog";
const web = role("web", () => {
  const server = file("/srv/server.pl", { from: "server.pl" });
  const unit = systemdUnit("app.service", { content: "[Service]\\nExecStart=/usr/bin/perl /srv/server.pl\\n" });
  return [server, unit, service("app", { enabled: false, restartOn: [server, unit] }), file("/srv/release", { content: "${release}\\n" })];
}, { ${options} });
const db = role("db", () => ${db});
export default defineFleet({ name: "rollout", roles: { web, db }, environments: { test: { provider: local(), nodes: { web: 3, db: 1 } } } });
`,
  );
}

const health = 'health: { path: "/healthz", port: 8000, interval: 1, within: 3 }';
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

describe("a role with a rollout", () => {
  beforeEach(async () => {
    declare("one", health);
    await fleet.succeed("apply");
  });

  test("is changed a few nodes at a time, each healthy before the next ones", async () => {
    declare("two", careful);
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
    const { status, story } = await apply();
    expect(status).toBe(3);
    expect(story).toEqual([
      ...["batch 1/2 web-1", "web-1 unhealthy", "web-1 failed", "stopped, failed: web-2 web-3"],
      ...["web-2 held", "web-3 held"],
    ]);
    expect(await releases()).toBe("bad one one");

    declare("worse, and bad", careful);
    const told = await fleet.proog("apply", "--yes", "--resume");
    expect(told.status).toBe(3);
    expect(told.stderr).toMatch(/web-1 did not become healthy within 3 s\./);
    expect(told.stderr).toMatch(/from web-1: GET \/healthz: 503 Service Unavailable, \d times in \d/);
    expect(told.stderr).toMatch(/perl\[\d+\]: the release is worse, and bad/);
    // Of the time since it was changed, and not of the time before.
    expect(told.stderr).not.toMatch(/the release is bad/);
    expect(told.stderr).toContain(
      "web-1 failed, so nothing further is begun: web-2, web-3 are as they were.",
    );
    expect(told.stderr).toMatch(/Back to what was there before: proog undo \S+ web-1/);
    expect(told.stdout).toMatch(/web-2, web-3 +not begun/);

    declare("three", careful);
    const resumed = await apply("--resume");
    expect(resumed.status).toBe(0);
    expect(resumed.story[0]).toBe("batch 1/2 web-1");
    expect(await releases()).toBe("three three three");
    const nothing = await fleet.proog("apply", "--yes", "--resume");
    expect(nothing.stderr).toContain("No rollout in test is stopped, as far as this machine knows.");
  });

  test("--canary stops after the first batch until --resume; --only names a node", async () => {
    declare("two", careful);
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
    expect(await releases()).toBe("two two one");
    const third = await apply("--resume");
    expect(third.story).toEqual(["batch 1/1 web-3", "web-3 healthy", "web-3 done"]);
  });

  test("whose check is wrong is told from one whose change is", async () => {
    declare("two", careful.replace("/healthz", "/health"));
    const { status, stderr } = await fleet.proog("apply", "--yes");
    expect(status).toBe(3);
    expect(stderr).toMatch(/from web-1: GET \/health: 404 Not Found/);
    expect(stderr).toContain(
      "web-2, web-3, which were not changed, say the same: is the role's health check right?",
    );
  });

  test("waits for the first node of another role", async () => {
    declare("two", `${careful}, after: "db"`, '[run("sleep 2; touch /srv/db", { creates: "/srv/db" })]');
    const { story } = await apply();
    expect(story.slice(0, 2)).toEqual(["db-1 done", "batch 1/2 web-1"]);
    declare("three", `${careful}, after: "db"`, '[run("false", { name: "fail" })]');
    const failed = await apply();
    expect(failed.status).toBe(3);
    expect(failed.story).toEqual([
      ...["db-1 failed", "stopped, barrier: web-1 web-2 web-3", "web-1 held", "web-2 held", "web-3 held"],
    ]);
    expect(eventsOf(failed.events, "rollout-stopped").map(({ because }) => because)).toEqual([["db"]]);
  });
});
