import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { awaitKilled } from "./connections.ts";
import { eventsOf } from "./fleet-folder.ts";
import { runProgram } from "./program.ts";
import { useStrangers } from "./strangers.ts";

const strangers = useStrangers("install", ["bare", "other"]);
const { machines } = strangers;
const bare = () => machines.bare.address;
const other = () => machines.other.address;

const config = (web = `[file("/srv/web", { content: node.name + "\\n" })]`) => `
const web = role("web", ({ node }) => ${web});
const db = role("db", ({ fleet }) => [file("/srv/db", { content: fleet.nodes("web").map(({ name }) => name).join() + "\\n" })]);
export default defineFleet({ name: "install", roles: { web, db }, environments: { live: { nodes: {} }, devel: { nodes: {} } }, defaultEnvironment: "live" });
`;

/** As ssh-keygen prints it. */
async function fingerprintOf(name: "bare" | "other"): Promise<string> {
  const { stdout } = await runProgram("ssh-keygen", ["-lf", "-"], machines[name].hostKeys.join("\n"));
  return stdout.split(" ")[1] ?? "";
}

/** Ends the connections that Proog keeps. */
async function endKept(): Promise<void> {
  for (const name of ["bare", "other"] as const) await awaitKilled(machines[name]);
}

const withKey = () => strangers.configureSsh(`Host *\n  User root\n  IdentityFile ${strangers.path}/key`);
const withoutKey = (user = "ada") => strangers.configureSsh(`Host *\n  User ${user}\n  IdentityFile none`);

beforeAll(async () => {
  // Many are denied here on purpose.
  for (const name of ["bare", "other"] as const)
    await machines[name].ssh(
      `echo 'PerSourcePenalties no' >/etc/ssh/sshd_config.d/penalties.conf; systemctl reload ssh || :`,
    );
});

beforeEach(async () => {
  await endKept();
  strangers.know("bare", "other");
  withKey();
  strangers.declare(config());
  strangers.write("proog.existing.json", "{}");
  for (const name of ["bare", "other"] as const) await machines[name].ssh("rm -f /srv/*");
});

