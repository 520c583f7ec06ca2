import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";
import { directory } from "../../../src/resources/directory/directory.ts";
import { file } from "../../../src/resources/file/file.ts";
import { run } from "../../../src/resources/run/run.ts";
import { service } from "../../../src/resources/service/service.ts";
import { type SiteOptions, site } from "../../../src/resources/site/site.ts";
import { systemdUnit } from "../../../src/resources/systemdUnit/systemdUnit.ts";
import { user } from "../../../src/resources/user/user.ts";
import type { Case } from "./case.ts";
import { hostileNames, unhurt } from "./hostile-names.ts";

/** Folders, a repository and an archive on this host; made once. */
function local(name: string): string {
  const folder = join(inject("runFolder"), "sites");
  if (!existsSync(join(folder, "done"))) {
    for (const version of ["1", "2"]) {
      const app = join(folder, `app-${version}`);
      mkdirSync(join(app, "bin"), { recursive: true });
      mkdirSync(join(app, "uploads"));
      mkdirSync(join(app, "empty"));
      writeFileSync(join(app, "version"), `${version}\n`);
      writeFileSync(join(app, "same"), "same\n");
      writeFileSync(join(app, `only-${version}`), "only\n");
      writeFileSync(join(app, "uploads/first"), "first\n");
      writeFileSync(join(app, "bin/app"), "#!/bin/sh\ncat version\n");
      chmodSync(join(app, "bin/app"), 0o775);
      symlinkSync("bin/app", join(app, "start"));
    }
    const hostile = join(folder, "hostile");
    mkdirSync(hostile);
    for (const text of hostileNames) writeFileSync(join(hostile, text), text);
    execFileSync("tar", ["-cz", "-f", join(folder, "app.tar.gz"), "-C", folder, "app-1"]);
    execFileSync("sh", ["-c", makeRepositories], { cwd: folder });
    for (const [name, script] of Object.entries(makeMoving)) {
      mkdirSync(join(folder, name));
      execFileSync("sh", ["-ec", script], { cwd: join(folder, name) });
    }
    writeFileSync(join(folder, "done"), "");
  }
  return join(folder, name);
}

// git takes a file of another content for unchanged where its size, inode and whole seconds are the same: copies have times of their own.
const makeRepositories = `set -e
export GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b HOME=/nonexistent
git init --quiet --template= --initial-branch=main repository
cd repository
for version in 1 2; do
  cp -R --no-dereference --preserve=mode ../app-$version/. . && git add --all && git commit --quiet --message=$version && git tag v$version
done
cd ..
svnadmin create subversion
svn import --quiet --non-interactive -m 1 app-1 "file://$PWD/subversion/trunk"
`;

/** Files become folders and folders files, contents move, and what may be run may not. */
const makeMoving = {
  "moving-1":
    "mkdir -p a/in/deep b gone; echo one >a/x; echo one >a/in/deep/twice; echo two >b/y; echo run >run; chmod 755 run; ln -s a/x link; echo z >gone/z",
  "moving-2":
    "mkdir -p b/y run c; echo now a file >a; echo one >b/y/moved; echo one >c/again; echo two >b/two; chmod 755 b/two; ln -s c/again link; echo same >run/same",
} as const;

/** What the machine has of it, and that the release after it can begin at once. */
const moved = (version: 1 | 2) =>
  `flock /var/lib/proog/lock true && cd /srv/app/current/ && [ "$(find . -mindepth 1 \\( -type d -o -type l -printf '%p %l\n' -o -printf '%p %m ' -exec cat {} \\; \\) | sort)" = "${
    version === 1
      ? "./a/in/deep/twice 644 one\n./a/x 644 one\n./b/y 644 two\n./gone/z 644 z\n./link a/x\n./run 755 run"
      : "./a 644 now a file\n./b/two 755 two\n./b/y/moved 644 one\n./c/again 644 one\n./link c/again\n./run/same 644 same"
  }" ] && [ "$(find . -type d ! -user ada)" = '' ] && [ "$(find . -type f ! -user root)" = '' ] && grep -q "^$(basename "$(readlink /srv/app/current)") " /srv/app/.proog/next/of && [ ! -e /srv/app/.proog/making ] && [ "$(stat -c %a /srv/app/.proog)" = 700 ]`;

