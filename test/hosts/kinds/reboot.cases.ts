import { apt } from "../../../src/resources/apt/apt.ts";
import { file } from "../../../src/resources/file/file.ts";
import { reboot } from "../../../src/resources/reboot/reboot.ts";
import type { Case } from "./case.ts";

const boot = "/proc/sys/kernel/random/boot_id";
const keepBoot = `cat ${boot} >/srv/boot`;
const sameBoot = `cmp ${boot} /srv/boot`;
const anotherBoot = `! cmp -s ${boot} /srv/boot`;
const mark = "/var/lib/proog/pending/reboot.reboot.changed";
const clean = "rm -rf /srv/*";

export const cases: Case[] = [
  {
    name: "when nobody asks",
    start: keepBoot,
    resources: () => [reboot()],
    proof: sameBoot,
    expect: "in-order",
    clean,
  },
  {
    name: "when the system asks",
    start: `${keepBoot}; touch /run/reboot-required`,
    resources: () => [reboot()],
    proof: `${anotherBoot} && [ ! -e /run/reboot-required ]`,
    clean,
  },
  {
    name: "after packages of which none asks",
    start: `${keepBoot}; DEBIAN_FRONTEND=noninteractive apt-get purge -yqq hello >/dev/null 2>&1`,
    resources: () => [apt("hello"), reboot()],
    proof: `${sameBoot} && hello`,
    clean,
  },
  {
    name: "after what has changed, with what comes after it",
    start: keepBoot,
    resources: () => {
      const parameter = file("/srv/parameter", { content: "1\n" });
      return [parameter, reboot({ onlyOn: [parameter] }), file("/srv/after", { content: "" })];
    },
    proof: `${anotherBoot} && [ -e /srv/after ]`,
    clean,
  },
  {
    name: "what it waits for is as it was",
    start: `${keepBoot}; echo 1 >/srv/parameter`,
    resources: () => {
      const parameter = file("/srv/parameter", { content: "1\n" });
      return [parameter, reboot({ onlyOn: [parameter] })];
    },
    proof: sameBoot,
    expect: "in-order",
    clean,
  },
  {
    name: "the machine was started anew since what it waits for has changed, by a run that died",
    start: `${keepBoot}; echo 1 >/srv/parameter; mkdir -p /var/lib/proog/pending
      echo '20260101-000000-dead 1 0e4db6c9-3191-4389-8d50-9fccf0ab2e11' >${mark}`,
    resources: () => {
      const parameter = file("/srv/parameter", { content: "1\n" });
      return [parameter, reboot({ onlyOn: [parameter] })];
    },
    proof: `${sameBoot} && [ ! -e ${mark} ]`,
    clean,
  },
  {
    name: "where systemd does not obey",
    start: `${keepBoot}; touch /run/reboot-required; mkdir -p /etc/systemd/system/reboot.target.d
      printf '[Unit]\\nRefuseManualStart=yes\\n' >/etc/systemd/system/reboot.target.d/refuse.conf; systemctl daemon-reload`,
    resources: () => [reboot(), file("/srv/after", { content: "" })],
    proof: `${sameBoot} && [ ! -e /srv/after ] && ! ls /etc/systemd/system/*proog* /etc/systemd/system/*/*proog* 2>/dev/null`,
    expect: { failed: "Operation refused" },
    clean: `rm -rf /etc/systemd/system/reboot.target.d /run/reboot-required; systemctl daemon-reload; ${clean}`,
  },
];
