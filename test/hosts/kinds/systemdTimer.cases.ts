import { quote } from "../../../src/catalog/quote.ts";
import { refusedEvents, takenEvents } from "../../../src/resources/systemdTimer/calendar.test-support.ts";
import { type SystemdTimerOptions, systemdTimer } from "../../../src/resources/systemdTimer/systemdTimer.ts";
import { systemdUnit } from "../../../src/resources/systemdUnit/systemdUnit.ts";
import { user } from "../../../src/resources/user/user.ts";
import type { Case } from "./case.ts";
import { hostileNames, prints, unhurt } from "./hostile-names.ts";

const folder = "/etc/systemd/system";
const command = "echo ran >>/run/t-ran";
const timer = (options: Partial<SystemdTimerOptions> = {}) => [
  systemdTimer("t-job", { schedule: "*-*-* 03:00", command, ...options }),
];
const absent = () => [systemdTimer("t-job", { absent: true })];

const is = (name: string, enabled: string, active: string) =>
  `[ "$(systemctl is-enabled ${name})" = ${enabled} ] && [ "$(systemctl is-active ${name})" = ${active} ]`;
const loaded = ["t-job.timer", "t-job.service"]
  .map((unit) => `[ "$(systemctl show -P NeedDaemonReload ${unit})" = no ]`)
  .join(" && ");
const goes = `${is("t-job.timer", "enabled", "active")} && ${loaded}`;
/** The hour at which it comes next, as systemd has it. */
const next = (time: string) =>
  `systemctl show -P NextElapseUSecRealtime t-job.timer | grep -q ' ${time}:00 '`;
const right = `${goes} && ${next("03:00")} && systemctl start t-job && [ "$(cat /run/t-ran)" = ran ]`;
const gone = `[ ! -e ${folder}/t-job.timer ] && [ ! -e ${folder}/t-job.service ] && ! systemctl cat t-job.timer &&
  [ ! -L ${folder}/timers.target.wants/t-job.timer ] && [ ! -e /var/lib/systemd/timers/stamp-t-job.timer ]`;
const clean = `systemctl stop 't-*.timer' 't-*.service'; rm -rf ${folder}/t-* ${folder}/*.wants/t-* /run/t-* \
  /usr/local/lib/systemd/system/t-* /var/lib/systemd/timers/stamp-t-*
systemctl daemon-reload; systemctl reset-failed; for name in ada; do userdel $name 2>/dev/null; done; true`;
/** systemd says "Reloading." or "Reloading...", by its version. */
const reloads = "journalctl --quiet _PID=1 --since @$(cat /run/since) | grep -c ' Reloading\\.*$'";
/** Each says what it was given, in a file of its own. */
const speaking = hostileNames.map((name, index) =>
  systemdTimer(`t-${index}`, {
    schedule: "daily",
    command: `printf '%s|%s' ${quote(name)} "$SAID" >/run/t-${index}`,
    environment: { SAID: name },
  }),
);
const said = hostileNames.map((name, index) => prints(`cat /run/t-${index}`, `${name}|${name}`));

