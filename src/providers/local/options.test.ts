import { describe, expect, test } from "vitest";
import { ProogError } from "../../report/error.ts";
import { local } from "./local.ts";
import type { LocalOptions } from "./options.ts";
import { parseMemory } from "./options.ts";

function refusal(options: Record<string, unknown>): ProogError {
  try {
    local(options as LocalOptions);
  } catch (error) {
    if (error instanceof ProogError) return error;
  }
  throw new Error("it was accepted");
}

test("local() is Debian 13 with everything else chosen later", () => {
  expect(local()).toEqual({ type: "local", release: "trixie", packages: [] });
});

test("a declaration is frozen plain data", () => {
  const declaration = local({
    release: "bookworm",
    mirror: "http://mirror.example/debian/",
    packages: ["nginx", "curl", "nginx"],
    subnet: "10.77.3.0/24",
    memory: "512M",
    cpus: 1.5,
    price: { amount: 0.01, currency: "EUR", per: "hour" },
  });
  expect(JSON.parse(JSON.stringify(declaration))).toEqual(declaration);
  expect(declaration.packages).toEqual(["curl", "nginx"]);
  expect(declaration.mirror).toBe("http://mirror.example/debian");
  expect(Object.isFrozen(declaration) && Object.isFrozen(declaration.packages)).toBe(true);
});

describe("refusals name the option, the value, the rule and the cure", () => {
  test.each([
    [{ release: "Trixie" }, 'release is "Trixie", but it must be the code name of a release'],
    [{ release: "../etc" }, 'release is "../etc", but it must be the code name'],
    [
      { release: "noble" },
      'release is "noble", but without mirror it must be one of trixie, bookworm; add mirror',
    ],
    [{ mirror: "ftp://x/debian" }, 'mirror is "ftp://x/debian", but it must be an http or https address'],
    [
      { packages: ["nginx; reboot"] },
      'packages is ["nginx; reboot"], but it must be a list of Debian package names',
    ],
    [{ packages: ["-o"] }, "it must be a list of Debian package names"],
    [{ packages: "nginx" }, 'packages is "nginx", but it must be a list'],
    [
      { subnet: "10.77.3.0/16" },
      'subnet is "10.77.3.0/16", but it must be a private network of 254 machines',
    ],
    [{ subnet: "8.8.8.0/24" }, "it must be a private network"],
    [{ subnet: "10.77.300.0/24" }, "it must be a private network"],
    [{ subnet: "172.32.0.0/24" }, "it must be a private network"],
    [{ memory: "512" }, 'memory is "512", but it must be an amount of at least 64M, in M or G; write "512M"'],
    [{ memory: "1M" }, 'memory is "1M", but it must be an amount of at least 64M'],
    [{ cpus: 0 }, "cpus is 0, but it must be a number of processors, at least 0.05; write 1.5"],
    [{ cpus: "2" }, 'cpus is "2", but it must be a number'],
    [{ cpus: Number.NaN }, "but it must be a number of processors"],
    [
      { price: 3 },
      'price is 3, but it must be an amount, a currency of ISO 4217 and "hour" or "month"; write { amount: 0.01, currency: "EUR", per: "hour" }',
    ],
    [{ price: { amount: -1, currency: "EUR", per: "hour" } }, "but it must be an amount"],
    [{ price: { amount: 1, currency: "euro", per: "hour" } }, "a currency of ISO 4217"],
    [{ price: { amount: 1, currency: "EUR", per: "year" } }, '"hour" or "month"'],
    [{ memroy: "1G" }, 'memroy is no option. Did you mean "memory"?'],
  ])("%j", (options, message) => {
    const error = refusal(options);
    expect(error.code).toBe("invalid-option");
    expect(error.message).toContain(message);
  });

  test("all at once", () => {
    const error = refusal({ cpus: 0, memory: "x" });
    expect(error.mistakes?.map(({ message }) => message)).toEqual([
      "local(): cpus is 0, but it must be a number of processors, at least 0.05; write 1.5",
      'local(): memory is "x", but it must be an amount of at least 64M, in M or G; write "512M"',
    ]);
  });
});

test("amounts of memory are bytes", () => {
  expect(parseMemory("512M")).toBe(536870912);
  expect(parseMemory("1.5G")).toBe(1610612736);
  expect(parseMemory("1T")).toBeNaN();
});
