import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as proog from "../index.ts";
import { secret } from "../index.ts";
import { mistakesIn } from "./declared.test-support.ts";
import type { Kind, Resource } from "./kind.ts";
import { allKinds } from "./kinds.ts";

const nodes = [{ node: "web-1", address: "10.0.0.1" }];
const pool = {
  ...{ type: "pool", name: "web", port: 80, balancer: "balancer-1", balancers: [] },
  members: nodes,
} as const;

/** One of each kind without a mistake: what comes before its options, and those that it needs. */
const sound: Readonly<Record<string, readonly [words: readonly unknown[], options: object]>> = {
  alternatives: [["editor"], { path: "/usr/bin/vim.basic" }],
  apacheSite: [["shop"], { content: "" }],
  apt: [["nginx"], {}],
  aptPin: [["nginx"], { packages: "nginx", release: "trixie-backports", priority: 600 }],
  aptRepository: [["shop"], { url: "https://deb.example.org", suites: "./", trusted: true }],
  archive: [["/srv/shop"], { from: "shop.tar.gz" }],
  authorizedKeys: [["ada"], { keys: ["ada.pub"] }],
  certificate: [["/etc/ssl/shop.pem"], { from: "shop.crt", key: secret("shop") }],
  cron: [["backup"], { schedule: "@daily", command: "true" }],
  debFile: [["shop"], { from: "shop.deb" }],
  directory: [["/srv/shop"], {}],
  file: [["/srv/shop"], { content: "" }],
  firewall: [[], { allow: [{ port: 22 }] }],
  floatingAddress: [["10.0.0.10"], { node: "web-1", nodes }],
  git: [["/srv/shop"], { from: "https://example.org/shop.git", ref: "main" }],
  group: [["shop"], {}],
  hostname: [["web-1"], {}],
  hosts: [["10.0.0.1"], { names: ["web-1"] }],
  iniFile: [["/etc/shop.ini"], { section: "shop", key: "open", value: "yes" }],
  kernelModule: [["overlay"], {}],
  line: [["/etc/shop"], { line: "open" }],
  locale: [["de_DE.UTF-8"], {}],
  logrotate: [["shop"], { files: ["/var/log/shop"] }],
  mount: [["/srv/shop"], { type: "tmpfs" }],
  nginxSite: [["shop"], { content: "" }],
  poolMembers: [[pool], {}],
  reboot: [[], {}],
  run: [["true"], {}],
  service: [["nginx"], {}],
  site: [["shop"], { from: { folder: "shop" }, to: "/srv/shop" }],
  sudoers: [["shop"], { content: "" }],
  svn: [["/srv/shop"], { from: "https://example.org/shop" }],
  swapFile: [["/swap"], { size: "1G" }],
  symlink: [["/srv/shop"], { to: "shop-1" }],
  sysctl: [["vm.swappiness"], { value: 1 }],
  systemdTimer: [["backup"], { schedule: "daily", command: "true" }],
  systemdUnit: [["shop.service"], { content: "[Service]\nExecStart=/bin/true\n" }],
  timezone: [["Europe/Berlin"], {}],
  tree: [["/srv/shop"], { from: "shop" }],
  user: [["ada"], {}],
};

/** What is needed of some that must not be there. */
const absent: Readonly<Record<string, object>> = {
  ...{ iniFile: { key: "open" }, line: { line: "open" }, site: { to: "/srv/shop" } },
};

/** What cannot be absent. */
const lasting = ["alternatives", "hostname", "reboot", "run", "service", "timezone"];

const pathKinds = allKinds().filter(({ type }) => String(sound[type]?.[0][0]).startsWith("/"));

function soundOf({ type }: Kind): readonly [words: readonly unknown[], options: object] {
  return sound[type] ?? [[], {}];
}

function declareOne({ type }: Kind, ...words: readonly unknown[]): Resource {
  const declared: unknown = Object.entries(proog).find(([name]) => name === type)?.[1];
  if (typeof declared !== "function") throw new Error(`There is no function ${type}.`);
  return declared(...words);
}

/** Its switches, as the source has them: of what must be there, and of what must not. */
function readSwitches({ type }: Kind, of: "present" | "absent"): string[] {
  const source = readFileSync(new URL(`${type}/${type}.ts`, import.meta.url), "utf8");
  const options = [...source.matchAll(/^export interface (\w*)Options .*\{\n([\s\S]*?)^\}/gm)];
  return options
    .filter(([, name = ""]) => name.startsWith("Absent") === (of === "absent"))
    .flatMap(([, , body = ""]) => [...body.matchAll(/^ {2}readonly (\w+)\??: (?:boolean|true)\b/gm)])
    .flatMap(([, name = ""]) => (name === "absent" ? [] : [name]));
}

