import { hostname } from "../../../src/resources/hostname/hostname.ts";
import { hosts } from "../../../src/resources/hosts/hosts.ts";
import type { Case } from "./case.ts";
import { prints } from "./hostile-names.ts";

const begin = (hostsText: string) =>
  `hostname old; echo old >/etc/hostname; printf '${hostsText}' >/etc/hosts`;
const clean =
  "rm -rf /etc/hostname; echo test >/etc/hostname; hostname test; printf '127.0.0.1 localhost\\n' >/etc/hosts";
const isNamed = (name: string) =>
  `[ "$(hostname)" = ${name} ] && ${prints("cat /etc/hostname", `${name}\n`)}`;
const isIn = (text: string) => prints("cat /etc/hosts", text);

export const cases: Case[] = [
  {
    name: "another name",
    start: begin("127.0.0.1 localhost\\n127.0.1.1 old.example.org old\\n"),
    resources: () => [hostname("web-1", { domain: "example.org" })],
    proof: `${isNamed("web-1")} && ${isIn("127.0.0.1 localhost\n127.0.1.1\tweb-1.example.org web-1\n")} && [ "$(hostname --fqdn)" = web-1.example.org ]`,
    clean,
  },
  {
    name: "nothing that names it, and no hostnamed",
    start: `${begin("")}; rm -f /etc/hostname /etc/hosts; systemctl mask --now systemd-hostnamed 2>/dev/null`,
    resources: () => [hostname("web-1")],
    proof: `${isNamed("web-1")} && ${isIn("127.0.1.1\tweb-1\n")} && [ "$(stat -c %a /etc/hostname)" = 644 ]`,
    clean: `${clean}; systemctl unmask systemd-hostnamed 2>/dev/null`,
  },
  {
    name: "a comment in the file, and only the running name differs",
    start:
      "hostname old; printf '# ours\\nweb-1\\n' >/etc/hostname; printf '127.0.1.1 web-1 # us\\n' >/etc/hosts",
    resources: () => [hostname("web-1")],
    proof: `[ "$(hostname)" = web-1 ] && grep -qx '# ours' /etc/hostname && ${isIn("127.0.1.1 web-1 # us\n")}`,
    clean,
  },
  {
    name: "an address of its own",
    start: begin("127.0.1.1 old\\n"),
    resources: () => [
      hosts("10.0.0.5", { names: ["web-1.example.org", "web-1"] }),
      hostname("web-1.example.org"),
    ],
    proof: `[ "$(hostname)" = web-1.example.org ] && ${isIn("127.0.1.1 old\n10.0.0.5\tweb-1.example.org web-1\n")}`,
    clean,
  },
  {
    name: "an address of its own that is declared after it",
    start: begin("127.0.0.1 localhost\\n"),
    resources: () => [hostname("web-1"), hosts("10.0.0.5", { names: ["web-1"] })],
    proof: `${isNamed("web-1")} && ${isIn("127.0.0.1 localhost\n10.0.0.5\tweb-1\n")}`,
    clean,
  },
  {
    name: "without /etc/hosts",
    start: begin("127.0.1.1 old\\n"),
    resources: () => [hostname("web-1", { hosts: false })],
    proof: `${isNamed("web-1")} && ${isIn("127.0.1.1 old\n")}`,
    clean,
  },
  {
    name: "all is in order",
    start:
      "hostname web-1; echo web-1 >/etc/hostname; printf '127.0.1.1\\tweb-1.example.org\\tweb-1\\n' >/etc/hosts",
    resources: () => [hostname("web-1", { domain: "example.org" })],
    proof: isNamed("web-1"),
    expect: "in-order",
    clean,
  },
  {
    name: "a directory is in the way",
    start: "rm -f /etc/hostname; mkdir /etc/hostname",
    resources: () => [hostname("web-1")],
    proof: "test -d /etc/hostname",
    expect: { blocked: "A directory is in the way" },
    clean,
  },
];
