import { describe, expect, test } from "vitest";
import type { Event } from "../../src/report/event.ts";
import type { Item } from "../../src/resources/declare.ts";
import { directory } from "../../src/resources/directory/directory.ts";
import { file } from "../../src/resources/file/file.ts";
import { run } from "../../src/resources/run/run.ts";
import { service } from "../../src/resources/service/service.ts";
import { symlink } from "../../src/resources/symlink/symlink.ts";
import { systemdUnit } from "../../src/resources/systemdUnit/systemdUnit.ts";
import { converge, declareNode, planNode, silentCredentials } from "./engine.ts";
import { useMachines } from "./machines.ts";
import { standInForSystemctl } from "./stand-in.ts";

/** The lines that commands on the node printed. */
function outputOf(events: readonly Event[]): string[] {
  return events.flatMap((event) => (event.type === "output" ? [event.line] : []));
}

describe("apply", () => {
  const machines = useMachines(["apply-1"]);
  const machine = () => machines["apply-1"];

  test("makes the changes that were approved, and leaves alone what came to differ since", async () => {
    const resources = () => [
      directory("/srv/approved"),
      file("/srv/approved/one", { content: "one\n" }),
      file("/srv/approved/two", { content: "two\n" }),
      file("/srv/approved/three", { content: "three\n" }),
    ];
    await converge(machine(), resources);
    await machine().ssh("echo drift >/srv/approved/one; echo drift >/srv/approved/two");
    const planned = await planNode(declareNode(machine(), resources));
    expect(planned.changes.map(({ resource }) => resource.key)).toEqual([
      "file /srv/approved/one",
      "file /srv/approved/two",
    ]);

    await machine().ssh("echo other >/srv/approved/two; echo new >/srv/approved/three");
    const applied = await planned.apply();

    expect(applied.finished).toEqual([
      "moved file /srv/approved/two",
      "left file /srv/approved/three",
      "done file /srv/approved/one",
    ]);
    expect(await machine().ssh("cat /srv/approved/*")).toBe("one\nnew\nother\n");
  });

  test("what is in order by now is not touched", async () => {
    const resources = () => [file("/srv/meanwhile", { content: "right\n" })];
    const planned = await planNode(declareNode(machine(), resources));
    await machine().ssh("echo right >/srv/meanwhile");
    expect((await planned.apply()).finished).toEqual(["already file /srv/meanwhile"]);
  });

  test("where nobody was asked, what was found is not looked for again, unless another run was there", async () => {
    const resources = () => [
      file("/srv/fresh", { content: "one\n" }),
      file("/srv/drifts", { content: "two\n" }),
    ];
    const plan = async () => {
      await machine().ssh("rm -f /srv/fresh; echo two >/srv/drifts");
      return await planNode(declareNode(machine(), resources), silentCredentials, false);
    };
    const drift = () => machine().ssh("echo drift >/srv/drifts");

    const alone = await plan();
    await drift();
    expect((await alone.apply()).finished).toEqual(["done file /srv/fresh", "done file /srv/drifts"]);

    const disturbed = await plan();
    await converge(machine(), () => [file("/srv/between", { content: "" })]);
    await drift();
    expect((await disturbed.apply()).finished).toEqual(["left file /srv/drifts", "done file /srv/fresh"]);

    // The run before tidies up yet, after it has told its end.
    await machine().ssh("flock /var/lib/proog/lock sh -c 'echo died >/var/lib/proog/current'");
    const afterDeath = await plan();
    await drift();
    // What that run has left is mended first, and may be otherwise than it was found.
    await machine().ssh("echo otherwise >/srv/fresh");
    expect((await afterDeath.apply()).finished).toEqual(["left file /srv/drifts", "done file /srv/fresh"]);
  });

  test("of many resources only those are looked at that differ or are triggered, wherever they stand", async () => {
    const counted = (name: string, onlyOn: Item) => run(`echo >>/srv/many/${name}.runs`, { name, onlyOn });
    const resources = () => {
      const files = Array.from({ length: 450 }, (_, index) =>
        file(`/srv/many/${index}`, { content: `${index}\n` }),
      );
      const last = counted("last", files[0]);
      return [directory("/srv/many"), files, last, counted("never", files[449])];
    };
    await converge(machine(), resources);
    await machine().ssh("rm /srv/many/*.runs; echo drift >/srv/many/0; rm /srv/many/300");
    const applied = await converge(machine(), resources);
    expect(applied.finished).toEqual(["done file /srv/many/0", "done file /srv/many/300", "done run last"]);
    expect(await machine().ssh("cd /srv/many && ls *.runs && cat 0 300")).toBe("last.runs\n0\n300\n");
  });

  test("a resource that fails stops the rest, and the others say that they were not reached", async () => {
    const applied = await converge(machine(), () => [
      file("/srv/before", { content: "" }),
      run("echo about to fail; exit 7", { unless: "false" }),
      file("/srv/after", { content: "" }),
    ]);
    expect(applied.outcome).toBe("failed");
    expect(applied.finished).toEqual([
      "done file /srv/before",
      "failed run echo about to fail; exit 7",
      "unreached file /srv/after",
    ]);
    const failure = applied.events.find(
      (event) => event.type === "resource-finished" && event.outcome === "failed",
    );
    expect(failure).toMatchObject({ output: expect.arrayContaining(["about to fail"]) });
    expect(outputOf(applied.events).join("\n")).toContain("status 7");
    expect(await machine().ssh("ls /srv/after 2>&1 || true")).toContain("No such file");
  });

  test("an optional one that fails is told, and the rest goes on", async () => {
    const applied = await converge(machine(), () => [
      run("exit 3", { unless: "false", optional: true }),
      file("/srv/after-optional", { content: "" }),
    ]);
    expect(applied.outcome).toBe("done");
    expect(applied.finished).toEqual(["failed run exit 3", "done file /srv/after-optional"]);
  });

  test("what a later change disturbs is brought back, once, and said", async () => {
    const applied = await converge(machine(), () => [
      file("/srv/disturbed", { content: "declared\n" }),
      run("echo other >/srv/disturbed; touch /srv/disturber", { creates: "/srv/disturber" }),
    ]);
    expect(applied.outcome).toBe("done");
    expect(applied.finished).toEqual([
      "done file /srv/disturbed",
      "done run echo other >/srv/disturbed; touch /srv/disturber",
      "done file /srv/disturbed",
    ]);
    expect(applied.events.filter((event) => event.type === "resource-started" && event.again)).toHaveLength(
      1,
    );
    expect(await machine().ssh("cat /srv/disturbed")).toBe("declared\n");
  });

  test("of many files, the last look finds those that were disturbed, whatever time they claim", async () => {
    const paths = Array.from(
      { length: 700 },
      (_, index) => `/srv/many-files-with-a-name-of-some-length-${index}`,
    );
    const files = () => paths.map((path) => file(path, { content: `this is ${path}\n` }));
    expect((await converge(machine(), files)).outcome).toBe("done");
    const [first = "", second = "", third = "", fourth = ""] = paths;
    const disturb = [
      `echo more >>${first}`,
      `echo other >/srv/old && touch -d @1000000000 /srv/old && mv /srv/old ${second}`,
      `rm ${third}`,
      "touch /srv/many-disturbed",
    ].join(" && ");
    await machine().ssh(`echo gone >${fourth}`);
    const applied = await converge(machine(), () => [
      files(),
      run(disturb, { creates: "/srv/many-disturbed" }),
    ]);
    expect(applied.finished).toEqual(
      [`file ${fourth}`, `run ${disturb}`, `file ${first}`, `file ${second}`, `file ${third}`].map(
        (key) => `done ${key}`,
      ),
    );
    expect(applied.outcome).toBe("done");
    expect((await planNode(declareNode(machine(), files))).changes).toEqual([]);
  });

  test("what does not stay as declared is a failure", async () => {
    const applied = await converge(machine(), () => [
      file("/srv/unstable", { content: "declared\n" }),
      // Each makes the other's state wrong again.
      run("echo other >/srv/unstable", { unless: "grep -q other /srv/unstable" }),
    ]);
    expect(applied.outcome).toBe("failed");
    expect(outputOf(applied.events).join("\n")).toContain("It does not stay as declared");
  });

  test("a unit that goes while systemd tells nobody what is enabled leaves no link behind", async () => {
    const content = "[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n";
    await converge(machine(), () => [systemdUnit("goes.service", { content }), service("goes")]);
    const link = "/etc/systemd/system/multi-user.target.wants/goes.service";
    expect(await machine().ssh(`ls ${link}`)).toBe(`${link}\n`);
    // As while a machine goes down.
    const takeAway = await standInForSystemctl(machine(), '[ "$1" != is-enabled ] || exit 1');
    const applied = await converge(machine(), () => systemdUnit("goes.service", { absent: true }));
    await takeAway();
    expect(applied.outcome, JSON.stringify(applied.events)).toBe("done");
    expect(await machine().ssh("find /etc/systemd/system -name 'goes.*'")).toBe("");
  });

  test("a symlink and a file under names that a shell would read are what was declared", async () => {
    const name = "/srv/a $(reboot) `b` \"c\" 'd' *\n-e";
    const resources = () => [
      file(name, { content: "x" }),
      symlink(`${name}.link`, { to: "$(touch /srv/pwned)\n" }),
    ];
    expect((await converge(machine(), resources)).outcome).toBe("done");
    expect((await planNode(declareNode(machine(), resources))).changes).toEqual([]);
    expect(
      await machine().ssh("ls /srv/pwned 2>/dev/null; find /srv -type l -name '*-e.link' -printf '%l'"),
    ).toBe("$(touch /srv/pwned)\n");
  });

  test("output that looks like an event is output", async () => {
    const lines = ["deadbeefdeadbeefdeadbeefdeadbeef end done", "done 2", "end done"];
    const applied = await converge(machine(), () => [
      run(`printf '%s\\n' ${lines.map((line) => `'${line}'`).join(" ")}; touch /srv/forged`, {
        creates: "/srv/forged",
      }),
      file("/srv/forged-after", { content: "" }),
    ]);
    expect(applied.finished.at(-1)).toBe("done file /srv/forged-after");
    expect(outputOf(applied.events)).toEqual(lines);
  });

  test("the token of a run is in no environment and no argument", async () => {
    const look = "cat /proc/$PPID/environ /proc/$PPID/cmdline /proc/self/environ | tr '\\0' '\\n' >/srv/seen";
    const applied = await converge(machine(), () => [run(look, { creates: "/srv/seen" })]);
    const [token, seen] = await Promise.all([
      machine().ssh(`cat /var/lib/proog/runs/${applied.run}/token`),
      machine().ssh("cat /srv/seen"),
    ]);
    expect(token.trim()).toMatch(/^[0-9a-f]{32}$/);
    expect(seen).toContain("PATH=");
    expect(seen).not.toContain(token.trim());
  });

  test("what a run that died was just writing goes with the next one", async () => {
    await machine().ssh(`mkdir -p /var/lib/proog/runs/died && echo died >/var/lib/proog/current
      printf /srv/.proog-died >/var/lib/proog/runs/died/temporary && echo half >/srv/.proog-died
      printf /opt/.proog-died >/var/lib/proog/runs/died/temporary-beside && echo half >/opt/.proog-died`);
    const applied = await converge(machine(), () => [file("/srv/next", { content: "" })]);
    expect(applied.events).toContainEqual(expect.objectContaining({ type: "earlier-run", run: "died" }));
    expect(await machine().ssh("ls -A /srv /opt | grep -c '^.proog' || true")).toBe("0\n");
  });

  test("output without an end of its line does not hide what became of it", async () => {
    const resources = () => [
      run("printf 'no end'", { creates: "/srv/none", optional: true, name: "fails" }),
      run("touch /srv/endless; printf 'kein Ende \\374'", { creates: "/srv/endless", name: "done" }),
    ];
    const applied = await (await planNode(declareNode(machine(), resources))).apply();
    expect(applied.finished).toEqual(["failed run fails", "done run done"]);
    expect(outputOf(applied.events)).toEqual(expect.arrayContaining(["kein Ende \ufffd"]));
    expect(applied.events.find(({ type }) => type === "node-finished")).toMatchObject({ outcome: "done" });
  });

  test("control characters and invalid UTF-8 in output do no harm", async () => {
    const applied = await converge(machine(), () => [
      run("printf 'a\\033[2Jb\\377\\000c\\n'; touch /srv/controls", { creates: "/srv/controls" }),
    ]);
    expect(applied.outcome).toBe("done");
    expect(outputOf(applied.events)[0]).toMatch(/^a/);
  });
});
