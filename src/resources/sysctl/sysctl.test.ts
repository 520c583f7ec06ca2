import { describe, expect, test } from "vitest";
import { compileWith, mistakesIn, textsOf } from "../declared.test-support.ts";
import { sysctl, sysctlKind } from "./sysctl.ts";

const compile = (key: string, value: string | number = 1) => compileWith(sysctlKind, sysctl(key, { value }));

test("a parameter is a file for every boot, and what the kernel has now", async () => {
  const compiled = await compile("net.ipv4.tcp_rmem", " 4096\t131072  6291456 ");
  const file = "/etc/sysctl.d/proog-net.ipv4.tcp_rmem.conf";
  const live = "/proc/sys/net/ipv4/tcp_rmem";
  const value = "4096 131072 6291456";
  expect(compiled.arguments).toEqual(["net.ipv4.tcp_rmem", value, file, live, expect.any(String)]);
  expect(textsOf(compiled)).toEqual([
    `# Written by Proog: sysctl("net.ipv4.tcp_rmem").\nnet/ipv4/tcp_rmem = ${value}\n`,
  ]);
  expect(compiled.survey?.at(-1)).toEqual({ survey: "sysctls", line: `${live} ${value}` });
});

test.each([
  ["net.ipv4.conf.eth0/100.rp_filter", "/proc/sys/net/ipv4/conf/eth0.100/rp_filter"],
  ["net/ipv4/conf/eth0.100/rp_filter", "/proc/sys/net/ipv4/conf/eth0.100/rp_filter"],
  ["kernel.domainname", "/proc/sys/kernel/domainname"],
])("%s, as sysctl.d(5) reads it", async (key, live) => {
  const compiled = await compile(key);
  expect(compiled.arguments[3]).toBe(live);
  // Both forms are the same parameter.
  expect(compiled.claims[0]).toBe(`sysctl ${live.slice("/proc/sys/".length)}`);
});

test("one with a value that no survey can hold is looked at by itself", async () => {
  expect((await compile("kernel.core_pattern", "|/bin/x $HOME")).survey).toBeUndefined();
});

test("one that is not set", async () => {
  const compiled = await compileWith(sysctlKind, sysctl("vm.swappiness", { absent: true }));
  expect(compiled.arguments).toEqual(["vm.swappiness", "absent", "/etc/sysctl.d/proog-vm.swappiness.conf"]);
});

describe("mistakes", () => {
  test.each([
    [
      "ip_forward",
      'key is "ip_forward", and must be a parameter as sysctl -a lists it, such as "net.ipv4.ip_forward".',
    ],
    [
      "net.ipv4.conf.*.rp_filter",
      'key is "net.ipv4.conf.*.rp_filter", and must be one parameter: declare each of them.',
    ],
    ["/proc/sys/net/ipv4/ip_forward", 'such as "net.ipv4.ip_forward": "net/ipv4/ip_forward".'],
    ["net..ipv4", "and must be a parameter"],
    ["../../etc/passwd", "and must be a parameter"],
    ["net.ipv4 x", "and must be a parameter"],
    ["", "and must be a parameter"],
  ])("the key %j", (key, mistake) => {
    expect(mistakesIn(sysctl(key, { value: 1 }))).toEqual([expect.stringContaining(mistake)]);
    expect(mistakesIn(sysctl(key, { absent: true }))).toEqual([expect.stringContaining(mistake)]);
  });

  test.each(["", " ", "a\nb", Number.NaN])("the value %j", (value) => {
    expect(mistakesIn(sysctl("vm.swappiness", { value }))).toEqual([
      `value is ${typeof value === "number" ? value : JSON.stringify(value)}, and must be a number or a text in one line, such as 1 or "4096 131072".`,
    ]);
  });

  test("what the types refuse", () => {
    // @ts-expect-error: no truth values
    expect(mistakesIn(sysctl("vm.swappiness", { value: true }))).toEqual([
      expect.stringContaining("value is true"),
    ]);
    // @ts-expect-error: no value
    expect(mistakesIn(sysctl("vm.swappiness", {}))).toEqual([expect.stringContaining("value is undefined")]);
  });
});
