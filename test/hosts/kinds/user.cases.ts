import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";
import { group } from "../../../src/resources/group/group.ts";
import { secret as secretOf } from "../../../src/resources/secret/secret.ts";
import { type UserOptions, user } from "../../../src/resources/user/user.ts";
import type { Case } from "./case.ts";
import { prints } from "./hostile-names.ts";

const clean = `systemctl stop busy.service 2>/dev/null
for name in ada bob carl; do userdel "$name"; groupdel "$name"; done 2>/dev/null
groupdel crew 2>/dev/null
rm -rf /home/* /srv/*; true`;

/** Shell that succeeds when the field (1 is the name) of the user in passwd(5) is exactly this. */
const field = (number: number, text: string, name = "ada") =>
  prints(`getent passwd ${name} | cut -d : -f ${number} | tr -d '\\n'`, text);
const hasNo = (name: string) => `! getent passwd ${name}`;
const groupsOf = (groups: string) =>
  `[ "$(id -Gn ada | tr ' ' '\\n' | sort | tr '\\n' ' ')" = "${groups} " ]`;
/** The mode of a home is for the release to say: 700, 750 or 755. */
const isHome = (path: string, owner: string) =>
  `case "$(stat -c '%F %a %U:%G' ${path})" in "directory 7"[05][05]" ${owner}") ;; *) exit 1 ;; esac`;
const directory = (path: string, access: string) =>
  `[ "$(stat -c '%F %a %U:%G' ${path})" = "directory ${access}" ]`;

/** Hashes of "secret" and of "other", as openssl passwd -6 gives them. */
const secret =
  "$6$saltsalt$Bk5rCCmEHTdXlbZGPx5jj1ssg1dmqDx9UoNqtbCVsjQ4V3Jh/LTcYzsFFNkC6C2/FMkBZs4SWNgKKCYYHsgVk1";
const other =
  "$6$saltsalt$different00000000000000000000000000000000000000000000000000000000000000000000000000";

const withPassword = (options: UserOptions = {}) => {
  const passwordFile = join(inject("runFolder"), "password");
  writeFileSync(passwordFile, `${secret}\n`, { mode: 0o600 });
  return [user("ada", { ...options, password: secretOf("ada", { file: passwordFile }) })];
};
const shadow = (text: string) => prints("getent shadow ada | cut -d : -f 2 | tr -d '\\n'", text);
/** Neither catalogs nor findings nor logs have the hash, and they are there to be looked at. */
const keptSecret = `! grep -rqF '${secret.slice(20)}' /var/lib/proog/runs/*/catalog /var/lib/proog/runs/*/log /var/lib/proog/runs/*/approved
grep -rqF ada /var/lib/proog/runs/*/catalog`;

const comment = `Ada "$(touch /srv/pwned)" O'Neil \`id\` \\n %s é文`;

