import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventsOf, useFleet } from "./fleet-folder.ts";

const fleet = useFleet("facts", "web: 2");
const web = (name = "web-1") => fleet.node(name);

/** A fleet with an own fact, whose role is this function. */
function declare(role: string): void {
  fleet.write(
    "proog.config.js",
    `import { defineFleet, file, local, role } from "proog";
const web = role("web", ${role});
export default defineFleet({
  name: "facts",
  roles: { web },
  facts: { raid: "facts/raid.sh" },
  environments: { test: { provider: local(), nodes: { web: 2 } } },
});
`,
  );
}

const hostile = `it's "two" $(lines)\nof \\n text é`;
const telling = `cat <<'END'\n${hostile}\nEND\n`;

/** How often the machine was asked: it looks at its disks then. */
const asked = async (name = "web-1") =>
  Number(await web(name).ssh("cat /run/asked 2>/dev/null | wc -l; rm -f /run/asked"));

beforeAll(async () => {
  for (const name of ["web-1", "web-2"])
    await web(name).ssh(`cat >/usr/local/bin/lsblk <<'END'
#!/bin/sh
echo asked >>/run/asked
[ ! -e /run/no-disks ] || exit 1
echo 'vda disk 21474836480 1 QEMU\\x20HARD\\x20DISK'
echo 'vdb disk 1000000000 0 '
echo 'vda1 part 5 0 '
END
chmod 755 /usr/local/bin/lsblk`);
});

beforeEach(() => {
  fleet.write("facts/raid.sh", telling);
  declare("() => []");
});

describe("proog facts", () => {
  test("tells programs what a machine is, as the machine itself has it", async () => {
    const { events, status } = await fleet.events("facts", "web-1");
    expect(status).toBe(0);
    const [{ facts } = { facts: undefined }] = eventsOf(events, "node-facts");
    const of = async (command: string) => (await web().ssh(command)).trimEnd();
    expect(facts).toMatchObject({
      kernel: await of("uname -r"),
      architecture: await of("dpkg --print-architecture"),
      virtualisation: "systemd-nspawn",
      hostname: "web-1",
      memory: Number(await of("awk '/^MemTotal/ { print $2 * 1024 }' /proc/meminfo")),
      cpus: Number(await of("nproc")),
      disks: [
        { name: "vda", size: 21474836480, rotates: true, model: "QEMU HARD DISK" },
        { name: "vdb", size: 1000000000, rotates: false },
      ],
      own: { raid: hostile },
    });
    expect(facts?.system).toEqual({
      id: "debian",
      version: "13",
      codename: "trixie",
      release: await of("cat /etc/debian_version"),
      name: "Debian GNU/Linux 13 (trixie)",
    });
    expect(facts?.hostKeys).toContainEqual(expect.stringMatching(/^ssh-ed25519 AAAA\S+$/));
    expect(facts?.addresses).toContainEqual(
      expect.objectContaining({ interface: "host0", address: web().address, prefix: 24, family: 4 }),
    );
    const root = facts?.fileSystems.find(({ path }) => path === "/");
    expect(root?.size).toBe(Number(await of("df --output=size -B 1 / | tail -n 1")));
  });

  test("tells people the same, of several at once", async () => {
    const { stdout, status } = await fleet.proog("facts");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^web-1\n {2}system {6}Debian GNU\/Linux 13 \(trixie\), 13\.\d+\n/);
    expect(stdout).toContain("\n  disks       vda  21 GB  QEMU HARD DISK\n              vdb  1 GB\n");
    expect(stdout).toContain(`\n  addresses   ${web().address}/24  host0\n`);
    expect(stdout).toContain(`\n  raid        it's "two" $(lines)\n              of \\n text é\n`);
    expect(stdout).toContain("\nweb-2\n");
  });

  test("does without ip(8) and lsblk(8)", async () => {
    await web().ssh(
      "touch /run/no-disks; mv /usr/bin/ip /usr/bin/ip.away; mv /bin/ip /bin/ip.away 2>/dev/null || true",
    );
    try {
      const { events } = await fleet.events("facts", "web-1");
      const [{ facts } = { facts: undefined }] = eventsOf(events, "node-facts");
      expect(facts?.disks).toEqual([]);
      expect(facts?.addresses).toContainEqual({ interface: "", address: web().address, family: 4 });
    } finally {
      await web().ssh("rm /run/no-disks; mv /usr/bin/ip.away /usr/bin/ip");
    }
  });
});

