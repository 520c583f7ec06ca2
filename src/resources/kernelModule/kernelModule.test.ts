import { describe, expect, test } from "vitest";
import { compileWith, mistakesIn, textsOf } from "../declared.test-support.ts";
import { type KernelModuleOptions, kernelModule, kernelModuleKind } from "./kernelModule.ts";

const heading = (name: string) => `# Written by Proog: kernelModule("${name}").\n`;

test("one that is loaded at every boot, its names are one", async () => {
  const compiled = await compileWith(kernelModuleKind, kernelModule("snd-dummy"));
  expect(compiled.arguments).toEqual(["snd_dummy", "present", expect.stringMatching(/^[0-9a-f]{64}$/), "-"]);
  expect(compiled.claims).toEqual([
    "module snd_dummy",
    "path /etc/modules-load.d/proog-snd_dummy.conf",
    "path /etc/modprobe.d/zz-proog-snd_dummy.conf",
  ]);
  expect(textsOf(compiled)).toEqual([`${heading("snd-dummy")}snd_dummy\n`]);
  expect(compiled.survey?.map(({ survey, line }) => `${survey} ${line}`)).toEqual([
    "stat 81a4 0 0 /etc/modules-load.d/proog-snd_dummy.conf",
    expect.stringMatching(/^sha256 .* \/etc\/modules-load.d\/proog-snd_dummy.conf$/),
    "absent /etc/modprobe.d/zz-proog-snd_dummy.conf",
    "modules snd_dummy present",
  ]);
});

test("its parameters", async () => {
  const parameters = { numdummies: 2, names: "a,b" };
  const compiled = await compileWith(kernelModuleKind, kernelModule("dummy", { parameters }));
  expect(textsOf(compiled)).toEqual([
    `${heading("dummy")}dummy\n`,
    `${heading("dummy")}options dummy numdummies=2 names=a,b\n`,
  ]);
});

test("one that nothing may load", async () => {
  const compiled = await compileWith(kernelModuleKind, kernelModule("pcspkr", { absent: true }));
  expect(compiled.arguments).toEqual(["pcspkr", "absent", "-", expect.any(String)]);
  expect(textsOf(compiled)).toEqual([`${heading("pcspkr")}blacklist pcspkr\ninstall pcspkr /bin/false\n`]);
  expect(compiled.survey?.at(-1)).toEqual({ survey: "modules", line: "pcspkr absent" });
});

describe("mistakes", () => {
  test.each([
    ["a b", 'name is "a b", and must be a module as lsmod lists it, such as "br_netfilter".'],
    ["/lib/modules/6.1/kernel/net/dummy.ko.xz", 'such as "dummy".'],
    ["", 'name is ""'],
  ])("the name %j", (name, mistake) => {
    expect(mistakesIn(kernelModule(name))).toEqual([expect.stringContaining(mistake)]);
    expect(mistakesIn(kernelModule(name, { absent: true }))).toEqual([expect.stringContaining(mistake)]);
  });

  test.each<[KernelModuleOptions["parameters"], string]>([
    [{ "a b": 1 }, 'parameters has "a b", and names of parameters have letters, digits and "_".'],
    [
      { a: "b c" },
      'parameters.a is "b c", and must be a number or a text without blanks, quotes, "#" and backslashes.',
    ],
    [{ a: "" }, 'parameters.a is ""'],
    [{ a: "b\nc" }, "parameters.a is"],
  ])("the parameters %j", (parameters, mistake) => {
    expect(mistakesIn(kernelModule("dummy", { ...(parameters && { parameters }) }))).toEqual([
      expect.stringContaining(mistake),
    ]);
  });

  test("what the types refuse", () => {
    // @ts-expect-error: an object
    expect(mistakesIn(kernelModule("dummy", { parameters: ["a=b"] }))).toEqual([
      'parameters is ["a=b"], and must be an object such as { numdummies: 2 }.',
    ]);
  });
});
