import { describe, expect, test } from "vitest";
import { eventsOf, finishedOf, useFleet } from "./fleet-folder.ts";

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

async function undo(run: string): Promise<string> {
  const { events, status, stdout } = await fleet.events("undo", "--yes", run);
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
    const undone = await undo(run);
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
    expect(running.stdout).toContain("web-1: removes /srv/made");
    expect(running.stdout).toContain("web-1: puts back /srv/edited");
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
    expect(stdout + stderr).toMatch(new RegExp(`web-2.*${run} .*1 path`));
    expect(status).toBe(0);
    const { events } = await fleet.events("undo");
    expect(eventsOf(events, "run-kept").find((kept) => kept.run === run)).toMatchObject({
      ...{ node: "web-2", by: expect.stringContaining("@"), paths: [{ path: "/srv/listed", removed: true }] },
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
    expect(eventsOf(events, "path-restored").map(({ path, restored }) => `${path} ${restored}`)).toEqual([
      "/srv/other true",
      "/srv/place false",
    ]);
    expect(
      eventsOf(events, "output")
        .map(({ line }) => line)
        .join("\n"),
    ).toContain("Directory not empty");
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