describe("facts in a role", () => {
  test("are there by await, asked once for all that want them; who asks none is not asked", async () => {
    declare(`async ({ node, fleet }) => {
      if (node.name !== "web-1") return [];
      const { memory, own } = await node.facts();
      const again = await fleet.nodes("web")[0]?.facts();
      return [file("/srv/facts", { content: memory + own.raid + (again?.kernel ?? "") + "\\n" })];
    }`);
    await asked();
    await asked("web-2");
    expect((await fleet.proog("apply", "--yes")).status).toBe(0);
    const memory = (await web().ssh("awk '/^MemTotal/ { print $2 * 1024 }' /proc/meminfo")).trim();
    const kernel = await web().ssh("uname -r");
    expect(await web().ssh("cat /srv/facts")).toBe(`${memory}${hostile}${kernel}`);
    expect([await asked(), await asked("web-2")]).toEqual([1, 0]);
    declare("async () => []");
    expect((await fleet.proog("plan")).status).toBe(0);
    expect([await asked(), await asked("web-2")]).toEqual([0, 0]);
  });

  test("go with where each node is now, which nobody need ask", async () => {
    declare(`({ fleet }) => [file("/srv/nodes", {
      content: fleet.nodes("web").map(({ name, address }) => name + " " + address + "\\n").join(""),
    })]`);
    expect((await fleet.proog("apply", "--yes")).status).toBe(0);
    const listed = `web-1 ${web().address}\nweb-2 ${web("web-2").address}\n`;
    expect([await web().ssh("cat /srv/nodes"), await web("web-2").ssh("cat /srv/nodes")]).toEqual([
      listed,
      listed,
    ]);
    expect([await asked(), await asked("web-2")]).toEqual([0, 0]);
  });

  test("of all nodes are asked at the same time", async () => {
    fleet.write("facts/raid.sh", "date +%s%N; sleep 2; date +%s%N\n");
    declare("async ({ node }) => [file('/srv/slow', { content: (await node.facts()).own.raid })]");
    expect((await fleet.proog("apply", "--yes")).status).toBe(0);
    const times = async (name: string) => (await web(name).ssh("cat /srv/slow")).split("\n").map(Number);
    const [began = 0, ended = 0] = await times("web-1");
    const [otherBegan = 0, otherEnded = 0] = await times("web-2");
    expect(Math.max(began, otherBegan)).toBeLessThan(Math.min(ended, otherEnded));
  });

  test("that a machine cannot tell fail that node, with the reason, and no other", async () => {
    fleet.write(
      "facts/raid.sh",
      "[ $(cat /proc/sys/kernel/hostname) = web-2 ] || { echo no raid >&2; exit 3; }\n",
    );
    declare("async ({ node }) => [file('/srv/raid', { content: (await node.facts()).own.raid })]");
    const { stdout, stderr, status } = await fleet.proog("plan");
    expect(
      stderr,
    ).toContain(`web-1: The fact raid of web-1 cannot be told: facts/raid.sh ended with status 3 there.
  no raid
  Its status must be 0: where there is nothing to tell, it prints nothing.
`);
    expect(stdout).toContain("1 resource to change on web-2");
    expect(status).toBe(3);
  });

  test("of a node that is not there say so, with the remedy; others go on", async () => {
    fleet.write(
      "proog.config.js",
      `import { defineFleet, file, local, role } from "proog";
const web = role("web", async ({ node, fleet }) => {
  const db = fleet.nodes("web").find(({ name }) => name === "web-3");
  if (node.name === "web-1") await db?.facts();
  return [];
});
export default defineFleet({
  name: "facts",
  roles: { web },
  environments: { test: { provider: local(), nodes: { web: 3 } } },
});
`,
    );
    const { stderr, stdout, status } = await fleet.proog("plan", "web-1", "web-2");
    expect(stderr).toContain(`web-1: The facts of web-3 are not to be had: web-3 does not exist yet.
  Boot it: proog boot web-3
`);
    expect(stdout).toContain("not seen: web-1");
    expect(status).toBe(3);
    const facts = await fleet.proog("facts", "web-3");
    expect(facts.stderr).toBe(`web-3: The facts of web-3 are not to be had: web-3 does not exist yet.
  Boot it: proog boot web-3
`);
    expect(facts.status).toBe(3);
  });
});
