import { expect, test } from "vitest";
import { compileWith, mistakesIn } from "../declared.test-support.ts";
import { type HostnameOptions, hostname, hostnameKind } from "./hostname.ts";

test.each<[string, HostnameOptions, string[]]>([
  ["web-1", {}, ["web-1", "web-1"]],
  ["web-1", { domain: "example.org" }, ["web-1", "web-1.example.org", "web-1"]],
  ["web-1.example.org", {}, ["web-1.example.org", "web-1.example.org", "web-1"]],
  ["web-1", { hosts: false }, ["web-1"]],
])("%s %j has its names in the catalog line, which is its survey line too", async (name, options, words) => {
  expect(await compileWith(hostnameKind, hostname(name, options))).toMatchObject({
    arguments: words,
    survey: [{ survey: "checks", line: ["hostname", ...words].join(" ") }],
  });
});

test("a machine has one, and its line in /etc/hosts is nobody else's", async () => {
  const claimed = async (options: HostnameOptions) =>
    (await compileWith(hostnameKind, hostname("web-1", options))).claims;
  expect(await claimed({})).toEqual(["hostname", "path /etc/hostname", "address 127.0.1.1 in /etc/hosts"]);
  expect(await claimed({ hosts: false })).toEqual(["hostname", "path /etc/hostname"]);
});

test.each<[string, HostnameOptions, string]>([
  [
    "web_1",
    {},
    'name is "web_1", and must be a name such as "web-1": letters, digits and "-", parts of at most 63 with dots between them, at most 64 in all.',
  ],
  ["", {}, 'name is ""'],
  ["-a", {}, 'name is "-a"'],
  [`a.${"x".repeat(63)}`, {}, "at most 64 in all"],
  ["localhost", {}, 'name is "localhost", which every machine is to itself.'],
  ["web-1", { domain: "a b" }, 'domain is "a b", and must be a name such as "example.org"'],
  [
    "web-1.example.org",
    { domain: "example.org" },
    'domain is "example.org", and the name "web-1.example.org" has one already: leave out one of them.',
  ],
  [
    "web-1",
    { domain: "example.org", hosts: false },
    "domain is for /etc/hosts, which hosts: false leaves alone: leave out one of them.",
  ],
])("%s %j", (name, options, mistake) => {
  expect(mistakesIn(hostname(name, options))).toEqual([expect.stringContaining(mistake)]);
});
