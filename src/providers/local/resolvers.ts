import { readText } from "./files.ts";

/** Where a host has the resolvers behind its own stub, when `/etc/resolv.conf` names only the stub. */
const places = [
  "/etc/resolv.conf",
  "/run/systemd/resolve/resolv.conf",
  "/run/NetworkManager/no-stub-resolv.conf",
];

/** The text of a resolv.conf that works inside a machine, where this host's loopback addresses lead nowhere. */
export function findResolvers(read: (path: string) => string | undefined = readText): string {
  for (const place of places) {
    const text = parseResolvers(read(place) ?? "");
    if (text !== undefined) return text;
  }
  return "nameserver 9.9.9.9\nnameserver 1.1.1.1\n";
}

/** The lines that matter, without loopback resolvers; undefined when no resolver is left. */
export function parseResolvers(text: string): string | undefined {
  const lines = text
    .split("\n")
    .filter((line) => /^(nameserver|search|domain|options)\s/.test(line))
    .filter((line) => !/^nameserver\s+(127\.|::1\b)/.test(line));
  return lines.some((line) => line.startsWith("nameserver")) ? `${lines.join("\n")}\n` : undefined;
}
