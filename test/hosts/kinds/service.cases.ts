import { apt } from "../../../src/resources/apt/apt.ts";
import { file } from "../../../src/resources/file/file.ts";
import { service } from "../../../src/resources/service/service.ts";
import { systemdUnit } from "../../../src/resources/systemdUnit/systemdUnit.ts";
import type { Case } from "./case.ts";

const folder = "/usr/local/lib/systemd/system";

/** A unit of somebody else that systemd has not read, which writes a line to /run/starts-NAME each time that it starts. */
const unread = (name: string, lines = "") => `
mkdir -p ${folder}
cat >'${folder}/${name}.service' <<'END'
[Service]
ExecStartPre=/bin/sh -c 'echo started >>/run/starts-%n'
ExecStart=/bin/sleep infinity
${lines}
[Install]
WantedBy=multi-user.target
END`;
const vendor = (name: string, lines = "") => `${unread(name, lines)}\nsystemctl daemon-reload`;
const going = (name: string, lines = "") => `${unread(name, lines)}
systemctl --quiet --no-reload enable '${name}'; systemctl daemon-reload; systemctl start '${name}'`;
const is = (name: string, enabled: string, active: string) =>
  `[ "$(systemctl is-enabled '${name}')" = ${enabled} ] && [ "$(systemctl is-active '${name}')" = ${active} ]`;
const starts = (name: string, count: number) => `[ "$(wc -l <'/run/starts-${name}.service')" = ${count} ]`;
const clean = `
for path in ${folder}/t[-@]* /etc/systemd/system/t[-@]*; do
  [ -f "$path" ] && [ ! -L "$path" ] || continue
  case $path in *.d/*) continue ;; esac
  name=\${path##*/}
  case $name in *@.*) systemctl stop "\${name%@*}@*" ;; *) systemctl stop -- "$name" ;; esac
  systemctl --quiet --no-reload disable -- "$name"
done 2>/dev/null
rm -rf ${folder}/t[-@]* /etc/systemd/system/t[-@]* /etc/systemd/system/*.wants/t[-@]* /run/systemd/system/t[-@]* \
  /run/systemd/system/*.wants/t[-@]* /run/starts-* /run/t-*
systemctl daemon-reload; systemctl reset-failed`;
const mark = (name: string, text: string) =>
  `mkdir -p /var/lib/proog/pending; echo "${text}" >'/var/lib/proog/pending/${name}'`;
/** In this boot, and of which invocation. */
const noted = (invocation: string) => `earlier 1 $(cat /proc/sys/kernel/random/boot_id) ${invocation}`;
const noMarks = '[ -z "$(ls /var/lib/proog/pending)" ]';

const reloads = "journalctl --quiet --unit nginx | grep -c 'Reloaded nginx'";

const nginx = () => {
  const conf = file("/etc/nginx/conf.d/test.conf", { content: "server { listen 8080; }\n" });
  return [apt("nginx-light"), conf, service("nginx", { reloadOn: [conf] })];
};

const restarting = () => {
  const conf = file("/run/t-conf", { content: "new\n" });
  return [conf, service("t-a", { restartOn: [[conf], false] })];
};