export const cases: Case[] = [
  {
    name: "one that is not there",
    resources: () => [user("ada")],
    proof: `${field(6, "/home/ada")} && ${field(7, "/bin/bash")} && ${groupsOf("ada")} && ${isHome("/home/ada", "ada:ada")} && test -e /home/ada/.profile && ${shadow("!")}`,
    clean,
  },
  {
    name: "one of the machine's own",
    resources: () => [user("ada", { system: true, home: "/srv/ada" })],
    proof: `${field(6, "/srv/ada")} && ${field(7, "/usr/sbin/nologin")} && [ "$(id -u ada)" -lt 1000 ] && test ! -e /srv/ada`,
    clean,
  },
  {
    name: "one of the machine's own with a home directory",
    resources: () => [user("ada", { system: true, home: "/srv/ada", createHome: true })],
    proof: `${field(6, "/srv/ada")} && ${isHome("/srv/ada", "ada:ada")}`,
    clean,
  },
  {
    name: "everything, with its groups",
    resources: () => [
      group("crew", { gid: 4321 }),
      user("ada", {
        uid: 4444,
        group: "crew",
        groups: ["adm", "staff"],
        home: "/srv/home of ada",
        createHome: true,
        shell: "/bin/sh",
        comment,
        locked: true,
      }),
    ],
    proof: `${field(3, "4444")} && ${field(4, "4321")} && ${field(5, comment)} && ${field(6, "/srv/home of ada")} && ${field(7, "/bin/sh")} && ${groupsOf("adm crew staff")} && ${isHome("'/srv/home of ada'", "ada:crew")} && ! getent group ada && test ! -e /srv/pwned`,
    clean,
  },
  {
    name: "one without a home directory",
    resources: () => [user("ada", { createHome: false })],
    proof: `${field(6, "/home/ada")} && test ! -e /home/ada`,
    clean,
  },
  {
    name: "a group of its name is there already",
    start: "groupadd --gid 4321 ada",
    resources: () => [user("ada")],
    proof: `${field(4, "4321")} && ${groupsOf("ada")}`,
    clean,
  },
  {
    name: "a home directory that is there stays as it is",
    start: "mkdir -m 0711 /home/ada && echo precious >/home/ada/text",
    resources: () => [user("ada", { createHome: true })],
    proof: `${directory("/home/ada", "711 root:root")} && grep -qx precious /home/ada/text && test ! -e /home/ada/.profile`,
    clean,
  },
  {
    name: "one that is as declared",
    start: "useradd --create-home --comment 'Ada Lovelace' --shell /bin/sh --groups adm,staff ada",
    resources: () => [
      user("ada", {
        comment: "Ada Lovelace",
        shell: "/bin/sh",
        groups: ["staff", "adm", "staff"],
        createHome: true,
      }),
      user("bob", { absent: true }),
    ],
    proof: "true",
    expect: "in-order",
    clean,
  },
  {
    name: "one with another number, shell, comment, home and group",
    start:
      "groupadd --gid 4321 crew; useradd --create-home --uid 4000 --shell /bin/bash --comment before ada",
    resources: () => [
      user("ada", {
        uid: 4444,
        shell: "/bin/sh",
        comment,
        home: "/srv/ada",
        group: "crew",
        createHome: true,
      }),
    ],
    proof: `${field(3, "4444")} && ${field(4, "4321")} && ${field(5, comment)} && ${field(6, "/srv/ada")} && ${field(7, "/bin/sh")} && ${isHome("/srv/ada", "ada:crew")} && test -e /home/ada/.profile && test ! -e /srv/pwned`,
    clean,
  },
  {
    name: "an empty comment",
    start: "useradd --comment before ada",
    resources: () => [user("ada", { comment: "" })],
    proof: field(5, ""),
    clean,
  },
  {
    name: "further groups, and it stays in others",
    start: "useradd --groups adm,staff ada",
    resources: () => [user("ada", { groups: ["staff", "games", "audio"] })],
    proof: groupsOf("ada adm audio games staff"),
    clean,
  },
  {
    name: "these groups and no others",
    start: "useradd --groups adm,staff ada",
    resources: () => [user("ada", { groups: ["games", "staff"], exclusive: true })],
    proof: groupsOf("ada games staff"),
    clean,
  },
  {
    name: "no further groups at all",
    start: "useradd --groups adm,staff ada",
    resources: () => [user("ada", { groups: [], exclusive: true })],
    proof: groupsOf("ada"),
    clean,
  },
  {
    name: "a group that nothing brings",
    resources: () => [user("ada", { groups: ["crew"] })],
    proof: hasNo("ada"),
    expect: { blocked: "The group crew is not there yet." },
    clean,
  },
  {
    name: "a shell that nothing brings",
    resources: () => [user("ada", { shell: "/usr/bin/nosuchshell" })],
    proof: hasNo("ada"),
    expect: { blocked: "The shell /usr/bin/nosuchshell is not there yet." },
    clean,
  },
  {
    name: "a number that is another's",
    start: "useradd --uid 4444 bob",
    resources: () => [user("ada", { uid: 4444 })],
    proof: hasNo("ada"),
    expect: { blocked: "The uid 4444 is that of the user bob." },
    clean,
  },
  {
    name: "a number that its owner gives up first",
    start: "useradd --uid 4444 bob; useradd --uid 4445 carl",
    resources: () => [user("bob", { absent: true }), user("ada", { uid: 4444 }), user("carl", { uid: 4446 })],
    proof: `${hasNo("bob")} && ${field(3, "4444")} && ${field(3, "4446", "carl")}`,
    clean,
  },
  {
    name: "a home directory that has gone",
    start: "useradd --home-dir /srv/ada ada",
    resources: () => [user("ada", { createHome: true })],
    proof: `${isHome("/srv/ada", "ada:ada")} && ${isHome("/srv/ada", "ada:ada")} && [ "$(stat -c %U:%G /srv/ada/.profile)" = ada:ada ]`,
    clean,
  },
  {
    name: "a file where the home directory belongs",
    start: "useradd ada; echo precious >/home/ada",
    resources: () => [user("ada", { createHome: true })],
    proof: "grep -qx precious /home/ada",
    expect: { blocked: "A file is in the way" },
    clean,
  },
  {
    name: "a dangling link where the home directory belongs",
    start: "useradd ada; ln -s nowhere /home/ada",
    resources: () => [user("ada", { createHome: true })],
    proof: '[ "$(readlink /home/ada)" = nowhere ]',
    expect: { blocked: "A symlink is in the way" },
    clean,
  },
  {
    name: "a password for a new user",
    resources: () => withPassword(),
    proof: `${shadow(secret)} && ${keptSecret}`,
    clean,
  },
  {
    name: "another password",
    start: `useradd --password '${other}' ada`,
    resources: () => withPassword(),
    proof: `${shadow(secret)} && ${keptSecret}`,
    clean,
  },
  {
    name: "another password of a locked user, who stays locked",
    start: `useradd --password '!${other}' ada`,
    resources: () => withPassword(),
    proof: shadow(`!${secret}`),
    clean,
  },
  {
    name: "a password and a lock for a new user",
    resources: () => withPassword({ locked: true }),
    proof: shadow(`!${secret}`),
    clean,
  },
  {
    name: "a password that lets a locked user in",
    start: "useradd ada",
    resources: () => withPassword({ locked: false }),
    proof: shadow(secret),
    clean,
  },
  {
    name: "the password is as declared",
    start: `useradd --password '!${secret}' ada`,
    resources: () => withPassword(),
    proof: shadow(`!${secret}`),
    expect: "in-order",
    clean,
  },
  {
    name: "a lock",
    start: `useradd --password '${other}' ada`,
    resources: () => [user("ada", { locked: true })],
    proof: shadow(`!${other}`),
    clean,
  },
  {
    name: "no lock",
    start: `useradd --password '!${other}' ada`,
    resources: () => [user("ada", { locked: false })],
    proof: shadow(other),
    clean,
  },
  {
    name: "no lock, and no password either",
    start: "useradd ada",
    resources: () => [user("ada", { locked: false })],
    proof: shadow("!"),
    expect: { blocked: "It has no password, so it stays locked." },
    clean,
  },
  {
    name: "no lock and no password for a new user, after one who has a password",
    start: `useradd --password '${secret}' ada`,
    resources: () => [...withPassword(), user("bob", { locked: false })],
    proof: hasNo("bob"),
    expect: { blocked: "It has no password, so it stays locked." },
    clean,
  },
  {
    name: "one that must not be there",
    start: "useradd --create-home ada",
    resources: () => [user("ada", { absent: true })],
    proof: `${hasNo("ada")} && ! getent group ada && test -e /home/ada/.profile`,
    clean,
  },
  {
    name: "one that must not be there, with its home",
    start: "useradd --create-home ada && ln -s /etc/passwd /home/ada/link && echo precious >'/home/ada/a b'",
    resources: () => [user("ada", { absent: true, removeHome: true })],
    proof: `${hasNo("ada")} && test ! -e /home/ada && test -s /etc/passwd && cat /var/lib/proog/backups/*/*.copy/'a b' | grep -qx precious`,
    clean,
  },
  {
    name: "one that must not be there, whose removal was interrupted",
    start: "useradd --create-home ada && rm -r /home/ada",
    resources: () => [user("ada", { absent: true, removeHome: true })],
    proof: hasNo("ada"),
    clean,
  },
  {
    name: "one that must not be there, with a home of somebody else",
    start: "mkdir /srv/app && useradd --home-dir /srv/app ada",
    resources: () => [user("ada", { absent: true, removeHome: true })],
    proof: "getent passwd ada && test -d /srv/app",
    expect: { blocked: "Its home /srv/app belongs to root, so it was left alone.\nLeave out removeHome." },
    clean,
  },
  {
    name: "one that must not be there, with others' homes in its own",
    start: "useradd --create-home ada && useradd --home-dir /home/ada/bob bob",
    resources: () => [user("ada", { absent: true, removeHome: true })],
    proof: "getent passwd ada && test -d /home/ada",
    expect: {
      blocked: "Its home /home/ada holds the home of bob, so it was left alone.\nLeave out removeHome.",
    },
    clean,
  },
  {
    name: "one that must not be there, and runs something",
    start: "useradd ada && systemd-run --quiet --service-type=exec --unit=busy --uid=ada sleep 600",
    resources: () => [user("ada", { absent: true })],
    proof: "getent passwd ada && systemctl is-active busy.service",
    expect: { blocked: "The user ada has running processes" },
    clean,
  },
  {
    name: "one that must not be there, and is logged in",
    start: `useradd --create-home --shell /bin/sh ada; install -d -o ada -m 0700 /home/ada/.ssh
ssh-keygen -q -t ed25519 -N '' -f /root/t-key <<'END'
y
END
install -o ada -m 0600 /root/t-key.pub /home/ada/.ssh/authorized_keys
ssh -f -i /root/t-key -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR ada@localhost sleep 600 >/dev/null 2>&1`,
    resources: () => [user("ada", { absent: true })],
    proof: "getent passwd ada && pgrep -u ada sleep",
    expect: {
      blocked: "The user ada is logged in: end its sessions before it (loginctl terminate-user ada).",
    },
    clean: `pkill -u ada; rm /root/t-key*; n=0; while pgrep -u ada >/dev/null && [ $n -lt 50 ]; do n=$((n + 1)); sleep 0.1; done; ${clean}`,
  },
  {
    name: "one with another number, and runs something",
    start:
      "useradd --uid 4000 ada && systemd-run --quiet --service-type=exec --unit=busy --uid=ada sleep 600",
    resources: () => [user("ada", { uid: 4444 })],
    proof: `${field(3, "4000")} && systemctl is-active busy.service`,
    expect: { blocked: "The user ada has running processes" },
    clean,
  },
  {
    name: "a new shell while it runs something",
    start: "useradd ada && systemd-run --quiet --service-type=exec --unit=busy --uid=ada sleep 600",
    resources: () => [user("ada", { shell: "/bin/bash" })],
    proof: `${field(7, "/bin/bash")} && systemctl is-active busy.service`,
    clean,
  },
  {
    name: "a lock of passwd(5) that a killed run left",
    start: "printf 999999 >/etc/passwd.lock; printf 999999 >/etc/shadow.lock",
    resources: () => [user("ada")],
    proof: `${field(6, "/home/ada")} && test ! -e /etc/passwd.lock`,
    clean,
  },
];
