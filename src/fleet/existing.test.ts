import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { existing, nameOfHost, parseDestination } from "./existing.ts";
import { readJoined, writeJoined } from "./joined.ts";

describe("a destination", () => {
  test.each([
    ["web1.example.org", { ssh: "web1.example.org" }],
    ["debian@10.1.2.3", { ssh: "10.1.2.3", user: "debian" }],
    ["web1:2222", { ssh: "web1", port: 2222 }],
    ["2001:db8::1", { ssh: "2001:db8::1" }],
    ["ada@[2001:db8::1]:22", { ssh: "2001:db8::1", user: "ada", port: 22 }],
    ["[fe80::1%eth0]", { ssh: "fe80::1%eth0" }],
    ["", { ssh: "" }],
    ["@", { ssh: "@" }],
    ["web1:", { ssh: "web1:" }],
    ["web1:ssh", { ssh: "web1:ssh" }],
  ])("%s", (text, destination) => {
    expect(parseDestination(text)).toEqual(destination);
  });
});

test.each([
  ["web1.example.org", "web1"],
  ["WEB1", "web1"],
  ["10.1.2.3", "10-1-2-3"],
  ["2001:db8::1", "2001-db8--1"],
  ["::1", "1"],
])("the node of %s is %s", (ssh, name) => {
  expect(nameOfHost(ssh)).toBe(name);
});

test("what existing() returns is frozen plain data", () => {
  const declared = existing(["debian@web1.example.org", { ssh: "x", roles: ["web"] }]);
  expect(JSON.parse(JSON.stringify(declared))).toEqual(declared);
  expect(Object.isFrozen(declared) && Object.isFrozen(declared.machines)).toBe(true);
});

test("machines join a line each, and are found at their lines", () => {
  const folder = mkdtempSync(join(tmpdir(), "proog-joined-"));
  try {
    expect(readJoined(folder)).toEqual({});
    writeJoined(folder, {}, "live", [{ name: "web1", ssh: "web1.example.org", roles: ["web", "db"] }]);
    writeJoined(folder, readJoined(folder), "devel", [
      { ssh: "10.1.2.3", user: "debian", port: 22, roles: [] },
    ]);
    writeJoined(folder, readJoined(folder), "live", [{ ssh: 'odd"name', roles: ["web"] }]);
    const file = join(folder, "proog.existing.json");
    expect(readFileSync(file, "utf8")).toBe(`{
  "live": [
    { "name": "web1", "ssh": "web1.example.org", "roles": ["web", "db"] },
    { "ssh": "odd\\"name", "roles": ["web"] }
  ],
  "devel": [
    { "ssh": "10.1.2.3", "user": "debian", "port": 22, "roles": [] }
  ]
}
`);
    const { live, devel } = readJoined(folder);
    expect([live, devel].flatMap((machines = []) => machines.map(({ at }) => at))).toEqual([
      `${file}:3`,
      `${file}:4`,
      `${file}:7`,
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