describe("proog install", () => {
  test("makes a bare machine into a role, and is silent when it is in order", async () => {
    const first = await strangers.proog("install", "web", "-H", bare(), "--name", "bare", "--yes");
    expect(first.status, first.stderr).toBe(0);
    expect(await machines.bare.ssh("cat /srv/web")).toBe("bare\n");
    expect(first.stdout).toMatch(/bare +up +web/);
    expect(first.stderr).toContain(
      `bare: not part of live. To make it so: proog install web -H ${bare()} -e live --join`,
    );
    const second = await strangers.proog("install", "web", "-H", bare(), "--name", "bare", "--yes");
    expect(second.status, second.stderr).toBe(0);
    expect(second.stderr).not.toMatch(/not part of|\?/);
    expect(second.stdout).not.toMatch(/bare +up/);
    // What is not in the config is no node of later commands.
    expect((await strangers.proog("status")).stdout).not.toContain("bare");
  });

  test("several roles and machines, which know each other", async () => {
    const { status, stderr } = await strangers.proog(
      "install",
      "web,db",
      "-H",
      `${bare()},${other()}`,
      "--yes",
    );
    expect(status, stderr).toBe(0);
    const names = [bare(), other()].map((address) => address.replaceAll(".", "-"));
    expect(await machines.bare.ssh("cat /srv/web /srv/db")).toBe(`${names[0]}\n${names.join()}\n`);
    expect(await machines.other.ssh("cat /srv/web /srv/db")).toBe(`${names[1]}\n${names.join()}\n`);
  });

  test("without a terminal it asks nobody, and changes nothing", async () => {
    const { status, stderr, stdout } = await strangers.proog("install", "web", "-H", bare());
    expect(stderr).toContain("There is no terminal to ask on, and no --yes, so nothing was changed.");
    expect(stderr).toContain("Say the same with --yes: proog install … --yes");
    expect(status, stdout).toBe(1);
    expect(await machines.bare.ssh("ls /srv")).toBe("");
  });

  test("--join makes it a node of the environment, in a file of the repository", async () => {
    const first = await strangers.proog("install", "web", "-H", bare(), "--name", "bare", "--yes", "--join");
    expect(first.status, first.stderr).toBe(0);
    expect(first.stderr).toContain(
      "bare: part of live now, by proog.existing.json, which belongs into the repository.",
    );
    const second = await strangers.proog("install", "db", "-H", `root@${other()}`, "--yes", "--join");
    expect(second.status, second.stderr).toBe(0);
    expect(strangers.read("proog.existing.json")).toBe(`{
  "live": [
    { "name": "bare", "ssh": "${bare()}", "roles": ["web"] },
    { "name": "${other().replaceAll(".", "-")}", "ssh": "${other()}", "user": "root", "roles": ["db"] }
  ]
}
`);
    const plan = await strangers.proog("plan");
    expect(plan.status, plan.stdout).toBe(0);
    expect((await strangers.proog("status")).stdout).toMatch(/bare +up +web/);
    const again = await strangers.proog("install", "web", "-H", bare(), "--join", "--yes");
    expect(again.status, again.stderr).toBe(0);
    const elsewhere = await strangers.proog("install", "web", "-H", bare(), "-e", "devel");
    expect(elsewhere.status).toBe(1);
    expect(elsewhere.stderr).toContain(`the node bare of live (${bare()}, proog.existing.json:3)`);
    const roles = await strangers.proog("install", "db", "-H", "bare");
    expect(roles.stderr).toContain(
      "is the node bare already, with the role web and not db (proog.existing.json:3)",
    );
  });

  test("mistakes in a role are told before anybody is connected to", async () => {
    strangers.declare(config('[file("srv")]'));
    strangers.know();
    const { status, stderr } = await strangers.proog("install", "web", "-H", bare(), "--yes");
    expect(stderr).toContain('must be absolute: "/srv"');
    expect(status).toBe(1);
  });

  test("killed midway, it is run again", async () => {
    strangers.declare(
      config(
        `[file("/srv/one", { content: "1" }), run("sleep 4; touch /srv/long", { name: "long", unless: "test -e /srv/long" }), file("/srv/two", { content: "2" })]`,
      ),
    );
    const running = strangers.start("install", "web", "-H", bare(), "--yes", "--json");
    await running.waitFor(/resource-started.*run long/);
    running.kill("SIGKILL");
    await running.ended;
    const again = await strangers.proog("install", "web", "-H", bare(), "--yes");
    // The run on the machine went on: it is waited for, or was told of.
    expect([0, 4], again.stderr).toContain(again.status);
    await new Promise((resolve) => setTimeout(resolve, 5000));
    const last = await strangers.proog("install", "web", "-H", bare(), "--yes");
    expect(last.status, last.stderr).toBe(0);
    expect(await machines.bare.ssh("cat /srv/one /srv/two")).toBe("12");
  });
});

describe("the host key", () => {
  test("that is not known is shown and not accepted, also with --yes", async () => {
    strangers.know();
    const { status, stderr } = await strangers.proog(
      "install",
      "web",
      "-H",
      bare(),
      "--name",
      "bare",
      "--yes",
    );
    const fingerprint = await fingerprintOf("bare");
    expect(stderr).toContain(`The ED25519 host key of bare (root@${bare()}) is not known:`);
    expect(stderr).toContain(`\n  ${fingerprint}\n`);
    expect(stderr).toContain(`\n    proog install … --accept-host-key ${fingerprint}\n`);
    expect(status).toBe(3);
    expect(strangers.read("ssh/known_hosts")).toBe("");
  });

  test("is accepted by its fingerprint, and remembered", async () => {
    strangers.know();
    const wrong = await strangers.proog(
      "install",
      "web",
      "-H",
      bare(),
      "--yes",
      "--accept-host-key",
      await fingerprintOf("other"),
    );
    expect(wrong.status).toBe(3);
    const right = await strangers.proog(
      "install",
      "web",
      "-H",
      bare(),
      "--yes",
      "--accept-host-key",
      await fingerprintOf("bare"),
    );
    expect(right.status, right.stderr).toBe(0);
    expect(strangers.read("ssh/known_hosts")).toContain(bare());
    await endKept();
    const again = await strangers.proog("install", "web", "-H", bare(), "--yes");
    expect(again.status, again.stderr).toBe(0);
  });

  test("is asked about in a terminal", async () => {
    strangers.know();
    const refused = strangers.startInTerminal("install", "web", "-H", bare());
    await refused.waitFor(/Is it right\? It is remembered then/);
    expect(refused.stdout).toContain(await fingerprintOf("bare"));
    refused.type("n");
    expect((await refused.ended).stdout).toMatch(/The ED25519 host key of \S+ \(\S+\) is not known:/);
    expect(strangers.read("ssh/known_hosts")).toBe("");
    const accepted = strangers.startInTerminal("install", "web", "-H", bare());
    await accepted.waitFor(/Is it right/);
    accepted.type("y");
    await accepted.waitFor(/Make this change\?/);
    accepted.type("y");
    const { status, stdout } = await accepted.ended;
    expect(status, stdout).toBe(0);
    expect(strangers.read("ssh/known_hosts")).toContain(bare());
  });

  test("that has changed is refused, whatever is said", async () => {
    strangers.write("ssh/known_hosts", `${bare()} ${machines.other.hostKeys[0]}\n`);
    const { status, stderr } = await strangers.proog(
      "install",
      "web",
      "-H",
      bare(),
      "--yes",
      "--accept-host-key",
      await fingerprintOf("bare"),
    );
    expect(stderr).toContain("shows another host key than the one that is known");
    expect(status).toBe(3);
    expect(await machines.bare.ssh("ls /srv")).toBe("");
  });
});

