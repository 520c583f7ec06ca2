import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { inject } from "vitest";
import { quote } from "../../../src/catalog/quote.ts";
import { file } from "../../../src/resources/file/file.ts";
import { type TreeOptions, tree } from "../../../src/resources/tree/tree.ts";
import { user } from "../../../src/resources/user/user.ts";
import type { Case } from "./case.ts";
import { hostileNames, unhurt } from "./hostile-names.ts";

/** What each local folder holds: a text, `x:` before that of a program, `->` before what a link points to; a folder ends in a slash. */
const folders: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  site: {
    "index.html": "hello\n",
    "css/site.css": "body {}\n",
    "css/empty": "",
    "bin/build": "x:#!/bin/sh\necho built\n",
    "uploads/": "",
    latest: "->css/site.css",
    "css/dangling": "->/nowhere at all",
    "css/site.map": "map\n",
    "cache/x": "cached\n",
  },
  many: Object.fromEntries(
    Array.from({ length: 1500 }, (_, index) => [`d${index % 30}/f${index}`, `text ${index}\n`]),
  ),
  hostile: Object.fromEntries(
    hostileNames.flatMap((name) => [
      [`names/${name}`, `${name}\n`],
      ...(name.length < 200
        ? [
            [`folders/${name}/${name}`, "x"],
            [`links/${name}`, `->${name}`],
          ]
        : []),
    ]),
  ),
};

/** Makes the folder once; its name. */
function local(name: string): string {
  const root = join(inject("runFolder"), "trees", name);
  if (existsSync(root)) return root;
  for (const [path, text] of Object.entries(folders[name] ?? {})) {
    const at = join(root, path);
    mkdirSync(path.endsWith("/") ? at : dirname(at), { recursive: true });
    if (text.startsWith("->")) symlinkSync(text.slice(2), at);
    else if (!path.endsWith("/")) writeFileSync(at, text.replace(/^x:/, ""));
    if (text.startsWith("x:")) chmodSync(at, 0o755);
  }
  return root;
}

const ignore = ["*.map", "/cache/"];
const site = (options: Partial<TreeOptions> = {}) => [
  tree("/srv/site", { from: local("site"), ignore, ...options }),
];
const mirrored = { removeExtras: true };
const clean = "rm -rf /srv/* /srv/.[!.]* /var/lib/proog/backups/*; userdel ada 2>/dev/null; true";

/** The whole mirror as find(1) and cat(1) tell it. */
const right = (owner = "root root", file = 644, program = 755, folder = 755) => `cd /srv/site && [ "$(
  find . -printf '%p %y %m %u %g %l\\n' | LC_ALL=C sort)" = ". d ${folder} ${owner} 
./bin d ${folder} ${owner} 
./bin/build f ${program} ${owner} 
./css d ${folder} ${owner} 
./css/dangling l 777 ${owner} /nowhere at all
./css/empty f ${file} ${owner} 
./css/site.css f ${file} ${owner} 
./index.html f ${file} ${owner} 
./latest l 777 ${owner} css/site.css
./uploads d ${folder} ${owner} " ] && [ "$(cat index.html css/site.css css/empty; bin/build)" = "hello
body {}
built" ]`;

/** Shell that makes the mirror as it must be, by other means than ours. */
const made = `mkdir -p /srv/site/bin /srv/site/css /srv/site/uploads && cd /srv/site && echo hello >index.html && echo 'body {}' >css/site.css &&
: >css/empty && printf '#!/bin/sh\\necho built\\n' >bin/build && chmod 755 bin/build && ln -s css/site.css latest && ln -s '/nowhere at all' css/dangling`;
const kept = (text: string) => `grep -rqx ${quote(text)} /var/lib/proog/backups`;

