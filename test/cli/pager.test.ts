import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { quote } from "../../src/catalog/quote.ts";
import { runProgram } from "../hosts/program.ts";
import { checkout, configWith, type FleetFolder, fleetFolder } from "./fleet-folder.ts";

/** In a terminal of so many rows, which script(1) makes. */
async function inTerminal(
  folder: FleetFolder,
  rows: number,
  variables: NodeJS.ProcessEnv,
  ...args: string[]
) {
  const call = [process.execPath, join(checkout, "bin/proog.js"), ...args].map(quote).join(" ");
  const env = { ...folder.environment, TERM: "xterm-256color", ...variables };
  const command = `stty cols 100 rows ${rows}; ${call}`;
  return await runProgram("script", ["-qefc", command, "/dev/null"], "", { cwd: folder.path, env });
}

/** Says that it was there, with how it was called, and shows what it got. */
const marking = `sh -c 'echo "<$LESS>"; cat; echo "</pager>"'`;

describe("what is longer than the terminal", () => {
  test("is paged, by PROOG_PAGER before PAGER, in colours", async () => {
    const folder = fleetFolder();
    const { stdout, status } = await inTerminal(folder, 20, { PAGER: marking }, "explain", "file");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^<FRX>\r\n.*FileOptions.*<\/pager>\r\n$/s);
    expect(stdout).toContain("\x1b[1mfile");
    const own = { PAGER: "false", PROOG_PAGER: marking, LESS: "R" };
    expect((await inTerminal(folder, 20, own, "explain", "file")).stdout).toMatch(/^<R>\r\n/);
  });

  test("is paged as a whole, with what is drawn meanwhile out of the way", async () => {
    const folder = fleetFolder(configWith(""));
    const { stdout, status } = await inTerminal(folder, 2, { PAGER: marking }, "status");
    expect(stdout).toMatch(/<FRX>\r\n.*web-1.*absent.*web-2.*absent.*<\/pager>\r\n$/s);
    expect(status).toBe(0);
  });

  test("is not where it fits, with --no-pager, with PAGER=cat, in --json, and without a terminal", async () => {
    const folder = fleetFolder();
    const calls = [
      inTerminal(folder, 500, { PAGER: marking }, "explain", "file"),
      inTerminal(folder, 20, { PAGER: marking }, "explain", "file", "--no-pager"),
      inTerminal(folder, 20, { PAGER: "cat" }, "explain", "file"),
      inTerminal(folder, 20, { PAGER: "" }, "explain", "file"),
      inTerminal(folder, 2, { PAGER: marking }, "explain", "file", "--json"),
      folder.proogWith({ PAGER: marking }, "explain", "file"),
    ];
    for (const { stdout, status } of await Promise.all(calls)) {
      expect(stdout).not.toContain("pager>");
      expect(stdout).toContain("FileOptions");
      expect(status).toBe(0);
    }
  });

  test("is shown all the same where there is no such pager", async () => {
    const { stdout, status } = await inTerminal(
      fleetFolder(),
      20,
      { PAGER: "no-such-pager" },
      "explain",
      "file",
    );
    expect(stdout).toContain("FileOptions");
    expect(status).toBe(0);
  });

  test("a pager that is left at once is no error, and the exit status is the command's", async () => {
    const left = await inTerminal(fleetFolder(), 5, { PAGER: "head -n 1 >/dev/null" }, "explain");
    expect(left).toMatchObject({ stdout: "", status: 0 });
    const failed = await inTerminal(fleetFolder(), 2, { PAGER: marking }, "explain", "sevice");
    expect(failed.stdout).toContain("Did you mean");
    expect(failed.status).toBe(1);
  });
});
