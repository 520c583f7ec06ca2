import { expect, test } from "vitest";
import { findMirror, findSecurityMirror, isUbuntu, parseSources } from "./mirror.ts";

const stanzas = `Types: deb deb-src
# http://snapshot.debian.org/archive/debian/20250520T000000Z
URIs: http://mirror.example/debian/
Suites: bookworm bookworm-updates
Components: main

Types: deb
Enabled: no
URIs: http://off.example/debian
Suites: bookworm

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
`;

const lines = `# deb http://old.example/debian bookworm main
deb [arch=amd64 signed-by=/x.gpg] https://apt.example stable main
deb cdrom:[Debian 12]/ bookworm main
deb http://mirror.example/debian-security bookworm-security main
deb   http://mirror.example/debian   bookworm main contrib
deb-src http://source.example/debian bookworm main
`;

test.each([
  ["debian.sources", stanzas],
  ["sources.list", lines],
])("the host's mirrors are read from %s", (file, text) => {
  const sources = parseSources(file, text);
  expect(findMirror(sources)).toBe("http://mirror.example/debian");
  expect(findSecurityMirror(sources)).toBe("http://mirror.example/debian-security");
});

test("a host without such sources has none", () => {
  expect(findMirror(parseSources("x.list", "deb https://apt.example/debian /"))).toBeUndefined();
  expect(findSecurityMirror([])).toBeUndefined();
});

test("Ubuntu is known by its mirror's address", () => {
  expect(isUbuntu({ mirror: "http://archive.ubuntu.com/ubuntu" })).toBe(true);
  expect(isUbuntu({ mirror: "http://deb.debian.org/debian" })).toBe(false);
  expect(isUbuntu({})).toBe(false);
});