export const cases: Case[] = [
  { name: "one that is not there", resources: () => site(), proof: right(), clean },
  {
    name: "one that is in order",
    start: made,
    resources: () => site(mirrored),
    proof: right(),
    expect: "in-order",
    clean,
  },
  {
    name: "one with more in it, which stays",
    start: `${made} && echo precious >extra && mkdir more && echo x >more/x`,
    resources: () => site(),
    proof: "grep -qx precious /srv/site/extra && test -e /srv/site/more/x",
    expect: "in-order",
    clean,
  },
  {
    name: "one with more in it, which goes, but what is ignored",
    start: `${made} && echo precious >extra && mkdir -p more/inner cache mixed && echo x >more/inner/x && echo cached >cache/x && echo map >css/a.map && touch mixed/a.map mixed/b && ln -s /etc css/etc`,
    resources: () => site(mirrored),
    proof: `rm cache/x css/a.map mixed/a.map 2>/dev/null; cd /srv/site && test -s /etc/passwd && rm cache/x css/a.map mixed/a.map && rmdir cache mixed && ${right()} && ${kept("precious")}`,
    clean,
  },
  {
    name: "other contents, modes, owners and targets",
    start: `${made} && echo changed >index.html && chmod 600 css/site.css && chmod 644 bin/build && chmod 700 css && chown daemon:nogroup css/empty uploads && chown -h daemon latest && ln -sfn elsewhere css/dangling && chmod 4755 bin`,
    resources: () => site(),
    proof: `${right()} && ${kept("changed")}`,
    clean,
  },
  {
    name: "some that are not there",
    start: `${made} && rm -r css latest index.html`,
    resources: () => site(),
    proof: right(),
    clean,
  },
  {
    name: "an owner, a group and permissions",
    resources: () => [
      user("ada", { system: true }),
      ...site({ owner: "ada", group: "www-data", fileMode: "0640", directoryMode: "2750" }),
    ],
    proof: right("ada www-data", 640, 750, 2750),
    clean,
  },
  {
    name: "an owner that nothing brings",
    resources: () => site({ owner: "ada" }),
    proof: "test ! -e /srv/site",
    expect: { blocked: "The user ada is not there yet." },
    clean,
  },
  {
    name: "numbers that have no name",
    start: made,
    resources: () => site({ owner: "4711" }),
    proof: '[ -z "$(find /srv/site ! -uid 4711 -o ! -gid 4711)" ]',
    clean,
  },
  {
    name: "a folder that nothing brings",
    resources: () => [tree("/srv/none/site", { from: local("site") })],
    proof: "test ! -e /srv/none",
    expect: { blocked: "The directory /srv/none is not there yet." },
    clean,
  },
  {
    name: "what comes after it may be in its folders",
    resources: () => [...site(), file("/srv/site/uploads/first", { content: "first\n" })],
    proof: "grep -qx first /srv/site/uploads/first",
    clean,
  },
  {
    name: "a file is in the way of all",
    start: "echo precious >/srv/site",
    resources: () => site(),
    proof: "grep -qx precious /srv/site",
    expect: { blocked: "A file is in the way" },
    clean,
  },
  {
    name: "a link to a folder is in the way of all",
    start: "mkdir /srv/real && ln -s real /srv/site",
    resources: () => site(mirrored),
    proof: 'test -L /srv/site && [ -z "$(ls -A /srv/real)" ]',
    expect: { blocked: "A symlink is in the way" },
    clean,
  },
  {
    name: "a folder is in the way of a file",
    start: `${made} && rm index.html && mkdir index.html && echo precious >index.html/x`,
    resources: () => site(),
    proof: "grep -qx precious /srv/site/index.html/x",
    expect: { blocked: "In the way is the directory /srv/site/index.html, so nothing was changed." },
    clean,
  },
  {
    name: "a folder is in the way of a file, and what is not declared goes",
    start: `${made} && rm index.html latest && mkdir index.html latest && echo precious >index.html/x`,
    resources: () => site(mirrored),
    proof: `${right()} && ${kept("precious")}`,
    clean,
  },
  {
    name: "a folder with what is ignored is in the way of a file",
    start: `${made} && rm index.html && mkdir index.html && echo precious >index.html/x.map`,
    resources: () => site(mirrored),
    proof: "grep -qx precious /srv/site/index.html/x.map",
    expect: { blocked: "In the way is the directory /srv/site/index.html" },
    clean,
  },
  {
    name: "an empty folder is in the way of a file",
    start: `${made} && rm index.html && mkdir index.html`,
    resources: () => site(),
    proof: right(),
    clean,
  },
  {
    name: "files and links where folders belong, a link where a file belongs, a file where a link belongs",
    start: `${made} && mkdir /srv/other && echo 'body {}' >/srv/other/site.css && rm -r css bin index.html latest && ln -s ../other css && echo precious >bin && ln -s /srv/other/site.css index.html && echo x >latest`,
    resources: () => site(),
    proof: `${right()} && ${kept("precious")} && [ "$(cat /srv/other/site.css)" = 'body {}' ] && [ "$(ls /srv/other)" = site.css ]`,
    clean,
  },
  {
    name: "a pipe in the way of a file",
    start: `${made} && rm index.html && mkfifo index.html`,
    resources: () => site(mirrored),
    proof: "test -p /srv/site/index.html",
    expect: { blocked: "In the way is the something that is no file /srv/site/index.html" },
    clean,
  },
  {
    name: "many files, of which many differ",
    start:
      "mkdir /srv/many && cd /srv/many && for d in $(seq 0 29); do mkdir d$d; done && for f in $(seq 0 1499); do echo drifted >d$((f % 30))/f$f; done",
    resources: () => [tree("/srv/many", { from: local("many"), ...mirrored })],
    proof: `cd /srv/many && [ "$(find . -type f | wc -l)" = 1500 ] && grep -r . . | awk -F '[f:/]' '$5 != "text " $4 { exit 1 }'`,
    clean,
  },
  {
    name: "hostile names",
    resources: () => [tree("/srv/site", { from: local("hostile"), ...mirrored })],
    proof: `cd /srv/site/names && [ "$(ls -A | wc -l)" -ge ${hostileNames.length} ] && for name in * .[!.]*; do [ ! -e "$name" ] || [ "$(cat "./$name"; echo .)" = "$name
." ] || exit 1; done && [ "$(find ../folders -type f | tr -cd '\\n' | wc -c)" -ge ${hostileNames.length - 1} ] && ${unhurt}`,
  },
  {
    name: "hostile names, changed and with others beside them",
    start: `cd /srv/site/names && for name in *; do echo drifted >"./$name"; chmod 600 "./$name"; touch ../links/"$name extra"; done; rm -r ../folders/*`,
    resources: () => [tree("/srv/site", { from: local("hostile"), ...mirrored })],
    proof: `cd /srv/site/names && for name in *; do [ "$(cat "./$name"; echo .)" = "$name
." ] || exit 1; done && [ -z "$(find .. -name '*extra')" ] && ${unhurt}`,
    clean,
  },
  {
    name: "hostile paths",
    start: `mkdir -p "/srv/it's $(printf '\\nend\\n')/x"`,
    resources: () => [
      tree("/srv/-a 'b' \"$(touch pwned)\" %41 é", { from: local("site"), ignore }),
      tree("/srv/end\n", { from: local("site"), ignore }),
    ],
    proof: `for root in "/srv/-a 'b' \\"\\$(touch pwned)\\" %41 é" '/srv/end
'; do grep -qx hello "$root/index.html" && [ ! -e "$root/css/site.map" ] || exit 1; done && ${unhurt}`,
    clean,
  },
  {
    name: "a file system that is full",
    start:
      "mkdir /srv/site && mount -t tmpfs -o size=64k tmpfs /srv/site && head -c 65000 /dev/zero >/srv/site/index.html",
    resources: () => site(),
    proof: '[ "$(stat -c %s /srv/site/index.html)" = 65000 ] && [ -z "$(find /srv/site -name ".proog*")" ]',
    expect: { failed: "No space left on device" },
    clean: `umount /srv/site; ${clean}`,
  },
  {
    name: "one that must not be there",
    start: `${made} && echo precious >extra`,
    resources: () => [tree("/srv/site", { absent: true })],
    proof: `test ! -e /srv/site && ${kept("precious")}`,
    clean,
  },
  {
    name: "one that is not there, and must not be",
    resources: () => [tree("/srv/site", { absent: true })],
    proof: "test ! -e /srv/site",
    expect: "in-order",
  },
];
