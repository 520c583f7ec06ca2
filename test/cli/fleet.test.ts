import { describe, expect, test } from "vitest";
import { text } from "../../src/report/recording.test-support.ts";
import { config, configWith, fleetFolder } from "./fleet-folder.ts";

const web = 'const web = role("web", () => [directory("/srv")]);\n';

/** A config with this fleet, whose `defineFleet` stands at line 3. */
const withFleet = (fleet: string) => config(`${web}export default defineFleet(${fleet});\n`);

describe("a fleet with mistakes", () => {
  test("that is empty", async () => {
    expect(await fleetFolder(withFleet("{}")).refusal("plan")).toBe(text`
      error: The config has 3 mistakes.
        proog.config.js:3  name is undefined, and must be lower-case letters, digits and "-", at most 63,
                           such as "example".
        proog.config.js:3  roles is undefined, and must be an object such as { web }.
        proog.config.js:3  environments is undefined, and must have at least one, such as { devel: {
                           provider: local(), nodes: { web: 1 } } }.
    `);
  });

  test("with options that do not exist", async () => {
    const folder = fleetFolder(
      withFleet(
        '{ name: "example", roles: { web }, defaultEnvironmen: "live", environments: { live: { provider: local(), nodes: { web: 1, box: { roles: ["web"], number: 2 } }, variables: {} } } }',
      ),
    );
    expect(await folder.refusal("plan")).toBe(text`
      error: The config has 3 mistakes.
        proog.config.js:3  defaultEnvironmen is no option. Did you mean "defaultEnvironment"?
        proog.config.js:3  environments.live.variables is no option. There is: provider, nodes, vars,
                           backups, watch.
        proog.config.js:3  environments.live.nodes.box.number is no option. There is: roles, count.
    `);
  });

  test("with names and values that cannot be", async () => {
    const folder = fleetFolder(
      withFleet(`{
  name: "Example Org",
  roles: { web, Web: web, db: {} },
  defaultEnvironment: "devl",
  environments: {
    devel: { provider: local(), nodes: { wbe: 2, web: 1.5, mail: 1, web_a: 1, box: { roles: ["web", "bd"] }, x: "2", y: null } },
    live: { nodes: { web: 10000 }, vars: "v1", backups: { days: 0, size: "1GB", sise: "1G" } },
    stage: { provider: local(), nodes: {}, backups: "1G" },
    "my env": {},
    test: null,
  },
}`),
    );
    expect(await folder.refusal("plan")).toBe(text`
      error: The config has 20 mistakes.
        proog.config.js:3  name is "Example Org", and must be lower-case letters, digits and "-", at most
                           63, such as "example".
        proog.config.js:3  roles: the name "Web" must be lower-case letters, digits and "-", at most 63.
        proog.config.js:3  roles.db is {}, and must be a role: role("db", () => [ … ]).
        proog.config.js:3  defaultEnvironment is "devl". Did you mean "devel"?
        proog.config.js:3  environments.devel.nodes.wbe: there is no role "wbe". Did you mean "web"?
        proog.config.js:3  environments.devel.nodes.web is 1.5, and must be a whole number from 0 to 9999.
        proog.config.js:3  environments.devel.nodes.mail: there is no role "mail". A node of another name
                           says which it has: { roles: ["web", "Web", "db"] }.
        proog.config.js:3  environments.devel.nodes: the name "web_a" must be lower-case letters, digits
                           and "-", at most 63.
        proog.config.js:3  environments.devel.nodes.box: there is no role "bd". Did you mean "db"?
        proog.config.js:3  environments.devel.nodes.x is "2", and must be how many (2), { roles: ["web"] }
                           or existing([ … ]).
        proog.config.js:3  environments.devel.nodes.y is null, and must be how many (2), { roles: ["web"]
                           } or existing([ … ]).
        proog.config.js:3  environments.live.provider is undefined, and must be a provider: local().
        proog.config.js:3  environments.live.vars is "v1", and must be an object.
        proog.config.js:3  environments.live.backups.sise is no option. Did you mean "size"?
        proog.config.js:3  environments.live.backups.days is 0, and must be a whole number from 1 on, such
                           as 90.
        proog.config.js:3  environments.live.backups.size is "1GB", and must be a number with M, G or T
                           behind it, such as "1G".
        proog.config.js:3  environments.live.nodes.web is 10000, and must be a whole number from 0 to
                           9999.
        proog.config.js:3  environments.stage.backups is "1G", and must be an object such as { days: 90,
                           size: "1G" }.
        proog.config.js:3  environments: the name "my env" must be lower-case letters, digits and "-", at
                           most 63.
        proog.config.js:3  environments.test is null, and must be an object with provider and nodes.
    `);
  });

  test("with two nodes of one name", async () => {
    const folder = fleetFolder(configWith("", 'web: 2, "web-2": { roles: ["web"] }'));
    expect(await folder.refusal("plan")).toBe(text`
      error: environments.devel.nodes: web and web-2 both have a node web-2: give one another name
        (proog.config.js:5)
    `);
  });

  test("with a role that is no function", async () => {
    const folder = fleetFolder(configWith("").replace("({ node }) => [", "[").replace("]);", "]);"));
    expect(await folder.refusal("plan")).toBe(text`
      error: role("web", …) takes a function that returns resources: ({ node }) => [ … ]
        (proog.config.js:2)
    `);
  });

  test("with a provider that does not exist", async () => {
    const folder = fleetFolder(configWith("").replace("local()", '{ type: "openstack" }'));
    expect(await folder.refusal("plan")).toBe(text`
      error: There is no provider "openstack" (proog.config.js:5)
        There is: local().
    `);
  });

  test("with a provider whose options are wrong", async () => {
    const folder = fleetFolder(configWith("").replace("local()", 'local({ relase: "x", memory: "3" })'));
    expect(await folder.refusal("plan")).toBe(text`
      error: The config has 2 mistakes.
        proog.config.js:8  local(): relase is no option. Did you mean "release"?
        proog.config.js:8  local(): memory is "3", but it must be an amount of at least 64M, in M or G;
                           write "512M"
    `);
  });
});

