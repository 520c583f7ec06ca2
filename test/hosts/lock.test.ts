import { hostname, userInfo } from "node:os";
import { expect, test } from "vitest";
import { unaskedCredentials } from "../../src/cli/credentials.ts";
import { askHands } from "../../src/watch/cure.ts";
import { eventsOf, finishedOf, parseEvents, runOf, useFleet } from "./fleet-folder.ts";
import { slowRun, startSlowly, waitUntil } from "./slow-run.ts";

const fleet = useFleet("lock", "web: 1");
const web = () => fleet.node("web-1");
/** Why a watch would leave it alone. */
const hands = () => askHands(web().target, unaskedCredentials, AbortSignal.timeout(20_000));
const me = `${userInfo().username}@${hostname()}`;

test("of two at once the second is refused, and told who is there since when", async () => {
  fleet.declare(`${slowRun("first")} file("/srv/after-first", { content: "" }),`);
  const first = await startSlowly(fleet, "first");
  const run = runOf(first);

  const second = await fleet.proog("apply", "--yes");
  expect(second.stderr.replace(/\s+/g, " ")).toMatch(
    new RegExp(
      `web-1 is locked by run ${run} of ${me} since \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d UTC \\(for \\d+ s\\), now at run first`,
    ),
  );
  expect(second.stderr).toContain("Wait until it is through: proog apply --wait.");
  expect(second.status).toBe(4);

  const third = await fleet.events("apply", "--yes");
  const [finished] = eventsOf(third.events, "node-finished");
  expect(finished).toMatchObject({ outcome: "locked", error: { code: "locked" }, counts: {} });
  expect(third.status).toBe(4);

  // Nor does a watch do anything meanwhile.
  expect(await hands()).toBe("a run is going on there");
  await web().ssh(": >/run/first-go");
  const { stdout, status } = await first.ended;
  expect(finishedOf(parseEvents(stdout))).toEqual(["done run first", "done file /srv/after-first"]);
  expect(status).toBe(0);
  expect(await hands()).toBeUndefined();
  expect((await fleet.proog("pause", "web-1", "a look")).status).toBe(0);
  expect(await hands()).toMatch(/^paused by \S+: a look$/);
  expect((await fleet.proog("resume", "web-1")).status).toBe(0);
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
    `run("echo x >>/srv/together; sleep 3; : >/srv/through", { name: "together", creates: "/srv/through" }),`,
  );
  const both = await Promise.all([fleet.proog("apply", "--yes"), fleet.proog("apply", "--yes")]);
  expect(both.map(({ status }) => status).toSorted(), both.map(({ stderr }) => stderr).join()).toEqual([
    0, 4,
  ]);
  expect(await web().ssh("cat /srv/together")).toBe("x\n");
});

test("one that waits tells for whom, and begins when the other one is through", async () => {
  fleet.declare(`${slowRun("held")} file("/srv/after-held", { content: "" }),`);
  const first = await startSlowly(fleet, "held");
  const run = runOf(first);
  fleet.declare(
    `${slowRun("held")} file("/srv/after-held", { content: "" }), file("/srv/waited", { content: "" }),`,
  );
  const second = fleet.start("apply", "--yes", "--json", "--wait");
  await second.waitFor(/waiting for the run/);
  const [progress] = eventsOf(parseEvents(second.stdout), "progress");
  expect(progress?.text).toMatch(
    new RegExp(
      `^waiting for the run ${run} of ${me}, which has been here for \\d+ s, now at run held; giving up in 30 min$`,
    ),
  );
  await web().ssh(": >/run/held-go");
  expect((await first.ended).status).toBe(0);
  const { stdout, status } = await second.ended;
  expect(finishedOf(parseEvents(stdout))).toEqual([
    "already run held",
    "already file /srv/after-held",
    "done file /srv/waited",
  ]);
  expect(status).toBe(0);
});

test("one that waits can be stopped, and changes nothing", async () => {
  fleet.declare(`${slowRun("patient")} file("/srv/after-patient", { content: "" }),`);
  await startSlowly(fleet, "patient");
  const second = fleet.start("apply", "--yes", "--json", "--wait=5");
  await second.waitFor(/giving up in 5 min|giving up in \d+ s/);
  second.kill("SIGINT");
  const { stdout, status } = await second.ended;
  expect(eventsOf(parseEvents(stdout), "node-finished")).toMatchObject([{ outcome: "stopped", counts: {} }]);
  expect(status).toBe(130);
});

test("what is behind --wait and no number of minutes is refused", async () => {
  const { stderr, status } = await fleet.proog("apply", "--wait", "web-1");
  expect(stderr.replace(/\s+/g, " ")).toContain(
    "It must be a whole number of minutes, --wait=5; selectors stand before --wait.",
  );
  expect(status).toBe(1);
});

test("whoever finds the lock of a run that died says so, and where it was", async () => {
  fleet.declare(`file("/srv/before-death", { content: "" }), ${slowRun("death")}`);
  const running = await startSlowly(fleet, "death");
  const run = runOf(running);
  await web().ssh(`pkill -KILL -s $(cat /var/lib/proog/runs/${run}/pid)`);
  expect((await running.ended).status).toBe(3);
  // Each plan tells it, until an apply has finished it.
  for (let times = 0; times < 2; times++) {
    expect((await fleet.proog("plan")).stderr.replace(/\s+/g, " ")).toContain(
      `the earlier run ${run} of ${me} was ended from outside (status 137) at run death; apply finishes it`,
    );
  }
  await web().ssh(": >/run/death-go");
  const { stderr, status } = await fleet.proog("apply", "--yes");
  expect(stderr.replace(/\s+/g, " ")).toContain(
    `the earlier run ${run} of ${me} died at run death; this run finishes it`,
  );
  expect(status).toBe(0);
  expect((await fleet.proog("plan")).stderr).not.toContain(run);
});

test("a run that died with all its changes made is finished, too", async () => {
  fleet.declare(`${slowRun("nearly")}`);
  const running = await startSlowly(fleet, "nearly");
  const run = runOf(running);
  await web().ssh(`pkill -KILL -s $(cat /var/lib/proog/runs/${run}/pid)
    : >/srv/nearly; : >/run/.proog-${run}; printf /run/.proog-${run} >/var/lib/proog/runs/${run}/temporary`);
  await running.ended;
  const { stderr, status } = await fleet.proog("apply", "--yes");
  expect(stderr.replace(/\s+/g, " ")).toContain("died at run nearly; this run finishes it");
  expect(status).toBe(0);
  expect(await web().ssh("ls -A /run | grep proog- || true; ls /var/lib/proog")).toBe(
    "applied\nbackups\nbooted\nformat\nlast\nlock\npending\nruns\n",
  );
});
