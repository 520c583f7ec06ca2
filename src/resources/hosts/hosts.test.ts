import { describe, expect, test } from "vitest";
import { compileCatalog } from "../../catalog/compile.ts";
import { compileWith, mistakesIn } from "../declared.test-support.ts";
import { hosts, hostsKind } from "./hosts.ts";

test("an address and all of its names", async () => {
  const compiled = await compileWith(hostsKind, hosts("10.0.0.5", { names: ["DB.internal", "db"] }));
  expect(compiled).toEqual({
    arguments: ["10.0.0.5", "present", "DB.internal", "db"],
    claims: [
      "address 10.0.0.5 in /etc/hosts",
      "name db.internal for IPv4 in /etc/hosts",
      "name db for IPv4 in /etc/hosts",
    ],
    shares: ["path /etc/hosts"],
    survey: [{ survey: "hosts", line: "10.0.0.5 DB.internal db" }],
  });
});

test("one that must not be there", async () => {
  const compiled = await compileWith(hostsKind, hosts("fd00:0:0::5", { absent: true }));
  expect(compiled.arguments).toEqual(["fd00::5", "absent"]);
  expect(compiled.survey).toEqual([{ survey: "hosts", line: "no fd00::5" }]);
});

test("one name for two addresses is told, IPv4 and IPv6 are not", async () => {
  const never = () => Promise.reject(new Error("Nobody asks for that."));
  const sources = {
    directory: "/nowhere",
    hashFile: never,
    resolveRevision: never,
    packRevision: never,
    fetchFile: never,
    subversionRevision: never,
  };
  const both = [hosts("10.0.0.5", { names: ["db"] }), hosts("fd00::5", { names: ["db"] })];
  await compileCatalog("web-1", both, sources);
  const third = hosts("10.0.0.6", { names: ["DB"] });
  await expect(compileCatalog("web-1", [...both, third], sources)).rejects.toThrow(
    "name db for IPv4 in /etc/hosts is declared twice",
  );
});

describe("mistakes", () => {
  test.each(["db", "10.0.0", "10.0.0.256", "", "fd00:::1"])("the address %j", (address) => {
    const mistake = `address is ${JSON.stringify(address)}, and must be an address such as "10.0.0.5" or "fd00::5"; names go into names.`;
    expect(mistakesIn(hosts(address, { names: ["db"] }))).toEqual([mistake]);
    expect(mistakesIn(hosts(address, { absent: true }))).toEqual([mistake]);
  });

  test.each<[string, string[], string]>([
    ["10.0.0.5", [], 'names is [], and must be a list such as ["db.internal", "db"].'],
    [
      "10.0.0.5",
      ["a b"],
      'names[0] is "a b", and must be a name such as "db.internal": letters, digits and "-"',
    ],
    ["10.0.0.5", ["a", "-b"], 'names[1] is "-b"'],
    ["10.0.0.5", ["x".repeat(64)], "parts of at most 63"],
    ["10.0.0.5", ["a#b"], 'names[0] is "a#b"'],
    ["10.0.0.5", ["db", "db"], 'names has "db" twice.'],
    ["127.0.0.1", ["db"], 'names is ["db"], and "127.0.0.1" must have "localhost" among them.'],
    ["0:0:0:0:0:0:0:1", ["db"], '"::1" must have "localhost" among them.'],
    ["10.0.0.5", ["localhost"], 'names has "localhost", which is 127.0.0.1 and ::1 and nothing else.'],
  ])("%s %j", (address, names, mistake) => {
    expect(mistakesIn(hosts(address, { names }))).toEqual([expect.stringContaining(mistake)]);
  });

  test("localhost stays, and what the types refuse", () => {
    expect(mistakesIn(hosts("127.0.0.1", { absent: true }))).toEqual([
      '"127.0.0.1" is where localhost is, and cannot be absent.',
    ]);
    // @ts-expect-error: names is a list
    expect(mistakesIn(hosts("10.0.0.5", { names: "db" }))).toEqual([
      expect.stringContaining('names is "db"'),
    ]);
    // @ts-expect-error: no names
    expect(mistakesIn(hosts("10.0.0.5", {}))).toEqual([expect.stringContaining("names is undefined")]);
  });
});
