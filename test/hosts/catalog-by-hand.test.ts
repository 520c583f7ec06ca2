import { beforeAll, expect, test } from "vitest";
import { useFleet } from "./fleet-folder.ts";

const fleet = useFleet("by-hand", "web: 1");
const web = () => fleet.node("web-1");
const cutShort = "This program is not whole, so nothing was done. Make it anew: proog catalog NODE\n";
let program = "";

/** The program, piped into a shell as one does by hand. */
const pipe = (text: string) => web().login("sh -s -- check", text);

beforeAll(async () => {
  fleet.declare(`
    file("/srv/there", { content: "there\\n" }),
    ${Array.from({ length: 20 }, (_, index) => `file("/srv/by-hand-${index}", { content: "" }),`).join("\n")}
    run("touch /srv/guarded", { unless: "test -e /srv/guarded" }),`);
  program = (await fleet.proog("catalog", "web-1")).stdout;
});

test("a program that was cut short on its way does nothing, and says so", async () => {
  expect(await pipe(program)).toMatchObject({
    stdout: expect.stringContaining("22 resources: 22 to change"),
    status: 0,
  });
  const lines = program.split("\n");
  const last = lines.lastIndexOf("main");
  const resources = lines.indexOf("resources() {");
  // Between two functions, in the middle of the resources, before the last line, in the middle of it.
  const cuts = [lines.indexOf("}", 60) + 1, resources + 5, resources + 14, last].map((count) =>
    lines.slice(0, count).join("\n"),
  );
  for (const cut of [...cuts, `${lines.slice(0, last).join("\n")}\nmai`]) {
    const { stderr, status, stdout } = await pipe(cut);
    expect({ stderr: stderr.slice(-cutShort.length), status, stdout }).toEqual({
      ...{ stderr: cutShort, status: 1, stdout: "" },
    });
  }
  expect(await web().ssh("ls -A /srv; ls -d /tmp/proog.* 2>/dev/null || true")).toBe("");
});

test("a file of it that was cut short or edited is refused", async () => {
  const check = (text: string) => web().login("cat >/root/web-1.sh; sh /root/web-1.sh check", text);
  expect(await check(program)).toMatchObject({ status: 0 });
  const edited = program.replace("/srv/by-hand-7", "/etc/passwd");
  for (const text of [edited, program.replace("there\n", ""), `${program}rm -rf /srv\n`]) {
    expect(await check(text)).toEqual({
      stdout: "",
      stderr: "/root/web-1.sh was changed since it was made. Make it anew: proog catalog NODE\n",
      status: 1,
    });
  }
});

test("without a mode it says how it is called", async () => {
  expect(await web().login("sh -s", program)).toEqual({
    ...{ stdout: "", stderr: "usage: sh CATALOG check\n", status: 1 },
  });
});

test("what a newer Proog has left on a machine is left alone", async () => {
  expect((await fleet.proog("apply", "--yes")).status).toBe(0);
  expect(await web().ssh("cat /var/lib/proog/format")).toBe("1\n");
  await web().ssh("echo 2 >/var/lib/proog/format; echo drift >/srv/there");
  for (const command of [["plan"], ["apply", "--yes"]]) {
    const { stderr, status } = await fleet.proog(...command);
    expect(stderr).toMatch(
      /A newer Proog has worked on web-1: its \/var\/lib\/proog has the format 2, and\s+this one knows 1\./,
    );
    expect(stderr).toContain("npm install proog@latest. Nothing was changed.");
    expect(status).toBe(3);
  }
  const { events } = await fleet.events("plan");
  expect(events).toContainEqual(
    expect.objectContaining({
      type: "node-finished",
      error: expect.objectContaining({ code: "newer-state" }),
    }),
  );
  expect(await web().ssh("cat /srv/there")).toBe("drift\n");
  await web().ssh("echo 1 >/var/lib/proog/format");
  expect((await fleet.proog("apply", "--yes")).status).toBe(0);
});
