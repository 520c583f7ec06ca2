import { expect, test } from "vitest";
import type { NodeStatus } from "./event.ts";
import { record, runFinished, runStarted, text } from "./recording.test-support.ts";

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

test("a table of the machines, and what is on them", () => {
  expect(status(fleet, 80)).toBe(
    text`
           state        roles             system     up       load  disk  memory  applied
  `.replace(/^.*\n/, "") +
      text`
           state        roles             system     up       load  disk  memory  applied
    web-1  up           web               Debian 13  12 days  0.42  31 %  41 %    2 h ago
  `,
  );
});

test("a wide terminal has it at greater length", () => {
  expect(status(fleet, 180)).toBe("");
});

test("a narrow one has a block each", () => {
  expect(status(fleet, 50)).toBe("");
});
