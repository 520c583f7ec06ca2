import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Event } from "../../src/report/event.ts";
import { eventsOf, useFleet } from "./fleet-folder.ts";
import { runProgram } from "./program.ts";

const fleet = useFleet("history", "web: 1");
const web = () => fleet.node("web-1");
const storeFile = () => join(fleet.path, ".proog/store.sqlite");

function removeStore(): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(storeFile() + suffix, { force: true });
}

async function said(...args: string[]): Promise<string> {
  const { stdout, stderr } = await fleet.proog(...args);
  return stdout + stderr;
}

/** The runs that `proog history` lists. */
async function runs(...args: string[]) {
  const { events } = await fleet.events("history", ...args);
  return eventsOf(events, "run-recorded").map(({ run }) => run);
}

describe("history", { concurrent: false }, () => {
  test("tells what was done, and shows it as it went", async () => {
    expect(await said("history", "--node", "web-2")).toBe("No run is like that.\n");
    fleet.declare(
      `file("/etc/motd", { content: "hello\\n" }), run("echo loud; false", { unless: "test -e /srv/never" }),`,
    );
    const { status } = await fleet.proog("apply", "--yes");
    expect(status).toBe(3);
    const [last] = await runs();
    expect(last).toMatchObject({
      ...{ command: "apply", args: ["apply", "--yes"], environment: "test", state: "failed", exitCode: 3 },
      ...{ nodes: 1, failed: 1, changes: 1, who: expect.stringMatching(/^root@/) },
    });
    expect(await runs("--failed", "--role", "web")).toEqual([last]);
    expect(await said("history")).toMatch(
      /^run +when +by +result +command\n[0-9a-f-]{20} {2}.+ {2}root@\S+ +failed +apply --yes\n[0-9a-f-]{20} {2}.+ boot --no-install\n$/,
    );
    const shown = await said("show");
    expect(shown).toContain(`run ${last?.id}\n  command  proog apply --yes\n  in       test\n`);
    expect(shown).toContain("      + hello\n");
    expect(shown).toContain("web-1 failed: run echo loud; false (");
    expect(shown).toContain("  loud\n");
    const { events } = await fleet.events("show", last?.id ?? "");
    const recorded = eventsOf(events, "event-recorded").map(({ event }) => event);
    expect(recorded.map(({ type }: Event) => type)).toEqual(
      expect.arrayContaining(["node-planned", "resource-finished"]),
    );
    expect(eventsOf(recorded, "run-finished")).toMatchObject([{ exitCode: 3 }]);
  });

  test("of a run that is not there is refused", async () => {
    const { status, stderr } = await fleet.proog("show", "20261104-120000-4f1a");
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^error: No run 20261104-120000-4f1a is written down\.\n {2}(There is: |Did you mean ).* All of them: proog history\n$/s,
    );
    const { events } = await fleet.events("show", "20261104-120000-4f1a");
    expect(eventsOf(events, "error")[0]?.error.code).toBe("unknown-run");
  });

  test("says who somebody else is that a command was begun for", async () => {
    const variables = {
      PROOG_RUN: "20991104-120000-4f1a",
      PROOG_WHO: "ada",
      PROOG_ORIGIN: "dashboard from 192.0.2.7",
    };
    const program = join(import.meta.dirname, "../../bin/proog.js");
    const env = { ...process.env, ...variables };
    await runProgram(process.execPath, [program, "exec", "--", 'echo "run <$PROOG_RUN>"'], "", {
      cwd: fleet.path,
      env,
    });
    expect(await runs("--who", "ada")).toMatchObject([
      { id: "20991104-120000-4f1a", who: "ada", origin: "dashboard from 192.0.2.7", command: "exec" },
    ]);
    expect(await said("show", "20991104-120000-4f1a")).toContain("run <>");
    removeStore();
  });

  test("of a run that was killed says so, and how it went on", async () => {
    fleet.declare(
      `run("touch /srv/begun; until [ -e /srv/go ]; do sleep 0.1; done; touch /srv/ended", { creates: "/srv/ended" }),`,
    );
    const running = fleet.start("apply", "--yes");
    await web().ssh("until [ -e /srv/begun ]; do sleep 0.1; done; sleep 0.5");
    expect((await runs())[0]?.state).toBe("running");
    running.kill("SIGKILL");
    await running.ended;
    const [killed] = await runs();
    expect(killed).toMatchObject({ state: "interrupted", command: "apply" });
    expect(await said("history")).toContain("interrupted");
    await web().ssh("touch /srv/go; until [ -e /srv/ended ]; do sleep 0.1; done; sleep 1");
    await fleet.proog("plan");
    const { events } = await fleet.events("show", killed?.id ?? "");
    expect(eventsOf(events, "run-shown")[0]?.run).toMatchObject({
      state: "interrupted",
      byNode: [{ node: "web-1", outcome: "done" }],
    });
  });

  test("that was lost comes back from the nodes", async () => {
    const before = await web().ssh("ls /var/lib/proog/runs");
    removeStore();
    expect(await said("history")).toContain(
      "No run is written down yet. What nodes know of earlier ones: proog history --sync",
    );
    const told = await said("history", "--sync");
    expect(told).toMatch(/\d runs that the store did not have, from 1 node\./);
    const back = await runs();
    expect(back.map(({ id }) => id).sort()).toEqual(before.trim().split("\n"));
    expect(back.every(({ synced }) => synced)).toBe(true);
    const failed = back.find(({ state }) => state === "failed");
    const { events } = await fleet.events("show", failed?.id ?? "");
    expect(eventsOf(events, "run-shown")[0]?.run.results).toMatchObject([
      { key: "file /etc/motd", outcome: "done" },
      { key: expect.stringMatching(/^run echo-loud-false/), outcome: "failed" },
    ]);
    expect(await said("history", "--sync")).toContain("1 node told of no run that the store does not have.");
    expect((await fleet.proog("stale")).status).toBe(0);
  });

  test("that cannot be written keeps no deployment from going on", async () => {
    removeStore();
    await web().ssh("rm -f /srv/full");
    fleet.declare(`run("yes | head -n 3000; touch /srv/full", { creates: "/srv/full" }),`);
    const full = join(fleet.path, "full");
    await runProgram("sh", ["-c", `mkdir ${full} && mount -t tmpfs -o size=300k none ${full}`], "");
    try {
      symlinkSync(join(full, "store.sqlite"), storeFile());
      const { status, stderr, stdout } = await fleet.proog("apply", "--yes");
      expect(status, stdout + stderr).toBe(0);
      expect(stderr.match(/is not written down/g)).toHaveLength(1);
      expect(stderr).toContain(
        "This run is not written down, and goes on: database or disk is full. What the nodes know of it",
      );
      await web().ssh("test -e /srv/full");
    } finally {
      await runProgram("umount", [full], "");
      rmSync(storeFile());
    }
    expect(await said("history", "--sync")).toMatch(/runs that the store did not have/);
    expect((await runs("--number", "1"))[0]).toMatchObject({ state: "done", changes: 1, synced: true });
  });

  test("that is broken is kept aside", async () => {
    removeStore();
    writeFileSync(storeFile(), "no database".repeat(1000));
    const told = await said("history");
    expect(told).toMatch(
      /^The store was broken \(file is not a database\)\. It is kept as \S+, and a new one was begun\./,
    );
    const kept = readdirSync(join(fleet.path, ".proog")).filter((name) =>
      name.startsWith("store.sqlite.broken-"),
    );
    expect(kept).toHaveLength(1);
    for (const name of kept) rmSync(join(fleet.path, ".proog", name));
  });

  test("is not there where the config wants none", async () => {
    removeStore();
    const config = join(fleet.path, "proog.config.js");
    const before = readFileSync(config, "utf8");
    writeFileSync(config, before.replace("roles: { web },", "roles: { web }, store: false,"));
    await fleet.proog("plan");
    expect(existsSync(storeFile())).toBe(false);
    const { events } = await fleet.events("history");
    expect(eventsOf(events, "error")[0]?.error).toMatchObject({
      code: "store-unavailable",
      message: "history writes nothing down: its config says store: false.",
    });
    writeFileSync(config, before);
  });

  test("knows what nodes are, and hands on what they publish", async () => {
    await fleet.proog("facts");
    expect(await said("facts", "--where", "debian >= 12 and role = web")).toMatch(
      /^node +roles +debian +as of\nweb-1 +web +1\d(\.\d+)? +just now\n$/,
    );
    expect(await said("facts", "--where", "debian < 10")).toBe("");
    const config = join(fleet.path, "proog.config.js");
    const before = readFileSync(config, "utf8");
    const role = `const web = role("web", async ({ node, fleet, publish }) => {
  publish("metrics", { address: node.address, port: 9100 });
  const targets = await fleet.published("metrics");
  const last = await fleet.lastFacts(node.name);
  return file("/etc/targets", { content: JSON.stringify([targets.map(({ node, value }) => [node, value]), last?.facts.hostname]) + "\\n" });
});
`;
    writeFileSync(config, before.replace(/const web = role[\s\S]*?\n}\);\n/, role));
    await fleet.proog("apply", "--yes");
    expect(await web().ssh("cat /etc/targets")).toBe('[[],"web-1"]\n');
    const { stdout, stderr } = await fleet.proog("apply", "--yes");
    expect(stderr).toMatch(/From the store: "metrics" of 1 node, \d+ s old\.\n/);
    expect(stdout).toContain("1 resource changed on web-1");
    expect(await web().ssh("cat /etc/targets")).toBe(
      `[[["web-1",{"address":"${web().address}","port":9100}]],"web-1"]\n`,
    );
    writeFileSync(config, before);
  });
});
