import { swapFile } from "../../../src/resources/swapFile/swapFile.ts";
import type { Case } from "./case.ts";

// Machines here are containers, where the kernel refuses all that has to do with swap; ../swap-file.test.ts has what it allows.

const path = "/srv/swap";
const plain = () => [swapFile(path, { size: "16M" })];
const absent = () => [swapFile(path, { absent: true })];
const others = "printf '# ours\\nproc /proc proc defaults 0 0\\n' >/etc/fstab";
const othersStay = '[ "$(cat /etc/fstab)" = "$(printf \'# ours\\nproc /proc proc defaults 0 0\\n\')" ]';
const clean = "rm -rf /srv/*";

export const cases: Case[] = [
  {
    name: "a container, which cannot have it",
    start: others,
    resources: plain,
    expect: { blocked: "This machine may not change its swap, as containers may not." },
    proof: `[ ! -e ${path} ] && ${othersStay}`,
  },
  {
    name: "no folder to be in",
    resources: () => [swapFile("/srv/none/swap", { size: "16M" })],
    expect: { blocked: "The directory /srv/none is not there yet." },
    proof: "[ ! -e /srv/none ]",
  },
  {
    name: "a directory in the way",
    start: `mkdir ${path}`,
    resources: plain,
    expect: { blocked: "A directory is in the way" },
    proof: `[ -d ${path} ]`,
    clean,
  },
  {
    name: "a file in the way that is no swap",
    start: `echo precious >${path}`,
    resources: plain,
    expect: { blocked: "A file that is no swap is in the way" },
    proof: `grep -qx precious ${path}`,
  },
  {
    name: "a file that is no swap where one must not be",
    resources: absent,
    expect: { blocked: `file("${path}", { absent: true })` },
    proof: `grep -qx precious ${path}`,
    clean,
  },
  {
    name: "a link in the way of one that must not be there",
    start: `ln -s /etc/hostname ${path}`,
    resources: absent,
    expect: { blocked: "A symlink is in the way" },
    proof: `[ -L ${path} ]`,
    clean,
  },
  {
    name: "absent, and it never was",
    start: others,
    resources: absent,
    expect: "in-order",
    proof: othersStay,
  },
  {
    name: "absent, and not in use",
    start: `${others}; echo '${path} none swap sw,pri=5 0 0' >>/etc/fstab; head -c 1M /dev/zero >${path}; mkswap ${path} >/dev/null`,
    resources: absent,
    proof: `[ ! -e ${path} ] && ${othersStay}`,
    clean,
  },
  {
    name: "absent, with an odd name",
    start: `${others}; printf '/srv/a\\\\040swap\\tnone\\tswap\\tsw' >>/etc/fstab; head -c 1M /dev/zero >'/srv/a swap'; mkswap '/srv/a swap' >/dev/null`,
    resources: () => [swapFile("/srv/a swap", { absent: true })],
    proof: `[ ! -e '/srv/a swap' ] && ${othersStay}`,
    clean,
  },
];
