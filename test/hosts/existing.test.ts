import { beforeAll, describe, expect, test } from "vitest";
import { awaitKilled } from "./connections.ts";
import { eventsOf } from "./fleet-folder.ts";
import { useStrangers } from "./strangers.ts";

const strangers = useStrangers("existing", ["first", "second"]);
const { machines } = strangers;

const roles = `
const web = role("web", ({ node }) => [file("/srv/web", { content: node.name + "\\n" })]);
const db = role("db", ({ fleet }) => [file("/srv/db", { content: fleet.nodes("web").map(({ address }) => address).join() + "\\n" })]);
const fleetOf = (environments) => defineFleet({ name: "existing", roles: { web, db }, environments });
`;
const declare = (nodes: string) =>
  strangers.declare(`${roles}export default fleetOf({ live: { ${nodes} } });\n`);

beforeAll(async () => {
  strangers.know("first", "second");
  strangers.configureSsh(`Host web1.example.org
  HostName ${machines.first.address}
  HostKeyAlias ${machines.first.address}
  User root
  IdentityFile ${strangers.path}/key
Host through
  HostName ${machines.second.address}
  HostKeyAlias ${machines.second.address}
  ProxyJump web1.example.org
Host *
  IdentityFile ${strangers.path}/key`);
  await machines.second.ssh(`DEBIAN_FRONTEND=noninteractive apt-get install -yqq --no-install-recommends sudo >/dev/null 2>&1
    useradd --create-home --shell /bin/bash debian
    echo 'debian ALL=(ALL:ALL) NOPASSWD: ALL' >/etc/sudoers.d/debian
    install -d -o debian -g debian -m 0700 ~debian/.ssh
    install -o debian -g debian -m 0600 /root/.ssh/authorized_keys ~debian/.ssh/`);
});

