import { systemdUnit } from "../../../src/resources/systemdUnit/systemdUnit.ts";
import type { Case } from "./case.ts";

const folder = "/etc/systemd/system";
const content = "[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n";
const unit = (name = "t-a.service") => systemdUnit(name, { content });
const old = `printf '[Service]\\nExecStart=/bin/sleep 1000\\n[Install]\\nWantedBy=multi-user.target\\n' >${folder}/t-a.service
systemctl daemon-reload`;
const loaded = (name = "t-a.service") =>
  `[ "$(systemctl show -P NeedDaemonReload ${name})" = no ] && systemctl show -P ExecStart ${name} | grep -q infinity &&
   [ "$(stat -c '%a %U %G' ${folder}/${name})" = '644 root root' ]`;
const vendor = `mkdir -p /usr/local/lib/systemd/system
printf '[Service]\\nExecStart=/bin/sleep infinity\\n' >/usr/local/lib/systemd/system/t-v.service; systemctl daemon-reload`;
const clean = `systemctl stop 't-*' 't@*'; rm -rf ${folder}/t-* ${folder}/t@* ${folder}/*.wants/t-* ${folder}/*.wants/t@* \
  /usr/local/lib/systemd/system/t-*; systemctl daemon-reload; systemctl reset-failed`;
/** systemd says "Reloading." or "Reloading...", by its version. */
const reloads = "journalctl --quiet _PID=1 --since @$(cat /run/since) | grep -c ' Reloading\\.*$'";

