import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { eventsOf, finishedOf, useFleet } from "./fleet-folder.ts";
import { runProgram } from "./program.ts";
import { checkout } from "./run-folder.ts";

const fleet = useFleet("own-kinds", "web: 1");
const web = () => fleet.node("web-1");
const guide = readFileSync(join(checkout, "docs/own-kinds.md"), "utf8");

/** The files of the guide, by the name in their first line. */
function guideFiles(): Map<string, string> {
  const blocks = guide.matchAll(/^```(?:ts|sh)\n(?:\/\/|#) (\S+)\n(.*?)^```/gms);
  return new Map([...blocks].map(([, name = "", text = ""]) => [name, text]));
}

/** `$ proog plan` and what it prints, as the guide shows it. */
function guidePlan(): string {
  return /^```console\n\$ proog plan\n(.*?)^```/ms.exec(guide)?.[1] ?? "";
}

/** The guide's fleet, where this test has its machine. */
function writeGuide(): void {
  for (const [name, text] of guideFiles()) fleet.write(name, placed(text));
}

const placed = (text: string) =>
  text.replace('name: "example"', 'name: "own-kinds"').replace("devel:", "test:");

/** Its config, in which this declares what the role has. */
function writeConfig(items: string, { kinds = true } = {}): void {
  const text = placed(guideFiles().get("proog.config.ts") ?? "")
    .replace('[bootTarget("multi-user.target")]', `[${items}]`)
    .replace("{ defineFleet,", "{ defineFleet, file,");
  const left = kinds ? text : text.replace(/^.*bootTargetKind.*\n/gm, "");
  fleet.write("proog.config.ts", left);
}

beforeAll(async () => {
  writeGuide();
  await web().ssh("systemctl set-default graphical.target");
});

describe("the kind that docs/own-kinds.md makes", () => {
  test("is three files", () => {
    expect([...guideFiles().keys()]).toEqual([
      "kinds/bootTarget.ts",
      "kinds/bootTarget.sh",
      "proog.config.ts",
    ]);
  });

  test("is planned as the guide shows it, applied, and in order then", async () => {
    const { stdout, status } = await fleet.proog("plan");
    expect(stdout).toBe(guidePlan());
    expect(status).toBe(2);
    expect(finishedOf((await fleet.events("apply", "--yes")).events)).toEqual([
      "done bootTarget multi-user.target",
    ]);
    expect(await web().ssh("systemctl get-default")).toBe("multi-user.target\n");
    expect(await fleet.proog("plan", "--only", "bootTarget")).toMatchObject({
      status: 0,
      stdout: "nothing to change, 1 in order\n",
    });
  });

  test("is brought back by proog undo", async () => {
    const { stdout } = await fleet.proog("undo");
    const [run = ""] = /\d{8}-\d{6}-[0-9a-f]{4}/.exec(stdout) ?? [];
    const undone = await fleet.proog("undo", run, "--yes");
    expect(undone.stderr + undone.stdout).toContain("boot target: graphical.target");
    expect(undone.status).toBe(0);
    expect(await web().ssh("systemctl get-default")).toBe("graphical.target\n");
  });

  test("is blocked with a remedy where that cannot be", async () => {
    writeConfig('bootTarget("no-such.target")');
    const { stdout } = await fleet.proog("plan");
    expect(stdout).toContain("systemd knows no target no-such.target.");
    expect(stdout).toContain("List them: systemctl list-unit-files --type=target");
    writeGuide();
  });

  describe("when it is gone from the config", () => {
    const target = () => web().ssh("systemctl get-default; cat /srv/beside 2>&1 || true");
    let run = "";

    beforeAll(async () => {
      await web().ssh("systemctl set-default graphical.target 2>/dev/null; echo before >/srv/beside");
      writeConfig('bootTarget("multi-user.target"), file("/srv/beside", { content: "after\\n" })');
      run = await fleet.succeed("apply");
      writeConfig("", { kinds: false });
    });

    test("what it changed is told before anything is undone, with the remedy", async () => {
      const asked = await fleet.proog("undo", run);
      expect(asked.stdout).toMatch(
        /^ {2}~ \/srv\/beside\n {2}! boot target: graphical\.target {2}cannot be undone: no kind has bootTarget_back\(\)\n\n1 to bring back, 1 thing cannot be undone$/m,
      );
      expect(asked.stderr).toContain(
        `Name the kind whose shell has bootTarget_back() in the config's kinds again, and undo once more: proog undo ${run}. What is back by then stays.`,
      );
      expect(asked.status).toBe(1);
      expect(await target()).toBe("multi-user.target\nafter\n");
    });

    test("the rest is brought back, and nothing where there is none", async () => {
      const { events, status } = await fleet.events("undo", run, "--yes");
      expect(eventsOf(events, "undo-finished")).toEqual([
        expect.objectContaining({ what: ["/srv/beside"], outcome: "done" }),
        expect.objectContaining({
          what: ["boot target: graphical.target"],
          outcome: "failed",
          output: ["No kind of this config has bootTarget_back(), which would bring it back."],
        }),
      ]);
      expect(status).toBe(3);
      expect(await target()).toBe("multi-user.target\nbefore\n");
      const again = await fleet.proog("undo", run, "--yes");
      expect(again.stderr).toContain(
        "Nothing was undone: no kind of this config can bring back boot target: graphical.target.",
      );
      expect(again.stderr).toContain("Name the kind whose shell has bootTarget_back()");
      expect(again.status).toBe(1);
    });

    test("its shell alone: the config names it, and no node is asked", async () => {
      writeGuide();
      rmSync(join(fleet.path, "kinds/bootTarget.sh"));
      const { stderr, status } = await fleet.proog("undo", run, "--yes");
      expect(stderr.replace(/\s+/g, " ")).toMatch(
        /The kind bootTarget: its shell cannot be read: ENOENT.*bootTarget\.sh'\. Put it back, or leave out what needs it \(kinds\/bootTarget\.ts:18\)/,
      );
      expect(status).toBe(1);
    });

    test("where it is back, so is what it changed, and the rest stays", async () => {
      writeGuide();
      await web().ssh("echo before >/srv/beside");
      const { events, status } = await fleet.events("undo", run, "--yes");
      expect(eventsOf(events, "undo-finished")).toEqual([
        expect.objectContaining({ what: ["boot target: graphical.target"], outcome: "done" }),
      ]);
      expect(status).toBe(0);
      expect(await target()).toBe("graphical.target\nbefore\n");
    });
  });

  test("is clean shell", async () => {
    const shell = await runProgram("shellcheck", [
      "--shell=dash",
      "--exclude=SC2317,SC2329",
      join(fleet.path, "kinds/bootTarget.sh"),
    ]);
    expect(shell).toMatchObject({ status: 0, stdout: "" });
  });
});
