import { describe, expect, test } from "vitest";
import { text } from "../../src/report/recording.test-support.ts";
import { fleetFolder } from "./fleet-folder.ts";

/** A config with these environments, which begin at line 4. */
const fleet = (
  environments: string,
) => `import { defineFleet, directory, existing, local, role } from "proog";
const web = role("web", () => [directory("/srv")]);
const db = role("db", () => []);
export default defineFleet({ name: "example", roles: { web, db }, environments: {
${environments}
} });
`;

describe("machines that are there already", () => {
  test("with mistakes are told at once, each with its place", async () => {
    const folder = fleetFolder(
      fleet(`live: { nodes: {
  web: existing([
    "", "-oProxyCommand=x", "a b", 7, "::1",
    { name: "x" }, { ssh: "a.example.org", name: "A", user: "-x", port: 0, role: "web", roles: "web" },
  ]),
  wbe: existing(["b.example.org"]),
  old: existing(["c.example.org", { ssh: "d.example.org", roles: ["dbb"] }]),
  no: existing("e.example.org"),
} },`),
    );
    expect(await folder.refusal("plan")).toBe(text`
      error: The config has 14 mistakes.
        proog.config.js:6   environments.live.nodes.web[0].ssh is "", and must be a host name, an address
                            or an alias of ~/.ssh/config.
        proog.config.js:6   environments.live.nodes.web[1].ssh is "-oProxyCommand=x", and must be a host
                            name, an address or an alias of ~/.ssh/config.
        proog.config.js:6   environments.live.nodes.web[2].ssh is "a b", and must be a host name, an
                            address or an alias of ~/.ssh/config.
        proog.config.js:6   environments.live.nodes.web[3] is 7, and must be as "web1.example.org" or {
                            ssh: "web1.example.org" }.
        proog.config.js:6   environments.live.nodes.web[5] is {"name":"x"}, and must be as
                            "web1.example.org" or { ssh: "web1.example.org" }.
        proog.config.js:6   environments.live.nodes.web[6].role is no option. Did you mean "roles"?
        proog.config.js:6   environments.live.nodes.web[6].name is "A", and must be lower-case letters,
                            digits and "-", at most 63.
        proog.config.js:6   environments.live.nodes.web[6].user is "-x", and must be the name of a user
                            such as "debian".
        proog.config.js:6   environments.live.nodes.web[6].port is 0, and must be a whole number from 1 to
                            65535.
        proog.config.js:6   environments.live.nodes.web[6].roles is "web", and must be a list such as
                            ["web"].
        proog.config.js:10  environments.live.nodes.wbe[0]: there is no role "wbe". Did you mean "web"?
        proog.config.js:11  environments.live.nodes.old[0]: there is no role "old". Say what it has: {
                            ssh: "c.example.org", roles: ["web"] }.
        proog.config.js:11  environments.live.nodes.old[1].roles: there is no role "dbb". Did you mean
                            "db"?
        proog.config.js:12  environments.live.nodes.no: existing() takes a list such as
                            ["web1.example.org"].
    `);
  });

  test("need no provider, and what is to be created does", async () => {
    const folder = fleetFolder(fleet(`live: { nodes: { web: existing(["a.example.org"]), db: 1 } },`));
    expect(await folder.refusal("plan")).toBe(text`
      error: environments.live.provider is undefined, and must be a provider: local() (proog.config.js:4)
    `);
  });

  test("have names of their own, and one node each", async () => {
    const folder = fleetFolder(
      fleet(`live: { provider: local(), nodes: {
  web: existing(["web.example.org", "web.example.net", { ssh: "x.example.org", name: "db-1" }]),
  db: 1,
} },
devel: { nodes: {
  web: existing(["WEB.example.org"]),
} },`),
    );
    expect(await folder.refusal("plan", "-e", "live")).toBe(text`
      error: The config has 3 mistakes.
        proog.config.js:4   environments.live.nodes: web[2] and db both have a node db-1: give one another
                            name (first at proog.config.js:6)
        proog.config.js:6   environments.live.nodes: web[0] and web[1] both have a node web: give one
                            another name.
        proog.config.js:10  environments.devel.nodes.web[0] and environments.live.nodes.web[0] are both
                            "WEB.example.org": a machine is one node, which may have several roles (first
                            at proog.config.js:6)
    `);
  });

  test("that joined are checked as those of the config are, at their lines", async () => {
    const folder = fleetFolder({
      "proog.config.js": fleet(`live: { nodes: { web: existing(["a.example.org"]) } },`),
      "proog.existing.json": `{
  "live": [
    { "name": "a2", "ssh": "a.example.org", "roles": ["web"] },
    { "ssh": "b.example.org", "roles": ["wbe"] },
    { "ssh": "c.example.org" }
  ],
  "liv": [
    { "ssh": "d.example.org", "roles": ["web"] }
  ]
}
`,
    });
    expect(await folder.refusal("plan")).toBe(text`
      error: The config has 3 mistakes.
        proog.existing.json:4  live[1].roles: there is no role "wbe". Did you mean "web"?
        proog.existing.json:5  live[2] has no roles. Say what it has: { ssh: "c.example.org", roles:
                               ["web"] }.
        proog.existing.json:8  There is no environment "liv". Did you mean "live"?
    `);
    folder.write(
      "proog.existing.json",
      '{ "live": [ { "ssh": "a.example.org", "name": "a2", "roles": ["web"] } ] }',
    );
    expect(await folder.refusal("plan")).toBe(text`
      error: environments.live.nodes.a2 and environments.live.nodes.web[0] are both "a.example.org": a
        machine is one node, which may have several roles (proog.config.js:5 and
        proog.existing.json:1)
    `);
    folder.write("proog.existing.json", '{ "live": [');
    expect(await folder.refusal("plan")).toBe(text`
      error: The machines that joined cannot be read: Unexpected end of JSON input (proog.existing.json)
        It holds a list for each environment, such as:
          { "live": [ { "ssh": "web1.example.org", "roles": ["web"] } ] }
    `);
    folder.write("proog.existing.json", '{ "live": {} }');
    expect(await folder.refusal("plan")).toBe(text`
      error: The machines that joined cannot be read: live is no list of machines (proog.existing.json)
        It holds a list for each environment, such as:
          { "live": [ { "ssh": "web1.example.org", "roles": ["web"] } ] }
    `);
  });

  test("that joined are nodes, also for completion", async () => {
    const folder = fleetFolder({
      "proog.config.js": fleet(`live: { nodes: {} },`),
      "proog.existing.json": '{ "live": [ { "ssh": "a.example.org", "roles": ["web", "db"] } ] }',
    });
    expect((await folder.proog("__complete", "plan", "")).stdout).toBe("a\tnode\nweb\trole\ndb\trole\n");
    expect((await folder.proog("catalog", "a")).stdout).toContain("/srv");
  });
});