export const cases: Case[] = [
  { name: "one that is not there", resources: () => [unit()], proof: loaded(), clean },
  { name: "one with another content, loaded", start: old, resources: () => [unit()], proof: loaded(), clean },
  {
    name: "changed by hand while it runs; it goes on",
    start: `${old}; systemctl start t-a; systemctl show -P MainPID t-a >/run/pid; echo '# by hand' >>${folder}/t-a.service`,
    resources: () => [unit()],
    proof: `${loaded()} && [ "$(systemctl show -P MainPID t-a)" = "$(cat /run/pid)" ]`,
    clean,
  },
  {
    name: "the right content, that systemd has not read",
    start: `${old}; systemctl start t-a; printf '${content.replaceAll("\n", "\\n")}' >${folder}/t-a.service`,
    resources: () => [unit()],
    proof: loaded(),
    clean,
  },
  {
    name: "the right content put back with its old times, that systemd has not read",
    start: `printf '${content.replaceAll("\n", "\\n")}' >${folder}/right; touch -d '1 day ago' ${folder}/right
${old}; systemctl start t-a; mv ${folder}/right ${folder}/t-a.service`,
    resources: () => [unit()],
    proof: loaded(),
    clean,
  },
  {
    name: "another mode and owner",
    start: `printf '${content.replaceAll("\n", "\\n")}' >${folder}/t-a.service; systemctl daemon-reload
chmod 600 ${folder}/t-a.service; chown daemon:daemon ${folder}/t-a.service`,
    resources: () => [unit()],
    proof: loaded(),
    clean,
  },
  {
    name: "a timer, a template, a socket and an odd name, read at once",
    start: "sleep 1; date +%s >/run/since",
    resources: () => [
      systemdUnit("t-a.timer", { content: "[Timer]\nOnCalendar=daily\n" }),
      unit("t@.service"),
      systemdUnit("t-a.socket", { content: "[Socket]\nListenStream=/run/t-socket\n" }),
      unit("t-a\\x2db:c_d.e.service"),
      unit(),
    ],
    proof: `${loaded()} && ${loaded("'t-a\\x2db:c_d.e.service'")} && [ "$(${reloads})" = 1 ] &&
      [ "$(systemctl show -P LoadState t-a.timer)" = loaded ] && [ "$(systemctl show -P LoadState t@x.service)" = loaded ]`,
    clean,
  },
  {
    name: "a template whose instance runs with the old one",
    start: `printf '[Service]\\nExecStart=/bin/sleep 1000\\n' >${folder}/t@.service; systemctl daemon-reload
systemctl start t@x; printf '${content.replaceAll("\n", "\\n")}' >${folder}/t@.service`,
    resources: () => [unit("t@.service")],
    proof: `[ "$(systemctl show -P NeedDaemonReload t@x)" = no ] && systemctl is-active t@x`,
    clean,
  },
  {
    name: "a drop-in for another's unit",
    start: vendor,
    resources: () => [
      systemdUnit("t-v.service", { dropIn: "10-limits", content: "# ours\n\n[Service]\nLimitNOFILE=4242\n" }),
    ],
    proof: `[ "$(systemctl show -P LimitNOFILE t-v)" = 4242 ] && [ -f ${folder}/t-v.service.d/10-limits.conf ] &&
      [ "$(stat -c %a ${folder}/t-v.service.d)" = 755 ]`,
    clean,
  },
  {
    name: "a drop-in for a unit that is not there yet",
    resources: () => [systemdUnit("t-later.service", { dropIn: "a", content: "[Service]\nUser=daemon\n" })],
    proof: `[ -f ${folder}/t-later.service.d/a.conf ]`,
    clean,
  },
  {
    name: "an absent drop-in, and its folder",
    start: `${vendor}; mkdir ${folder}/t-v.service.d; printf '[Service]\\nLimitNOFILE=4242\\n' >${folder}/t-v.service.d/a.conf
systemctl daemon-reload; systemctl start t-v`,
    resources: () => [systemdUnit("t-v.service", { dropIn: "a", absent: true })],
    proof: `[ "$(systemctl show -P LimitNOFILE t-v)" != 4242 ] && [ ! -e ${folder}/t-v.service.d ] && systemctl is-active t-v`,
    clean,
  },
  {
    name: "an absent drop-in, beside another one",
    start: `${vendor}; mkdir ${folder}/t-v.service.d; touch ${folder}/t-v.service.d/a.conf ${folder}/t-v.service.d/b.conf`,
    resources: () => [systemdUnit("t-v.service", { dropIn: "a", absent: true })],
    proof: `[ "$(ls ${folder}/t-v.service.d)" = b.conf ]`,
    clean,
  },
  {
    name: "absent, while it is enabled and runs",
    start: `${old}; systemctl --quiet enable --now t-a`,
    resources: () => [systemdUnit("t-a.service", { absent: true })],
    proof: `! pgrep -x sleep -a | grep 'sleep 1000' && [ ! -e ${folder}/t-a.service ] &&
      [ ! -L ${folder}/multi-user.target.wants/t-a.service ] && ! systemctl cat t-a`,
    clean,
  },
  {
    name: "absent, while instances of it run",
    start: `printf '[Service]\\nExecStart=/bin/sleep 1000\\n[Install]\\nWantedBy=multi-user.target\\n' >${folder}/t@.service
systemctl daemon-reload; systemctl --quiet enable --now t@x t@y`,
    resources: () => [systemdUnit("t@.service", { absent: true })],
    proof: `! systemctl is-active t@x && ! systemctl is-active t@y && [ ! -L ${folder}/multi-user.target.wants/t@x.service ]`,
    clean,
  },
  {
    name: "absent, with another's unit of that name behind it",
    start: `${vendor}; cp /usr/local/lib/systemd/system/t-v.service ${folder}; systemctl daemon-reload; systemctl start t-v`,
    resources: () => [systemdUnit("t-v.service", { absent: true })],
    proof: `systemctl is-active t-v && [ "$(systemctl show -P FragmentPath t-v)" = /usr/local/lib/systemd/system/t-v.service ]`,
    clean,
  },
  {
    name: "absent, and was never there",
    resources: () => [
      systemdUnit("t-a.service", { absent: true }),
      systemdUnit("t-v.service", { dropIn: "a", absent: true }),
    ],
    expect: "in-order",
    proof: `[ ! -e ${folder}/t-a.service ]`,
  },
  {
    name: "a content that systemd refuses",
    resources: () => [systemdUnit("t-bad.service", { content: "[Service]\nType=simple\n" })],
    expect: { failed: "systemd cannot load it" },
    proof: `[ -e ${folder}/t-bad.service ]`,
    clean,
  },
  {
    name: "a content with a mistake that systemd passes over",
    resources: () => [systemdUnit("t-a.service", { content: `${content}[Service]\nExecStrat=/bin/false\n` })],
    proof: `grep -q 'Unknown key.*ExecStrat' "$(ls -t /var/lib/proog/runs/*/log | head -n 1)"`,
    clean,
  },
  {
    name: "a directory in the way",
    start: `mkdir ${folder}/t-a.service`,
    resources: () => [unit()],
    expect: { blocked: "A directory is in the way" },
    proof: `[ -d ${folder}/t-a.service ]`,
    clean,
  },
  {
    name: "masked by hand",
    start: "systemctl --quiet mask t-a.service",
    resources: () => [unit()],
    expect: { blocked: "It is masked, so it was left alone" },
    proof: '[ "$(systemctl is-enabled t-a.service)" = masked ]',
    clean,
  },
  {
    name: "a dangling link in the way",
    start: `ln -s /nowhere ${folder}/t-a.service`,
    resources: () => [unit()],
    expect: { blocked: "A symlink is in the way" },
    proof: `[ "$(readlink ${folder}/t-a.service)" = /nowhere ]`,
    clean,
  },
];