describe("environments", () => {
  const two = configWith("").replace("devel: {", "live: { provider: local(), nodes: {} }, devel: {");

  test("several and no default", async () => {
    expect(await fleetFolder(two).refusal("plan")).toBe(text`
      error: example has several environments: live, devel (proog.config.js:5)
        Choose one with -e, such as -e live, or name one as defaultEnvironment in the config.
    `);
  });

  test("one that is unknown, with the nearest, or all", async () => {
    const folder = fleetFolder(two);
    expect(await folder.refusal("plan", "-e", "devl")).toBe(text`
      error: example has no environment "devl" (proog.config.js:5)
        Did you mean "devel"?
    `);
    expect(await folder.refusal("plan", "-e", "production")).toBe(text`
      error: example has no environment "production" (proog.config.js:5)
        There is: live, devel.
    `);
  });

  test("without nodes there is nothing to plan or boot", async () => {
    const folder = fleetFolder(two);
    expect(await folder.proog("boot", "-e", "live")).toEqual({
      status: 0,
      stdout: "",
      stderr: "live declares no nodes, so there is nothing to boot.\n",
    });
    expect((await folder.proog("plan", "-e", "live")).status).toBe(0);
  });
});

describe("selectors", () => {
  const folder = () =>
    fleetFolder(
      configWith("", 'web: 3, db: 0, box: { roles: ["web"], count: 2 }').replace(
        "roles: { web }",
        'roles: { web, db: role("db", () => []) }',
      ),
    );

  test("that name nothing, with the nearest", async () => {
    expect(await folder().refusal("plan", "wbe-2")).toBe(text`
      error: devel has no node and no role "wbe-2".
        Did you mean "web-2"?
    `);
    expect(await folder().refusal("plan", "web", "nginx", "mail")).toBe(text`
      error: devel has no node and no role "nginx" or "mail".
        There is: web, db, web-1 … web-3, box-1, box-2.
    `);
    expect(await folder().refusal("status", "web-7..9")).toBe(text`
      error: devel has no node and no role "web-7..9".
        There is: web, db, web-1 … web-3, box-1, box-2.
    `);
  });

  test("that are saved plans", async () => {
    const planned = folder();
    planned.write("monday.plan", '{\n "proog": "saved plan"');
    planned.write("monday.txt", "no plan");
    expect(await planned.refusal("apply", "monday.plan")).toBe(text`
      error: devel has no node and no role "monday.plan".
        monday.plan is a saved plan: proog apply --plan monday.plan
    `);
    expect(await planned.refusal("apply", "monday.txt")).toBe(text`
      error: devel has no node and no role "monday.txt".
        There is: web, db, web-1 … web-3, box-1, box-2.
    `);
  });

  test("a role without nodes", async () => {
    expect(await folder().refusal("plan", "db")).toBe(text`
      error: The role db has no node in devel.
        Say in the config how many there are, or choose another environment with -e.
    `);
  });

  test("several nodes where one is needed", async () => {
    expect(await folder().refusal("catalog", "web")).toBe(text`
      error: web is several nodes in devel, and proog catalog takes one.
        Name one: proog catalog web-1
    `);
    expect(await folder().refusal("ssh", "web-1..2")).toBe(text`
      error: web-1..2 is several nodes in devel, and proog ssh takes one.
        Name one: proog ssh web-1
    `);
  });

  test.each([
    ["web-2..3", ["web-2", "web-3"]],
    ["box", ["box-1", "box-2"]],
    ["web", ["web-1", "web-2", "web-3", "box-1", "box-2"]],
    ["web-02..02", ["web-2"]],
  ])("%s", async (selector, nodes) => {
    const [started] = await folder().events("status", selector, "--json");
    expect(started).toMatchObject({ type: "run-started", nodes });
  });
});

