import { describe, expect, test } from "vitest";
import { compileWith, mistakesIn, textsOf } from "../declared.test-support.ts";
import type { Present } from "../kind.ts";
import { type AptPinOptions, aptPin, aptPinKind } from "./aptPin.ts";

async function textOf(options: Present<AptPinOptions>): Promise<string> {
  const resource = aptPin("nginx", options);
  expect(JSON.parse(JSON.stringify(resource))).toEqual(resource);
  const [text = ""] = textsOf(await compileWith(aptPinKind, resource));
  return text;
}

describe("the file", () => {
  test.for<[Present<AptPinOptions>, string, string]>([
    [{ packages: "src:nginx", version: "1.26.*", priority: 990 }, "src:nginx", "version 1.26.*"],
    [{ packages: ["nginx*", "libc6:i386"], origin: "", priority: -1 }, "nginx* libc6:i386", 'origin ""'],
    [{ packages: "*", release: "trixie-backports", priority: 500 }, "*", "release trixie-backports"],
    [
      {
        packages: "*",
        release: { origin: "Docker", label: "Docker CE", codename: "trixie" },
        priority: 1001,
      },
      "*",
      "release o=Docker,l=Docker CE,n=trixie",
    ],
  ])("%#", async ([options, packages, pin]) => {
    expect(await textOf(options)).toBe(`Explanation: Written by Proog: aptPin("nginx").
Package: ${packages}
Pin: ${pin}
Pin-Priority: ${options.priority}
`);
  });
});

test("the path is claimed and looked at", async () => {
  const compiled = await compileWith(aptPinKind, aptPin("nginx", { absent: true }));
  expect(compiled).toEqual({
    arguments: ["nginx", "absent"],
    claims: ["path /etc/apt/preferences.d/nginx.pref"],
    survey: [{ survey: "absent", line: "/etc/apt/preferences.d/nginx.pref" }],
  });
});

describe("mistakes", () => {
  test.for(["", "a.b", "a/b", "x y"])("the name %j", (name) => {
    expect(mistakesIn(aptPin(name, { absent: true }))).toEqual([
      `name is ${JSON.stringify(name)}, and must be of letters, digits, "_" and "-", without an ending: "nginx".`,
    ]);
  });

  test.for<[object, string]>([
    [{ packages: [] }, 'packages is empty, and must have one such as "nginx*".'],
    [{ packages: ["a b"] }, 'packages has "a b", and must be a name or pattern such as "nginx*".'],
    [{ packages: undefined }, 'packages is undefined, and must be a name or pattern such as "nginx*".'],
    [
      { version: undefined },
      "It has neither version nor release nor origin: give one, it says which versions are meant.",
    ],
    [{ release: "sid" }, "It has both version and release: give one of them."],
    [
      { version: "1 2" },
      'version is "1 2", and must be a version as apt has it, such as "1.26.3-3+deb13u1", or a pattern such as "1.26.*".',
    ],
    [
      { version: undefined, release: "a=b" },
      'release is "a=b", and must be the suite or codename of a release, such as "trixie-backports".',
    ],
    [
      { version: undefined, release: {} },
      'release is {}, and must be a name such as "trixie-backports", or fields such as { codename: "trixie" }.',
    ],
    [
      { version: undefined, release: { archive: "x" } },
      'release has "archive", and there are suite, codename, origin, label, component, version, architecture.',
    ],
    [
      { version: undefined, release: { label: "a,b" } },
      'release.label is "a,b", and must be text in one line without commas.',
    ],
    [
      { version: undefined, origin: "https://x" },
      'origin is "https://x", and must be the name of a host such as "download.docker.com".',
    ],
    [
      { priority: 0 },
      "priority is 0, and must be a whole number from -32767 to 32767, not 0: 990 prefers, -1 forbids.",
    ],
    [{ pin: 1 }, "pin is no option. There is: packages, version, release, origin, priority, optional, tags."],
  ])("%j", ([options, message]) => {
    const given = { packages: "nginx", version: "1.26.*", priority: 990, ...options };
    expect(mistakesIn(aptPin("nginx", given as Present<AptPinOptions>))).toEqual([message]);
  });
});