describe("proog install refuses", () => {
  const folder = () =>
    fleetFolder(
      fleet(`live: { provider: local(), nodes: {
  web: existing(["web1.example.org"]),
  db: 1,
} },`),
    );

  test.each([
    [
      "a role that does not exist",
      ["wbe", "-H", "a"],
      text`
      error: example has no role "wbe" (proog.config.js:4)
        Did you mean "web"?
    `,
    ],
    [
      "no host",
      ["web"],
      text`
      error: proog install: required option '-H, --hosts <hosts>' not specified
        What it takes: proog install --help
    `,
    ],
    [
      "what is no host",
      ["web", "-H", "a b"],
      text`
      error: -H is "a b", and must be a host name, an address or an alias of ~/.ssh/config.
        Such as: -H web1.example.org, or -H debian@10.1.2.3:2222
    `,
    ],
    [
      "an option as host",
      ["web", "--hosts=-oProxyCommand=x"],
      text`
      error: -H is "-oProxyCommand=x", and must be a host name, an address or an alias of ~/.ssh/config.
        Such as: -H web1.example.org, or -H debian@10.1.2.3:2222
    `,
    ],
    [
      "a host twice",
      ["web", "-H", "a.example.org,a.example.org"],
      text`
      error: -H a.example.org and -H a.example.org are the same machine, a.example.org port 22.
        Name it once.
    `,
    ],
    [
      "a host twice, in other words",
      ["web", "-H", "a.example.org", "-H", "ada@A.example.org:22"],
      text`
      error: -H a.example.org and -H ada@A.example.org:22 are the same machine, a.example.org port 22.
        Name it once.
    `,
    ],
    [
      "hosts of one name",
      ["web", "-H", "a.example.org,a.example.net"],
      text`
      error: -H a.example.net would be the node a, which is -H a.example.org already.
        Give it another name: --name NAME
    `,
    ],
    [
      "a node's host in other words",
      ["web", "-H", "ada@WEB1.example.org:22"],
      text`
      error: the node web1 of live (web1.example.org, proog.config.js:6) and -H ada@WEB1.example.org:22
        are the same machine, web1.example.org port 22.
        Name it once.
    `,
    ],
    [
      "a node twice",
      ["web", "-H", "web1,WEB1.example.org"],
      text`
      error: -H web1 and -H WEB1.example.org are the same machine, web1.example.org port 22.
        Name it once.
    `,
    ],
    [
      "a node that has other roles",
      ["web,db", "-H", "web1.example.org"],
      text`
      error: web1.example.org is the node web1 already, with the role web and not db (proog.config.js:6)
        Say there what else it has, then: proog apply web1
    `,
    ],
    [
      "a node's name",
      ["web", "-H", "x.example.org", "--name", "db-1"],
      text`
      error: -H x.example.org would be the node db-1, which is a node of live already.
        Give it another name: --name NAME
    `,
    ],
    [
      "one name for several",
      ["web", "-H", "a,b", "--name", "c"],
      text`
      error: --name is for one machine, and -H names several.
        Install them one after the other, or let their hosts name them.
    `,
    ],
    [
      "what Proog creates",
      ["db", "-H", "db-1"],
      text`
      error: db-1 is a machine that Proog creates, and the config says what it has: db.
        Install it: proog boot db-1, or when it is there: proog apply db-1
    `,
    ],
    [
      "nothing between commas",
      ["web", "-H", "a,,b"],
      text`
      error: proog install: option '-H, --hosts <hosts>' argument 'a,,b' is invalid. It must name
        something, and between commas, too.
        What it takes: proog install --help
    `,
    ],
    [
      "a port that is none",
      ["web", "-H", "a", "--port", "x"],
      text`
      error: proog install: option '--port <number>' argument 'x' is invalid. It must be a whole number
        from 1 to 65535.
        What it takes: proog install --help
    `,
    ],
  ])("%s", async (_what, args, refusal) => {
    expect(await folder().refusal("install", ...args)).toBe(refusal);
  });
});

