import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { configWith, type FleetFolder, fleetFolder } from "./fleet-folder.ts";

const config = configWith('  file("/x", { content: "" }),');

/** The words about each part: `ssh good`. */
async function findings(folder: FleetFolder, ...args: string[]) {
  const events = await folder.events("doctor", ...args, "--json");
  const found = events.filter(({ type }) => type === "finding");
  return {
    found,
    exitCode: events.at(-1)?.exitCode,
    short: found.map(({ subject, state }) => `${subject} ${state}`),
  };
}

describe("proog doctor", () => {
  test("tells what is in order, and what there is to look at", async () => {
    const { stdout, stderr, status } = await fleetFolder(config).proog("doctor");
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    expect(stdout).toMatch(/^ok {3}Node {7}\d+\.\d+\.\d+\nok {3}ssh {8}OpenSSH/);
    expect(stdout).toContain("ok   config     proog.config.js: fleet example, environment devel\n");
    expect(stdout).toContain("ok   resources  2 resources on 2 nodes, without mistakes\n");
    expect(stdout).toContain("ok   provider   local: can boot machines; none is there yet\n");
    expect(stdout).toContain(`look web-1      is declared, and does not exist yet
       Boot it: proog boot web-1
`);
  });

  test("without a config, says how to get one; the rest is looked at all the same", async () => {
    const { stdout, status } = await fleetFolder().proog("doctor");
    expect(status).toBe(1);
    expect(stdout).toContain("ok   ssh  ");
    expect(stdout).toMatch(
      /\nbad {2}config: There is no proog\.config\.ts in .*\n( {7}.*\n)* {7}Write one with: proog init\n/,
    );
  });

  test("tells mistakes of the config, by place", async () => {
    const wrong = fleetFolder(configWith('  file("/x", { content: "", mode: "9" }),\n  directory("y"),'));
    const { stdout, status } = await wrong.proog("doctor");
    expect(stdout).toContain("bad  resources: The config has 2 mistakes.\n");
    expect(stdout).toContain("proog.config.js:3  file /x: mode is");
    expect(status).toBe(1);
  });

  test("ssh that is not there", async () => {
    const folder = fleetFolder(config);
    mkdirSync(join(folder.path, "bin"));
    symlinkSync(process.execPath, join(folder.path, "bin/node"));
    const { stdout, status } = await folder.proogWith({ PATH: join(folder.path, "bin") }, "doctor");
    expect(stdout).toContain(`bad  ssh: There is no ssh here, by which nodes are reached.
       Install OpenSSH's client. On Debian: apt-get install openssh-client
`);
    expect(stdout).toMatch(
      /bad {2}provider: local\(\) cannot boot machines on this host: it needs the packages .*apt-get install/s,
    );
    expect(status).toBe(1);
  });

  test("a key that others can read", async () => {
    const folder = fleetFolder(config);
    folder.write(".proog/id_ed25519", "key");
    chmodSync(join(folder.path, ".proog/id_ed25519"), 0o644);
    const { stdout, status } = await folder.proog("doctor");
    expect(stdout).toMatch(/bad {2}folder: Others can read the fleet's key/);
    expect(stdout).toMatch(/\n {7}chmod 600 .*id_ed25519\n/);
    expect(status).toBe(1);
  });

  test("of some nodes only; one that is stopped", async () => {
    const folder = fleetFolder(config);
    folder.stopMachine("web-1");
    const { found, short, exitCode } = await findings(folder, "web-1");
    expect(short).toEqual([
      ...["Node good", "ssh good", "config good", "folder good", "provider good", "resources good"],
      "web-1 doubtful",
    ]);
    expect(found.at(-1)).toMatchObject({
      text: "exists, and does not run",
      hint: "Boot it: proog boot web-1",
    });
    expect(exitCode).toBe(0);
  });
});
