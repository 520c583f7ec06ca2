import { apt } from "../../../src/resources/apt/apt.ts";
import { cron } from "../../../src/resources/cron/cron.ts";
import { user } from "../../../src/resources/user/user.ts";
import type { Case } from "./case.ts";
import { prints } from "./hostile-names.ts";

const path = "/etc/cron.d/proog-backup";
const clean = "rm -rf /etc/cron.d/proog-* /srv/*; userdel ada 2>/dev/null; true";
const install =
  "command -v cron >/dev/null || apt-get -qq install --yes --no-install-recommends cron >/dev/null 2>&1";

const backup = () => [cron("backup", { schedule: "0 3 * * *", command: "/usr/local/bin/backup" })];
const searchPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n";
const heading = '# Written by Proog: cron("backup").\n';
const text = `${heading}${searchPath}0 3 * * * root /usr/local/bin/backup\n`;
const right = `${prints(`cat ${path}`, text)} && [ "$(stat -c '%F %a %U:%G' ${path})" = "regular file 644 root:root" ]`;

/** The command does what the shell text says when cron(8) has read it: it undoes the escapes of "%". */
const strange = `printf '%s\\n' "100%" 'it'"'"'s' "$HOME" '\\d' >/srv/out; echo "$GREETING" '#'x >>/srv/out`;

export const cases: Case[] = [
  {
    name: "a machine without cron",
    resources: backup,
    proof: `test ! -e ${path}`,
    expect: { blocked: 'cron is not installed: declare apt("cron") before it.' },
    clean,
  },
  {
    name: "cron comes before it",
    resources: () => [apt("cron", { recommends: false }), ...backup()],
    proof: right,
    clean,
  },
  { name: "one that is not there", start: install, resources: backup, proof: right, clean },
  {
    name: "another schedule, mode and owner",
    start: `${install}; echo '0 4 * * * root /usr/local/bin/backup' >${path}; chmod 0600 ${path}; chown daemon ${path}`,
    resources: backup,
    proof: `${right} && grep -rqx '0 4 .*' /var/lib/proog/backups/*/*.copy`,
    clean,
  },
  {
    name: "its user comes before it",
    start: install,
    resources: () => [
      user("ada", { system: true }),
      cron("backup", { schedule: "@daily", command: "true", user: "ada" }),
    ],
    proof: `grep -qx '@daily ada true' ${path}`,
    clean,
  },
  {
    name: "a user that nothing brings",
    start: install,
    resources: () => [cron("backup", { schedule: "@daily", command: "true", user: "ada" })],
    proof: `test ! -e ${path}`,
    expect: { blocked: "The user ada is not there yet." },
    clean,
  },
  {
    name: "a directory is in the way",
    start: `${install}; mkdir ${path}`,
    resources: backup,
    proof: `test -d ${path}`,
    expect: { blocked: "A directory is in the way" },
    clean,
  },
  {
    name: "a dangling link is in the way",
    start: `${install}; ln -s nowhere ${path}`,
    resources: backup,
    proof: `[ "$(readlink ${path})" = nowhere ]`,
    expect: { blocked: "A symlink is in the way" },
    clean,
  },
  {
    name: "what cron would take for something else, run by cron itself",
    start: install,
    resources: () => [
      cron("backup", {
        schedule: "@reboot",
        command: strange,
        environment: { GREETING: " it's good", HOME: "/srv" },
      }),
    ],
    // Without this file, cron(8) takes its own start for one of the machine.
    proof: `rm -f /run/crond.reboot; systemctl restart cron
for second in $(seq 20); do ! grep -q '#x' /srv/out 2>/dev/null || break; sleep 0.2; done
${prints("head -n 6 /srv/out", `100%\nit's\n/srv\n\\d\n it's good #x\n`)}`,
    clean,
  },
  {
    name: "one that must not be there",
    start: `${install}; echo '0 4 * * * root precious' >${path}`,
    resources: () => [cron("backup", { absent: true })],
    proof: `test ! -e ${path} && grep -rq precious /var/lib/proog/backups/*/*.copy`,
    clean,
  },
  {
    name: "one that is not there, and must not be",
    resources: () => [cron("backup", { absent: true })],
    proof: `test ! -e ${path}`,
    expect: "in-order",
    clean,
  },
];
