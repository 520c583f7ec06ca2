import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { eventsOf, finishedOf, useFleet } from "./fleet-folder.ts";
import { beforeEverything, everything, leaks, newHash, world } from "./undo-world.ts";

const fleet = useFleet("undo", "web: 2");
const web = () => fleet.node("web-1");

/** Paths, kinds, owners, modes, targets and contents below /srv; nothing that has to do with time. */
const listing = () =>
  web().ssh(`cd /srv; find . -mindepth 1 -printf '%p %y %m %U:%G %l\\n' | sort
    find . -type f -print0 | sort -z | xargs -0 -r sha256sum -z | tr '\\0' '\\n'`);

/** Applies, and gives the run. */
async function apply(items: string, ...options: string[]): Promise<string> {
  fleet.declare(items);
  const { events, status, stdout } = await fleet.events("apply", "--yes", ...options);
  expect(status, stdout).toBe(0);
  return eventsOf(events, "run-started")[0]?.run ?? "";
}

async function undo(run: string, ...options: string[]): Promise<string> {
  const { events, status, stdout } = await fleet.events("undo", "--yes", run, ...options);
  expect(status, stdout).toBe(0);
  return eventsOf(events, "run-started")[0]?.run ?? "";
}

const everyKind = `
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
    const run = await apply(everyKind, "web-1");
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

  test("brings back everything that kinds change, and again", async () => {
    const repository = `${fleet.path}/repo`;
    const commit = (text: string) =>
      execFileSync("sh", [
        "-ec",
        `mkdir -p ${repository}; cd ${repository}; [ -d .git ] || git init --quiet --initial-branch=main
        echo ${text} >text; git add text; git -c user.name=a -c user.email=a@b commit --quiet -m ${text}; git rev-parse HEAD`,
      ])
        .toString()
        .trim();
    fleet.write("hash", `${newHash}\n`);
    await web().ssh(beforeEverything);
    const before = await web().ssh(world);
    const run = await apply(everything(commit("first")), "web-1");
    const applied = await web().ssh(world);
    expect(applied).not.toBe(before);

    const planned = await fleet.proog("undo", run);
    expect(planned.stdout).toContain("! run echo done >/srv/files/by-run  cannot be undone");
    for (const told of [
      "- package t-tool",
      "- package t-lib",
      "+ package t-old 1.0",
      "+ user bob",
      "- user carl",
    ])
      expect(planned.stdout).toContain(`  ${told}\n`);
    expect(planned.stdout).toMatch(
      /~ user ada: .*groups moved,ops, comment Ada Lovelace, shell \/bin\/sh, password/,
    );
    expect(planned.stdout).toContain("  ~ service reads: restart\n");
    expect(await web().ssh(world)).toBe(applied);

    const undone = await undo(run);
    expect(await web().ssh(world)).toBe(before);
    const again = await fleet.proog("undo", "--yes", run);
    expect(again.stdout + again.stderr).toContain(`Everything is as it was before run ${run}.`);
    expect(again.status).toBe(0);

    const redone = await undo(undone);
    expect(await web().ssh(world)).toBe(applied);
    // The config is still the same.
    const plan = await fleet.proog("plan", "web-1");
    expect(plan.stdout).toContain("in order");

    // A checkout that moves, with a file that was changed by hand.
    await web().ssh("echo mine >/srv/app/text");
    const old = await web().ssh("cat /srv/app/text; cat /srv/app/.git/HEAD");
    const moved = await apply(everything(commit("second")), "web-1");
    expect(await web().ssh("cat /srv/app/text")).toBe("second\n");
    await undo(moved);
    expect(await web().ssh("cat /srv/app/text; cat /srv/app/.git/HEAD")).toBe(old);
    await web().ssh("runuser -u ada -- git -C /srv/app reset --quiet --hard");

    await undo(redone);
    expect(await web().ssh(world)).toBe(before);
    expect(await web().ssh(leaks)).toMatch(/^(600 secret\n)?$/);
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
      new RegExp(`^run +when +by +nodes +changed\n(.*\n)*${run} +just now +\\S+ +web-2 +/srv/listed\n`),
    );
    expect(status).toBe(0);
    const { events } = await fleet.events("undo");
    expect(eventsOf(events, "run-kept").find((kept) => kept.run === run)).toMatchObject({
      ...{ node: "web-2", by: expect.stringContaining("@") },
      changes: [{ what: "/srv/listed", sign: "remove" }],
    });
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
