import { execFileSync, spawnSync } from "node:child_process";
import { truncateSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { awaitKilled, killConnections } from "./connections.ts";
import { eventsOf, finishedOf, parseEvents, runOf, useFleet } from "./fleet-folder.ts";
import { type Ended, runProgram } from "./program.ts";
import { checkout } from "./run-folder.ts";
import { slowProcesses, slowRun, startSlowly, waitUntil } from "./slow-run.ts";

const fleet = useFleet("detached", "web: 1");
const web = () => fleet.node("web-1");

/** The machine's end of the fleet's bridge. */
function setLink(state: "up" | "down"): void {
  const links = execFileSync("ip", ["-o", "neighbour", "show", web().address], { encoding: "utf8" });
  const [, bridge = ""] = /dev (\S+)/.exec(links) ?? [];
  const ports = execFileSync("ls", [`/sys/class/net/${bridge}/brif`], { encoding: "utf8" })
    .trim()
    .split("\n");
  for (const port of ports) execFileSync("ip", ["link", "set", port, state]);
}

/** Each line that the slow resource printed, once and in order. */
async function expectWholeOutput(ended: Ended, name: string): Promise<void> {
  const told = eventsOf(parseEvents(ended.stdout), "output").map(({ line }) => line);
  expect(told).toEqual((await web().ssh(`cat /run/${name}-printed`)).trim().split("\n"));
}

test("a connection that is killed in the middle: the run goes on, and is followed to its end", async () => {
  fleet.declare(`${slowRun("cut")} file("/srv/after-cut", { content: "" }),`);
  const running = await startSlowly(fleet, "cut");
  for (let times = 0; times < 3; times++) {
    await waitUntil("there is a connection to kill", () => killConnections(web()) > 0);
    await new Promise((resolve) => setTimeout(resolve, 1500));
  }
  expect(await slowProcesses(web(), "cut")).not.toBe("");
  await web().ssh(": >/run/cut-go");
  const ended = await running.ended;
  const events = parseEvents(ended.stdout);
  expect(eventsOf(events, "note").map(({ text }) => text)).toContain(
    "The connection to web-1 is lost; the run goes on there. Trying again for 120 s.",
  );
  expect(finishedOf(events)).toEqual(["done run cut", "done file /srv/after-cut"]);
  expect(ended.status).toBe(0);
  await expectWholeOutput(ended, "cut");
});

test("a network that is away for a while", async () => {
  fleet.declare(`${slowRun("away")} file("/srv/after-away", { content: "" }),`);
  const running = await startSlowly(fleet, "away");
  await web().ssh("(sleep 12; : >/run/away-go) >/dev/null 2>&1 &");
  setLink("down");
  try {
    await running.waitFor(/The connection to web-1 is lost/);
  } finally {
    setLink("up");
  }
  const ended = await running.ended;
  expect(finishedOf(parseEvents(ended.stdout))).toEqual(["done run away", "done file /srv/after-away"]);
  expect(ended.status).toBe(0);
  await expectWholeOutput(ended, "away");
});

test("a network that is away from the start", async () => {
  const started = Date.now();
  setLink("down");
  try {
    const { stderr, status } = await fleet.proog("plan");
    expect(stderr).toMatch(/web-1 \(root@[\d.]+\) cannot be reached( within 10 s)?\./);
    expect(stderr.replace(/\s+/g, " ")).toMatch(/Is it up\? Try: ssh -i \S+ root@[\d.]+ true/);
    expect(status).toBe(3);
  } finally {
    setLink("up");
  }
  expect(Date.now() - started).toBeLessThan(60_000);
});

test("a controller that is killed: the run goes on, and the next call tells how it ended, once", async () => {
  fleet.declare(`${slowRun("alone")} file("/srv/after-alone", { content: "" }),`);
  const running = await startSlowly(fleet, "alone");
  const run = runOf(running);
  running.kill("SIGKILL");
  await running.ended;
  const during = await fleet.events("plan");
  expect(eventsOf(during.events, "earlier-run")).toMatchObject([{ node: "web-1", run }]);
  expect((await fleet.proog("plan")).stderr).toContain(run);

  await web().ssh(": >/run/alone-go");
  await waitUntil(
    "the run ends",
    async () => (await web().ssh(`grep -c ' gone ' /var/lib/proog/runs/${run}/log || true`)) === "1\n",
  );
  const after = await fleet.events("plan");
  expect(eventsOf(after.events, "earlier-run")).toMatchObject([{ node: "web-1", run, outcome: "done" }]);
  expect(after.status).toBe(0);
  expect(eventsOf((await fleet.events("plan")).events, "earlier-run")).toEqual([]);
  expect(await web().ssh("ls /srv/after-alone")).toBe("/srv/after-alone\n");
});

test("a controller and a run that are both killed: the next call tells, and finishes it", async () => {
  fleet.declare(`${slowRun("both")} file("/srv/after-both", { content: "" }),`);
  const running = await startSlowly(fleet, "both");
  const run = runOf(running);
  running.kill("SIGKILL");
  await running.ended;
  await web().ssh(`kill -s KILL -- -$(cat /var/lib/proog/runs/${run}/pid); pkill -KILL -f '[b]oth-started'`);
  const { stderr, status } = await fleet.proog("plan");
  expect(stderr).toMatch(new RegExp(`the earlier run ${run} of \\S+@\\S+ .*ended`));
  expect(status).toBe(2);
  await web().ssh(": >/run/both-go");
  const next = await fleet.events("apply", "--yes");
  expect(finishedOf(next.events)).toEqual(["done run both", "done file /srv/after-both"]);
  expect(next.status).toBe(0);
});

test("one that is killed when it has armed what puts its changes back, and not what would see to that, is not waited for", async () => {
  fleet.declare(slowRun("armed"));
  const running = await startSlowly(fleet, "armed");
  const run = runOf(running);
  await web().ssh(`cd /var/lib/proog; mkdir -p access; echo '${run} 1' >access/armed; echo '${run} 000000' >access/undo
    leader=$(cat runs/${run}/pid)
    kill -s KILL $(ps -o ppid= -p $leader); kill -s KILL -- -$leader; pkill -KILL -f '[a]rmed-started'`);
  expect((await running.ended).status).toBe(3);
  await web().ssh(": >/run/armed-go");
  const next = await fleet.events("apply", "--yes");
  expect(finishedOf(next.events)).toEqual(["done run armed"]);
  expect(await web().ssh("ls /var/lib/proog/access 2>/dev/null || true")).toBe("");
});

test("a connection that is cut while one is asked is made anew, and what was approved is done", async () => {
  fleet.declare(`file("/srv/asked", { content: "" }),`);
  const running = fleet.startInTerminal("apply");
  await running.waitFor(/Make this change\?/);
  expect(killConnections(web())).toBeGreaterThan(0);
  running.type("y");
  const { stdout, status } = await running.ended;
  expect(stdout).toContain("The connection to web-1 was lost meanwhile; making it anew.");
  expect(stdout).toContain("1 resource changed on web-1");
  expect(status).toBe(0);
  expect(await web().ssh("ls /srv/asked")).toBe("/srv/asked\n");
});

test("a kept connection that breaks while a session begins in it is made anew", async () => {
  fleet.declare('file("/srv/kept", { content: "" }),');
  await awaitKilled(web());
  // So that the one of the proofs is the older one.
  await web().ssh("true");
  expect((await fleet.proog("plan")).status).toBe(2);
  // Its far end takes what is sent, and answers nothing.
  await web().ssh("pkill -STOP -n -f '^sshd(-session)?: root@notty'");
  const running = fleet.start("plan");
  await waitUntil("it asks", () => spawnSync("pgrep", ["-P", String(running.pid), "-x", "ssh"]).status === 0);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(killConnections(web())).toBe(1);
  const { stderr, status } = await running.ended;
  expect({ stderr, status }).toEqual({ stderr: "", status: 2 });
});

test("a large file is streamed: the controller never holds it, let alone twice", async () => {
  const size = 96 * 1024 ** 2;
  fleet.write("large", "");
  truncateSync(join(fleet.path, "large"), size);
  fleet.write(
    "resident.mjs",
    'process.on("exit", () => console.error("resident", process.resourceUsage().maxRSS));',
  );
  fleet.declare('file("/srv/large", { from: "large" }),');
  const env = { ...fleet.variables, NODE_OPTIONS: `--import=${join(fleet.path, "resident.mjs")}` };
  const program = [join(checkout, "bin/proog.js"), "apply", "--yes"];
  const { status, stderr } = await runProgram(process.execPath, program, "", { cwd: fleet.path, env });
  expect(status, stderr).toBe(0);
  expect(await web().ssh("stat -c %s /srv/large; rm -r /srv/large /var/lib/proog/backups")).toBe(`${size}\n`);
  // In KiB; without any file it takes 100 MB.
  const resident = Number(/^resident (\d+)$/m.exec(stderr)?.[1]) * 1024;
  expect(resident).toBeLessThan(160e6);
});
