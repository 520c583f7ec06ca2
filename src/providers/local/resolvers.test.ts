import { expect, test } from "vitest";
import { findResolvers, parseResolvers } from "./resolvers.ts";

test("a host's resolvers go into the machine without its loopback ones", () => {
  const text = "# by hand\nsearch example.org\nnameserver 127.0.0.1\nnameserver 10.0.0.53\noptions edns0\n";
  expect(parseResolvers(text)).toBe("search example.org\nnameserver 10.0.0.53\noptions edns0\n");
  expect(parseResolvers("nameserver 127.0.0.53\noptions trust-ad\n")).toBeUndefined();
});

test("behind systemd-resolved's stub its own list is used", () => {
  const files = new Map([
    ["/etc/resolv.conf", "nameserver 127.0.0.53\n"],
    ["/run/systemd/resolve/resolv.conf", "nameserver 192.168.1.1\n"],
  ]);
  expect(findResolvers((path) => files.get(path))).toBe("nameserver 192.168.1.1\n");
  expect(findResolvers(() => undefined)).toContain("nameserver 9.9.9.9");
});