export const cases: Case[] = [
  {
    name: "one that is neither enabled nor running",
    start: vendor("t-a"),
    resources: () => [service("t-a")],
    proof: `${is("t-a", "enabled", "active")} && ${starts("t-a", 1)}`,
    clean,
  },
  {
    name: "one that must be neither",
    start: going("t-a"),
    resources: () => [service("t-a.service", { enabled: false, running: false })],
    proof: is("t-a", "disabled", "inactive"),
    clean,
  },
  {
    name: "enabled, and not to run now",
    start: vendor("t-a"),
    resources: () => [service("t-a", { running: false })],
    proof: is("t-a", "enabled", "inactive"),
    clean,
  },
  {
    name: "enabled until the next boot only",
    start: `${vendor("t-a")}\nsystemctl --quiet --runtime enable --now t-a`,
    resources: () => [service("t-a")],
    proof: is("t-a", "enabled", "active"),
    clean,
  },
  {
    name: "no longer enabled, by hand and behind systemd's back",
    start: `${going("t-a")}\nrm /etc/systemd/system/multi-user.target.wants/t-a.service`,
    resources: () => [service("t-a")],
    proof: `${is("t-a", "enabled", "active")} && ${starts("t-a", 1)}`,
    clean,
  },
  {
    name: "masked by hand",
    start: `${going("t-a")}\nsystemctl --quiet mask --now t-a`,
    resources: () => [service("t-a")],
    proof: is("t-a", "enabled", "active"),
    clean,
  },
  {
    name: "masked by hand until the next boot",
    start: `${vendor("t-a")}\nsystemctl --quiet mask --runtime t-a`,
    resources: () => [service("t-a")],
    proof: is("t-a", "enabled", "active"),
    clean,
  },
  {
    name: "to be masked, while it runs",
    start: going("t-a"),
    resources: () => [service("t-a", { masked: true })],
    proof: `${is("t-a", "masked", "inactive")} && ! systemctl start t-a`,
    clean,
  },
  {
    name: "to be masked, before it is there",
    resources: () => [service("t-later", { masked: true })],
    proof: '[ "$(systemctl is-enabled t-later)" = masked ]',
    clean,
  },
  {
    name: "one that is not there",
    resources: () => [service("t-nowhere")],
    expect: { blocked: "The unit t-nowhere.service is not there yet." },
    proof: "! systemctl cat t-nowhere",
  },
  {
    name: "one that is not there, as it is to be",
    resources: () => [service("t-nowhere", { enabled: false, running: false })],
    expect: "in-order",
    proof: "! systemctl cat t-nowhere",
  },
  {
    name: "one that cannot be enabled, and one by its other name",
    resources: () => [service("systemd-journald"), service("sshd")],
    expect: "in-order",
    proof: is("ssh", "enabled", "active"),
  },
  {
    name: "a timer, a socket and an instance with odd signs",
    start: `${vendor("t@")}
printf '[Timer]\\nOnCalendar=daily\\n[Install]\\nWantedBy=timers.target\\n' >${folder}/t-a.timer
printf '[Socket]\\nListenStream=/run/t-socket\\n[Install]\\nWantedBy=sockets.target\\n' >${folder}/t-a.socket
${vendor("t-a")}`,
    resources: () => [service("t-a.timer"), service("t-a.socket"), service("t@a\\x2db:c_d.e")],
    proof: `${is("t-a.timer", "enabled", "active")} && ${is("t-a.socket", "enabled", "active")} &&
      ${is("t@a\\x2db:c_d.e.service", "enabled", "active")}`,
    clean,
  },
  {
    name: "one that ends by itself, runs when it gets enabled",
    start: vendor("t-a", "Type=oneshot\nExecStart=\nExecStart=/bin/true"),
    resources: () => [service("t-a")],
    proof: `${is("t-a", "enabled", "inactive")} && ${starts("t-a", 1)}`,
    clean,
  },
  {
    name: "one that ends by itself, and failed",
    start: `${vendor("t-a", "Type=oneshot\nExecStart=\nExecStart=/usr/bin/test -e /run/t-here")}
systemctl --quiet enable t-a; systemctl start t-a || true; touch /run/t-here`,
    resources: () => [service("t-a")],
    proof: `${is("t-a", "enabled", "inactive")} && ${starts("t-a", 2)}`,
    clean,
  },
  {
    name: "one that fails to start",
    start: vendor(
      "t-a",
      "Type=oneshot\nExecStart=\nExecStart=/bin/sh -c 'echo the disk is upside down; exit 3'",
    ),
    resources: () => [service("t-a")],
    expect: { failed: "the disk is upside down" },
    proof: "systemctl is-failed t-a",
    clean,
  },
  {
    name: "one that starts, and dies at once",
    start: vendor("t-a", "ExecStart=\nExecStart=/bin/sh -c 'echo no such port; exit 3'"),
    resources: () => [service("t-a")],
    expect: { failed: "no such port" },
    proof: "systemctl is-failed t-a",
    clean,
  },
  {
    name: "one that starts, dies, and is started again and again",
    start: vendor(
      "t-a",
      "Restart=always\nRestartSec=60\nExecStart=\nExecStart=/bin/sh -c 'echo no such port; exit 3'",
    ),
    resources: () => [service("t-a")],
    expect: { failed: "no such port" },
    proof: '[ "$(systemctl is-active t-a)" = activating ]',
    clean,
  },
  {
    name: "one that failed too often to be started again",
    start: `${vendor("t-a", "StartLimitIntervalSec=1h\nExecStartPre=/usr/bin/test -e /run/t-here")}
sed -i 's/^\\[Service\\]/[Unit]\\nStartLimitIntervalSec=1h\\nStartLimitBurst=1\\n[Service]/' ${folder}/t-a.service
systemctl daemon-reload; systemctl --quiet enable t-a
systemctl start t-a || systemctl start t-a || touch /run/t-here`,
    resources: () => [service("t-a")],
    proof: is("t-a", "enabled", "active"),
    clean,
  },
  {
    name: "several, of which one fails",
    start: `${vendor("t-a")}; ${vendor("t-b", "ExecStart=\nExecStart=/bin/sh -c 'echo no such port; exit 3'")}; ${vendor("t-c")}`,
    resources: () => [service("t-a"), service("t-b"), service("t-c")],
    expect: { failed: "no such port" },
    proof: `${is("t-a", "enabled", "active")} && systemctl is-failed t-b && ${is("t-c", "enabled", "active")}`,
    clean,
  },
  {
    name: "one whose condition does not hold",
    start: `${vendor("t-a")}; sed -i 's/^\\[Service\\]/[Unit]\\nConditionPathExists=\\/nowhere\\n[Service]/' ${folder}/t-a.service
systemctl daemon-reload`,
    resources: () => [service("t-a")],
    expect: { failed: "a condition of it does not hold" },
    proof: is("t-a", "enabled", "inactive"),
    clean,
  },
  {
    name: "one whose file was changed since systemd read it",
    start: `${vendor("t-a")}; systemctl start t-a; systemctl stop t-a; sed -i 's/infinity/123456/' ${folder}/t-a.service`,
    resources: () => [service("t-a")],
    proof: `${is("t-a", "enabled", "active")} && grep -q 123456 /proc/$(systemctl show -P MainPID t-a)/cmdline`,
    clean,
  },
  {
    name: "one whose file systemd refuses",
    start: `${vendor("t-a", "Type=nonsense\nExecStart=")}`,
    resources: () => [service("t-a")],
    expect: { blocked: "systemd cannot load t-a.service" },
    proof: "! systemctl is-active t-a",
    clean,
  },
  {
    name: "restarted when its file changes, once",
    start: `${going("t-a")}; echo old >/run/t-conf`,
    resources: restarting,
    proof: `${starts("t-a", 2)} && ${noMarks}`,
    clean,
  },
  {
    name: "restarted, under a name with odd signs",
    start: `${vendor("t@")}; systemctl --quiet enable --now 't@a\\x2db:c_d.e'; echo old >/run/t-conf`,
    resources: () => {
      const conf = file("/run/t-conf", { content: "new\n" });
      return [conf, service("t@a\\x2db:c_d.e", { restartOn: conf })];
    },
    proof: `[ "$(cat /run/starts-t@* | wc -l)" = 2 ] && ${noMarks}`,
    clean,
  },
  {
    name: "not restarted when it was just started",
    start: `${vendor("t-a")}; echo old >/run/t-conf`,
    resources: restarting,
    proof: `${starts("t-a", 1)} && ${noMarks}`,
    clean,
  },
  {
    name: "a mask, and nothing behind it",
    start: "systemctl --quiet mask t-none.service",
    resources: () => [service("t-none")],
    expect: { blocked: "The unit t-none.service is not there yet, only its mask is." },
    proof: '[ "$(systemctl is-enabled t-none.service)" = masked ]',
    clean: "systemctl --quiet unmask t-none.service",
  },
  {
    name: "a restart that an interrupted run left to do",
    start: `${going("t-a")}; ${mark("restart.service.t-a", "earlier 1")}`,
    resources: () => [service("t-a")],
    proof: `${starts("t-a", 2)} && ${noMarks}`,
    clean,
  },
  {
    name: "a restart that an interrupted run has done, and not noted",
    start: `${going("t-a")}; ${mark("restart.service.t-a", noted("0123456789abcdef0123456789abcdef"))}`,
    resources: () => [service("t-a")],
    proof: `${starts("t-a", 1)} && ${noMarks}`,
    clean,
  },
  {
    name: "a restart that an interrupted run has noted, and not done",
    start: `${going("t-a")}; ${mark("restart.service.t-a", noted("$(systemctl show -P InvocationID t-a)"))}`,
    resources: () => [service("t-a")],
    proof: `${starts("t-a", 2)} && ${noMarks}`,
    clean,
  },
  {
    name: "a restart that was done for an earlier change, and is due for a new one",
    start: `${going("t-a")}; echo old >/run/t-conf
${mark("restart.service.t-a", noted("0123456789abcdef0123456789abcdef"))}`,
    resources: restarting,
    proof: `${starts("t-a", 2)} && ${noMarks}`,
    clean,
  },
  {
    name: "a reload of one that cannot reload is a restart",
    start: `${going("t-a")}; ${mark("reload.service.t-a", "earlier 1")}`,
    resources: () => [service("t-a")],
    proof: `${starts("t-a", 2)} && ${noMarks}`,
    clean,
  },
  {
    name: "a reload that fails stays due",
    start: `${going("t-a", "ExecReload=/bin/sh -c 'echo bad syntax; exit 1'")}; ${mark("reload.service.t-a", "earlier 1")}`,
    resources: () => [service("t-a")],
    expect: { failed: "bad syntax" },
    proof: `${starts("t-a", 1)} && [ -e /var/lib/proog/pending/reload.service.t-a ]`,
    clean: `${clean}; rm /var/lib/proog/pending/*`,
  },
  {
    name: "with its unit declared before it",
    resources: () => {
      const unit = systemdUnit("t-own.service", {
        content: "[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n",
      });
      return [unit, service("t-own", { restartOn: [unit] })];
    },
    proof: is("t-own", "enabled", "active"),
    clean,
  },
  {
    name: "nginx, from nothing",
    resources: nginx,
    proof: `${is("nginx", "enabled", "active")} && ${noMarks} && ss -ltn | grep -q ':8080 '`,
  },
  {
    name: "nginx, reloaded once and not restarted when its configuration changes",
    start: `systemctl show -P MainPID nginx >/run/master; pgrep -P "$(cat /run/master)" | sort >/run/workers
sed -i s/8080/8081/ /etc/nginx/conf.d/test.conf; systemctl reload nginx; sleep 1; ${reloads} >/run/reloads`,
    resources: nginx,
    proof: `[ "$(systemctl show -P MainPID nginx)" = "$(cat /run/master)" ] && ${noMarks} &&
      [ "$(${reloads})" = "$(($(cat /run/reloads) + 1))" ] && sleep 1 && ss -ltn | grep -q ':8080 ' &&
      [ -z "$(pgrep -P "$(cat /run/master)" | sort | comm -12 - /run/workers)" ]`,
    clean: "rm /etc/nginx/conf.d/test.conf; apt-get -y purge nginx-light nginx nginx-common >/dev/null",
  },
];
