import { spawnSync } from "node:child_process";
import { BlockList, isIPv4 } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileCatalog } from "../../catalog/compile.ts";
import { compileWith, contextWith, mistakesIn, textsOf } from "../declared.test-support.ts";
import { type FirewallOptions, type FirewallResource, firewall, firewallKind } from "./firewall.ts";
import type { FirewallRule } from "./rule.ts";

const compile = (resource: FirewallResource) => compileWith(firewallKind, resource);

async function textOf(options: FirewallOptions): Promise<string> {
  const [text = ""] = textsOf(await compile(firewall(options)));
  return text;
}

/** The lines that a rule of `allow` becomes. */
async function linesOf(...allow: FirewallRule[]): Promise<string[]> {
  const all = (await textOf({ allow })).split("\n").map((line) => line.trim());
  return all.slice(all.indexOf("udp sport 67 udp dport 68 accept") + 1, all.indexOf("}"));
}

describe("the rules", () => {
  test.for<[FirewallRule, string[]]>([
    [{ port: 22 }, ["tcp dport 22 accept"]],
    [{ port: [443, 80, "8000-8010", "8005-8020", 81] }, ["tcp dport { 80-81, 443, 8000-8020 } accept"]],
    [{ port: 53, protocol: ["udp", "tcp"] }, ["udp dport 53 accept", "tcp dport 53 accept"]],
    [{ protocol: "vrrp" }, ["meta l4proto 112 accept"]],
    [{ protocol: ["esp", "ah"], interface: "eth1" }, ['iifname "eth1" meta l4proto { 50, 51 } accept']],
    [{ from: "10.0.0.1" }, ["ip saddr 10.0.0.1 accept"]],
    [
      { port: 22, from: ["10.0.0.0/8", "fd00::/8", "192.0.2.1"] },
      ["ip saddr { 10.0.0.0/8, 192.0.2.1 } tcp dport 22 accept", "ip6 saddr fd00::/8 tcp dport 22 accept"],
    ],
    [
      { interface: ["eth0", "wg*"], port: 22 },
      ['iifname "eth0" tcp dport 22 accept', 'iifname "wg*" tcp dport 22 accept'],
    ],
    // nft refuses sets whose elements overlap.
    [
      { from: ["10.1.0.0/16", "10.0.0.0/8", "10.0.0.0/8", "10.1.2.3", "fd00::1/64", "fd00::2/64"] },
      ["ip saddr 10.0.0.0/8 accept", "ip6 saddr fd00::1/64 accept"],
    ],
    [{ from: ["0.0.0.0/0", "::/0"] }, ["ip saddr 0.0.0.0/0 accept", "ip6 saddr ::/0 accept"]],
  ])("%j", async ([rule, lines]) => {
    expect(await linesOf(rule)).toEqual(lines);
  });

  test("are one transaction, with what must never be shut out", async () => {
    const text = await textOf({ allow: [{ port: 22 }] });
    expect(text).toMatch(
      /^# Written by Proog.*\ntable inet proog\ndelete table inet proog\ntable inet proog \{\n/,
    );
    expect(text).not.toContain("flush");
    for (const part of [
      "policy drop;",
      "established : accept",
      'iifname "lo" accept',
      "nd-neighbor-solicit",
      "packet-too-big",
    ])
      expect(text).toContain(part);
    expect(text).toMatch(/icmp type \{ .*echo-request \} accept/);
    expect(text).not.toContain("log");
  });

  test("come in order: deny, allow, rules, log, and what else stands in the table before them", async () => {
    const text = await textOf({
      ...{ allow: [{ port: 22 }], deny: [{ from: "192.0.2.0/24" }], ping: false, log: true },
      ...{ rules: [" udp dport 53 accept"], definitions: "\tset friends { type ipv4_addr; }\n" },
    });
    expect(text).not.toContain("echo-request");
    expect(text).toMatch(/^table inet proog \{\n\tset friends .*\n\tchain input \{\n/m);
    expect(text).toContain(
      'ip saddr 192.0.2.0/24 drop\n\t\ttcp dport 22 accept\n\t\tudp dport 53 accept\n\t\tlimit rate 10/minute log prefix "proog firewall: "\n',
    );
  });
});

test("the catalog line tells whom it lets in; it may lock out", async () => {
  const options = {
    allow: [
      { port: [443, 80], from: "10.0.0.0/8" },
      { protocol: "vrrp", interface: "eth1" },
    ] as const,
    deny: [{ from: "192.0.2.1" }],
    rules: ["accept"],
  };
  const compiled = await compile(firewall(options));
  expect(compiled.arguments.slice(0, 2)).toEqual(["inet proog", "present"]);
  expect(compiled.arguments.slice(5)).toEqual([
    "drop * * 192.0.2.1 *",
    "accept tcp 80,443 10.0.0.0/8 *",
    "accept vrrp * * eth1",
    "other",
  ]);
  expect(compiled.access).toBe(true);
  expect(compiled.survey?.map(({ survey }) => survey)).toEqual([
    ...["stat", "sha256", "stat", "sha256", "stat", "sha256", "loaded", "loaded", "firewall"],
  ]);
});

test("a machine has one", async () => {
  const all = [firewall({ allow: [{ port: 22 }] }), firewall({ allow: [{ port: 80 }] })];
  await expect(compileCatalog("web-1", all, contextWith())).rejects.toThrow(
    /The firewall inet proog is declared twice/,
  );
});

test("one that must not be there locks nobody out", async () => {
  const compiled = await compile(firewall({ absent: true }));
  expect(compiled.arguments).toEqual(["inet proog", "absent"]);
  expect(compiled.access).toBeUndefined();
  expect(compiled.survey).toContainEqual({ survey: "firewall", line: "inet proog absent" });
});

/** What the machine makes of rules for a connection that comes from there to that port. */
function verdict(rules: readonly string[], client: string, port = 22, interfaceName = ""): string {
  const script = '. "$1" && shift && firewall_verdict "$@"';
  const file = new URL("firewall.sh", import.meta.url).pathname;
  const { stdout, stderr } = spawnSync(
    "sh",
    ["-c", script, "sh", file, client, String(port), interfaceName],
    {
      input: `${rules.join("\n")}\n`,
      encoding: "utf8",
    },
  );
  expect(stderr).toBe("");
  return stdout.trim();
}

describe("whom they let in", () => {
  test.for<[rules: string[], client: string, verdict: string, interfaceName?: string]>([
    [[""], "10.0.0.1", "none"],
    [["accept tcp 22 * *"], "10.0.0.1", "accept"],
    [["accept tcp 80,2222 * *"], "10.0.0.1", "none"],
    [["accept tcp 1-21,22-23 * *"], "10.0.0.1", "accept"],
    [["accept udp 22 * *"], "10.0.0.1", "none"],
    [["accept udp,tcp 22 * *"], "10.0.0.1", "accept"],
    [["accept vrrp * * *"], "10.0.0.1", "none"],
    [["accept * * 10.0.0.1 *"], "10.0.0.1", "accept"],
    [["accept * * 10.0.0.1 *"], "10.0.0.10", "none"],
    [["accept * * 10.0.0.0/31 *"], "10.0.0.1", "accept"],
    [["accept * * 10.0.0.0/31 *"], "10.0.0.2", "none"],
    [["accept * * 0.0.0.0/0 *"], "203.0.113.9", "accept"],
    [["accept * * 0.0.0.0/0 *"], "fd00::1", "none"],
    [["accept * * ::/0 *"], "fd00::1", "accept"],
    [["accept * * ::/0 *"], "10.0.0.1", "none"],
    [["accept * * FD00:0::/8 *"], "fdff::1", "accept"],
    [["accept * * fe80::/10 *"], "fe80::1%eth0", "accept"],
    [["accept * * 10.0.0.0/8 *"], "::ffff:10.1.1.1", "accept"],
    [["accept * * 2001:db8::1 *"], "2001:db8:0:0:0:0:0:1", "accept"],
    [["drop * * 10.0.0.0/8 *", "accept tcp 22 * *"], "10.0.0.1", "drop"],
    [["drop tcp 80 * *", "accept tcp 22 * *"], "10.0.0.1", "accept"],
    [["accept tcp 22 * eth1"], "10.0.0.1", "none", "eth0"],
    [["accept tcp 22 * eth0,wg*"], "10.0.0.1", "accept", "wg7"],
    [["accept tcp 22 * eth1"], "10.0.0.1", "accept"],
    [["drop tcp 22 * eth1", "accept tcp 22 * *"], "10.0.0.1", "accept"],
    [["accept tcp 80 * *", "other"], "10.0.0.1", "other"],
    [["accept tcp 22 * *", "other"], "10.0.0.1", "accept"],
  ])("%j, from %s: %s", ([rules, client, wanted, name]) => {
    expect(verdict(rules, client, 22, name)).toBe(wanted);
  });

  test("any network and address, as Node tells it", () => {
    const source = fc.oneof(
      fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })),
      fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })),
    );
    const near = ([address, length]: [string, number]) =>
      fc.tuple(fc.constant([address, length] as const), fc.oneof(fc.constant(address), fc.ipV4(), fc.ipV6()));
    fc.assert(
      fc.property(source.chain(near), ([[address, length], client]) => {
        // An IPv4 address in the clothes of an IPv6 one is taken for what it is.
        fc.pre(!/^(::ffff:|0:0:0:0:0:ffff:)/i.test(client + address) && !/:.*\./.test(client + address));
        const list = new BlockList();
        list.addSubnet(address, length, isIPv4(address) ? "ipv4" : "ipv6");
        const inside =
          isIPv4(client) === isIPv4(address) && list.check(client, isIPv4(client) ? "ipv4" : "ipv6");
        expect(verdict([`accept * * ${address}/${length} *`], client)).toBe(inside ? "accept" : "none");
      }),
      { numRuns: 50 },
    );
  });
});