describe("logins", () => {
  beforeAll(async () => {
    const both = [machines.bare, machines.other].map((machine) =>
      machine.ssh(`DEBIAN_FRONTEND=noninteractive apt-get install -yqq --no-install-recommends sudo >/dev/null 2>&1
        useradd --create-home --shell /bin/bash ada
        echo 'ada:Sesam-4711' | chpasswd
        echo 'ada ALL=(ALL:ALL) ALL' >/etc/sudoers.d/ada`),
    );
    await Promise.all(both);
    await machines.bare.ssh(`useradd --create-home --shell /bin/bash debian
      echo 'debian ALL=(ALL:ALL) NOPASSWD: ALL' >/etc/sudoers.d/debian
      install -d -o debian -g debian -m 0700 ~debian/.ssh
      install -o debian -g debian -m 0600 /root/.ssh/authorized_keys ~debian/.ssh/`);
  });

  test("root is tried after the user of ssh's config, then debian, who becomes root by sudo", async () => {
    strangers.configureSsh(`Host *\n  User nobody\n  IdentityFile ${strangers.path}/key`);
    const root = await strangers.proog("install", "web", "-H", bare(), "--yes");
    expect(root.status, root.stderr).toBe(0);
    expect(root.stderr).toContain("connecting as root");
    await endKept();
    // The next time it begins with who was let in.
    const again = await strangers.proog("install", "web", "-H", bare(), "--join", "--yes");
    expect(again.status, again.stderr).toBe(0);
    expect(JSON.parse(strangers.read(".proog/users.json"))).toMatchObject({ [bare()]: "root" });
    expect(strangers.read("proog.existing.json")).toContain('"user": "root"');
    strangers.write("proog.existing.json", "{}");
    await endKept();
    // As images of clouds have it.
    await machines.bare.ssh(`mv /root/.ssh/authorized_keys /root/keys && cat >/root/prefix <<'END'
command="echo 'Please login as the user \\"debian\\" rather than the user \\"root\\".';echo;exit 142"
END
      paste -d' ' /root/prefix /root/keys >/root/.ssh/authorized_keys`);
    try {
      const cloud = await strangers.proog("install", "web", "-H", bare(), "--name", "cloud", "--yes");
      expect(cloud.status, cloud.stderr).toBe(0);
      expect(cloud.stderr).toContain("connecting as debian");
    } finally {
      await runProgram("ssh", [
        ...["-F", `${strangers.path}/ssh/config`, "-l", "debian", bare()],
        "sudo mv /root/keys /root/.ssh/authorized_keys",
      ]);
    }
    const [run] = eventsOf(
      (await strangers.events("install", "web", "-H", `debian@${bare()}`, "--yes")).events,
      "node-finished",
    );
    expect(run?.outcome).toMatch(/done|in-order/);
  });

  test("who is denied everywhere is told how to go on", async () => {
    withoutKey("nobody");
    const { status, stderr } = await strangers.proog("install", "web", "-H", other(), "--name", "o", "--yes");
    expect(stderr).toContain(`o (${other()}) denies the login as nobody, root and debian.`);
    expect(stderr).toContain("--user NAME");
    expect(status).toBe(3);
    const one = await strangers.proog(
      "install",
      "web",
      "-H",
      other(),
      "--name",
      "o",
      "--user",
      "ada",
      "--yes",
    );
    expect(one.stderr).toContain(`o (${other()}) denies the login as ada.`);
  });

  test("a password is asked for once: then the fleet's key is there, and sudo takes the same", async () => {
    withoutKey("ada");
    const running = strangers.startInTerminal(
      "install",
      "web",
      "-H",
      bare(),
      "--name",
      "pass",
      "--user",
      "ada",
      "--join",
    );
    await running.waitFor(/Password of ada on pass/);
    running.type("battery\r");
    await running.waitFor(/It was refused\. Again: Password of ada on pass/);
    running.type("Sesam-4711\r");
    await running.waitFor(/Put the fleet's key there for ada on pass/);
    const seen = await runProgram("sh", [
      "-c",
      "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -c 'Sesam-[4]711'",
    ]);
    expect(seen.stdout).toBe("0\n");
    running.type("\r");
    await running.waitFor(/Make this change\?/);
    running.type("y");
    const { status, stdout } = await running.ended;
    expect(status, stdout).toBe(0);
    expect(stdout).not.toContain("Sesam-4711");
    expect(stdout).not.toContain("sudo password");
    expect(await machines.bare.ssh("cat /srv/web; cat ~ada/.ssh/authorized_keys")).toMatch(
      /^pass\nssh-ed25519 \S+ proog\n$/,
    );
    expect(await machines.bare.ssh("stat -c '%a %U' ~ada/.ssh ~ada/.ssh/authorized_keys")).toBe(
      "700 ada\n600 ada\n",
    );
    await endKept();
    // Now sudo alone asks.
    await machines.bare.ssh("echo 'ada ALL=(ALL:ALL) NOPASSWD: ALL' >/etc/sudoers.d/ada");
    const plan = await strangers.proog("plan");
    expect(plan.status, plan.stderr).toBe(0);
  });

  test("who does not want a key there goes on by the connection that is open; an sshd that lets nobody in for a while is waited for", async () => {
    // Only who offers a key that is denied is shut out.
    await runProgram("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", `${strangers.path}/wrong`]);
    strangers.configureSsh(`Host *\n  User ada\n  IdentityFile ${strangers.path}/wrong`);
    await machines.other.ssh(
      "echo 'PerSourcePenalties authfail:8s min:5s' >/etc/ssh/sshd_config.d/penalties.conf; systemctl reload ssh",
    );
    const running = strangers.startInTerminal("install", "web", "-H", other(), "--name", "o");
    await running.waitFor(/Password of ada on o/);
    running.type("Sesam-4711\r");
    await running.waitFor(/Put the fleet's key there for ada on o/);
    running.type("n");
    await running.waitFor(/Make this change\?/);
    running.type("y");
    const { status, stdout } = await running.ended;
    expect(status, stdout).toBe(0);
    expect(stdout).toContain("waiting: sshd lets us in after some seconds");
    expect(stdout).toContain("has no key of yours");
    expect(await machines.other.ssh("cat /srv/web; ls -A ~ada")).not.toContain(".ssh");
    await machines.other.ssh(
      "echo 'PerSourcePenalties no' >/etc/ssh/sshd_config.d/penalties.conf; systemctl reload ssh",
    );
  });

  test("Ctrl-C at a password ends it", async () => {
    withoutKey("ada");
    const running = strangers.startInTerminal("install", "web", "-H", other(), "--user", "ada");
    await running.waitFor(/Password of ada on/);
    running.type("\x03");
    const { status, stdout } = await running.ended;
    expect(stdout).toContain("No password was given.");
    expect(status).toBe(130);
  });

  test("an unreachable one does not hold up the others", async () => {
    const nobody = bare().replace(/\.\d+$/, ".254");
    const { status, stderr } = await strangers.proog("install", "web", "-H", `${nobody},${bare()}`, "--yes");
    expect(stderr).toContain("cannot be reached");
    expect(status).toBe(3);
    expect(await machines.bare.ssh("ls /srv")).toBe("web\n");
  });

  test("what is no Debian is left alone", async () => {
    await machines.other.ssh("mv /usr/bin/dpkg-query /usr/bin/dpkg-query.away");
    try {
      const { status, stderr } = await strangers.proog("install", "web", "-H", other(), "--yes");
      expect(stderr).toContain("is no Debian");
      expect(status).toBe(3);
    } finally {
      await machines.other.ssh("mv /usr/bin/dpkg-query.away /usr/bin/dpkg-query");
    }
  });
});
