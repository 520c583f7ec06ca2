import { execFile } from "node:child_process";
import { globSync, mkdirSync, readFileSync, rmdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeAll, expect, test } from "vitest";
import type { Event } from "../../src/report/event.ts";
import { eventsOf, parseEvents, useFleet } from "./fleet-folder.ts";
import { eventually } from "./local-fleet.ts";
import type { Running } from "./program.ts";
import { supplied } from "./supplied.ts";

/** A web server in perl-base, so that nothing is installed in the place of what dies; slow while /run/slow is there. */
const server = `use strict;
use IO::Socket::IP;
$SIG{CHLD} = 'IGNORE';
my $server = IO::Socket::IP->new(LocalPort => 8000, Listen => 50, ReuseAddr => 1) or die;
while (1) {
    my $client = $server->accept or next;
    next if fork;
    select undef, undef, undef, 0.3 if -e '/run/slow';
    while (my $line = <$client>) { last if $line =~ /^\\r?$/ }
    print $client "HTTP/1.0 200 OK\\r\\n\\r\\nfine\\n";
    exit;
}
`;

/** Of what the program is run with. */
const variables: NodeJS.ProcessEnv = {};

const fleet = useFleet("watch", `balancer: { roles: ["web"] }, web: 2`, "", {
  files: { "server.pl": server },
  variables,
  machines: supplied,
});

/** @param pooled Whether a balancer stands before the role. */
function declare(watch: string, pooled = true): void {
  fleet.write(
    "proog.config.js",
    `import { defineFleet, file, loadBalancer, local, role, service, systemdUnit } from "proog";
const web = role("web", () => {
  const server = file("/srv/server.pl", { from: "server.pl" });
  const unit = systemdUnit("app.service", { content: "[Service]\\nExecStart=/usr/bin/perl /srv/server.pl\\n" });
  return [server, unit, service("app", { enabled: false, restartOn: [server, unit] })];
}, { health: { path: "/healthz", port: 8000, interval: 1, timeout: 1 }${pooled ? ", rollout: { ramp: 1, drain: 2 }" : ""} });
const balancer = role("balancer", ({ fleet }) => ${pooled ? 'loadBalancer({ pool: fleet.pool("web", { port: 8000 }) })' : "[]"});
export default defineFleet({ name: "watch", roles: { web, balancer }, environments: { test: {
  provider: local(${JSON.stringify(supplied)}), nodes: { web: 2, balancer: { roles: ["balancer"] } }, watch: { web: { ${watch} } },
} } });
`,
  );
}

let going: Running | undefined;

/** A watch that goes on, and what it has told so far. */
function startWatch(): Running & { events(): Event[] } {
  const running = fleet.start("watch", "--json");
  going = running;
  const events = () => parseEvents(running.stdout.slice(0, running.stdout.lastIndexOf("\n") + 1));
  return Object.assign(running, { events });
}

