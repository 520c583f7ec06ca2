import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";
import { apt } from "../../../src/resources/apt/apt.ts";
import { type ArchiveOptions, archive } from "../../../src/resources/archive/archive.ts";
import { directory } from "../../../src/resources/directory/directory.ts";
import { run } from "../../../src/resources/run/run.ts";
import type { Case } from "./case.ts";
import { hostileNames, unhurt } from "./hostile-names.ts";

/** Archives of two versions of a folder, packed in several ways; made once. */
function local(name: string): string {
  const folder = join(inject("runFolder"), "archives");
  if (!existsSync(join(folder, "done"))) {
    for (const version of ["1", "2"]) {
      const engine = join(folder, version, `engine-${version}`);
      mkdirSync(join(engine, "bin"), { recursive: true });
      writeFileSync(join(engine, "version"), `${version}\n`);
      writeFileSync(join(engine, "bin/engine"), `#!/bin/sh\necho engine ${version}\n`);
      chmodSync(join(engine, "bin/engine"), 0o775);
      symlinkSync("bin/engine", join(engine, "start"));
      pack(
        join(folder, `engine-${version}.tar.gz`),
        join(folder, version),
        "-cz",
        "--owner=4711",
        "--group=4711",
      );
    }
    for (const [option, ending] of [
      ["-c", "tar"],
      ["-cJ", "tar.xz"],
      ["-cj", "tar.bz2"],
    ] as const)
      pack(join(folder, `engine.${ending}`), join(folder, "1"), option);
    const hostile = join(folder, "hostile");
    mkdirSync(hostile);
    for (const text of hostileNames) writeFileSync(join(hostile, text), text);
    pack(join(folder, "hostile.tar"), hostile, "-c");
    // Out of its folder, and through a link out of it.
    symlinkSync("/srv/outside", join(folder, "link"));
    execFileSync("tar", [
      "-c",
      "-P",
      "-f",
      join(folder, "escape.tar"),
      "--transform=s,^.*/version$,/srv/outside/version,",
      join(folder, "1/engine-1/version"),
    ]);
    writeFileSync(
      join(folder, "cut.tar.gz"),
      execFileSync("head", ["-c", "150", join(folder, "engine-1.tar.gz")]),
    );
    writeFileSync(join(folder, "done"), "");
  }
  return join(folder, name);
}

function pack(file: string, folder: string, ...options: string[]): void {
  execFileSync("tar", [...options, "-f", file, "-C", folder, "."]);
}

const engine = (version: string, options: Partial<ArchiveOptions> = {}) => [
  archive("/srv/engine", { from: local(`engine-${version}.tar.gz`), strip: 2, ...options }),
];
const clean = "rm -rf /srv/* /srv/.[!.]* /var/lib/proog/backups/*";
const right = (version: string, owner = "root root") =>
  `[ "$(/srv/engine/start) $(cat /srv/engine/version)" = "engine ${version} ${version}" ] && [ "$(stat -c '%a %U %G' /srv/engine)" = '755 ${owner}' ] && [ "$(stat -c %a /srv/engine/bin/engine)" = 755 ] && [ "$(cd /srv/engine && find . | sort | tr '\\n' ' ')" = '. ./.proog-archive ./bin ./bin/engine ./start ./version ' ] && [ -z "$(find /srv/engine ! -user ${owner.split(" ")[0]} -o ! -group ${owner.split(" ")[1]})" ] && [ "$(ls -A /srv | tr '\\n' ' ')" = 'engine ' ]`;
/** As an earlier run has left it, with a file of somebody else in it. */
const there = (version: string) =>
  `mkdir -p /srv/engine/bin && cd /srv/engine && echo ${version} >version && printf '#!/bin/sh\\necho engine ${version}\\n' >bin/engine && chmod 755 bin/engine && ln -s bin/engine start`;