describe.each(allKinds())("$type", (kind) => {
  const [words, present] = soundOf(kind);
  const gone = lasting.includes(kind.type) ? [] : [{ absent: true, ...absent[kind.type] }];
  const both = [present, ...gone];
  const mistakesOf = (options: unknown) => mistakesIn(declareOne(kind, ...words, options));

  test("has no mistake as it is here", () => {
    for (const options of both) expect(mistakesOf(options)).toEqual([]);
  });

  test("is optional, or not", () => {
    for (const options of both)
      expect(mistakesOf({ ...options, optional: "yes" })).toEqual([
        'optional is "yes", and must be true or false.',
      ]);
  });

  test.for<unknown>(["security", null, [""], ["two words"], ["a,b"], [1]])(
    "has tags that are words: %j",
    (tags) => {
      for (const options of both)
        expect(mistakesOf({ ...options, tags })).toEqual([
          `tags is ${JSON.stringify(tags)}, and must be words such as ["security"]: letters, digits, "_", "-" and ".".`,
        ]);
    },
  );

  // What comes last is a package to apt, unless it is an object.
  const others: unknown[] = kind.type === "apt" ? [[]] : [null, "yes", 1, []];
  test.for(others)("has options that are an object: %j", (options) => {
    expect(mistakesOf(options)).toContainEqual(
      expect.stringMatching(/^The options are .*, and must be an object such as \{ \w+: … \}\.$/),
    );
  });

  test("has no other options", () => {
    for (const options of both)
      expect(mistakesOf({ ...options, taggs: [] })).toEqual([
        expect.stringMatching(/^taggs is no option( beside absent)?\. Did you mean "tags"\?$/),
      ]);
  });

  test("has switches that are no words", () => {
    for (const [of, options] of [
      ["present", present],
      ["absent", gone[0]],
    ] as const)
      for (const name of readSwitches(kind, of))
        expect(mistakesOf({ ...options, [name]: "no" })).toContainEqual(
          expect.stringMatching(
            new RegExp(`^${name} is "no", and must be true( or false|, false, or .*| or left out)\\.$`),
          ),
        );
  });
});

test("the list of kinds is whole, and their switches are found", () => {
  expect(Object.keys(sound)).toEqual(allKinds().map(({ type }) => type));
  const [user] = allKinds().filter(({ type }) => type === "user");
  expect(user && readSwitches(user, "present")).toEqual(["system", "exclusive", "createHome", "locked"]);
  expect(user && readSwitches(user, "absent")).toEqual(["removeHome"]);
});

describe("a path", () => {
  test.each<[path: unknown, mistake: string]>([
    ["", 'path is "", and must be a path such as "/etc/motd".'],
    [1, 'path is 1, and must be a path such as "/etc/motd".'],
    [undefined, 'path is undefined, and must be a path such as "/etc/motd".'],
    ["etc/motd", 'path is "etc/motd", and must be absolute: "/etc/motd".'],
    ["/etc/a\0b", 'path is "/etc/a\\u0000b", and no path can hold a NUL.'],
    ["/etc/nginx//", 'path is "/etc/nginx//": write "/etc/nginx".'],
    ["/etc//motd", 'path is "/etc//motd", and must be without "//", "." and "..".'],
    ["/etc/../motd", 'path is "/etc/../motd", and must be without "//", "." and "..".'],
    ["/etc/./motd", 'path is "/etc/./motd", and must be without "//", "." and "..".'],
  ])("%j, of every kind that has one", (path, mistake) => {
    for (const kind of pathKinds) {
      const [, options] = soundOf(kind);
      expect([kind.type, mistakesIn(declareOne(kind, path, options))]).toEqual([kind.type, [mistake]]);
      const gone = { absent: true, ...absent[kind.type] };
      expect([kind.type, mistakesIn(declareOne(kind, path, gone))]).toEqual([kind.type, [mistake]]);
    }
  });

  test('is not "/" for what would replace it', () => {
    // A directory is mended and a file system mounted there; a tree tells why it would be all.
    const others = pathKinds.filter(({ type }) => !["directory", "mount", "tree"].includes(type));
    for (const kind of others)
      expect([kind.type, mistakesIn(declareOne(kind, "/", soundOf(kind)[1]))]).toEqual([
        kind.type,
        ['path is "/", and must be a path below it, such as "/etc/motd".'],
      ]);
  });
});
