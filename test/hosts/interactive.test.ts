import { beforeEach, describe, expect, test } from "vitest";
import { useFleet } from "./fleet-folder.ts";

const fleet = useFleet("interactive", "web: 2");
const there = (name: string) => fleet.node(name).ssh("ls /srv");

/** Answers each question when it is asked. */
async function answer(...answers: readonly (readonly [RegExp, string])[]) {
  const running = fleet.startInTerminal("apply", "--interactive");
  for (const [question, text] of answers) {
    await running.waitFor(question);
    running.type(text);
  }
  return await running.ended;
}

beforeEach(async () => {
  fleet.declare(`
    file("/srv/one", { content: "first line\\n" }),
    directory("/srv/two"),
    file("/srv/three", { content: node.name }),
    file("/srv/four", { content: "" }),`);
  for (const name of ["web-1", "web-2"]) await fleet.node(name).ssh("rm -rf /srv/*");
});

describe("step by step", () => {
  test("only what is approved is made, and what nodes share is asked once", async () => {
    const { stdout, status } = await answer(
      [/1\/5 .*file \/srv\/one on web-1, web-2 .*\?\] /, "y\r"],
      [/2\/5 .*directory \/srv\/two on web-1, web-2/, "n\r"],
      [/3\/5 .*file \/srv\/three on web-1/, "y\r"],
      [/4\/5 .*file \/srv\/three on web-2/, "n\r"],
      [/5\/5 .*file \/srv\/four on web-1, web-2/, "y\r"],
    );
    expect(await there("web-1")).toBe("four\none\nthree\n");
    expect(await there("web-2")).toBe("four\none\n");
    expect(stdout).toContain("not approved, left alone");
    expect(status).toBe(0);
    expect((await fleet.proog("plan")).stdout).toContain("3 resources to change on 2 nodes");
  });

  test("all of a kind", async () => {
    const { status } = await answer([/1\/5/, "a\r"], [/2\/5/, "n\r"]);
    expect(await there("web-1")).toBe("four\none\nthree\n");
    expect(await there("web-2")).toBe("four\none\nthree\n");
    expect(status).toBe(0);
  });

  test("show it, help, and done: the rest is left alone", async () => {
    const { stdout, status } = await answer(
      [/1\/5/, "s\rwhat\r"],
      [/\+ first line.*\+ first line.*quit, and change nothing.*1\/5 /s, "y\r"],
      [/2\/5/, "d\r"],
    );
    expect(stdout).toContain("show it, with its whole diff");
    expect(await there("web-1")).toBe("one\n");
    expect(status).toBe(0);
  });

  test.each([
    ["quit", "q\r"],
    ["Ctrl-C", "\x03"],
    ["Ctrl-D", "\x04"],
  ])("%s changes nothing, whatever was approved before", async (_name, key) => {
    const { stdout, status } = await answer([/1\/5/, "y\r"], [/2\/5/, key]);
    expect(stdout).toContain("Nothing was changed.");
    expect(await there("web-1")).toBe("");
    expect(status).toBe(0);
  });

  test("a node of which nothing is approved is left alone, and a reload that waits stays due", async () => {
    fleet.declare(`
      ...(() => {
        const conf = file("/srv/conf", { content: node.name });
        return [conf, run("echo ran >>/srv/ran", { name: "after", onlyOn: [conf] })];
      })(),`);
    const { status } = await answer(
      [/1\/3 .*file \/srv\/conf on web-1/, "y\r"],
      [/2\/3 .*file \/srv\/conf on web-2/, "n\r"],
      [/3\/3 .*run after on web-1, web-2/, "n\r"],
    );
    expect(status).toBe(0);
    expect(await there("web-1")).toBe("conf\n");
    expect(await there("web-2")).toBe("");
    expect((await fleet.proog("apply", "--yes", "web-1")).status).toBe(0);
    expect(await there("web-1")).toBe("conf\nran\n");
  });

  test("takes a terminal, and no --yes beside it", async () => {
    const without = await fleet.proog("apply", "--interactive");
    expect(without.stderr).toMatch(/There is no terminal to ask on.*, so nothing was changed\./);
    const both = await fleet.proog("apply", "--interactive", "--yes");
    expect(both.stderr).toContain("option '-i, --interactive' cannot be used with option '-y, --yes'");
  });
});
