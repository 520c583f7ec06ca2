import { expect, test } from "vitest";
import { eventsOf, finishedOf, parseEvents, runOf, useFleet } from "./fleet-folder.ts";
import { slowProcesses, slowRun, startSlowly } from "./slow-run.ts";

const fleet = useFleet("interrupt", "web: 1");
const web = () => fleet.node("web-1");

test("once: the resource in progress finishes, the next ones are not reached", async () => {
  fleet.declare(
    `file("/srv/before-once", { content: "" }), ${slowRun("once")} file("/srv/after-once", { content: "" }),`,
  );
  const running = await startSlowly(fleet, "once");
  running.kill("SIGINT");
  await running.waitFor(
    /Stopping after the resource in progress, in 5 min at the latest\. Ctrl-C again stops at once\./,
  );
  await web().ssh(": >/run/once-go");
  const { stdout, status } = await running.ended;
  const events = parseEvents(stdout);
  expect(finishedOf(events)).toEqual([
    "done file /srv/before-once",
    "done run once",
    "unreached file /srv/after-once",
  ]);
  expect(eventsOf(events, "node-finished")).toMatchObject([
    { outcome: "stopped", counts: { done: 2, unreached: 1 } },
  ]);
  expect(status).toBe(130);
  expect(await web().ssh("ls /srv")).toBe("before-once\nonce\n");

  const next = await fleet.events("apply", "--yes");
  expect(eventsOf(next.events, "earlier-run")).toEqual([]);
  expect(finishedOf(next.events)).toEqual(["done file /srv/after-once"]);
});

test("twice: it ends at once, with all that it had started, and the next run finishes it", async () => {
  fleet.declare(`${slowRun("twice")} file("/srv/after-twice", { content: "" }),`);
  const running = await startSlowly(fleet, "twice");
  running.kill("SIGINT");
  await running.waitFor(/Stopping after/);
  running.kill("SIGINT");
  const { stdout, status } = await running.ended;
  expect(stdout).toContain("Stopping at once.");
  expect(status).toBe(130);
  expect(await slowProcesses(web(), "twice")).toBe("");
  const [finished] = eventsOf(parseEvents(stdout), "node-finished");
  expect(finished?.outcome).toMatch(/stopped|failed/);

  await web().ssh(": >/run/twice-go");
  const next = await fleet.events("apply", "--yes");
  expect(finishedOf(next.events)).toEqual(["done run twice", "done file /srv/after-twice"]);
  expect(next.status).toBe(0);
});

test("a run that hears nothing of it: what ignores the signal is killed", async () => {
  const stubborn = `: >/run/deaf-started; trap '' TERM INT HUP; while [ ! -e /run/deaf-go ]; do sleep 0.1; done; : >/srv/deaf`;
  fleet.declare(`run(${JSON.stringify(stubborn)}, { name: "deaf", creates: "/srv/deaf" }),`);
  const running = await startSlowly(fleet, "deaf");
  running.kill("SIGINT");
  await running.waitFor(/Stopping after/);
  running.kill("SIGINT");
  await running.waitFor(/Stopping at once/);
  running.kill("SIGINT");
  expect((await running.ended).status).toBe(130);
  await web().ssh(": >/run/deaf-go");
});

test("while it is planning", async () => {
  fleet.declare(`run("true", { unless: ": >/run/planning-started; sleep 30" }),`);
  const running = fleet.start("plan");
  await web().ssh("until [ -e /run/planning-started ]; do sleep 0.05; done");
  const started = Date.now();
  running.kill("SIGINT");
  expect((await running.ended).status).toBe(130);
  expect(Date.now() - started).toBeLessThan(15_000);
});

test("in a terminal: Ctrl-C at the question is no, and nothing is changed", async () => {
  fleet.declare(`file("/srv/asked", { content: "" }),`);
  const running = fleet.startInTerminal("apply");
  await running.waitFor(/Make this change\?/);
  running.type("\x03");
  const { stdout, status } = await running.ended;
  expect(stdout).toContain("Nothing was changed.");
  expect(status).not.toBe(2);
  expect(await web().ssh("ls /srv/asked 2>&1 || true")).toContain("No such file");
});

test("in a terminal: no, then yes, then Ctrl-C in the middle", async () => {
  const no = fleet.startInTerminal("apply");
  await no.waitFor(/Make this change\?/);
  no.type("n");
  expect(await no.ended).toMatchObject({
    stdout: expect.stringContaining("Nothing was changed."),
    status: 0,
  });

  fleet.declare(
    `file("/srv/asked", { content: "" }), ${slowRun("typed")} file("/srv/after-typed", { content: "" }),`,
  );
  const yes = fleet.startInTerminal("apply");
  await yes.waitFor(/Make these 3 changes\?/);
  yes.type("y");
  await web().ssh("until [ -e /run/typed-started ]; do sleep 0.05; done");
  yes.type("\x03");
  await yes.waitFor(/Stopping after the resource in progress/);
  await web().ssh(": >/run/typed-go");
  const { status, stdout } = await yes.ended;
  expect(stdout).toContain("run typed");
  expect(status).toBe(130);
  expect(await web().ssh("ls /srv")).toContain("asked\n");
  expect(await web().ssh("ls /srv")).not.toContain("after-typed\n");
});

test("without a terminal and without --yes nothing is changed, and it says what to do", async () => {
  const { stderr, status } = await fleet.proog("apply");
  expect(stderr).toMatch(/There is no terminal to ask on.*, so nothing was changed\./);
  expect(stderr).toContain("proog apply --yes");
  expect(status).toBe(1);
  expect(await web().ssh("ls /srv")).not.toContain("after-typed\n");
});

test("the run of a stopped one is not told as if nobody had seen it", async () => {
  fleet.declare(`${slowRun("told")}`);
  const running = await startSlowly(fleet, "told");
  const run = runOf(running);
  running.kill("SIGTERM");
  await web().ssh(": >/run/told-go");
  expect((await running.ended).status).toBe(130);
  expect((await fleet.proog("plan")).stderr).not.toContain(run);
});
