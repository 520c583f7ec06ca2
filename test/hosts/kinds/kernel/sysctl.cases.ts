import { sysctl } from "../../../../src/resources/sysctl/sysctl.ts";
import type { Case } from "../case.ts";

const clean = "rm -f /etc/sysctl.d/proog-*; echo 60 >/proc/sys/vm/swappiness";

export const cases: Case[] = [
  {
    name: "parameters of the whole kernel, and what a boot makes of them",
    resources: () => [
      sysctl("vm.swappiness", { value: 10 }),
      sysctl("fs.inotify.max_user_watches", { value: 123456 }),
      sysctl("kernel.core_pattern", { value: "|/bin/false %p $(touch /pwned)" }),
    ],
    proof: `[ "$(cat /proc/sys/vm/swappiness)" = 10 ] && [ "$(cat /proc/sys/fs/inotify/max_user_watches)" = 123456 ]
[ "$(cat /proc/sys/kernel/core_pattern)" = '|/bin/false %p $(touch /pwned)' ] && test ! -e /pwned
echo 60 >/proc/sys/vm/swappiness && echo core >/proc/sys/kernel/core_pattern && /usr/lib/systemd/systemd-sysctl
[ "$(cat /proc/sys/vm/swappiness)" = 10 ] && [ "$(cat /proc/sys/kernel/core_pattern)" = '|/bin/false %p $(touch /pwned)' ]`,
    clean,
  },
  {
    name: "a value that the kernel does not take",
    resources: () => [sysctl("vm.swappiness", { value: "hello" })],
    proof: '[ "$(cat /proc/sys/vm/swappiness)" = 60 ] && test ! -e /etc/sysctl.d/proog-vm.swappiness.conf',
    expect: { failed: "The kernel does not take the value hello for vm.swappiness." },
    clean,
  },
];
