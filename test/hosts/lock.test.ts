import { hostname, userInfo } from "node:os";
import { expect, test } from "vitest";
import { eventsOf, finishedOf, parseEvents, runOf, useFleet } from "./fleet-folder.ts";
import { slowRun, startSlowly, waitUntil } from "./slow-run.ts";

const fleet = useFleet("lock", "web: 1");
const web = () => fleet.node("web-1");
const me = `${userInfo().username}@${hostname()}`;

test("of two at once the second is refused, and told who is there since when", async () => {
  fleet.declare(`${slowRun("first")} file("/srv/after-first", { content: "" }),`);
  const first = await startSlowly(fleet, "first");
  const run = runOf(first);

  const second = await fleet.proog("apply", "--yes");
  expect(second.stderr).toMatch(
    new RegExp(`web-1 is locked by run ${run} of ${me} since \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d UTC`),
  );
  expect(second.stderr).toContain("Wait until it is through; a run that dies gives its lock back by itself.");
  expect(second.status).toBe(4);

  const third = await fleet.events("apply", "--yes");
  const [finished] = eventsOf(third.events, "node-finished");
  expect(finished).toMatchObject({ outcome: "locked", error: { code: "locked" }, counts: {} });
  expect(third.status).toBe(4);

  await web().ssh(": >/run/first-go");
  const { stdout, status } = await first.ended;
  expect(finishedOf(parseEvents(stdout))).toEqual(["done run first", "done file /srv/after-first"]);
  expect(status).toBe(0);
  const plan = await fleet.proog("plan");
  expect({ ...plan, stderr: "" }).toEqual({
    stdout: "nothing to change, 2 in order\n",
    stderr: "",
    status: 0,
  });
});

test("a plan needs no lock", async () => {
  fleet.declare(`${slowRun("planned")}`);
  const running = await startSlowly(fleet, "planned");
  const { stdout, stderr, status } = await fleet.proog("plan");
  expect(stdout).toContain("run planned");
  expect(stderr).not.toContain("ended");
  expect(status).toBe(2);
  await web().ssh(": >/run/planned-go");
  expect((await running.ended).status).toBe(0);
});

test("a lock whose holder was killed is free, also while what it had started lives on", async () => {
  fleet.declare(`${slowRun("killed")}`);
  const running = await startSlowly(fleet, "killed");
  const run = runOf(running);
  await web().ssh(`kill -9 $(cat /var/lib/proog/runs/${run}/pid)`);
  const { stdout, status } = await running.ended;
  expect(status).toBe(3);
  const [failed] = eventsOf(parseEvents(stdout), "node-finished");
  expect(failed?.error?.message).toContain("The run on web-1 was ended from outside (status 137)");
  expect(failed?.error?.detail).toContain("It was at run killed.");
  expect(await web().ssh("pgrep -f killed-started | wc -l")).not.toBe("0\n");

  await web().ssh(": >/run/killed-go; rm -f /srv/killed");
  await waitUntil(
    "the orphan ends",
    async () => (await web().ssh("pgrep -f '[k]illed-started' | wc -l")) === "0\n",
  );
  await web().ssh("rm -f /srv/killed");
  const next = await fleet.events("apply", "--yes");
  expect(eventsOf(next.events, "earlier-run").map(({ run, outcome }) => [run, outcome])).toContainEqual([
    run,
    "interrupted",
  ]);
  expect(finishedOf(next.events)).toEqual(["done run killed"]);
  expect(next.status).toBe(0);
  const after = await fleet.events("apply", "--yes");
  expect(eventsOf(after.events, "earlier-run")).toEqual([]);
});

test("two that start in the same moment do not both run", async () => {
  fleet.declare(
    `run("echo x >>/srv/together; sleep 1", { name: "together", unless: "test -e /srv/together" }),`,
  );
  const both = await Promise.all([fleet.proog("apply", "--yes"), fleet.proog("apply", "--yes")]);
  expect(both.map(({ status }) => status).toSorted(), both.map(({ stderr }) => stderr).join()).toEqual([
    0, 4,
  ]);
  expect(await web().ssh("cat /srv/together")).toBe("x\n");
});
