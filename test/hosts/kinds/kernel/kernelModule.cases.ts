import { kernelModule } from "../../../../src/resources/kernelModule/kernelModule.ts";
import { sysctl } from "../../../../src/resources/sysctl/sysctl.ts";
import type { Case } from "../case.ts";

const clean = `rm -f /etc/modules-load.d/proog-* /etc/modprobe.d/zz-proog-* /etc/sysctl.d/proog-*
modprobe -r br_netfilter dummy bridge 2>/dev/null; true`;
const isLoaded = (name: string) => `grep -q '^${name} ' /proc/modules`;

export const cases: Case[] = [
  {
    name: "one that is not loaded, with parameters, and what a boot makes of it",
    resources: () => [kernelModule("dummy", { parameters: { numdummies: 2 } })],
    proof: `${isLoaded("dummy")} && [ -d /sys/class/net/dummy1 ] && modprobe -r dummy && systemctl restart systemd-modules-load && ${isLoaded("dummy")} && [ -d /sys/class/net/dummy1 ]`,
    clean,
  },
  {
    name: "it is loaded, and only the file is not there",
    start: "modprobe dummy",
    resources: () => [kernelModule("dummy")],
    proof: `${isLoaded("dummy")} && grep -qx dummy /etc/modules-load.d/proog-dummy.conf`,
    clean,
  },
  {
    name: "it brings a parameter that a sysctl sets",
    resources: () => [
      kernelModule("br-netfilter"),
      sysctl("net.bridge.bridge-nf-call-iptables", { value: 0 }),
    ],
    proof: `${isLoaded("br_netfilter")} && [ "$(cat /proc/sys/net/bridge/bridge-nf-call-iptables)" = 0 ]`,
    clean,
  },
  {
    name: "one that the kernel does not have",
    resources: () => [kernelModule("no_such_module")],
    proof: "test ! -e /etc/modules-load.d/proog-no_such_module.conf",
    expect: { blocked: "has no module no_such_module. If a newer kernel was installed, reboot into it." },
    clean,
  },
  {
    name: "one that must go, and never come again",
    start: "modprobe dummy",
    resources: () => [kernelModule("dummy", { absent: true })],
    proof: `! ${isLoaded("dummy")} && ! modprobe dummy 2>/dev/null && ! ${isLoaded("dummy")}`,
    clean,
  },
  {
    name: "one that was forbidden comes again",
    start:
      "printf 'blacklist dummy\\ninstall dummy /bin/false\\n' >/etc/modprobe.d/zz-proog-dummy.conf; modprobe -r dummy; true",
    resources: () => [kernelModule("dummy")],
    proof: `${isLoaded("dummy")} && test ! -e /etc/modprobe.d/zz-proog-dummy.conf`,
    clean,
  },
  {
    name: "one that is in use",
    start: "modprobe br_netfilter",
    resources: () => [kernelModule("bridge", { absent: true })],
    proof: `${isLoaded("bridge")} && test ! -e /etc/modprobe.d/zz-proog-bridge.conf`,
    expect: { blocked: "lsmod tells by what. Stop that before it." },
    clean,
  },
  {
    name: "one that is built in is there",
    resources: () => [kernelModule("rtc-cmos")],
    proof: "grep -qx rtc_cmos /etc/modules-load.d/proog-rtc_cmos.conf",
    clean,
  },
  {
    name: "one that is built in cannot go",
    resources: () => [kernelModule("ext4", { absent: true })],
    proof: "test ! -e /etc/modprobe.d/zz-proog-ext4.conf",
    expect: { blocked: "It is built into the kernel, and cannot be taken out." },
    clean,
  },
];