describe("machines that nobody here created", () => {
  test("are planned and applied as any other, by all that ssh's config says", async () => {
    declare(`nodes: {
      web: existing(["web1.example.org"]),
      old: existing([{ ssh: "through", name: "box", user: "debian", roles: ["web", "db"] }]),
    }`);
    const plan = await strangers.events("plan");
    expect(plan.status, plan.stdout).toBe(2);
    expect(eventsOf(plan.events, "node-planned").map(({ node, changes }) => [node, changes.length])).toEqual(
      expect.arrayContaining([
        ["web1", 1],
        ["box", 2],
      ]),
    );
    const applied = await strangers.proog("apply", "--yes");
    expect(applied.status, applied.stderr).toBe(0);
    expect(await machines.first.ssh("cat /srv/web")).toBe("web1\n");
    expect(await machines.second.ssh("cat /srv/web /srv/db")).toBe("box\nweb1.example.org,through\n");
    const again = await strangers.proog("plan");
    expect(again.status, again.stdout).toBe(0);
  });

  test("are selected by role, node, entry and address", async () => {
    const nodes = async (...selectors: string[]) =>
      eventsOf((await strangers.events("plan", ...selectors)).events, "run-started")[0]?.nodes;
    expect(await nodes("web")).toEqual(["web1", "box"]);
    expect(await nodes("db")).toEqual(["box"]);
    expect(await nodes("old")).toEqual(["box"]);
    expect(await nodes("web1.example.org")).toEqual(["web1"]);
    // The second time, connections are begun before the config says that these are the nodes.
    for (const names of ["web1.example.org", "web1.example.org"])
      expect(await strangers.proog("exec", "-H", names, "--", "cat /srv/web")).toMatchObject({
        ...{ stdout: "web1  web1\n", status: 0 },
      });
  });

  test("status, facts, ssh, doctor, catalog, undo and completion know them", async () => {
    const status = await strangers.proog("status");
    expect(status.stdout).toMatch(/web1 +up +web +/);
    expect(status.stdout).toMatch(/box +up +web db +/);
    expect((await strangers.proog("facts", "box")).stdout).toContain("Debian");
    expect((await strangers.proog("ssh", "box", "--", "id", "-un")).stdout).toBe("debian\n");
    const doctor = await strangers.proog("doctor");
    expect(doctor.stdout).toMatch(/box +Debian GNU\/Linux 13.*answers as root/);
    expect(doctor.status, doctor.stdout).toBe(0);
    expect((await strangers.proog("catalog", "web1")).stdout).toContain("/srv/web");
    expect((await strangers.proog("__complete", "plan", "")).stdout).toMatch(/^web1\tnode\nbox\tnode\n/);
    const [run] = eventsOf((await strangers.events("undo")).events, "run-kept").filter(
      ({ node }) => node === "web1",
    );
    const undone = await strangers.proog("undo", run?.run ?? "", "--yes");
    expect(undone.status, undone.stderr).toBe(0);
    expect(await machines.first.ssh("ls /srv")).toBe("");
  });

  test("are neither booted nor shot", async () => {
    const boot = await strangers.proog("boot", "web1");
    expect(boot.status).toBe(1);
    expect(boot.stderr).toBe(
      "error: web1 was not created by Proog, so it is not booted.\n  It is there already. Install it: proog apply web1\n",
    );
    const shoot = await strangers.proog("shoot", "web", "--yes");
    expect(shoot.status).toBe(1);
    expect(shoot.stderr).toBe(
      "error: web1, box were not created by Proog, so they are not shot.\n  To let go of it, take it out of the config: it stays as it is. Nothing was shot.\n",
    );
    const all = await strangers.proog("shoot", "--all", "--yes");
    expect(all.stderr).toContain("web1, box: not created by Proog, so left alone.");
    expect(await machines.first.ssh("echo there")).toBe("there\n");
  });

  test("stand beside created ones, which are booted and shot without them", async () => {
    declare(`provider: local(), nodes: { db: 1, web: existing(["web1.example.org"]) }`);
    try {
      const boot = await strangers.proog("boot");
      expect(boot.status, boot.stderr).toBe(0);
      const applied = await strangers.events("apply", "--yes");
      expect(applied.status, applied.stdout).toBe(0);
      const ended = eventsOf(applied.events, "node-finished").map(
        ({ node, outcome }) => `${node} ${outcome}`,
      );
      expect(ended.sort()).toEqual(["db-1 in-order", "web1 done"]);
      expect((await strangers.proog("ssh", "db-1", "--", "cat", "/srv/db")).stdout).toBe(
        "web1.example.org\n",
      );
    } finally {
      const shot = await strangers.proog("shoot", "--all", "--yes");
      expect(shot.status, shot.stderr).toBe(0);
    }
    expect((await strangers.proog("status")).stdout).toMatch(/db-1 +absent[\s\S]*web1 +up/);
  });

  test("one machine by two names is told before anything is changed, with both places", async () => {
    strangers.declare(`${roles}export default fleetOf({ live: { nodes: {
  web: existing(["web1.example.org"]),
  db: existing([{ ssh: "${machines.first.address}", user: "root", name: "other" }]),
} } });\n`);
    await machines.first.ssh("rm -f /srv/*");
    const { status, stderr } = await strangers.proog("apply", "--yes");
    expect(stderr).toMatch(/(web1|other) \(.*\) and (web1|other) \(.*\) are the same machine/);
    expect(stderr).toContain("proog.config.js:7");
    expect(stderr).toContain("proog.config.js:8");
    expect(stderr).toContain("Nothing was changed.");
    expect(status).toBe(1);
    expect((await strangers.proog("plan", "--json")).stdout).toContain('"same-machine"');
    expect(await machines.first.ssh("ls /srv")).toBe("");
  });

  test("an unknown host key and a changed one are refused", async () => {
    declare(`nodes: { web: existing(["${machines.first.address}"]) }`);
    // A connection that is kept open asks nothing.
    strangers.configureSsh(`Host *\n  User root\n  IdentityFile ${strangers.path}/key`);
    await awaitKilled(machines.first);
    strangers.know();
    const unknown = await strangers.proog("plan");
    expect(unknown.stderr).toContain("is not known");
    expect(unknown.stderr).toContain(`Compare and accept it once: ssh root@${machines.first.address} true`);
    expect(unknown.status).toBe(3);
    const [key = ""] = machines.second.hostKeys;
    strangers.write("ssh/known_hosts", `${machines.first.address} ${key}\n`);
    const changed = await strangers.proog("plan");
    expect(changed.stderr).toContain("shows another host key than the one that is known");
    expect(changed.status).toBe(3);
  });
});
