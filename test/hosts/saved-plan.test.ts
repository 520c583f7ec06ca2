import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { eventsOf, finishedOf, useFleet } from "./fleet-folder.ts";

const fleet = useFleet("saved", "web: 2");
const web = () => fleet.node("web-1");
const planFile = () => join(fleet.path, "a.plan");

const declare = (secret: string, more = "") =>
  fleet.declare(`
    file("/srv/one", { content: ${JSON.stringify(secret)} }),
    file("/srv/two", { content: "two", mode: "0600" }),
    ${more}`);

/** Two files to make on web-1; web-2 is in order. */
beforeEach(async () => {
  rmSync(planFile(), { force: true });
  declare("a secret text");
  for (const name of ["web-1", "web-2"]) await fleet.node(name).ssh("rm -rf /srv/* /var/lib/proog");
  expect((await fleet.proog("apply", "--yes", "web-2")).status).toBe(0);
  const { stderr, status } = await fleet.proog("plan", "-o", "a.plan");
  expect({ stderr, status }).toEqual({
    stderr: "The plan is in a.plan. Make it so: proog apply --plan a.plan\n",
    status: 2,
  });
});

const refusal = async (...args: string[]) => {
  const { stderr, status } = await fleet.proog("apply", "--plan", "a.plan", ...args);
  expect(status).toBe(1);
  expect(await web().ssh("ls /srv")).not.toContain("one");
  return stderr;
};

describe("a saved plan", () => {
  test("is applied as it is, asking nothing, on the nodes that it is about", async () => {
    const { events, status } = await fleet.events("apply", "--plan", "a.plan");
    expect(finishedOf(events)).toEqual(["done file /srv/one", "done file /srv/two"]);
    expect(eventsOf(events, "run-started")[0]?.nodes).toEqual(["web-1"]);
    expect(status).toBe(0);
  });

  test("can be read by its owner only, and holds no contents", () => {
    expect(statSync(planFile()).mode & 0o777).toBe(0o600);
    const text = readFileSync(planFile(), "utf8");
    expect(text).toContain("file /srv/one");
    expect(text).not.toContain("secret text");
    expect(text).not.toContain(Buffer.from("a secret text").toString("base64").slice(0, 12));
  });

  test("is refused when the machine has moved, naming what", async () => {
    await web().ssh("printf other >/srv/two");
    expect(await refusal()).toBe(`error: web-1 is not as when a.plan was planned, so nothing was changed.
  web-1: file /srv/two differs in another way
  Look again: proog plan -o a.plan
`);
    await web().ssh("printf two >/srv/two; chmod 600 /srv/two");
    expect(await refusal()).toContain("web-1: file /srv/two needs no change any more\n");
  });

  test("is refused when the config has changed, naming what", async () => {
    declare("another text");
    expect(await refusal()).toContain("web-1: file /srv/one differs in another way\n");
    declare("a secret text", `file("/srv/three", { content: "" }),`);
    expect(await refusal()).toContain("web-1: file /srv/three differs only since then\n");
    declare("a secret text", `run("true", { unless: "true" }),`);
    expect(await refusal()).toContain("web-1: what the config makes of it is another one, or Proog is\n");
  });

  test("of a part is of that part", async () => {
    await fleet.proog("plan", "-o", "a.plan", "--only", "/srv/two");
    const { events } = await fleet.events("apply", "--plan", "a.plan");
    expect(finishedOf(events)).toEqual(["done file /srv/two"]);
  });

  test("of another fleet is refused", async () => {
    const config = readFileSync(join(fleet.path, "proog.config.js"), "utf8");
    fleet.write("other/proog.config.js", config.replace('name: "saved"', 'name: "other"'));
    expect(await refusal("--config", "other/proog.config.js")).toContain(
      "error: a.plan is a plan of saved, environment test; this is the fleet other",
    );
  });

  test("of another environment is refused", async () => {
    expect(
      await refusal("-e", "live"),
    ).toBe(`error: a.plan is a plan of the environment test, and -e says live.
  Leave -e out, or plan that environment: proog plan -e live -o FILE
`);
  });

  test("that was edited or cut is refused", async () => {
    const text = readFileSync(planFile(), "utf8");
    writeFileSync(planFile(), text.replace("/srv/two", "/srv/2wo"));
    expect(await refusal()).toBe(`error: a.plan is not as proog plan has written it: it was edited or cut.
  Plan again: proog plan -o FILE
`);
    writeFileSync(planFile(), text.slice(0, text.length / 2));
    expect(await refusal()).toContain("error: a.plan is not whole: it was cut, or is being written.\n");
    writeFileSync(planFile(), "{}");
    expect(await refusal()).toContain("error: a.plan is no saved plan.\n");
    expect((await fleet.proog("apply", "--plan", "none.plan")).stderr).toContain(
      "error: The plan none.plan cannot be read: ENOENT",
    );
  });

  test("of a newer Proog is refused", async () => {
    writeFileSync(planFile(), readFileSync(planFile(), "utf8").replace('"format": 1', '"format": 2'));
    expect(
      await refusal(),
    ).toBe(`error: a.plan was written by a newer Proog: its format is 2, and this one reads 1.
  Apply it with the Proog that wrote it, or plan again: proog plan -o FILE
`);
  });

  test("takes no other choice beside it, and overwrites nothing that is no plan", async () => {
    expect(await refusal("web-1")).toContain(
      "proog apply --plan takes the nodes from the plan, and was given web-1",
    );
    expect(await refusal("--only", "file")).toContain("cannot be used with option '--only <what>'");
    const over = await fleet.proog("plan", "-o", "proog.config.js");
    expect(over.stderr).toContain(
      "proog.config.js is there already and is no saved plan, so it was left alone.",
    );
    expect((await fleet.proog("plan", "-o", "none/a.plan")).stderr).toContain(
      "error: The plan cannot be written to none/a.plan: ENOENT",
    );
  });

  test("tells programs by a code what is wrong", async () => {
    await web().ssh("printf other >/srv/two");
    const moved = await fleet.events("apply", "--plan", "a.plan");
    expect(eventsOf(moved.events, "error")).toMatchObject([{ error: { code: "plan-outdated" } }]);
    writeFileSync(planFile(), "{}");
    const broken = await fleet.events("apply", "--plan", "a.plan");
    expect(eventsOf(broken.events, "error")).toMatchObject([{ error: { code: "plan-invalid" } }]);
  });
});