describe("proog boot -n", () => {
  const folder = () => fleetFolder(configWith("", 'web: 3, box: { roles: ["web"] }'));

  test.each([
    [[], "none"],
    [["web-1"], "web-1"],
    [["box"], "box"],
    [["web", "box"], "web, box"],
    [["wbe"], "wbe"],
  ])("of %s", async (selectors, given) => {
    expect(await folder().refusal("boot", ...selectors, "-n", "2")).toBe(text`
      error: -n boots further machines of one role or group of devel, and was given ${given}.
        There is: web. Such as: proog boot web -n 2
    `);
  });

  test.each(["0", "-1", "two", "1.5", "1e3"])("-n=%s", async (number) => {
    expect(await folder().refusal("boot", "web", `-n=${number}`)).toContain(
      `error: proog boot: option '-n, --number <number>' argument '=${number}' is invalid. It must be a`,
    );
  });
});

test("what is wrong with the description is told before machines are booted", async () => {
  const folder = fleetFolder(configWith('  file("/x", { content: node.address.trim() }),', "web: 1"));
  expect(await folder.refusal("boot")).toBe(text`
    error: web-1: The role web failed: Cannot read properties of undefined (reading 'trim')
      (proog.config.js:3)
      3 |   file("/x", { content: node.address.trim() }),
      A machine has no address before it is there. To boot it all the same: --no-install
  `);
});

test("what machines cost is told before any are made, and of those alone that are made", async () => {
  const price = 'local({ price: { amount: 0.1, currency: "EUR", per: "hour" } })';
  // It goes no further than that: there is no such file.
  const text = configWith('file("/etc/motd", { from: "none" }),', "web: 3").replace("local()", price);
  const folder = fleetFolder(text);
  const notes = async () =>
    (await folder.events("boot", "--json")).flatMap((event) =>
      event["type"] === "note" ? [event["text"]] : [],
    );
  expect(await notes()).toEqual(["3 machines cost 0.3 EUR an hour."]);
  folder.stopMachine("web-1");
  folder.stopMachine("web-2");
  expect(await notes()).toEqual(["1 machine costs 0.1 EUR an hour."]);
});

test("machines that are not there yet are no mistake of the config", async () => {
  const folder = fleetFolder(configWith("", "web: 1"));
  expect(await folder.proog("plan")).toEqual({
    status: 3,
    stdout: "",
    stderr: text`
      web-1 does not exist yet.
        Boot it: proog boot web-1

    `,
  });
  expect(await folder.refusal("ssh", "web-1")).toBe(text`
    error: web-1 does not exist yet.
      Boot it: proog boot web-1
  `);
});
