import { expect, test } from "vitest";
import { killConnections } from "./connections.ts";
import { eventsOf, finishedOf, useFleet } from "./fleet-folder.ts";
import { waitUntil } from "./slow-run.ts";

const fleet = useFleet("many", "web: 6");
const names = ["web-1", "web-2", "web-3", "web-4", "web-5", "web-6"];

/** How many were in progress at the same time, by when each began and ended on its machine. */
async function atOnce(): Promise<number> {
  const times = await Promise.all(
    names.map((name) => fleet.node(name).ssh("cat /run/times; rm -f /run/times")),
  );
  const marks = times.flatMap((text) => {
    const [began = 0, ended = 0] = text.trim().split(/\s+/).map(Number);
    return [
      { at: began, step: 1 },
      { at: ended, step: -1 },
    ];
  });
  marks.sort((one, other) => one.at - other.at || one.step - other.step);
  let now = 0;
  return Math.max(...marks.map(({ step }) => (now += step)));
}

const timed = `run("date +%s%N >/run/times; sleep 1; date +%s%N >>/run/times", { name: "timed", unless: "test -e /run/times" }),`;

test("nodes are applied at the same time, at most as many as asked for", async () => {
  fleet.declare(timed);
  expect((await fleet.proog("apply", "--yes")).status).toBe(0);
  expect(await atOnce()).toBeGreaterThanOrEqual(4);
  expect((await fleet.proog("apply", "--yes", "--parallel", "2")).status).toBe(0);
  expect(await atOnce()).toBe(2);
});

test("a selector chooses nodes, in their own order", async () => {
  fleet.declare(`file("/srv/chosen", { content: node.name }),`);
  const { events, status } = await fleet.events("apply", "--yes", "web-5", "web-2..3");
  expect(eventsOf(events, "run-started")[0]?.nodes).toEqual(["web-2", "web-3", "web-5"]);
  expect(status).toBe(0);
  expect(
    eventsOf((await fleet.events("plan")).events, "node-planned").filter(({ changes }) => changes.length > 0),
  ).toHaveLength(3);
});

test("one that cannot be reached and one that fails do not hold up the rest, and --failed is for them alone", async () => {
  fleet.declare(`file("/srv/rest", { content: "" }), run("test ! -e /run/fails", { name: "test" }),`);
  await fleet.node("web-4").ssh(": >/run/fails");
  // The proofs' connection is open already, and stays.
  await fleet.node("web-2").ssh("systemctl stop ssh.socket ssh.service");
  killConnections(fleet.node("web-2"));
  const first = await fleet.events("apply", "--yes");
  const outcomes = (events: typeof first.events) =>
    Object.fromEntries(eventsOf(events, "node-finished").map(({ node, outcome }) => [node, outcome]));
  expect(outcomes(first.events)).toEqual({
    "web-1": "done",
    "web-2": "unreachable",
    "web-3": "done",
    "web-4": "failed",
    "web-5": "done",
    "web-6": "done",
  });
  expect(first.status).toBe(3);
  const shown = await fleet.proog("plan");
  expect(shown.stderr).toMatch(/web-2 \(root@[\d.]+\) cannot be reached\.\n {2}.*Connection refused/);
  expect(shown.status).toBe(3);

  await fleet.node("web-2").ssh("systemctl start ssh.service");
  await waitUntil("web-2 answers", async () => (await fleet.proog("plan", "web-2")).status !== 3);
  const second = await fleet.events("apply", "--yes", "--failed");
  expect(outcomes(second.events)).toEqual({ "web-2": "done", "web-4": "failed" });
  expect(second.status).toBe(3);
  await fleet.node("web-4").ssh("rm /run/fails");
  const third = await fleet.events("apply", "--yes", "--failed");
  expect(outcomes(third.events)).toEqual({ "web-4": "done" });
  expect(third.status).toBe(0);
  const fourth = await fleet.events("apply", "--yes", "--failed");
  expect(eventsOf(fourth.events, "node-finished")).toEqual([]);
  expect(fourth.status).toBe(0);
});

test("one that is not there yet is told, and does not hold up the rest", async () => {
  fleet.declare(`file("/srv/rest", { content: "again\\n" }),`);
  expect((await fleet.proog("shoot", "--yes", "web-6")).status).toBe(0);
  const { stderr, status } = await fleet.proog("apply", "--yes");
  expect(stderr).toContain("web-6 does not exist yet.");
  expect(stderr).toContain("proog boot web-6");
  expect(status).toBe(3);
  for (const name of names.slice(0, 5)) expect(await fleet.node(name).ssh("cat /srv/rest")).toBe("again\n");
});

test("equal changes on many nodes are shown once", async () => {
  fleet.declare(`file("/srv/rest", { content: "once more\\n" }),`);
  const { stdout } = await fleet.proog("plan", "web-1..5");
  expect(stdout.match(/~ file \/srv\/rest/g)).toHaveLength(1);
  expect(stdout).toContain("web-1 … web-5");
});

test("output of hostile commands cannot steer the terminal, nor pass for ours", async () => {
  const hostile = `printf '\\\\033[2J\\\\033]0;owned\\\\007\\\\r\\\\b\\\\bweb-1  done\\\\n%s end done\\\\n' "$(tr -d '\\\\n' </var/lib/proog/runs/*/token 2>/dev/null | tail -c 32)"; exit 1`;
  fleet.declare(
    `run("${hostile.replaceAll('"', '\\"')}", { name: "hostile" }), file("/srv/after-hostile", { content: "" }),`,
  );
  const { events } = await fleet.events("apply", "--yes", "web-1");
  expect(finishedOf(events)).toEqual(["failed run hostile", "unreached file /srv/after-hostile"]);
  const running = fleet.startInTerminal("apply", "--yes", "web-2");
  const { stdout, status } = await running.ended;
  expect(status).toBe(3);
  expect(stdout).not.toContain("\u001b[2J");
  expect(stdout).not.toContain("\u001b]0;owned");
  expect(stdout).toContain("run hostile");
});
