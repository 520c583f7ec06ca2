import { apt } from "../../../src/resources/apt/apt.ts";
import { type SudoersOptions, sudoers } from "../../../src/resources/sudoers/sudoers.ts";
import type { Case } from "./case.ts";
import { prints, unhurt } from "./hostile-names.ts";

const path = "/etc/sudoers.d/deploy";
const clean =
  "rm -rf /etc/sudoers.d/deploy /etc/sudoers.d/other /srv/*; userdel deploy 2>/dev/null; groupdel crew 2>/dev/null; true";
const install =
  "command -v visudo >/dev/null || apt-get -qq install --yes --no-install-recommends sudo >/dev/null 2>&1";

const deploy = (options: SudoersOptions) => [sudoers("deploy", options)];
const everything = () => deploy({ rules: [{ users: "deploy", commands: "ALL", password: false }] });
const heading = '# Written by Proog: sudoers("deploy").\n';
const access = `[ "$(stat -c '%F %a %U:%G' ${path})" = "regular file 440 root:root" ] && visudo -cq`;
const right = `${access} && ${prints(`cat ${path}`, `${heading}deploy ALL=(root) NOPASSWD: ALL\n`)}`;
const tidy = "test ! -e /var/lib/proog/runs/*/sudoers";

export const cases: Case[] = [
  {
    name: "a machine without sudo",
    resources: everything,
    proof: "test ! -e /etc/sudoers.d",
    expect: { blocked: 'sudo is not installed: declare apt("sudo") before it.' },
    clean,
  },
  { name: "sudo comes before it", resources: () => [apt("sudo"), ...everything()], proof: right, clean },
  {
    name: "another content, mode and owner",
    start: `${install}; echo 'deploy ALL=(ALL) ALL' >${path}; chmod 0644 ${path}; chown daemon ${path}`,
    resources: everything,
    proof: `${right} && grep -rqx 'deploy ALL=(ALL) ALL' /var/lib/proog/backups/*/*.copy && ${tidy}`,
    clean,
  },
  {
    name: "only the mode and the owner are wrong",
    start: `${install}; printf '${heading}deploy ALL=(root) NOPASSWD: ALL\\n' >${path}; chmod 0666 ${path}; chown daemon ${path}`,
    resources: everything,
    proof: right,
    clean,
  },
  {
    name: "a line that visudo refuses",
    start: `${install}; echo 'deploy ALL=(ALL) ALL' >${path}; chmod 0440 ${path}`,
    resources: () => deploy({ content: "deploy ALL=(root) NOPASWORD /usr/bin/id\n" }),
    proof: `grep -qx 'deploy ALL=(ALL) ALL' ${path} && ${tidy}`,
    expect: { failed: "visudo refuses it, so nothing was changed." },
    clean,
  },
  {
    name: "an alias that another file has",
    start: `${install}; echo 'Cmnd_Alias TOOLS = /usr/bin/id' >/etc/sudoers.d/other; chmod 0440 /etc/sudoers.d/other`,
    resources: () => deploy({ content: "Cmnd_Alias TOOLS = /usr/bin/true\ndeploy ALL=(root) TOOLS\n" }),
    proof: `test ! -e ${path} && ${tidy}`,
    expect: { failed: "visudo refuses it together with the other files in /etc/sudoers.d" },
    clean,
  },
  {
    name: "somebody else's file is broken, which does not matter here",
    start: `${install}; echo 'hello' >/etc/sudoers.d/other; chmod 0440 /etc/sudoers.d/other`,
    resources: everything,
    proof: `grep -qx 'deploy ALL=(root) NOPASSWD: ALL' ${path} && rm /etc/sudoers.d/other && ${right}`,
    clean,
  },
  {
    name: "what sudo itself makes of rules",
    start: `${install}; groupadd crew; useradd --groups crew deploy`,
    resources: () =>
      deploy({
        rules: [
          { users: "deploy", commands: ["/usr/bin/printf %s a:b,c=d#e", "/usr/bin/id -un"], password: false },
          { groups: ["crew"], commands: "/usr/bin/id", as: ["daemon", "1"], password: false },
        ],
      }),
    proof: `${access}
run() { setpriv --reuid deploy --regid deploy --init-groups sudo -n "$@"; }
[ "$(run printf %s a:b,c=d#e)" = a:b,c=d#e ] && [ "$(run id -un)" = root ] && [ "$(run -u daemon id -un)" = daemon ]
! run printf %s other && ! run -u bin id && ! run id -u && ${unhurt}`,
    clean,
  },
  {
    name: "a directory is in the way",
    start: `${install}; mkdir ${path}`,
    resources: everything,
    proof: `test -d ${path}`,
    expect: { blocked: "A directory is in the way" },
    clean,
  },
  {
    name: "a dangling link is in the way",
    start: `${install}; ln -s nowhere ${path}`,
    resources: everything,
    proof: `[ "$(readlink ${path})" = nowhere ]`,
    expect: { blocked: "A symlink is in the way" },
    clean,
  },
  {
    name: "one that must not be there",
    start: `${install}; echo 'deploy ALL=(ALL) ALL' >${path}`,
    resources: () => [sudoers("deploy", { absent: true })],
    proof: `test ! -e ${path} && grep -rqx 'deploy ALL=(ALL) ALL' /var/lib/proog/backups/*/*.copy`,
    clean,
  },
  {
    name: "one that is not there, and must not be",
    resources: () => [sudoers("deploy", { absent: true })],
    proof: `test ! -e ${path}`,
    expect: "in-order",
    clean,
  },
];