describe("-H of run and exec", () => {
  const folder = () =>
    fleetFolder(
      fleet(`live: { nodes: { web: existing(["web1.example.org", { ssh: "10.1.2.3", name: "box" }]) } },`),
    );

  test("takes nodes by name and by address", async () => {
    const nodes = async (...args: string[]) =>
      (await folder().proog("exec", ...args, "--dry-run", "--", "true")).stdout.split("\n").sort();
    expect(await nodes("-H", "web1.example.org")).toEqual(["", "web1  $ true"]);
    expect(await nodes("-H", "10.1.2.3,WEB1.example.org")).toEqual(["", "box   $ true", "web1  $ true"]);
    expect(await nodes("-H", "box", "-H", "web1.example.org")).toEqual(["", "box   $ true", "web1  $ true"]);
    expect(await nodes("box", "-H", "10.1.2.3,web1")).toEqual(["", "box  $ true"]);
  });

  test("names each of them once, and what there is", async () => {
    expect(await folder().refusal("exec", "-H", "web1.example.org,web1", "--", "true")).toBe(text`
      error: web1.example.org, web1 are the same node, web1.
        Name it once.
    `);
    expect(await folder().refusal("exec", "-H", "web2.example.org", "--", "true")).toBe(text`
      error: live has no node "web2.example.org".
        Did you mean "web1.example.org"?
    `);
  });
});