export const cases: Case[] = [
  { name: "one that is not there", resources: () => timer(), proof: right },
  { name: "as the case before left it", resources: () => timer(), expect: "in-order", proof: goes },
  {
    name: "another schedule, which systemd goes by at once",
    resources: () => timer({ schedule: ["*-*-* 04:44", "*-*-* 04:45"], randomizedDelay: 0 }),
    proof: `${goes} && ${next("04:4[45]")}`,
  },
  {
    name: "another command, user, environment and all other options",
    start: "useradd ada; rm /run/t-ran; install -d -o ada /run/t-folder",
    resources: () =>
      timer({
        user: "ada",
        environment: { PLACE: "/run/t-folder/a b" },
        command: 'id -un >"$PLACE"\necho "$PLACE"; exit 3',
        ...{ persistent: false, randomizedDelay: 600, timeLimit: 60 },
      }),
    proof: `${goes} && ! systemctl start t-job && [ "$(cat '/run/t-folder/a b')" = ada ] && [ "$(systemctl show -P ExecMainStatus t-job)" = 3 ] &&
      journalctl --sync && journalctl -q -t t-job | grep -qF '/run/t-folder/a b' && [ "$(systemctl show -P RandomizedDelayUSec t-job.timer)" = 10min ]`,
    clean,
  },
  {
    name: "changed by hand, disabled and stopped",
    start: `mkdir -p ${folder}; printf '[Timer]\\nOnCalendar=yearly\\n[Install]\\nWantedBy=timers.target\\n' >${folder}/t-job.timer
printf '[Service]\\nExecStart=/bin/false\\n' >${folder}/t-job.service; chmod 600 ${folder}/t-job.*; systemctl daemon-reload`,
    resources: () => timer(),
    proof: `${right} && [ "$(stat -c '%a %U' ${folder}/t-job.timer ${folder}/t-job.service | sort -u)" = '644 root' ]`,
  },
  {
    name: "stopped and disabled, and nothing else",
    start: "systemctl --quiet disable --now t-job.timer",
    resources: () => timer(),
    proof: goes,
  },
  {
    name: "only its service was changed",
    start: `echo '# by hand' >>${folder}/t-job.service; stat -c %i ${folder}/t-job.timer >/run/t-inode`,
    resources: () => timer(),
    proof: `${goes} && ! grep -q 'by hand' ${folder}/t-job.service && [ "$(stat -c %i ${folder}/t-job.timer)" = "$(cat /run/t-inode)" ]`,
  },
  {
    name: "right, but systemd has not read it",
    start: `touch ${folder}/t-job.timer`,
    resources: () => timer(),
    proof: goes,
  },
  {
    name: "absent, while its command runs, which comes to its end",
    start: `mkdir -p /run/systemd/system/t-job.service.d
printf '[Service]\\nExecStart=\\nExecStart=/bin/sh -c "while [ ! -e /run/t-go ]; do sleep 0.1; done; echo ended >/run/t-ended"\\n' >/run/systemd/system/t-job.service.d/a.conf
systemctl daemon-reload; systemctl start --no-block t-job; sleep 0.2; mkdir -p /var/lib/systemd/timers; touch /var/lib/systemd/timers/stamp-t-job.timer`,
    resources: absent,
    proof: `${gone} && touch /run/t-go && n=0; while [ ! -e /run/t-ended ] && [ $n -lt 80 ]; do n=$((n + 1)); sleep 0.1; done; [ "$(cat /run/t-ended)" = ended ]`,
    clean: `${clean}; rm -rf /run/systemd/system/t-*; systemctl daemon-reload`,
  },
  { name: "absent, and it never was", resources: absent, expect: "in-order", proof: gone },
  {
    name: "absent, and it failed the last time",
    start: `printf '[Service]\\nExecStart=/bin/false\\nType=oneshot\\n' >${folder}/t-job.service; systemctl daemon-reload; ! systemctl start t-job`,
    resources: absent,
    proof: `${gone} && ! systemctl list-units --failed --no-legend | grep t-job`,
    clean,
  },
  {
    name: "it runs when its time has come",
    resources: () => timer({ schedule: "*:*:*" }),
    proof: `n=0; while [ ! -s /run/t-ran ] && [ $n -lt 50 ]; do n=$((n + 1)); sleep 0.1; done; grep -q ran /run/t-ran`,
    clean,
  },
  {
    name: "every event that our rules take is one to systemd, and no other",
    resources: () => timer({ schedule: takenEvents }),
    proof: `${goes} && [ "$(systemctl show -P TimersCalendar t-job.timer | grep -c OnCalendar)" = ${takenEvents.length} ]
      for event in ${refusedEvents.map(quote).join(" ")}; do
        if systemd-analyze calendar -- "$event" >/dev/null 2>&1; then echo "taken: $event"; exit 1; fi
      done`,
    clean,
  },
  {
    name: "hostile commands and variables",
    resources: () => speaking,
    proof: `systemctl start ${hostileNames.map((_, index) => `t-${index}`).join(" ")}
      ${said.join("\n")}
      ${unhurt}`,
    clean,
  },
  {
    // Enabling reads all units anew, too: once for all.
    name: "several, and a unit between them, are read and enabled by systemd at once",
    start: "sleep 1; date +%s >/run/since",
    resources: () => [
      ...timer(),
      systemdUnit("t-other.service", { content: "[Service]\nExecStart=/bin/true\n" }),
      systemdTimer("t-more", { schedule: "weekly", command: "true" }),
      systemdTimer("t-most", { schedule: "monthly", command: "true" }),
    ],
    proof: `${goes} && ${is("t-more.timer", "enabled", "active")} && ${is("t-most.timer", "enabled", "active")} && [ "$(${reloads})" = 2 ]`,
    clean,
  },
  {
    name: "a user that nothing brings",
    resources: () => timer({ user: "ada" }),
    expect: { blocked: "The user ada is not there yet." },
    proof: gone,
  },
  {
    name: "a user that is declared before it",
    resources: () => [
      user("ada", { createHome: false }),
      ...timer({ user: "ada", command: "id -un >/tmp/t-who" }),
    ],
    proof: `${goes} && systemctl start t-job && [ "$(cat /tmp/t-who)" = ada ]`,
    clean: `rm /tmp/t-who; ${clean}`,
  },
  {
    name: "another's unit of that name",
    start: `mkdir -p /usr/local/lib/systemd/system
printf '[Service]\\nExecStart=/bin/true\\n' >/usr/local/lib/systemd/system/t-job.service; systemctl daemon-reload`,
    resources: () => timer(),
    expect: {
      blocked: "The machine has another unit of that name, /usr/local/lib/systemd/system/t-job.service.",
    },
    proof: `[ ! -e ${folder}/t-job.timer ]`,
    clean,
  },
  {
    name: "masked by hand",
    start: "systemctl --quiet mask t-job.timer",
    resources: () => timer(),
    expect: { blocked: `symlink("${folder}/t-job.timer", { absent: true })` },
    proof: `[ -L ${folder}/t-job.timer ]`,
    clean,
  },
  {
    name: "a directory where the service belongs",
    start: `mkdir ${folder}/t-job.service`,
    resources: () => timer(),
    expect: { blocked: "A directory is in the way" },
    proof: `[ ! -e ${folder}/t-job.timer ]`,
    clean,
  },
];