describe("mistakes", () => {
  test.for<[FirewallOptions, string]>([
    [{ allow: [{}] }, "allow[0] says nothing, and must name a port, a protocol, from or an interface."],
    [{ allow: [{ port: [] }] }, "allow[0] says nothing"],
    [
      { allow: [{ port: 22 }, { port: 70_000 }] },
      'allow[1].port is 70000, and must be a number from 1 to 65535, or a range such as "6000-6010".',
    ],
    [{ allow: [{ port: 0 }] }, "allow[0].port is 0"],
    [{ allow: [{ port: 1.5 }] }, "allow[0].port is 1.5"],
    [{ allow: [{ port: "90-80" }] }, 'allow[0].port is "90-80", which runs backwards: "80-90".'],
    [
      { allow: [{ port: 22, protocol: "vrrp" }] },
      'allow[0].protocol is "vrrp", which has no ports: leave out port.',
    ],
    [
      { allow: [{ from: "10.0.0.0/33" }] },
      'allow[0].from is "10.0.0.0/33", and must be an address or a network such as "10.0.0.0/8": after the "/" goes a number from 0 to 32.',
    ],
    [
      { deny: [{ from: "db-1.example.org" }], allow: [] },
      'deny[0].from is "db-1.example.org", and must be an address or a network such as "10.0.0.0/8"; names are not looked up.',
    ],
    [{ allow: [{ from: "10.0.0" }] }, 'allow[0].from is "10.0.0"'],
    [{ allow: [{ from: "fe80::1%eth0" }] }, 'allow[0].from is "fe80::1%eth0"'],
    [
      { allow: [{ interface: 'eth0" accept' }] },
      'allow[0].interface is "eth0\\" accept", and must be the name of an interface, such as "eth0" or "wg*".',
    ],
    [{ allow: [{ interface: "a-name-longer-than-15" }] }, "allow[0].interface is"],
    [
      { allow: [], rules: ["tcp dport 1 accept\n}"] },
      'rules[0] is "tcp dport 1 accept\\n}", and must be one line of nft(8), such as "udp dport 53 accept".',
    ],
    [{ allow: [], rules: [" "] }, 'rules[0] is " "'],
  ])("%j", ([options, mistake]) => {
    expect(mistakesIn(firewall(options))).toEqual([expect.stringContaining(mistake)]);
  });

  test("what the types refuse", () => {
    // @ts-expect-error: no allow
    expect(mistakesIn(firewall({}))).toEqual(["allow is missing: give a list such as [{ port: 22 }]."]);
    // @ts-expect-error: a word is no port
    expect(mistakesIn(firewall({ allow: [{ port: "ssh" }] }))[0]).toContain('allow[0].port is "ssh"');
    // @ts-expect-error: no such protocol
    expect(mistakesIn(firewall({ allow: [{ protocol: "http" }] }))[0]).toContain(
      "must be one of icmp, igmp, ",
    );
    // @ts-expect-error: a rule is no list
    expect(mistakesIn(firewall({ allow: { port: 22 } }))[0]).toContain(
      "and must be a list such as [{ port: 22 }].",
    );
    // @ts-expect-error: a port is no rule
    expect(mistakesIn(firewall({ allow: [22] }))[0]).toBe(
      "allow[0] is 22, and must be a rule such as { port: 22 }.",
    );
    // @ts-expect-error: no such option of a rule
    expect(mistakesIn(firewall({ allow: [{ ports: 22 }] }))[0]).toContain("allow[0].ports is no option. ");
    // @ts-expect-error: no switch
    expect(mistakesIn(firewall({ allow: [], log: "yes" }))).toEqual([
      'log is "yes", and must be true or false.',
    ]);
    // @ts-expect-error: no list
    expect(mistakesIn(firewall({ allow: [], rules: "udp dport 53 accept" }))).toEqual([
      'rules is "udp dport 53 accept", and must be a list such as ["udp dport 53 accept"].',
    ]);
    // @ts-expect-error: no text
    expect(mistakesIn(firewall({ allow: [], definitions: ["set friends {}"] }))).toEqual([
      'definitions is ["set friends {}"], and must be text in the words of nft(8).',
    ]);
    // @ts-expect-error: present and absent
    expect(mistakesIn(firewall({ absent: true, allow: [] }))[0]).toContain(
      "allow is no option beside absent.",
    );
  });
});

test("a declaration is plain data", () => {
  const resource = firewall({ allow: [{ port: 22 }], optional: true, tags: ["net"] });
  expect(JSON.parse(JSON.stringify(resource))).toEqual(resource);
  expect(resource).toMatchObject({ type: "firewall", name: "inet proog", optional: true });
});