const app = (version: string, options: Partial<SiteOptions> = {}) =>
  site("app", { from: { folder: local(`app-${version}`) }, to: "/srv/app", ...options });

const moving = (version: 1 | 2, options: Partial<SiteOptions> = {}) =>
  site("app", { from: { folder: local(`moving-${version}`) }, to: "/srv/app", user: "ada", ...options });

const clean = "rm -rf /srv/* /var/lib/proog/backups/*; userdel ada 2>/dev/null; true";
const live = (version: string) =>
  `[ "$(cd /srv/app/current && ./start)" = ${version} ] && [ "$(cat /srv/app/current/same)" = same ] && test -e /srv/app/current/only-${version} && test -d /srv/app/current/empty`;
const releases = (count: number) => `[ "$(ls /srv/app/releases | wc -l)" = ${count} ]`;
const states = (...words: string[]) =>
  `[ "$(cut -f 3 /srv/app/releases.log | tr '\\n' ' ')" = '${words.join(" ")} ' ]`;
const ada = user("ada", { system: true, home: "/srv" });

export const cases: Case[] = [
  {
    name: "a first release, from a folder",
    resources: () => [app("1")],
    proof: `${live("1")} && ${releases(1)} && [ -L /srv/app/current ] && ${states("building", "switching", "good")} && [ "$(stat -c %a:%U /srv/app/current/bin/app)" = 755:root ]`,
  },
  {
    name: "in order",
    resources: () => [app("1")],
    proof: live("1"),
    expect: "in-order",
  },
  {
    name: "another one; root's own are copies, which no build can write into",
    resources: () => [app("2", { build: ["echo built >>same", "echo made >made"] })],
    proof: `[ "$(cat /srv/app/current/same)" = "same
built" ] && [ "$(cat /srv/app/releases/*/same | grep -cx same)" = 2 ] && [ "$(cat /srv/app/releases/*/same | grep -cx built)" = 1 ] && ${releases(2)} && test ! -e /srv/app/current/only-1`,
    clean,
  },
  {
    name: "with a user, whose folders it has; the files are root's",
    resources: () => [
      ada,
      app("1", {
        user: "ada",
        build: ["id -un >by; echo $RELEASE $REVISION $WORD >told", "ls -a"],
        environment: { WORD: "a b" },
      }),
    ],
    proof: `${live("1")} && [ "$(cat /srv/app/current/by)" = ada ] && [ "$(stat -c %U /srv/app/current/ /srv/app/current/bin /srv/app/current/same | tr '\\n' ' ')" = 'ada ada root ' ] && grep -q "^$(basename $(readlink /srv/app/current)) [0-9a-f]* a b$" /srv/app/current/told`,
  },
  {
    name: "with a user, what did not change has two names",
    resources: () => [ada, app("2", { user: "ada", build: ["echo x >added"] })],
    proof: `${live("2")} && [ "$(stat -c %i /srv/app/releases/*/same | sort -u | wc -l)" = 1 ] && [ "$(stat -c %i /srv/app/releases/*/version | sort -u | wc -l)" = 2 ]`,
  },
  {
    name: "a build that would write into them fails, and the live one stays",
    resources: () => [ada, app("1", { user: "ada", build: ["echo before", "echo evil >>same"] })],
    proof: `${live("2")} && ${releases(2)} && ! grep -r evil /srv/app`,
    expect: { failed: "The build ended with status 2: echo evil >>same" },
  },
  {
    name: "files that a build may write into",
    resources: () => [ada, app("1", { user: "ada", writable: true, build: ["echo written >>same"] })],
    proof: `grep -qx written /srv/app/current/same && [ "$(cat /srv/app/releases/*/same | grep -cx written)" = 1 ] && [ "$(stat -c %U /srv/app/current/same)" = ada ]`,
  },
  {
    name: "a file that somebody has written into is not handed on",
    start: "cd /srv/app/current && echo hacked >same && rm version && echo 1 >version && chown ada version",
    resources: () => [ada, app("2", { user: "ada" })],
    proof: live("2"),
    clean,
  },
  {
    name: "what is shared stays, and is linked into each release",
    resources: () => [
      app("1", { shared: ["uploads", "deep/er/cache"], sharedFiles: ["local.ini"] }),
      file("/srv/app/shared/local.ini", { content: "local\n" }),
    ],
    proof: `${live("1")} && grep -qx first /srv/app/current/uploads/first && [ -L /srv/app/current/uploads ] && echo second >/srv/app/current/uploads/second && echo x >/srv/app/current/deep/er/cache/x && grep -qx local /srv/app/current/local.ini && test -e /srv/app/shared/deep/er/cache/x`,
  },
  {
    name: "what is shared, in the next release",
    resources: () => [
      app("2", { shared: ["uploads", "deep/er/cache"], sharedFiles: ["local.ini"] }),
      file("/srv/app/shared/local.ini", { content: "local\n" }),
    ],
    proof: `${live("2")} && grep -qx second /srv/app/current/uploads/second && test -e /srv/app/current/deep/er/cache/x && grep -qx local /srv/app/current/local.ini`,
  },
  {
    name: "a shared folder that was removed comes back",
    start: "rm -r /srv/app/shared/deep",
    resources: () => [
      app("2", { shared: ["uploads", "deep/er/cache"], sharedFiles: ["local.ini"] }),
      file("/srv/app/shared/local.ini", { content: "local\n" }),
    ],
    proof: `test -d /srv/app/current/deep/er/cache && ${releases(2)}`,
    clean,
  },
  {
    name: "a check that fails before the switch",
    start: "true",
    resources: () => [app("1", { check: "echo looked; test -e missing" })],
    proof: 'test ! -e /srv/app/current && [ -z "$(ls /srv/app/releases)" ]',
    expect: { failed: "Its check ended with status 1: echo looked; test -e missing" },
    clean,
  },
  {
    name: "a first release is confirmed when what comes after it is there",
    resources: () => [
      app("1", { health: { command: "test -e /srv/later", within: 1 } }),
      file("/srv/later", { content: "" }),
    ],
    proof: `${live("1")} && ${states("building", "switching", "good")}`,
  },
  {
    name: "a health check that fails after the switch: the one before is live again",
    start: "rm /srv/later",
    resources: () => [
      app("2", { health: { command: "echo so bad; ./start; test -e /srv/later", within: 1 } }),
    ],
    proof: `${live("1")} && [ "$(tail -n 1 /srv/app/releases.log | cut -f 3)" = bad ]`,
    expect: { failed: "Gone back to release " },
  },
  {
    name: "services are reloaded at the switch, before the health check",
    start: "echo >/srv/log",
    resources: () => [
      systemdUnit("app.service", {
        content: `[Service]
ExecStart=/bin/sleep infinity
ExecReload=/bin/sh -c 'cat /srv/app/current/version >>/srv/log'
[Install]
WantedBy=multi-user.target
`,
      }),
      service("app"),
    ],
    proof: "systemctl is-active app",
  },
  {
    name: "services are reloaded at the switch, and the health check sees it",
    start: "for i in $(seq 50); do systemctl is-active -q app && break; sleep 0.1; done; : >/srv/log",
    resources: () => {
      const it = app("2", { health: { command: 'test "$(tail -n 1 /srv/log)" = 2', within: 5 } });
      return [it, service("app", { reloadOn: [it] })];
    },
    proof: `${live("2")} && [ "$(cat /srv/log)" = 2 ]`,
  },
  {
    name: "and at the way back",
    start: ": >/srv/log",
    resources: () => {
      const it = app("1", { health: { command: "false", within: 1 } });
      return [it, service("app", { reloadOn: [it] })];
    },
    proof: `${live("2")} && for i in 1 2 3 4 5 6 7 8 9; do [ "$(tr '\\n' ' ' </srv/log)" = '1 2 ' ] && exit; sleep 0.2; done; cat /srv/log; exit 1`,
    expect: { failed: "its health check failed" },
    clean: `systemctl disable -q --now app; rm /etc/systemd/system/app.service; systemctl daemon-reload; ${clean}`,
  },
  {
    name: "a link that is no release, and a folder where current belongs",
    start: "mkdir -p /srv/app/current && echo precious >/srv/app/current/text",
    resources: () => [app("1")],
    proof: "grep -qx precious /srv/app/current/text",
    expect: { blocked: "A directory is in the way, so it was left alone." },
    clean,
  },
  {
    name: "a current that points elsewhere",
    start: "mkdir -p /srv/app /srv/old && echo old >/srv/old/text && ln -s /srv/old /srv/app/current",
    resources: () => [app("1")],
    proof: `${live("1")} && grep -qx old /srv/old/text`,
    clean,
  },
  {
    name: "what a run that died has left is removed, and is no way back",
    start: `mkdir -p /srv/app/releases/20200101-000000-dead/bin /srv/app/.proog && printf '2020-01-01T00:00:00Z\\t20200101-000000-dead\\tbuilding\\tada\\tx\\tabc\\n2020-01' >/srv/app/releases.log`,
    resources: () => [app("1")],
    proof: `${live("1")} && ${releases(1)} && grep -q 'dead.bad' /srv/app/releases.log`,
    clean,
  },
  {
    name: "a run that died right after the switch: it is confirmed, and not built again",
    start: "true",
    resources: () => [app("1")],
    proof: live("1"),
  },
  {
    name: "a run that died right after the switch, second part",
    start: "sed -i '$d' /srv/app/releases.log",
    resources: () => [app("1")],
    proof: `${live("1")} && ${releases(1)} && ${states("building", "switching", "good")}`,
    clean,
  },
  {
    name: "from a commit of a git repository",
    resources: () => [app("1", { from: { git: local("repository"), ref: "v1" } })],
    proof: `${live("1")} && test ! -e /srv/app/current/.git`.replace(
      " && test -d /srv/app/current/empty",
      "",
    ),
  },
  {
    name: "from a branch of a git repository",
    resources: () => [app("1", { from: { git: `file://${local("repository")}`, ref: "main" } })],
    proof: `[ "$(cat /srv/app/current/version)" = 2 ] && ${releases(2)}`,
    clean,
  },
  {
    name: "from Subversion, which the machine does not have",
    resources: () => [app("1", { from: { svn: `file://${local("subversion")}/trunk` } })],
    proof: `${live("1")} && grep -q 'building.*r1' /srv/app/releases.log`,
    clean,
  },
  {
    name: "from an archive",
    resources: () => [app("1", { from: { archive: local("app.tar.gz"), strip: 1 } })],
    proof: live("1"),
    clean,
  },
  {
    name: "hostile names and a hostile path",
    resources: () => [
      directory('/srv/-it\'s $(touch pwned) "%s" é'),
      site("hostile", { from: { folder: local("hostile") }, to: '/srv/-it\'s $(touch pwned) "%s" é/-a b' }),
    ],
    proof: `[ "$(find /srv/-it*/-*/current/ -type f -print0 | tr -cd '\\0' | wc -c)" = ${hostileNames.length} ] && ${unhurt}`,
    clean,
  },
  {
    name: "folders and files that will take each other's places",
    resources: () => [ada, moving(1)],
    proof: moved(1),
  },
  {
    name: "they have, and contents that moved are in the release before as they were",
    start: "flock /var/lib/proog/lock true",
    resources: () => [ada, moving(2)],
    proof: `${moved(2)} && [ "$(cat /srv/app/releases/*/a/x 2>/dev/null)" = one ]`,
  },
  {
    name: "and back; what root has written into a live file is not handed on",
    start:
      "flock /var/lib/proog/lock true; echo hacked >>/srv/app/current/b/y/moved; echo more >>/srv/app/current/c/again",
    resources: () => [ada, moving(1)],
    proof: moved(1),
  },
  {
    name: "what root has written into one of the same size, whose time was set back, is not handed on",
    start:
      "flock /var/lib/proog/lock true; printf 'eno\\n' 1<>/srv/app/current/a/x; touch -d 2001-01-01 /srv/app/current/a/x",
    resources: () => [ada, moving(2)],
    proof: moved(2),
  },
  {
    name: "nor what root has put into the next one",
    start:
      "flock /var/lib/proog/lock true; cd /srv/app/.proog/next/files; sleep 1; echo evil >evil; echo evil >b/evil; chown root b",
    resources: () => [ada, moving(1)],
    proof: moved(1),
  },
  {
    name: "what the user has put in the place of a file is not handed on",
    start:
      "flock /var/lib/proog/lock true; cd /srv/app/current/ && setpriv --reuid=ada --clear-groups --regid=ada sh -c 'mv a/x kept; mv b/y a/x; mv kept b/y; rm -r gone; echo z >evil'",
    resources: () => [ada, moving(2)],
    proof: `${moved(2)} && test ! -e evil`,
  },
  {
    name: "as another user",
    start: "flock /var/lib/proog/lock true",
    resources: () => [ada, moving(1, { user: "www-data" })],
    proof: moved(1).replace("! -user ada", "! -user www-data"),
  },
  {
    name: "a release that died in the making",
    start:
      "flock /var/lib/proog/lock mv /srv/app/.proog/next /srv/app/.proog/making; mkdir /srv/app/.proog/next.new; rm -r /srv/app/.proog/making/files/a",
    resources: () => [ada, moving(2)],
    proof: moved(2),
    clean,
  },
  {
    name: "a folder that nothing brings",
    resources: () => [site("app", { from: { folder: local("app-1") }, to: "/srv/none/app" })],
    proof: "test ! -e /srv/none",
    expect: { blocked: "The directory /srv/none is not there yet." },
  },
  {
    name: "a user that nothing brings",
    resources: () => [app("1", { user: "nobody-here" })],
    proof: "test ! -e /srv/app",
    expect: { blocked: "The user nobody-here is not there yet." },
  },
  {
    name: "what waits for it runs when it changes",
    resources: () => {
      const it = app("1");
      return [it, run("echo ran >>/srv/log", { onlyOn: [it] })];
    },
    proof: '[ "$(cat /srv/log)" = ran ]',
    clean,
  },
  {
    name: "only so many releases stay",
    start: `mkdir -p /srv/app/releases /srv/app/.proog; for i in 1 2 3 4 5 6; do
      mkdir /srv/app/releases/2020010$i-000000-aaaa; printf "2020\\t2020010$i-000000-aaaa\\tbuilding\\tada\\tr$i\\tf$i\\n2020\\t2020010$i-000000-aaaa\\tgood\\tada\\t-\\n"; done >/srv/app/releases.log; ln -s releases/20200102-000000-aaaa /srv/app/current`,
    resources: () => [app("1", { keep: 3 })],
    // What is too much goes when nobody waits any more.
    proof: `flock /var/lib/proog/lock true && ${live("1")} && [ "$(ls /srv/app/releases | cut -c 1-8 | head -n 2 | tr '\\n' ' ')" = '20200105 20200106 ' ] && ${releases(3)}`,
    clean,
  },
  {
    name: "absent: what is shared stays",
    start:
      "mkdir -p /srv/app/releases/1 /srv/app/shared && echo precious >/srv/app/shared/text && ln -s releases/1 /srv/app/current && echo >/srv/app/releases.log",
    resources: () => [site("app", { to: "/srv/app", absent: true })],
    proof: '[ "$(ls -A /srv/app)" = shared ] && grep -qx precious /srv/app/shared/text',
    clean,
  },
  {
    name: "absent, and it never was",
    resources: () => [site("app", { to: "/srv/app", absent: true })],
    proof: "test ! -e /srv/app",
    expect: "in-order",
  },
];
