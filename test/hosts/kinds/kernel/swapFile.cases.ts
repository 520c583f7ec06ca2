import { swapFile } from "../../../../src/resources/swapFile/swapFile.ts";
import type { Case } from "../case.ts";

const path = "/srv/swap";
const used = (kibibytes: number, priority: string) =>
  `awk '$1 == "${path}" { print $3, $5 }' /proc/swaps | grep -qx -- '${kibibytes} ${priority}'`;
const entry = (options: string) =>
  `[ "$(grep -c swap /etc/fstab)" = 1 ] && grep -qxF '${path} none swap ${options} 0 0' /etc/fstab`;

export const cases: Case[] = [
  {
    name: "one that is not there",
    resources: () => [swapFile(path, { size: "4M" })],
    proof: `${used(4092, "-[0-9]")} && ${entry("sw")} && [ "$(stat -c '%a %U %s' ${path})" = '600 root 4194304' ]`,
  },
  {
    name: "another size and priority, used again after it was swapped off by hand",
    start: `swapoff ${path}`,
    resources: () => [swapFile(path, { size: "8M", priority: 7 })],
    proof: `${used(8188, "7")} && ${entry("sw,pri=7")} && swapoff ${path} && swapon -a && ${used(8188, "7")}`,
  },
  {
    name: "absent",
    resources: () => [swapFile(path, { absent: true })],
    proof: `[ ! -e ${path} ] && ! grep -q ${path} /proc/swaps /etc/fstab`,
  },
];
