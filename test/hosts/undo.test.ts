import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { eventsOf, finishedOf, useFleet } from "./fleet-folder.ts";
import { supplied } from "./supplied.ts";
import { beforeEverything, everything, leaks, newHash, world } from "./undo-world.ts";

const fleet = useFleet("undo", "web: 2", "", { machines: supplied });
const web = () => fleet.node("web-1");

/** Paths, kinds, owners, modes, targets and contents below /srv; nothing that has to do with time. */
const listing = () =>
  web().ssh(`cd /srv; find . -mindepth 1 -printf '%p %y %m %U:%G %l\\n' | sort
    find . -type f -print0 | sort -z | xargs -0 -r sha256sum -z | tr '\\0' '\\n'`);

/** Applies, and gives the run. */
async function apply(items: string, ...options: string[]): Promise<string> {
  fleet.declare(items);
  return await fleet.succeed("apply", ...options);
}

const undo = (run: string, ...options: string[]) => fleet.succeed("undo", run, ...options);

/** The config as it is, with more options for its environment. */
function limited(items: string, options: string): string {
  fleet.declare(items);
  return readFileSync(join(fleet.path, "proog.config.js"), "utf8").replace(
    "nodes: {",
    `${options}, nodes: {`,
  );
}

const everyPath = `
  file("/srv/replaced", { content: "new\\n", mode: "0600" }),
  file("/srv/made", { content: "made\\n" }),
  file("/srv/removed", { absent: true }),
  file("/srv/mode-only", { content: "same\\n", mode: "0640", owner: "daemon", group: "daemon" }),
  directory("/srv/folder", { mode: "0700", owner: "nobody", group: "nogroup" }),
  directory("/srv/new-folder"),
  file("/srv/new-folder/inner", { content: "inner\\n" }),
  directory("/srv/empty", { absent: true }),
  directory("/srv/tree", { absent: true, recursive: true }),
  symlink("/srv/link", { to: "made" }),
  symlink("/srv/gone", { absent: true }),
  symlink("/srv/new-link", { to: "/nowhere" }),
  file("/srv/a b'c\\"d$(e)\\n*f\\\\n", { content: "hostile\\n" }),
  symlink("/srv/-l\\n", { to: "a\\nb\\n" }),
  file("/srv/kept", { content: "kept\\n" }),
`;

const start = `rm -rf /srv/*; cd /srv; echo old >replaced; chmod 4755 replaced; chown daemon:nogroup replaced; echo x >removed
  printf 'same\\n' >mode-only; chown 4711:4712 mode-only; mkdir -m 2755 folder; echo precious >folder/file; mkdir -m 0711 empty
  mkdir -p tree/deep; echo leaf >tree/deep/leaf; ln -s deep tree/link; mkfifo tree/pipe; chmod 0 tree/deep/leaf
  ln -s /etc/passwd link; ln -s gone gone; printf 'kept\\n' >kept; printf 'was hostile' >"a b'c\\"d\\$(e)
*f\\\\n"`;

