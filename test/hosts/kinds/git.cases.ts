import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";
import { quote } from "../../../src/catalog/quote.ts";
import { apt } from "../../../src/resources/apt/apt.ts";
import { file } from "../../../src/resources/file/file.ts";
import { type GitOptions, git } from "../../../src/resources/git/git.ts";
import { run } from "../../../src/resources/run/run.ts";
import { user } from "../../../src/resources/user/user.ts";
import type { Case } from "./case.ts";
import { hostileNames } from "./hostile-names.ts";

/** Repositories stand at the same place on this host and on the machine, so that an address serves both. */
const folder = join(inject("runFolder"), "repositories");
const app = join(folder, "app");
const whole = join(folder, "whole");

const names = hostileNames.filter((name) => name !== "x".repeat(255));

/** The same commits wherever it runs: names of commits are hashes of all that stands here. */
const makeRepositories = `
export HOME=/nonexistent GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
export GIT_AUTHOR_DATE='2026-01-01T00:00:00Z' GIT_COMMITTER_DATE='2026-01-01T00:00:00Z'
set -e
make() {
  mkdir -p "$1" && cd "$1" && git init --quiet --template= --initial-branch=main && git config uploadpack.allowAnySHA1InWant true
}
commit() {
  git add --all --force && git commit --quiet --message="$1" && git tag "$1"
}
make ${app}
echo first >text && echo '*.log' >.gitignore && mkdir names
${names.map((name) => `echo content >names/${quote(name)}`).join("\n")}
commit first
echo second >text && commit second
echo new >added && commit third
git tag --annotate --message=two v2
git checkout --quiet -b other && echo other >text && echo tracked >debug.log && commit fourth
git checkout --quiet -b more main && mkdir -p 'new ones/deep' && seq 1000 >'new ones/long' && echo x >'new ones/deep/-rf'
ln -s long 'new ones/link' && commit written
git checkout --quiet main
make ${folder}/module
echo module >module && commit module
make ${whole}
git -c protocol.file.allow=always submodule --quiet add file://${folder}/module 'the module'
commit whole
`;

if (!existsSync(folder)) execFileSync("sh", ["-c", makeRepositories], { stdio: "inherit" });

const hash = (ref: string) =>
  execFileSync("git", ["-C", app, "rev-parse", `${ref}^{commit}`], { encoding: "utf8" }).trim();

const start = `command -v git >/dev/null || apt-get -qq install --yes --no-install-recommends git >/dev/null 2>&1
[ -e ${folder} ] || sh -c ${quote(makeRepositories)}
git config --system --replace-all safe.directory '*'; git config --system protocol.file.allow always
clone() {
  git clone --quiet file://${app} /srv/app && cd /srv/app && git checkout --quiet --detach "$1"
}
`;
const clean = `rm -rf /srv/* /srv/.[!.]* /etc/gitconfig; userdel ada 2>/dev/null; true`;

const local = (options: Partial<GitOptions> = {}) => [
  git("/srv/app", { from: app, ref: "main", ...options }),
];
const fetched = (options: Partial<GitOptions> = {}) => local({ from: `file://${app}`, ...options });

const here = "git -c safe.directory='*' -C /srv/app";
const at = (ref: string) => `[ "$(${here} rev-parse HEAD)" = ${hash(ref)} ]`;
const same = `diff -r --no-dereference --exclude=.git ${app} /srv/app`;
const unchanged = `[ -z "$(${here} status --porcelain --untracked-files=no)" ]`;
const commits = (count: number) =>
  `[ "$(${here} rev-list --count HEAD)" = ${count} ] && ${here} fsck --no-progress >/dev/null 2>&1`;
const remote = (url: string) => `[ "$(${here} config --get remote.origin.url)" = "${url}" ]`;
const all = (owner: string) => {
  const [user, group] = owner.split(":");
  return `[ -z "$(find /srv/app ! -user ${user} -o ! -group ${group})" ]`;
};
const ada = user("ada", { system: true, home: "/srv" });
const kept = (text: string, count: number) =>
  `[ "$(cat /var/lib/proog/backups/*/*.copy 2>/dev/null | grep -cx ${text})" -ge ${count} ]`;
const noBackups = "rm -rf /var/lib/proog/backups/*";