export const cases: Case[] = [
  { name: "one that is not there", resources: () => engine("1"), proof: right("1"), clean },
  {
    name: "an empty directory, and an owner",
    start: "mkdir -m 700 /srv/engine",
    resources: () => engine("1", { owner: "daemon", group: "nogroup" }),
    proof: right("1", "daemon nogroup"),
  },
  {
    name: "another version takes its place, with all that came into it",
    start: "echo precious >/srv/engine/added; ls -id /srv/engine >/run/inode",
    resources: () => engine("2", { owner: "daemon", group: "nogroup" }),
    proof: `${right("2", "daemon nogroup")} && grep -rqx precious /var/lib/proog/backups && [ "$(ls -id /srv/engine)" != "$(cat /run/inode)" ]`,
  },
  {
    name: "the same, by another owner",
    resources: () => engine("2"),
    proof: right("2"),
  },
  {
    name: "the same, with another strip",
    resources: () => engine("2", { strip: 0 }),
    proof: "grep -qx 2 /srv/engine/engine-2/version && test ! -e /srv/engine/version",
  },
  {
    name: "in order, and what somebody else put there stays",
    start: "echo more >/srv/engine/more",
    resources: () => engine("2", { strip: 0 }),
    proof: "grep -qx more /srv/engine/more",
    expect: "in-order",
  },
  {
    name: "absent",
    start: "rm -rf /var/lib/proog/backups/*",
    resources: () => [archive("/srv/engine", { absent: true })],
    proof: "test ! -e /srv/engine && grep -rqx more /var/lib/proog/backups",
    clean,
  },
  {
    name: "absent, and it never was",
    resources: () => [archive("/srv/engine", { absent: true })],
    proof: "test ! -e /srv/engine",
    expect: "in-order",
  },
  {
    name: "absent, and it is a directory of somebody else",
    start: there("1"),
    resources: () => [archive("/srv/engine", { absent: true })],
    proof: "test -e /srv/engine/version",
    expect: { blocked: "It is no unpacked archive, so it was left alone." },
    clean,
  },
  {
    name: "a directory of somebody else is in the way",
    start: there("1"),
    resources: () => engine("1"),
    proof: "test -e /srv/engine/version",
    expect: { blocked: "The directory is not empty and no unpacked archive" },
    clean,
  },
  {
    name: "a file is in the way",
    start: "echo precious >/srv/engine",
    resources: () => engine("1"),
    proof: "grep -qx precious /srv/engine",
    expect: { blocked: "A file is in the way" },
    clean,
  },
  {
    name: "a folder that nothing brings",
    resources: () => [archive("/srv/none/engine", { from: local("engine.tar") })],
    proof: "test ! -e /srv/none",
    expect: { blocked: "The directory /srv/none is not there yet." },
  },
  {
    name: "packed by xz and bzip2, whose programs come before it",
    resources: () => [
      apt("xz-utils", "bzip2"),
      directory("/srv/all"),
      archive("/srv/all/xz", { from: local("engine.tar.xz") }),
      archive("/srv/all/bz2", { from: local("engine.tar.bz2") }),
      archive("/srv/all/plain", { from: local("engine.tar") }),
    ],
    proof: "for one in xz bz2 plain; do [ \"$(/srv/all/$one/engine-1/start)\" = 'engine 1' ] || exit 1; done",
    clean,
  },
  {
    name: "packed by xz, which is not there",
    start:
      "mkdir -p /run/away && for program in xz; do p=$(command -v $program) && mv $p /run/away/; done; true",
    resources: () => [archive("/srv/engine", { from: local("engine.tar.xz") })],
    proof: "test ! -e /srv/engine",
    expect: { blocked: 'xz is not installed: declare apt("xz-utils") before it.' },
    clean: `mv /run/away/xz /usr/bin/; ${clean}`,
  },
  {
    name: "nothing left without so many parts",
    resources: () => engine("1", { strip: 9 }),
    proof: 'test ! -e /srv/engine && [ -z "$(ls -A /srv)" ]',
    expect: { failed: "Nothing is left of the archive without the first 9 parts of its names" },
  },
  {
    name: "one that is cut",
    start: `${there("1")}; echo x >.proog-archive`,
    resources: () => engine("1", { from: local("cut.tar.gz") }),
    proof: `[ "$(/srv/engine/start)" = 'engine 1' ] && [ "$(ls -A /srv)" = engine ]`,
    expect: { failed: "unexpected end of file" },
    clean,
  },
  {
    name: "names that lead out of it",
    start: "mkdir /srv/outside",
    resources: () => [archive("/srv/engine", { from: local("escape.tar") })],
    proof: '[ -z "$(ls -A /srv/outside)" ] && test -e /srv/engine/srv/outside/version',
    clean,
  },
  {
    name: "hostile names and paths",
    resources: () => [archive('/srv/-it\'s $(touch pwned) "%s"\n é', { from: local("hostile.tar") })],
    proof: `[ "$(find /srv/-it* -type f -print0 | tr -cd '\\0' | wc -c)" = ${hostileNames.length + 1} ] && ${unhurt}`,
    clean,
  },
  {
    name: "what waits for it runs when it changes",
    resources: () => {
      const [first, ...others] = engine("1");
      return first ? [first, ...others, run("echo ran >>/srv/log", { onlyOn: [first] })] : [];
    },
    proof: '[ "$(cat /srv/log)" = ran ]',
    clean,
  },
];