describe("undo", () => {
  test("puts everything back, and can itself be undone", async () => {
    await web().ssh(start);
    const before = await listing();
    const run = await apply(everyPath, "web-1");
    const applied = await listing();
    expect(applied).not.toBe(before);

    const undone = await undo(run);
    expect(await listing()).toBe(before);

    const redone = await undo(undone);
    expect(await listing()).toBe(applied);
    expect((await fleet.proog("plan", "web-1")).status).toBe(0);

    await undo(redone);
    expect(await listing()).toBe(before);
  });

  describe("of everything that kinds change", () => {
    let before = "";
    let applied = "";
    let revision = "";
    let run = "";
    let undone = "";

    /** Commits a file to the repository `repo`, and gives the revision. */
    const commit = (text: string) => {
      const repository = `${fleet.path}/repo`;
      const script = `mkdir -p ${repository}; cd ${repository}; [ -d .git ] || git init --quiet --initial-branch=main
        echo ${text} >text; git add text; git -c user.name=a -c user.email=a@b commit --quiet -m ${text}; git rev-parse HEAD`;
      return execFileSync("sh", ["-ec", script]).toString().trim();
    };

    test("is told before", async () => {
      fleet.write("hash", `${newHash}\n`);
      await web().ssh(beforeEverything);
      before = await web().ssh(world);
      revision = commit("first");
      run = await apply(everything(revision), "web-1");
      applied = await web().ssh(world);
      expect(applied).not.toBe(before);

      const { stdout } = await fleet.proog("undo", run);
      expect(stdout).toContain("! run echo done >/srv/files/by-run  cannot be undone");
      expect(stdout).toContain("  ~ service reads: restart\n");
      for (const told of [
        "- package t-tool",
        "- package t-more",
        "~ package t-lib 1.0",
        "+ package t-old 1.0",
        "+ user bob",
        "- user carl",
      ])
        expect(stdout).toContain(`  ${told}\n`);
      expect(stdout).toMatch(
        /~ user ada: .*groups moved,ops, comment Ada Lovelace, shell \/bin\/sh, password/,
      );
      expect(stdout).not.toContain("changed since");
      expect(await web().ssh(world)).toBe(applied);
    });

    test("stands in the status, all of it asked at once", async () => {
      fleet.declare(`${everything(revision)} apt("t-lost"),`);
      const asked = "/run/asked";
      // Where ssh begins it, bash reads this before each command.
      await web().ssh(
        `cd /root; mv .bashrc kept; { echo 'echo >>${asked}'; cat kept; } >.bashrc; touch /run/reboot-required`,
      );
      const { events } = await fleet.events("status", "web-1");
      const { stdout } = await fleet.proog("status", "web-1");
      expect(await web().ssh(`cd /root; mv kept .bashrc; rm /run/reboot-required; wc -l <${asked}`)).toBe(
        "2\n",
      );
      fleet.declare(everything(revision));

      const [{ status } = { status: undefined }] = eventsOf(events, "node-status");
      const of = async (command: string) => (await web().ssh(command)).trim();
      expect(status).toMatchObject({
        ...{ state: "up", roles: ["web"], rebootPending: true, kernel: await of("uname -r") },
        system: "Debian GNU/Linux 13 (trixie)",
        packages: { "t-tool": "1.0", "t-auto": "1.0", "t-lost": "" },
        checkouts: { "/srv/app": revision },
        services: { off: "active", new: "active", reads: "active" },
        applied: { run, by: `${userInfo().username}@${hostname()}` },
      });
      expect(Date.now() - Date.parse(status?.applied?.at ?? "")).toBeLessThan(120_000);
      // Since it was booted, and not this host.
      const uptime = Number(
        await of(
          'echo $(($(date +%s) - $(date --date="$(systemctl show --value --property=UserspaceTimestamp)" +%s)))',
        ),
      );
      expect(Math.abs((status?.uptime ?? 0) - uptime)).toBeLessThan(20);
      const [load = 0] = status?.load ?? [];
      expect(Math.abs(load - Number(await of("cut -d ' ' -f 1 /proc/loadavg")))).toBeLessThan(5);
      expect(status?.load).toHaveLength(3);
      expect(status?.memory?.size).toBe(
        Number(await of("awk '/^MemTotal/ { print $2 * 1024 }' /proc/meminfo")),
      );
      const size = Number(await of("df --output=size --block-size=1 / | tail -n 1"));
      expect(status?.disk).toEqual({ size, used: expect.any(Number) });
      // Machines of tests share a file system.
      expect(status?.disk?.used).toBeGreaterThan(1e6);
      expect(stdout).toMatch(/packages +t-tool 1\.0, t-auto 1\.0, t-lost not installed\n/);
      expect(stdout).toContain(`/srv/app ${revision.slice(0, 12)}`);
      expect(stdout).toMatch(/reboot +pending/);
    });

    test("leaves the machine as it was", async () => {
      undone = await undo(run);
      expect(await web().ssh(world)).toBe(before);
    });

    test("is done once", async () => {
      const { stdout, stderr, status } = await fleet.proog("undo", "--yes", run);
      expect(stdout + stderr).toContain(`All that can be undone is as it was before run ${run}.`);
      expect(status).toBe(0);
    });

    test("can be undone", async () => {
      undone = await undo(undone);
      expect(await web().ssh(world)).toBe(applied);
      expect((await fleet.proog("plan", "web-1")).stdout).toContain("nothing to change");
    });

    test("a checkout goes back to where it was, with what was changed by hand", async () => {
      const text = () => web().ssh("cat /srv/app/text; cat /srv/app/.git/HEAD");
      await web().ssh("echo mine >/srv/app/text");
      const old = await text();
      const moved = await apply(everything(commit("second")), "web-1");
      expect(await web().ssh("cat /srv/app/text")).toBe("second\n");
      await undo(moved);
      expect(await text()).toBe(old);
      await web().ssh("runuser -u ada -- git -C /srv/app reset --quiet --hard");
    });

    test("and undone once more, with no password in sight", async () => {
      await undo(undone, "--overwrite");
      expect(await web().ssh(world)).toBe(before);
      expect(await web().ssh(leaks)).toMatch(/^(600 blob\n)?600 secret\n$/);
    });
  });

  test("systemd knows the unit that was put back", async () => {
    const unit = (text: string) =>
      `systemdUnit("undone.service", { content: "[Service]\\nExecStart=/bin/${text}\\n" }),`;
    await apply(unit("true"), "web-1");
    const run = await apply(unit("false"), "web-1");
    await undo(run);
    const shown = await web().ssh("systemctl show --property=ExecStart,NeedDaemonReload undone.service");
    expect(shown).toContain("path=/bin/true ");
    expect(shown).toContain("NeedDaemonReload=no");
    await apply(`systemdUnit("undone.service", { absent: true }),`, "web-1");
  });

  test("puts back what was there at that run, and keeps what came later", async () => {
    await web().ssh("rm -rf /srv/*; echo first >/srv/edited");
    const run = await apply(`file("/srv/edited", { content: "second\\n" }),`, "web-1");
    await web().ssh("echo by hand >/srv/edited");
    const left = await fleet.proog("undo", "--yes", run);
    expect(left.stdout).toContain("~ /srv/edited  changed since the run");
    expect(left.stderr).toContain(`left alone; to overwrite, too: proog undo --overwrite ${run}`);
    expect(left.stderr).toContain("/srv/edited was changed since the run, so it was left alone");
    expect(left.status).toBe(3);
    expect(await web().ssh("cat /srv/edited")).toBe("by hand\n");
    const undone = await undo(run, "--overwrite");
    expect(await web().ssh("cat /srv/edited")).toBe("first\n");
    await undo(undone);
    expect(await web().ssh("cat /srv/edited")).toBe("by hand\n");
  });

  test("says what it would do, and asks", async () => {
    await web().ssh("rm -rf /srv/*; echo first >/srv/edited");
    const run = await apply(
      `file("/srv/edited", { content: "second\\n" }), file("/srv/made", { content: "" }),`,
      "web-1",
    );
    const { stderr, status } = await fleet.proog("undo", run);
    expect(stderr).toContain("so nothing was changed.");
    expect(status).toBe(1);
    expect(await web().ssh("cat /srv/edited")).toBe("second\n");

    const running = fleet.startInTerminal("undo", run);
    await running.waitFor(/Undo this on web-1\?/);
    expect(running.stdout).toMatch(/-\S* \/srv\/made\r?\n.*~\S* \/srv\/edited/);
    expect(running.stdout).toContain("2 to bring back");
    running.type("y");
    expect((await running.ended).status).toBe(0);
    expect(await web().ssh("ls /srv; cat /srv/edited")).toBe("edited\nfirst\n");
  });

  test("what changes while it asks is left alone", async () => {
    await web().ssh("rm -rf /srv/*; echo first >/srv/edited; echo first >/srv/other");
    const run = await apply(
      `file("/srv/edited", { content: "second\\n" }), file("/srv/other", { content: "second\\n" }),`,
      "web-1",
    );
    const running = fleet.startInTerminal("undo", run);
    await running.waitFor(/Undo this on web-1\?/);
    await web().ssh("echo by hand >/srv/edited");
    running.type("y");
    const { status, stdout } = await running.ended;
    expect(stdout).toContain("/srv/edited came to differ since you looked, so it was left alone");
    expect(status).toBe(3);
    expect(await web().ssh("cat /srv/edited /srv/other")).toBe("by hand\nfirst\n");

    const again = fleet.startInTerminal("undo", run);
    await again.waitFor(/Undo this on web-1\?/);
    again.type("y");
    await again.waitFor(/One of these was changed since the run. Overwrite that, too\?/);
    again.type("y");
    expect((await again.ended).status).toBe(0);
    expect(await web().ssh("cat /srv/edited")).toBe("first\n");
  });

  test("one that is killed is finished by the next", async () => {
    const slow =
      "[Service]\\nExecStart=/bin/sleep infinity\\nExecStop=/bin/sleep 300\\nTimeoutStopSec=400\\n";
    await web().ssh(`rm -rf /srv/*; echo first >/srv/first; echo first >/srv/second
      printf '${slow}' >/run/systemd/system/slow.service; systemctl daemon-reload`);
    const run = await apply(
      `file("/srv/first", { content: "second\\n" }), service("slow"), file("/srv/second", { content: "second\\n" }),`,
      "web-1",
    );
    const running = fleet.start("undo", "--yes", run);
    const stopping = () => web().ssh("systemctl is-active slow || true");
    await expect.poll(stopping).toBe("deactivating\n");
    await web().ssh(
      "kill -9 -$(cat $(ls -td /var/lib/proog/runs/* | head -n 1)/pid); systemctl kill --signal=KILL slow",
    );
    expect((await running.ended).stderr).toContain(`the next proog undo ${run} finishes it.`);
    expect(await web().ssh("cat /srv/first /srv/second")).toBe("second\nfirst\n");

    await expect.poll(stopping).toBe("failed\n");
    const { stdout, status } = await fleet.proog("undo", "--yes", run);
    expect(stdout).not.toContain("/srv/second");
    expect(stdout).toContain("~ /srv/first\n\n1 to bring back\n1 brought back\n");
    expect(status).toBe(0);
    expect(await web().ssh("cat /srv/first /srv/second")).toBe("first\nfirst\n");
  });

  test("on every node that the run changed", async () => {
    for (const name of ["web-1", "web-2"]) await fleet.node(name).ssh("rm -rf /srv/*");
    const run = await apply(`file("/srv/of-both", { content: node.name }),`);
    expect(await fleet.node("web-2").ssh("cat /srv/of-both")).toBe("web-2");
    await undo(run);
    for (const name of ["web-1", "web-2"]) expect(await fleet.node(name).ssh("ls /srv")).toBe("");
  });

  test("lists the runs that can be undone", async () => {
    const run = await apply(`file("/srv/listed", { content: "" }),`, "web-2");
    const { stdout, stderr, status } = await fleet.proog("undo");
    expect(stdout + stderr).toMatch(
      new RegExp(
        `^run +when +by +nodes +changed\n(.*\n)*${run} +(just now|\\d+ s ago) +\\S+ +web-2 +/srv/listed\n`,
      ),
    );
    expect(status).toBe(0);
    const { events } = await fleet.events("undo");
    expect(eventsOf(events, "run-kept").find((kept) => kept.run === run)).toMatchObject({
      ...{ node: "web-2", by: expect.stringContaining("@") },
      changes: [{ what: "/srv/listed", sign: "remove" }],
    });
  });

  test("after more than 100 runs an old one is still known, with whose it was", async () => {
    const machine = fleet.node("web-2");
    await machine.ssh("rm -rf /srv/* /var/lib/proog; echo first >/srv/old");
    const old = await apply(`file("/srv/old", { content: "second\\n" }),`, "web-2");
    fleet.declare(`file("/srv/busy", { content: "right\\n" }),`);
    fleet.write("program", (await fleet.proog("catalog", "web-2")).stdout);
    await machine.login("cat >/root/program", readFileSync(join(fleet.path, "program"), "utf8"));
    // The very program of a run, over and over, as session.sh starts it; what those in the middle leave is that of the one before.
    await machine.ssh(`mkdir -p /root/look; echo token >/root/look/token
      echo wrong >/srv/busy; sh /root/program check /root/look >/dev/null
      cd /var/lib/proog
      for i in $(seq 100 200); do
        id=20990101-000000-0$i run=/var/lib/proog/runs/20990101-000000-0$i
        case $i in 1[1-8]?)
          cp -a runs/$before runs/$id; printf '%s eve@loop\\n' $id >runs/$id/by
          cp -a backups/$before backups/$id; sed -i "s/$before/$id/" backups/$id/left
          before=$id
          continue
          ;;
        esac
        echo wrong >/srv/busy
        mkdir -p $run/blobs; cp /root/look/token $run/token
        cp /root/look/findings $run/approved; printf '%s eve@loop\\n' $id >$run/by
        printf 'right\\n' >$run/blobs/$(printf 'right\\n' | sha256sum | cut -d ' ' -f 1)
        sh /root/program apply $run >$run/log 2>&1; : >$run/seen
        before=$id
      done`);
    expect(await machine.ssh("ls /var/lib/proog/runs | wc -l; ls /var/lib/proog/backups | wc -l")).toBe(
      "50\n102\n",
    );
    const { events } = await fleet.events("undo");
    const runs = eventsOf(events, "run-kept").filter(({ node }) => node === "web-2");
    expect(runs.length).toBe(102);
    expect(runs.find(({ run }) => run === old)?.by).toBe(`${userInfo().username}@${hostname()}`);
    await undo(old);
    expect(await machine.ssh("cat /srv/old")).toBe("first\n");
  });

  test("backups go by age and by size, but for those of the last 10 runs", async () => {
    const machine = fleet.node("web-2");
    const backups = () => machine.ssh("ls /var/lib/proog/backups | wc -l");
    const all = Number(await backups());
    await machine.ssh("cd /var/lib/proog/backups; touch -d '91 days ago' $(ls | head -n 20)");
    await apply(`file("/srv/aged", { content: "" }),`, "web-2");
    // When the end is said already.
    await expect.poll(backups).toBe(`${all + 1 - 20}\n`);

    // In KiB: less than a gigabyte together, more than a megabyte.
    await machine.ssh("for run in /var/lib/proog/backups/*; do echo 500 >$run/size; done; echo >/srv/big");
    fleet.write("proog.config.js", limited(`file("/srv/big", { content: "" }),`, 'backups: { size: "1M" }'));
    expect((await fleet.proog("apply", "--yes", "web-2")).status).toBe(0);
    await expect.poll(backups).toBe("10\n");
  });

  test("of a run that nobody knows", async () => {
    const { stderr, status } = await fleet.proog("undo", "--yes", "20000101-000000-0000");
    expect(stderr).toContain("Nothing is kept of a run 20000101-000000-0000 on web-1, web-2.");
    expect(stderr).toContain("proog undo");
    expect(status).toBe(1);
  });

  test("what cannot be put back is said, and the rest is", async () => {
    await web().ssh("rm -rf /srv/*");
    const run = await apply(`directory("/srv/place"), file("/srv/other", { content: "" }),`, "web-1");
    await web().ssh("echo precious >/srv/place/file");
    const { events, status } = await fleet.events("undo", "--yes", run);
    const finished = eventsOf(events, "undo-finished");
    expect(finished.map(({ what, outcome }) => `${what} ${outcome}`)).toEqual([
      "/srv/other done",
      "/srv/place failed",
    ]);
    expect(finished[1]?.output?.join("\n")).toContain("Directory not empty");
    expect(status).toBe(3);
    expect(await web().ssh("cat /srv/place/file; ls /srv")).toBe("precious\nplace\n");
  });

  test("what failed in the middle can be undone, too", async () => {
    await web().ssh("rm -rf /srv/*; echo first >/srv/edited");
    fleet.declare(
      `file("/srv/edited", { content: "second\\n" }), run("exit 1", { unless: "false", name: "fails" }),`,
    );
    const failed = await fleet.events("apply", "--yes", "web-1");
    expect(finishedOf(failed.events)).toEqual(["done file /srv/edited", "failed run fails"]);
    await undo(eventsOf(failed.events, "run-started")[0]?.run ?? "");
    expect(await web().ssh("cat /srv/edited")).toBe("first\n");
  });
});
