import { sysctl } from "../../../src/resources/sysctl/sysctl.ts";
import type { Case } from "./case.ts";
import { prints } from "./hostile-names.ts";

const clean = `rm -rf /etc/sysctl.d/proog-*; ip link delete br.1 2>/dev/null
echo 0 >/proc/sys/net/ipv4/ip_forward; echo 0 >/proc/sys/net/ipv4/conf/all/log_martians; true`;
const live = (key: string, value: string) => `[ "$(sysctl -n ${key} | tr '\\t' ' ')" = "${value}" ]`;
const file = (key: string, value: string | number) =>
  `grep -qx '${key.replaceAll(".", "/")} = ${value}' /etc/sysctl.d/proog-${key}.conf && [ "$(stat -c '%a %U' /etc/sysctl.d/proog-${key}.conf)" = "644 root" ]`;
/** What a boot makes of the files. */
const atBoot = (key: string, other: string) =>
  `echo ${other} >/proc/sys/${key.replaceAll(".", "/")} && /usr/lib/systemd/systemd-sysctl`;

export const cases: Case[] = [
  {
    name: "one that is not set, now and at the next boot",
    start:
      "echo 'net.ipv4.ip_forward = 0' >/etc/sysctl.d/99-other.conf; echo 0 >/proc/sys/net/ipv4/ip_forward",
    resources: () => [sysctl("net.ipv4.ip_forward", { value: 1 })],
    proof: `${live("net.ipv4.ip_forward", "1")} && ${file("net.ipv4.ip_forward", 1)} && ${atBoot("net.ipv4.ip_forward", "0")} && ${live("net.ipv4.ip_forward", "1")}`,
    clean: `${clean}; rm /etc/sysctl.d/99-other.conf`,
  },
  {
    name: "one that has drifted, its file stays",
    start: `echo '# Written by Proog: sysctl("net.ipv4.conf.all.log_martians").
net/ipv4/conf/all/log_martians = 1' >/etc/sysctl.d/proog-net.ipv4.conf.all.log_martians.conf`,
    resources: () => [sysctl("net.ipv4.conf.all.log_martians", { value: "1" })],
    proof: `${live("net.ipv4.conf.all.log_martians", "1")} && ${file("net.ipv4.conf.all.log_martians", 1)}`,
    clean,
  },
  {
    name: "one with several numbers",
    resources: () => [sysctl("net.ipv4.tcp_rmem", { value: "4096  130000\t6000000" })],
    proof: `${live("net.ipv4.tcp_rmem", "4096 130000 6000000")} && ${file("net.ipv4.tcp_rmem", "4096 130000 6000000")}`,
    clean,
  },
  {
    name: "an interface with a dot in its name",
    start: "ip link add name br.1 type bridge && echo 0 >/proc/sys/net/ipv4/conf/br.1/rp_filter",
    resources: () => [
      sysctl("net.ipv4.conf.br/1.rp_filter", { value: 2 }),
      sysctl("net/ipv4/conf/br.1/arp_ignore", { value: 1 }),
    ],
    proof: `[ "$(cat /proc/sys/net/ipv4/conf/br.1/rp_filter /proc/sys/net/ipv4/conf/br.1/arp_ignore | tr '\\n' ' ')" = "2 1 " ]
echo 0 >/proc/sys/net/ipv4/conf/br.1/rp_filter && /usr/lib/systemd/systemd-sysctl && [ "$(cat /proc/sys/net/ipv4/conf/br.1/rp_filter)" = 2 ]`,
    clean,
  },
  {
    name: "one that the kernel does not know",
    resources: () => [sysctl("net.ipv4.ip_foward", { value: 1 })],
    proof: "test ! -e /etc/sysctl.d/proog-net.ipv4.ip_foward.conf",
    expect: { blocked: "The kernel does not know net.ipv4.ip_foward." },
    clean,
  },
  {
    name: "one that belongs to the host",
    resources: () => [sysctl("vm.swappiness", { value: 11 })],
    proof: "test ! -e /etc/sysctl.d/proog-vm.swappiness.conf",
    expect: {
      blocked: "/proc/sys/vm/swappiness cannot be written here: in a container it belongs to the host.",
    },
    clean,
  },
  {
    name: "a value that the kernel does not take",
    resources: () => [sysctl("net.ipv4.tcp_congestion_control", { value: "no-such" })],
    proof: "test ! -e /etc/sysctl.d/proog-net.ipv4.tcp_congestion_control.conf",
    expect: {
      failed: "The kernel does not take the value no-such for net.ipv4.tcp_congestion_control.",
    },
    clean,
  },
  {
    name: "a directory is in the way",
    start: "mkdir /etc/sysctl.d/proog-net.ipv4.ip_forward.conf",
    resources: () => [sysctl("net.ipv4.ip_forward", { value: 1 })],
    proof: live("net.ipv4.ip_forward", "0"),
    expect: { blocked: "A directory is in the way" },
    clean,
  },
  {
    name: "one that must not be set stays until the next boot",
    start:
      "echo 1 >/proc/sys/net/ipv4/ip_forward; echo 'net/ipv4/ip_forward = 1' >/etc/sysctl.d/proog-net.ipv4.ip_forward.conf",
    resources: () => [sysctl("net.ipv4.ip_forward", { absent: true })],
    proof: `test ! -e /etc/sysctl.d/proog-net.ipv4.ip_forward.conf && ${live("net.ipv4.ip_forward", "1")} && ${prints("cat /var/lib/proog/backups/*/*.copy | grep ip_forward | tail -n 1", "net/ipv4/ip_forward = 1\n")}`,
    clean,
  },
  {
    name: "one that is not set, and must not be",
    resources: () => [sysctl("kernel.no_such", { absent: true })],
    proof: "test ! -e /etc/sysctl.d/proog-kernel.no_such.conf",
    expect: "in-order",
    clean,
  },
];