export const cases: Case[] = [
  {
    name: "a machine without git",
    resources: () => local(),
    proof: "test ! -e /srv/app",
    expect: { blocked: 'git is not installed: declare apt("git") before it.' },
  },
  {
    name: "git and its owner come before it",
    resources: () => [apt("git", { recommends: false }), ada, ...local({ owner: "ada" })],
    proof: `${at("main")} && ${all("ada:ada")} && ${commits(1)}`,
    clean,
  },
  {
    name: "one that is not there, from a folder of this host",
    start,
    resources: () => local(),
    proof: `${same} && ${at("main")} && ${unchanged} && ${all("root:root")} && ${commits(1)} && ${remote("")}`,
    clean,
  },
  {
    name: "one that is not there, from an address",
    start,
    resources: () => fetched(),
    proof: `${same} && ${at("main")} && ${unchanged} && ${all("root:root")} && ${commits(1)} && ${remote(`file://${app}`)}`,
    clean,
  },
  {
    name: "all history, from a folder of this host",
    start,
    resources: () => local({ depth: "all" }),
    proof: `${at("main")} && ${commits(3)}`,
    clean,
  },
  {
    name: "all history, from an address",
    start,
    resources: () => fetched({ depth: "all" }),
    proof: `${at("main")} && ${commits(3)} && ${here} rev-parse origin/other v2`,
    clean,
  },
  {
    name: "two commits of history",
    start,
    resources: () => fetched({ depth: 2 }),
    proof: `${at("main")} && ${commits(2)}`,
    clean,
  },
  { name: "a tag", start, resources: () => fetched({ ref: "v2" }), proof: at("third"), clean },
  { name: "another branch", start, resources: () => local({ ref: "other" }), proof: at("fourth"), clean },
  {
    name: "a commit, from a folder of this host",
    start,
    resources: () => local({ ref: hash("first").toUpperCase() }),
    proof: `${at("first")} && ${commits(1)}`,
    clean,
  },
  {
    name: "a commit, from an address",
    start,
    resources: () => fetched({ ref: hash("second") }),
    proof: `${at("second")} && ${commits(1)}`,
    clean,
  },
  {
    name: "a server that gives no single commit",
    start: `${start}
git -C ${app} config uploadpack.allowAnySHA1InWant false; git config --system protocol.version 0`,
    resources: () => fetched({ ref: hash("first") }),
    proof: `${at("first")} && git -C ${app} config uploadpack.allowAnySHA1InWant true`,
    clean,
  },
  {
    name: "an owner and a group",
    start,
    resources: () => [ada, ...fetched({ owner: "ada", group: "www-data" })],
    proof: `${at("main")} && ${all("ada:www-data")}`,
    clean,
  },
  {
    name: "an owner that nothing brings",
    start,
    resources: () => fetched({ owner: "ada" }),
    proof: "test ! -e /srv/app",
    expect: { blocked: "The user ada is not there yet." },
    clean,
  },
  {
    name: "a folder that nothing brings",
    start,
    resources: () => [git("/srv/none/app", { from: app, ref: "main" })],
    proof: "test ! -e /srv/none",
    expect: { blocked: "The directory /srv/none is not there yet." },
    clean,
  },
  {
    name: "an empty directory",
    start: `${start}\nmkdir -m 0750 /srv/app`,
    resources: () => local(),
    proof: `${same} && [ "$(stat -c %a /srv/app)" = 750 ]`,
    clean,
  },
  {
    name: "a directory with something in it",
    start: `${start}\nmkdir /srv/app && echo precious >/srv/app/.hidden`,
    resources: () => local(),
    proof: "grep -qx precious /srv/app/.hidden",
    expect: { blocked: "The directory is not empty and no git checkout" },
    clean,
  },
  {
    name: "a file is in the way",
    start: `${start}\necho precious >/srv/app`,
    resources: () => local(),
    proof: "grep -qx precious /srv/app",
    expect: { blocked: "A file is in the way" },
    clean,
  },
  {
    name: "a link to a checkout is in the way",
    start: `${start}\nclone main && mv /srv/app /srv/real && ln -s real /srv/app`,
    resources: () => local(),
    proof: '[ "$(readlink /srv/app)" = real ]',
    expect: { blocked: "A symlink is in the way" },
    clean,
  },
  {
    name: "a repository that git cannot read",
    start: `${start}\nmkdir -p /srv/app/.git && echo precious >/srv/app/text`,
    resources: () => local(),
    proof: "grep -qx precious /srv/app/text",
    expect: { blocked: "git cannot read it: fatal: not a git repository" },
    clean,
  },
  {
    name: "one that is as declared",
    start: `${start}\nclone main && echo untracked >extra`,
    resources: () => fetched({ depth: "all" }),
    proof: "test -e /srv/app/extra",
    expect: "in-order",
    clean,
  },
  {
    name: "one on a branch at the right commit",
    start: `${start}\nclone main && git checkout --quiet main && git remote remove origin`,
    resources: () => local(),
    proof: `[ "$(${here} branch --show-current)" = main ]`,
    expect: "in-order",
    clean,
  },
  {
    name: "an older commit, brought forward from an address",
    start: `${start}\nclone first`,
    resources: () => fetched(),
    proof: `${same} && ${at("main")} && ${commits(3)}`,
    clean,
  },
  {
    name: "an older commit without history, brought forward from a folder of this host",
    start: `${start}\ngit clone --quiet --depth=1 --branch=first file://${app} /srv/app 2>/dev/null`,
    resources: () => local(),
    proof: `${same} && ${at("main")} && ${unchanged} && ${remote("")} && ${here} fsck --no-progress >/dev/null 2>&1`,
    clean,
  },
  {
    name: "the history that was not there, from a folder of this host",
    start: `${start}\ngit clone --quiet --depth=1 file://${app} /srv/app`,
    resources: () => local({ depth: "all" }),
    proof: `${at("main")} && ${commits(3)}`,
    clean,
  },
  {
    name: "the history that was not there, from an address",
    start: `${start}\ngit clone --quiet --depth=1 file://${app} /srv/app`,
    resources: () => fetched({ depth: "all" }),
    proof: `${at("main")} && ${commits(3)}`,
    clean,
  },
  {
    name: "a newer commit, taken back",
    start: `${start}\nclone main`,
    resources: () => fetched({ ref: hash("first") }),
    proof: `${at("first")} && test ! -e /srv/app/added && ${unchanged}`,
    clean,
  },
  {
    name: "another address",
    start: `${start}\nclone main && git remote set-url origin https://example.invalid/other.git`,
    resources: () => fetched(),
    proof: remote(`file://${app}`),
    clean,
  },
  {
    name: "local changes, staged or not, and files that git does not know",
    start: `${start}${noBackups}\nclone main && echo changed >text && git add text && echo more >>text && rm added && chmod +x .gitignore && echo extra >extra && echo extra >x.log`,
    resources: () => fetched(),
    proof: `${unchanged} && ${at("main")} && [ "$(cat /srv/app/extra /srv/app/x.log)" = "extra\nextra" ] && ${kept("changed", 1)} && ${kept("more", 1)}`,
    clean,
  },
  {
    name: "local changes of files with hostile names",
    start: `${start}${noBackups}\nclone main && for name in names/* 'names/~root'; do echo changed >"$name"; done`,
    resources: () => local(),
    proof: `${same} && ${unchanged} && ${kept("changed", names.length)} && test ! -e /srv/pwned && test ! -e /pwned`,
    clean,
  },
  {
    name: "local changes and an older commit",
    start: `${start}${noBackups}\nclone first && echo changed >text`,
    resources: () => local(),
    proof: `${same} && ${at("main")} && ${kept("changed", 1)}`,
    clean,
  },
  {
    name: "a merge that somebody left in its middle",
    start: `${start}${noBackups}\nclone first && echo mine >text && git -c user.name=a -c user.email=a@b commit --quiet -am mine && ! git -c user.name=a -c user.email=a@b merge --quiet origin/main >/dev/null`,
    resources: () => fetched(),
    proof: `${same} && ${at("main")} && ${unchanged} && ${kept("mine", 1)}`,
    clean,
  },
  {
    name: "a file that git does not know is in the way of one that it does",
    start: `${start}\nclone first && echo precious >added`,
    resources: () => fetched(),
    proof: `grep -qx precious /srv/app/added && ${at("first")}`,
    expect: { failed: "Files that git does not track are left alone" },
    clean,
  },
  {
    name: "what a killed checkout has written is no obstacle: files, the beginning of one, a link",
    start: `${start}
clone first && mkdir -p 'new ones/deep' && echo new >added && seq 500 >'new ones/long' && echo x >'new ones/deep/-rf' && ln -s long 'new ones/link'`,
    resources: () => fetched({ ref: "written" }),
    proof: `[ "$(tail -n 1 '/srv/app/new ones/long')" = 1000 ] && [ "$(${here} ls-files 'new ones' | wc -l)" = 3 ] && ${unchanged}`,
    clean,
  },
  {
    name: "nor are they removed behind a link to elsewhere",
    start: `${start}\nclone first && mkdir /srv/shared && ln -s /srv/shared 'new ones' && mkdir /srv/shared/deep && echo x >/srv/shared/deep/-rf`,
    resources: () => fetched({ ref: "written" }),
    proof: `[ "$(cat /srv/shared/deep/-rf)" = x ] && ${at("first")}`,
    expect: { failed: "Files that git does not track are left alone" },
    clean,
  },
  {
    name: "an ignored file is in the way",
    start: `${start}\nclone main && echo precious >debug.log`,
    resources: () => fetched({ ref: "other" }),
    proof: `grep -qx precious /srv/app/debug.log && ${at("main")}`,
    expect: { failed: "Files that git does not track are left alone" },
    clean,
  },
  {
    name: "another owner, and others' files stay theirs",
    start: `${start}\nclone first && echo upload >upload && chown www-data:www-data upload`,
    resources: () => [ada, ...fetched({ owner: "ada" })],
    proof: `${at("main")} && [ "$(stat -c %U:%G /srv/app/upload)" = www-data:www-data ] && rm /srv/app/upload && ${all("ada:ada")}`,
    clean,
  },
  {
    name: "a repository of another owner, with commands in its configuration",
    start: `${start}\nuseradd --system --home-dir /srv ada; clone first
for hook in post-checkout reference-transaction post-index-change; do printf '#!/bin/sh\\n[ $(id -u) != 0 ] || touch /srv/pwned\\n' >.git/hooks/$hook; chmod +x .git/hooks/$hook; done
printf '#!/bin/sh\\n[ $(id -u) != 0 ] || touch /srv/pwned\\n' >/srv/app/.git/evil; chmod +x /srv/app/.git/evil
git config core.fsmonitor .git/evil; git config filter.evil.smudge '[ $(id -u) != 0 ] || touch /srv/pwned; cat'; git config filter.evil.clean '[ $(id -u) != 0 ] || touch /srv/pwned; cat'
echo '* filter=evil' >.git/info/attributes; git config core.sshCommand .git/evil; chown -R ada:ada /srv/app; touch text`,
    resources: () => fetched({ owner: "ada" }),
    proof: `${at("main")} && test ! -e /srv/pwned`,
    clean,
  },
  {
    name: "locks of a git that was killed",
    start: `${start}\nclone first && touch .git/index.lock .git/HEAD.lock .git/config.lock .git/shallow.lock`,
    resources: () => fetched(),
    proof: `${same} && ${at("main")} && test ! -e /srv/app/.git/index.lock`,
    clean,
  },
  {
    name: "submodules",
    start,
    resources: () => local({ from: `file://${whole}`, submodules: true }),
    proof: "grep -qx module '/srv/app/the module/module'",
    clean,
  },
  {
    name: "submodules that are gone, and changed",
    start: `${start}${noBackups}\ngit clone --quiet file://${whole} /srv/app && cd /srv/app && git submodule --quiet update --init && echo changed >'the module/module'`,
    resources: () => local({ from: `file://${whole}`, submodules: true }),
    proof: `grep -qx module '/srv/app/the module/module' && ${unchanged} && grep -rqx changed /var/lib/proog/backups`,
    clean,
  },
  {
    name: "a submodule that is not checked out",
    start: `${start}\ngit clone --quiet file://${whole} /srv/app`,
    resources: () => local({ from: `file://${whole}`, submodules: true }),
    proof: "grep -qx module '/srv/app/the module/module'",
    clean,
  },
  {
    name: "what waits for it runs when it changes",
    start,
    resources: () => {
      const checkout = git("/srv/app", { from: app, ref: "main" });
      return [
        checkout,
        run("echo ran >>/srv/log", { onlyOn: [checkout] }),
        file("/srv/app/local", { content: "" }),
      ];
    },
    proof: '[ "$(cat /srv/log)" = ran ]',
    clean,
  },
  {
    name: "a commit that the repository does not have",
    start,
    resources: () => fetched({ ref: "1234567890123456789012345678901234567890" }),
    proof: "test ! -e /srv/app",
    expect: { failed: "The repository has no commit 1234567890123456789012345678901234567890." },
    clean,
  },
  {
    name: "an address that the machine does not reach",
    start: `${start}\nmv ${app} ${app}.away`,
    resources: () => fetched(),
    proof: `test ! -e /srv/app && mv ${app}.away ${app}`,
    expect: { failed: "does not appear to be a git repository" },
    clean,
  },
  {
    name: "a hostile path",
    start,
    resources: () => [git('/srv/-it\'s $(touch pwned) "%s"\n é', { from: app, ref: "main" })],
    proof: `diff -r --exclude=.git ${app} "/srv/-it's \\$(touch pwned) \\"%s\\"\n é" && ! find / -xdev -name pwned | grep -v names`,
    clean,
  },
  {
    name: "one that must not be there",
    start: `${start}${noBackups}\nclone main && echo precious >extra && ln -s /etc/passwd link`,
    resources: () => [git("/srv/app", { absent: true })],
    proof:
      "test ! -e /srv/app && grep -qx precious /var/lib/proog/backups/*/*.copy/extra && test -s /etc/passwd",
    clean,
  },
  {
    name: "one that is not there, and must not be",
    start,
    resources: () => [git("/srv/app", { absent: true })],
    proof: "test ! -e /srv/app",
    expect: "in-order",
    clean,
  },
  {
    name: "a directory that is no checkout, and must not be there",
    start: `${start}\nmkdir /srv/app && echo precious >/srv/app/text`,
    resources: () => [git("/srv/app", { absent: true })],
    proof: "grep -qx precious /srv/app/text",
    expect: { blocked: "It is no git checkout, so it was left alone." },
    clean,
  },
];