/** Waits until something of that kind was told, after so many events. */
async function told<Type extends Event["type"]>(
  watch: ReturnType<typeof startWatch>,
  type: Type,
  is: (event: Extract<Event, { type: Type }>) => boolean,
  after = 0,
): Promise<void> {
  const found = async () =>
    eventsOf(watch.events().slice(after), type).some((event) => is(event)) ? true : undefined;
  await eventually(found).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${watch.stdout.slice(-4000)}${watch.stderr}`);
  });
}

async function machines(): Promise<string[]> {
  const { events } = await fleet.events("status");
  return eventsOf(events, "node-status").map(({ node, status }) =>
    [
      `${node} ${status.state}`,
      ...(status.kept ? [status.kept.why] : []),
      ...(status.paused ? [`paused: ${status.paused.why}`] : []),
    ].join(", "),
  );
}

/** A folder with all programs of this host but those of systemd-nspawn, as where its package is not there any more. */
async function makeTools(): Promise<string> {
  const tools = join(fleet.path, "tools");
  const folders = ["/usr/sbin", "/sbin", ...(process.env.PATH ?? "").split(delimiter).filter(Boolean)];
  const link =
    'mkdir "$1" && cd "$1" && shift && for folder; do ln -sf "$folder"/* .; done; rm systemd-nspawn';
  await promisify(execFile)("sh", ["-c", link, "sh", tools, ...new Set(folders)]);
  return tools;
}

/** What it writes to its journal, and then has no power any more. */
function lastWords(words: string): string {
  return `logger -t test '${words}'; journalctl --sync; systemctl poweroff --force --force`;
}

/** What was kept of a machine with the records of runs. */
function keptOf(file: string): string {
  return globSync(`.proog/runs/*/${file}`, { cwd: fleet.path })
    .map((path) => readFileSync(`${fleet.path}/${path}`, "utf8"))
    .join("");
}

async function members(): Promise<string[]> {
  const { events } = await fleet.events("pool");
  return eventsOf(events, "pool-status").flatMap(({ members }) =>
    members.map(({ node, weight, state }) => `${node} ${weight} ${state}`),
  );
}

// It would boot again what is shot after the tests.
afterEach(async () => {
  going?.kill("SIGKILL");
  await going?.ended;
});

beforeAll(async () => {
  declare("keep: 1");
  const { status, stdout, stderr } = await fleet.proog("apply", "--yes");
  expect(status, stdout + stderr).toBe(0);
});

test("cured, paused, replaced by a watch that is killed in the middle of it, and held by its budget", async () => {
  let watch = startWatch();
  await told(watch, "watch-begun", ({ pools }) => pools[0]?.vantages.join(" ") === "controller balancer");
  // A second one is refused.
  const second = await fleet.proog("watch");
  expect([second.status, second.stderr]).toEqual([
    4,
    expect.stringContaining("Another proog watch is at work on test"),
  ]);

  // What can be cured on the node itself is.
  await fleet.node("web-1").ssh("systemctl stop app");
  await told(
    watch,
    "watch-change",
    ({ node, from, to }) => node === "web-1" && from === "suspect" && to === "healthy",
  );
  expect(eventsOf(watch.events(), "watch-started").map(({ node, action }) => `${action} ${node}`)).toEqual([
    "cure web-1",
    "join web-1",
  ]);
  expect(await members()).toEqual(["web-1 100 healthy", "web-2 100 healthy"]);

  // What people look into is theirs.
  expect((await fleet.proog("pause", "web-1", "a look at it")).status).toBe(0);
  await fleet.node("web-1").ssh("systemctl stop app");
  const before = watch.events().length;
  await new Promise((resolve) => setTimeout(resolve, 7000));
  await fleet.node("web-1").ssh("systemctl start app");
  expect((await fleet.proog("resume", "web-1")).status).toBe(0);
  expect(eventsOf(watch.events().slice(before), "watch-started")).toEqual([]);

  // What is dead is replaced, whatever becomes of who does it.
  await fleet
    .node("web-2")
    .ssh(lastWords("web-2 is tired"))
    .catch(() => {});
  await told(watch, "machine-booted", ({ node }) => node === "web-3");
  watch.kill("SIGKILL");
  watch = startWatch();
  await told(watch, "watch-finished", ({ node, action }) => action === "discard" && node === "web-2");
  expect(eventsOf(watch.events(), "machine-booted").map(({ node, created }) => `${node} ${created}`)).toEqual(
    ["web-3 true"],
  );
  expect(await members()).toEqual(["web-1 100 healthy", "web-3 100 healthy"]);
  expect((await machines()).sort()).toEqual([
    ...["balancer up", "web-1 up", "web-2 stopped, its machine does not run", "web-3 up"],
  ]);
  expect(keptOf("web-2.console")).not.toBe("");
  expect(keptOf("web-2.journal")).toMatch(/ web-2 test\[\d+\]: web-2 is tired$/m);

  // It learns of a config that has changed; and the budget holds.
  declare("budget: 0");
  const again = watch.events().length;
  await told(watch, "watch-begun", () => true, again);
  const { address } = fleet.node("balancer");
  const needed = "a machine is needed, and none is booted: the budget of 0 machines an hour is spent";
  expect((await fleet.proog("pause", "web", "new disks")).status).toBe(0);
  await told(
    watch,
    "watch-change",
    ({ why }) => /^is left alone: paused by \S+: new disks$/.test(why),
    again,
  );
  await fleet.proog("exec", "-H", "web-3", "--", `rm /usr/lib/systemd/systemd; ${lastWords("web-3, too")}`);
  await eventually(async () =>
    (await machines()).includes("web-3 stopped, paused: new disks") ? true : undefined,
  );
  expect(watch.stdout).not.toContain(needed);
  expect((await fleet.proog("resume", "web")).status).toBe(0);
  await told(watch, "watch-change", ({ why }) => why === needed, again);
  await eventually(async () => ((await members()).includes("web-3 0 dead") ? true : undefined));
  expect(await (await fetch(`http://${address}/`)).text()).toBe("fine\n");
  watch.kill("SIGTERM");
  expect((await watch.ended).status).toBe(0);

  // One that does not boot is asked by nobody, and tells all the same.
  const booted = await fleet.proog("boot", "web-3");
  expect(booted.status).toBe(1);
  expect(booted.stderr).toContain("web-3 ended while it was booting");
  expect(booted.stderr).toMatch(/What web-3 said last is kept in \S*\.proog\/runs\//);
  expect(keptOf("web-3.journal")).toMatch(/ web-3 test\[\d+\]: web-3, too$/m);
});

test("what is slow gets less, then a further one comes, and goes again when it is calm", async () => {
  declare("max: 3, slow: { p95: 200, for: 3, grow: 6, calm: 10 }, grace: 3, keep: 0");
  await fleet.proog("shoot", "--yes", "web");
  const { stdout, stderr, status } = await fleet.proog("boot");
  expect(status, stdout + stderr).toBe(0);
  const watch = startWatch();
  await told(watch, "watch-begun", ({ pools }) => pools[0]?.min === 2 && pools[0]?.max === 3);
  const [first = "", second = ""] = (await machines()).flatMap(
    (line) => /^(web-\d+) up$/.exec(line)?.[1] ?? [],
  );
  const { address } = fleet.node("balancer");
  let over = false;
  const failed: string[] = [];
  const ask = async () => {
    const answer = await fetch(`http://${address}/`);
    if (answer.status !== 200 || (await answer.text()) !== "fine\n") failed.push(String(answer.status));
  };
  const tell = async (node: string, command: string) =>
    expect((await fleet.proog("exec", "-H", node, "--", command)).status).toBe(0);
  const asking = Array.from({ length: 4 }, async () => {
    while (!over) {
      await ask().catch((error: unknown) => failed.push(String(error)));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
  try {
    await tell(first, "touch /run/slow");
    await told(
      watch,
      "pool-member",
      ({ node, weight, state }) => node === first && weight === 25 && state === "slow",
    );
    // Where most are slow, nobody gets less: there is too much to do.
    await tell(second, "touch /run/slow");
    await told(watch, "machine-booted", ({ created }) => created);
    const booted = eventsOf(watch.events(), "machine-booted").map(({ node }) => node);
    expect(booted).toHaveLength(1);
    const [further = ""] = booted;
    await told(watch, "pool-member", ({ node, weight }) => node === further && weight === 100);
    for (const node of [first, second]) await tell(node, "rm /run/slow");
    const calm = watch.events().length;
    await told(watch, "machine-shot", () => true, calm);
    await eventually(async () =>
      (await members()).every((line) => line.endsWith(" 100 healthy")) ? true : undefined,
    );
    expect(await members()).toHaveLength(2);
    expect(failed).toEqual([]);
  } finally {
    over = true;
    await Promise.all(asking);
  }
  watch.kill("SIGTERM");
  expect((await watch.ended).status).toBe(0);
});

test("without a pool: what is paused is left alone, then replaced, as soon as its provider can make a machine again", async () => {
  // One may have been spent before.
  declare("keep: 1, budget: 2, backoff: 2", false);
  const [first = "", second = ""] = (await machines()).flatMap(
    (line) => /^(web-\d+) up$/.exec(line)?.[1] ?? [],
  );
  // Something is where it writes what the next watch would like to know.
  const inTheWay = join(fleet.path, ".proog/watch-test.json.new");
  mkdirSync(inTheWay);
  const tools = await makeTools();
  variables.PATH = tools;
  const watch = startWatch();
  delete variables.PATH;
  await told(watch, "watch-begun", ({ pools }) => pools[0]?.vantages.join(" ") === "controller");
  await told(watch, "watch-change", ({ why }) =>
    /^what was spent and what failed is not kept for a watch after this one: EISDIR/.test(why),
  );
  rmdirSync(inTheWay);

  expect((await fleet.proog("pause", first, "new disk")).status).toBe(0);
  await fleet.proog("exec", "-H", first, "--", "systemctl stop app");
  await told(
    watch,
    "watch-change",
    ({ node, why }) =>
      node === first && /^GET \/healthz: .*, and it is left alone: paused by \S+: new disk$/.test(why),
  );
  await fleet.proog("exec", "-H", first, "--", lastWords(`${first} is tired`));
  const stopped = `${first} stopped, paused: new disk`;
  await eventually(async () => ((await machines()).includes(stopped) ? true : undefined));
  const started = () => eventsOf(watch.events(), "watch-started").map(({ action, node }) => [action, node]);
  expect(started()).toEqual([]);
  const resumed = await fleet.proog("resume", first);
  expect([resumed.status, resumed.stderr]).toEqual([0, expect.stringContaining("cannot be reached")]);
  await told(watch, "watch-change", ({ node, why }) => node === first && why === "is looked after again");

  // Its provider cannot make one: that is said with the remedy, and tried again after pauses that grow.
  const needed = "a machine is needed, and none is booted: the last";
  await told(
    watch,
    "watch-change",
    ({ why }) => why === `${needed} 2 could not be made, so the next one is tried after 4.0 s`,
  );
  const failed = eventsOf(watch.events(), "watch-finished");
  expect(failed).toHaveLength(2);
  for (const { action, failure, hint } of failed)
    expect([action, failure, hint]).toEqual([
      "boot",
      "local() cannot boot machines on this host: it needs the packages systemd-container",
      "Run: apt-get install systemd-container",
    ]);
  const [, , third] = started();
  expect(new Set(started().map(([action]) => action))).toEqual(new Set(["boot"]));
  expect(third).toBeUndefined();
  expect((await machines()).sort()).toEqual(["balancer up", `${first} stopped`, `${second} up`].sort());

  // Now it can.
  await promisify(execFile)("sh", ["-c", 'ln -s "$(command -v systemd-nspawn)" "$1"', "sh", tools]);
  await told(watch, "watch-finished", ({ action, node }) => action === "discard" && node === first);
  const [further = "", ...others] = eventsOf(watch.events(), "machine-booted").map(({ node }) => node);
  expect(others).toEqual([]);
  const changes = eventsOf(watch.events(), "watch-change");
  expect(changes).toContainEqual(expect.objectContaining({ node: further, why: "in service" }));
  expect(eventsOf(watch.events(), "gate")).toContainEqual(expect.objectContaining({ node: further }));
  expect((await machines()).sort()).toEqual(
    ["balancer up", `${first} stopped, its machine does not run`, `${second} up`, `${further} up`].sort(),
  );
  expect(keptOf(`${first}.console`)).not.toBe("");
  expect(keptOf(`${first}.journal`)).toMatch(new RegExp(` ${first} test\\[\\d+\\]: ${first} is tired$`, "m"));
  watch.kill("SIGTERM");
  expect((await watch.ended).status).toBe(0);

  const { events } = await fleet.events("history", "--command", "watch", "--node", further, "-n", "1");
  const [recorded] = eventsOf(events, "run-recorded");
  const shown = await fleet.proog("show", recorded?.run.id ?? "");
  expect(shown.stdout).toMatch(
    new RegExp(`${further} {2}could not be made one of the pool: local\\(\\) cannot boot machines.*
 +Run: apt-get install systemd-container
`),
  );
  expect(shown.stdout).toContain(`${further}  boot: done`);
  expect(shown.stdout).toContain(`${first}  discard: done`);
});
