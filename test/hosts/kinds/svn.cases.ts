import { apt } from "../../../src/resources/apt/apt.ts";
import { type SvnOptions, svn } from "../../../src/resources/svn/svn.ts";
import { tree } from "../../../src/resources/tree/tree.ts";
import { user } from "../../../src/resources/user/user.ts";
import type { Case } from "./case.ts";
import { bringRepository, folder, repository, url } from "./svn-repository.ts";

const start = `${bringRepository}
get() { svn checkout --quiet -r "$1" ${url}/trunk /srv/app && cd /srv/app; }
`;
const clean = "rm -rf /srv/* /srv/.[!.]* /var/lib/proog/backups/*; userdel ada 2>/dev/null; true";

const app = (options: Partial<SvnOptions> = {}) => {
  repository();
  return [svn("/srv/app", { from: `${url}/trunk`, ...options })];
};
const ada = user("ada", { system: true, home: "/srv" });
const at = (revision: number, path = "trunk") =>
  `[ "$(svnversion -n /srv/app)" = ${revision} ] && [ "$(svn info --show-item url /srv/app)" = ${url}/${path} ] && [ -z "$(svn status -q /srv/app)" ]`;
const newest = `${at(4)} && grep -qx second /srv/app/text && test -x /srv/app/tool && test -e "/srv/app/two words/it's \\$(touch pwned)"`;
const all = (owner: string) => {
  const [name, group] = owner.split(":");
  return `[ -z "$(find /srv/app ! -user ${name} -o ! -group ${group})" ]`;
};
const kept = (text: string) => `grep -rqx ${text} /var/lib/proog/backups`;

export const cases: Case[] = [
  {
    name: "a machine without svn",
    resources: () => app(),
    proof: "test ! -e /srv/app",
    expect: { blocked: 'svn is not installed: declare apt("subversion") before it.' },
  },
  {
    name: "svn and its owner come before it",
    start: `mkdir -p ${folder}`,
    resources: () => {
      const copied = repository().slice("file://".length);
      return [
        apt("subversion"),
        ada,
        tree(copied, { from: copied }),
        ...app({ owner: "ada", group: "www-data" }),
      ];
    },
    proof: `grep -qx second /srv/app/text && ${all("ada:www-data")}`,
    clean: `rm -r ${folder}; ${clean}`,
  },
  {
    name: "one that is not there",
    start,
    resources: () => app(),
    proof: `${newest} && ${all("root:root")}`,
    clean,
  },
  {
    name: "an owner and a group, in an empty directory",
    start: `${start}mkdir -m 0750 /srv/app`,
    resources: () => [ada, ...app({ owner: "ada", group: "www-data" })],
    proof: `${all("ada:www-data")} && [ "$(stat -c %a /srv/app)" = 750 ] && grep -qx second /srv/app/text`,
    clean,
  },
  { name: "a revision", start, resources: () => app({ revision: 2 }), proof: at(2), clean },
  {
    name: "in order, with what svn does not know, of somebody who has not used svn yet",
    start: `${start}get 4; echo extra >extra; rm -rf ~/.subversion`,
    resources: () => app(),
    proof: "grep -qx extra /srv/app/extra && test ! -e ~/.subversion",
    expect: "in-order",
    clean,
  },
  {
    name: "an older one, brought forward",
    start: `${start}get 2`,
    resources: () => app(),
    proof: newest,
    clean,
  },
  {
    name: "a newer one, taken back",
    start: `${start}get 4`,
    resources: () => app({ revision: 2 }),
    proof: `${at(2)} && test ! -e /srv/app/added`,
    clean,
  },
  {
    name: "parts of other revisions",
    start: `${start}get 4; svn update --quiet -r 2 text`,
    resources: () => app(),
    proof: newest,
    clean,
  },
  {
    name: "another address",
    start: `${start}get 4`,
    resources: () => app({ from: `${url}/tags/1` }),
    proof: `${at(3, "tags/1")} && grep -qx first /srv/app/text`,
    clean,
  },
  {
    name: "local changes of every kind",
    start: `${start}get 2; echo changed >text; echo changed >"two words/it's \\$(touch pwned)"; echo changed >names/a@b; rm tool; svn rm --quiet names/-rf; echo mine >new; svn add --quiet new; svn propset --quiet x y names`,
    resources: () => app(),
    proof: `${newest} && ${kept("changed")} && grep -qx mine /srv/app/new && test -e /srv/app/names/-rf && ! find / -xdev -name pwned | grep -q .`,
    clean,
  },
  {
    name: "a lock of an svn that was killed",
    start: `${start}apt-get -qq install --yes --no-install-recommends sqlite3 >/dev/null 2>&1; get 2; sqlite3 .svn/wc.db "insert into wc_lock values (1, '', -1)" && ! svn update --quiet 2>/dev/null`,
    resources: () => app(),
    proof: newest,
    clean,
  },
  {
    name: "another owner",
    start: `${start}get 4; echo upload >upload; chown www-data:www-data upload`,
    resources: () => [ada, ...app({ owner: "ada" })],
    proof: `[ "$(stat -c %U:%G /srv/app/upload)" = www-data:www-data ] && rm /srv/app/upload && ${all("ada:ada")}`,
    clean,
  },
  {
    name: "a file that svn does not know is in the way",
    start: `${start}get 2; echo precious >added`,
    resources: () => app(),
    proof: "grep -rqx precious /srv/app",
    expect: { failed: "Files that svn does not track are left alone" },
    clean,
  },
  {
    name: "a directory with something in it",
    start: `${start}mkdir /srv/app; echo precious >/srv/app/text`,
    resources: () => app(),
    proof: "grep -qx precious /srv/app/text",
    expect: { blocked: "The directory is not empty and no working copy of Subversion" },
    clean,
  },
  {
    name: "a working copy that svn cannot read",
    start: `${start}mkdir -p /srv/app/.svn; echo precious >/srv/app/text`,
    resources: () => app(),
    proof: "grep -qx precious /srv/app/text",
    expect: { blocked: "svn cannot read it: svn: E" },
    clean,
  },
  {
    name: "a file is in the way",
    start: `${start}echo precious >/srv/app`,
    resources: () => app(),
    proof: "grep -qx precious /srv/app",
    expect: { blocked: "A file is in the way" },
    clean,
  },
  {
    name: "a revision that the repository does not have",
    start,
    resources: () => app({ revision: 4711 }),
    proof: 'test ! -e /srv/app && [ -z "$(ls -A /srv)" ]',
    expect: { failed: "No such revision 4711" },
    clean,
  },
  {
    name: "a hostile path",
    start,
    resources: () => {
      repository();
      return [svn('/srv/-it\'s $(touch pwned) "%s"@3\n é', { from: `${url}/trunk` })];
    },
    proof: `grep -qx second /srv/-it*/text && ! find / -xdev -name pwned | grep -q .`,
    clean,
  },
  {
    name: "absent",
    start: `${start}get 4; echo precious >extra`,
    resources: () => [svn("/srv/app", { absent: true })],
    proof: `test ! -e /srv/app && ${kept("precious")}`,
    clean,
  },
  {
    name: "absent, and it is no working copy",
    start: "mkdir /srv/app; echo precious >/srv/app/text",
    resources: () => [svn("/srv/app", { absent: true })],
    proof: "grep -qx precious /srv/app/text",
    expect: { blocked: "It is no working copy of Subversion, so it was left alone." },
    clean,
  },
];
