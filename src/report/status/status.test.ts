import { expect, test } from "vitest";
import type { NodeStatus } from "../event.ts";
import { record, runFinished, runStarted, text } from "../recording.test-support.ts";

const web: NodeStatus = {
  state: "up",
  roles: ["web"],
  address: "10.0.0.4",
  system: "Debian GNU/Linux 13 (trixie)",
  kernel: "6.12.48-amd64",
  packages: { apache2: "2.4.65-2", "libapache2-mod-wsgi-py3": "5.0.0-1+b2", curl: "8.14.1-2" },
  checkouts: { "/srv/ccengine": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b" },
  services: { apache2: "active", cron: "active" },
  applied: { at: "2026-11-04T10:00:00Z", by: "ada@laptop", run: "20261104-100000-4f1a" },
  uptime: 12 * 86_400,
  load: [0.42, 0.3, 0.2],
  disk: { used: 12.3e9, size: 40e9 },
  memory: { available: 1.2e9, size: 2.05e9 },
};
const balancer: NodeStatus = {
  state: "up",
  roles: ["balancer", "monitor"],
  system: "Debian GNU/Linux 12 (bookworm)",
  packages: { nginx: "1.26.3-3", keepalived: "" },
  services: { nginx: "active", keepalived: "failed" },
  uptime: 300,
  rebootPending: true,
};
const lost: NodeStatus = {
  state: "unreachable",
  roles: ["web"],
  address: "10.0.0.9",
  error: { code: "unreachable", message: "Connection timed out after 10 s." },
};

function status(nodes: Readonly<Record<string, NodeStatus>>, width: number, color = false): string {
  // They come in as they answer, and are told in the order of the fleet.
  const events = Object.entries(nodes).map(
    ([node, status]) => ({ type: "node-status", node, status }) as const,
  );
  const order = Object.keys(nodes);
  return record([runStarted("status", ...order), ...events.reverse(), runFinished("status")], {
    width,
    color,
  }).stdout;
}

const fleet = { "web-1": web, "web-2": web, "web-3": web, "web-4": lost, "lb-1": balancer };

const contents = text`

  web-1 … web-3, the same
    packages   apache2 2.4.65-2, libapache2-mod-wsgi-py3 5.0.0-1+b2, curl 8.14.1-2
    checkouts  /srv/ccengine 9f86d081884c
    services   apache2 active, cron active

  web-4
    error      Connection timed out after 10 s.

  lb-1
    packages   nginx 1.26.3-3, keepalived not installed
    services   nginx active, keepalived failed
    reboot     pending
`;

test("a table of the machines, and what is on them", () => {
  const table = text`
           state        roles             system     up       load  disk  memory  applied
    web-1  up           web               Debian 13  12 days  0.42  31 %  41 %    2 h ago
    web-2  up           web               Debian 13  12 days  0.42  31 %  41 %    2 h ago
    web-3  up           web               Debian 13  12 days  0.42  31 %  41 %    2 h ago
    web-4  unreachable  web
    lb-1   up           balancer monitor  Debian 12  5 min                        never
  `;
  expect(status(fleet, 88)).toBe(table + contents);
});

test("a wide terminal has it at greater length", () => {
  const table = text`
           state        roles             address   system     kernel         up       load            disk         memory       applied
    web-1  up           web               10.0.0.4  Debian 13  6.12.48-amd64  12 days  0.42 0.30 0.20  12 of 40 GB  0.8 of 2 GB  2 h ago by ada@laptop, run 20261104-100000-4f1a
    web-2  up           web               10.0.0.4  Debian 13  6.12.48-amd64  12 days  0.42 0.30 0.20  12 of 40 GB  0.8 of 2 GB  2 h ago by ada@laptop, run 20261104-100000-4f1a
    web-3  up           web               10.0.0.4  Debian 13  6.12.48-amd64  12 days  0.42 0.30 0.20  12 of 40 GB  0.8 of 2 GB  2 h ago by ada@laptop, run 20261104-100000-4f1a
    web-4  unreachable  web               10.0.0.9
    lb-1   up           balancer monitor            Debian 12                 5 min                                              never
  `;
  expect(status(fleet, 180)).toBe(table + contents);
});

test("a narrower one leaves out what matters least", () => {
  const heads = (width: number) => status(fleet, width).split("\n")[0]?.trim().split(/ +/);
  expect(heads(80)).toEqual(["state", "roles", "system", "up", "load", "disk", "applied"]);
  expect(heads(74)).toEqual(["state", "roles", "system", "up", "disk", "applied"]);
  expect(heads(68)).toEqual(["state", "roles", "system", "up", "applied"]);
  expect(heads(110)).toContain("address");
});

test("a narrow one has a block each", () => {
  expect(status({ "web-1": web, "web-4": lost }, 50)).toBe(text`
    web-1  up
      roles    web
      address  10.0.0.4
      system   Debian 13
      kernel   6.12.48-amd64
      up       12 days
      load     0.42 0.30 0.20
      disk     12 of 40 GB
      memory   0.8 of 2 GB
      applied  2 h ago by ada@laptop, run 20261104-100000-4f1a

    web-4  unreachable
      roles    web
      address  10.0.0.9

    web-1
      packages   apache2 2.4.65-2,
                 libapache2-mod-wsgi-py3 5.0.0-1+b2,
                 curl 8.14.1-2
      checkouts  /srv/ccengine 9f86d081884c
      services   apache2 active, cron active

    web-4
      error      Connection timed out after 10 s.
  `);
});

test("what is wrong stands out", () => {
  const full = { ...balancer, disk: { used: 37e9, size: 40e9 } };
  const shown = status({ "lb-1": full }, 100, true);
  expect(shown).toContain("\x1b[32mup   \x1b[39m");
  expect(shown).toContain("\x1b[31m37 of 40 GB\x1b[39m");
  expect(shown).toContain("keepalived \x1b[31mnot installed\x1b[39m");
  expect(shown).toContain("keepalived \x1b[31mfailed\x1b[39m");
  expect(shown).toContain("\x1b[33mpending\x1b[39m");
});

test("what machines say of themselves is harmless", () => {
  const hostile = { ...web, system: "Debian\x1b[2J", packages: { "a\x07": "1\n2" } };
  const shown = status({ "web-1": hostile }, 100);
  expect(shown).toContain("Debian\\x1b[2J");
  expect(shown).toContain("a\\x07 1\\n2");
});

test("who is paused, in which pool, kept for a look, stateful, or behind in time", () => {
  const shown = status(
    {
      "web-1": {
        ...web,
        paused: { since: "2026-11-04T11:00:00Z", by: "ada@laptop", why: "a look" },
        pools: [
          {
            pool: "web",
            state: "draining",
            weight: 0,
            since: "2026-11-04T11:00:00Z",
            by: "ada",
            why: "new disk",
          },
          { pool: "api", state: "slow", weight: 50, since: "2026-11-04T11:00:00Z", by: "ada", why: "" },
        ],
        stateful: true,
        clockOff: -7400,
      },
      "web-2": {
        state: "unreachable",
        roles: ["web"],
        kept: { since: "2026-11-04T11:00:00Z", why: "did not answer" },
      },
      "web-3": { state: "up", roles: ["web"], booting: "2026-11-04T11:00:00Z" },
    },
    100,
  );
  expect(shown).toContain("  paused     by ada@laptop since 2026-11-04T11:00:00Z: a look");
  expect(shown).toContain(
    "  pools      web draining, without traffic (new disk), api slow, 50 % of its share",
  );
  expect(shown).toContain("  stateful   shot only when its name is typed");
  expect(shown).toContain("  clock      2 h 3 min behind this machine's");
  expect(shown).toContain("  corpse     did not answer, since 2026-11-04T11:00:00Z");
  expect(shown).toContain("  booted     2026-11-04T11:00:00Z, and not in service since");
});
