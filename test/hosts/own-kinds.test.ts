import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { finishedOf, useFleet } from "./fleet-folder.ts";
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
  for (const [name, text] of guideFiles())
    fleet.write(name, text.replace('name: "example"', 'name: "own-kinds"').replace("devel:", "test:"));
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
    fleet.write(
      "proog.config.ts",
      (guideFiles().get("proog.config.ts") ?? "")
        .replace('name: "example"', 'name: "own-kinds"')
        .replace("devel:", "test:")
        .replace("multi-user.target", "no-such.target"),
    );
    const { stdout } = await fleet.proog("plan");
    expect(stdout).toContain("systemd knows no target no-such.target.");
    expect(stdout).toContain("List them: systemctl list-unit-files --type=target");
    writeGuide();
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
