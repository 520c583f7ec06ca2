import { apt } from "../../../src/resources/apt/apt.ts";
import { file } from "../../../src/resources/file/file.ts";
import { type LineOptions, line } from "../../../src/resources/line/line.ts";
import { run } from "../../../src/resources/run/run.ts";
import type { Case } from "./case.ts";
import { hostileNames, prints, unhurt } from "./hostile-names.ts";

const clean = "rm -rf /srv/*";
const port = (options: Partial<LineOptions> = {}) => [
  line("/srv/text", { line: "Port 22", match: /^#?\s*Port\s/, ...options }),
];
const holds = (text: string, path = "/srv/text") => prints(`cat ${path}`, text);
const printable = hostileNames.filter((name) => !name.includes("\n"));

export const cases: Case[] = [
  {
    name: "one that is not there",
    start: "printf 'a\\nb\\n' >/srv/text; chown daemon:nogroup /srv/text; chmod 4640 /srv/text",
    resources: () => port(),
    proof: `${holds("a\nb\nPort 22\n")} && [ "$(stat -c '%a %U %G' /srv/text)" = '4640 daemon nogroup' ]`,
    clean,
  },
  {
    name: "one that is there",
    start: "printf 'a\\nPort 22\\n' >/srv/text",
    resources: () => port(),
    proof: holds("a\nPort 22\n"),
    expect: "in-order",
    clean,
  },
  {
    name: "in the place of others",
    start: "printf '#Port 1\\na\\nPort 2' >/srv/text",
    resources: () => port(),
    proof: holds("Port 22\na\n"),
    clean,
  },
  {
    name: "several on one file",
    start: "printf 'a\\n' >/srv/text",
    resources: () => [
      ...port(),
      line("/srv/text", { line: "b", after: /^a/ }),
      line("/srv/text", { match: /^a/, absent: true }),
      line("/srv/text", { name: "web", block: "one\ntwo\n" }),
    ],
    proof: holds("b\nPort 22\n# BEGIN web\none\ntwo\n# END web\n"),
    clean,
  },
  {
    name: "absent",
    start: "printf 'a\\nPort 22\\nb' >/srv/text",
    resources: () => [line("/srv/text", { line: "Port 22", absent: true })],
    proof: holds("a\nb"),
    clean,
  },
  {
    name: "absent from a file that is not there",
    resources: () => [line("/srv/text", { line: "Port 22", absent: true })],
    proof: "test ! -e /srv/text",
    expect: "in-order",
  },
  {
    name: "a block that somebody has changed",
    start: "printf 'a\\n# BEGIN web\\nother\\n# END web\\nb\\n' >/srv/text",
    resources: () => [line("/srv/text", { name: "web", block: "one\n" })],
    proof: holds("a\n# BEGIN web\none\n# END web\nb\n"),
    clean,
  },
  {
    name: "a block without its end",
    start: "printf 'a\\n# BEGIN web\\nother\\n' >/srv/text",
    resources: () => [line("/srv/text", { name: "web", block: "one\n" })],
    proof: holds("a\n# BEGIN web\nother\n"),
    expect: { blocked: 'It has 1 lines "# BEGIN web" and 0 lines "# END web"' },
    clean,
  },
  {
    name: "no line that it can come after",
    start: "echo a >/srv/text",
    resources: () => [line("/srv/text", { line: "x", after: /^\[mysqld\]$/ })],
    proof: holds("a\n"),
    expect: { blocked: "It has no line that fits after: ^\\[mysqld\\]$" },
    clean,
  },
  {
    name: "a file that is not there",
    resources: () => port(),
    proof: "test ! -e /srv/text",
    expect: { blocked: "The file /srv/text is not there yet." },
  },
  {
    name: "a file that is made",
    resources: () => [...port({ create: true }), line("/srv/text", { line: "more" })],
    proof: `${holds("Port 22\nmore\n")} && [ "$(stat -c '%a %U %G' /srv/text)" = '644 root root' ]`,
    clean,
  },
  {
    name: "a file in a folder that is not there",
    resources: () => [line("/srv/none/text", { line: "x", create: true })],
    proof: "test ! -e /srv/none",
    expect: { blocked: "The directory /srv/none is not there yet." },
  },
  {
    name: "a file that an earlier change brings",
    resources: () => [run("echo '# Port 1' >/srv/text", { creates: "/srv/text" }), ...port()],
    proof: holds("Port 22\n"),
    clean,
  },
  {
    name: "a directory",
    start: "mkdir /srv/text",
    resources: () => port(),
    proof: "test -d /srv/text",
    expect: { blocked: "A directory is in the way" },
    clean,
  },
  {
    name: "a link",
    start: "echo a >/srv/other; ln -s other /srv/text",
    resources: () => port({ create: true }),
    proof: holds("a\n", "/srv/other"),
    expect: { blocked: "Name the file itself: /srv/other" },
    clean,
  },
  {
    name: "a content that is found valid, and one that is not",
    start: "echo a >/srv/text; echo b >/srv/other",
    resources: () => [
      ...port({ validate: "grep -qx 'Port 22' %" }),
      line("/srv/other", { line: "x", validate: "! grep x %" }),
    ],
    proof: `${holds("a\nPort 22\n")} && ${holds("b\n", "/srv/other")} && [ "$(ls -A /srv | wc -l)" = 2 ]`,
    expect: { failed: "x\nThe new content was refused by: " },
    clean,
  },
  {
    name: "a long file, and one that is no text",
    start:
      "seq 1 50000 >/srv/long; printf 'a\\000\\377\\nb\\n' >/srv/text; printf 'a\\r\\nb\\r\\n' >/srv/windows",
    resources: () => [
      line("/srv/long", { line: "x", after: /^777$/ }),
      line("/srv/text", { line: "x" }),
      line("/srv/windows", { line: "x" }),
    ],
    proof: `[ "$(sed -n 778p /srv/long)" = x ] && [ "$(wc -l </srv/long)" = 50001 ] && ${prints("cat /srv/windows", "a\r\nb\r\nx\r\n")} && [ "$(od -An -c /srv/text | tr -d ' ')" = 'a\\0377\\nb\\nx\\n' ]`,
    clean,
  },
  {
    name: "hostile lines, paths and expressions",
    start: `mkdir /srv/hostile && cd /srv/hostile && printf 'a\\n' >"it's -rf \\$(touch pwned)"; printf 'a\\n' >./-rf; printf 'x\\n' >"$(printf 'new\\nline\\n.')"`,
    resources: () => [
      ...printable.map((text) => line("/srv/hostile/it's -rf $(touch pwned)", { line: text })),
      line("/srv/hostile/-rf", {
        line: "$(touch pwned) %s \\1 $& @{[`touch pwned`]}",
        match: /^(a|\$\(touch pwned\)).*/,
      }),
      line("/srv/hostile/new\nline\n.", { line: "y" }),
    ],
    proof: `${prints(`cat "/srv/hostile/it's -rf \\$(touch pwned)"`, ["a", ...printable, ""].join("\n"))} && ${prints("cat /srv/hostile/-rf", "$(touch pwned) %s \\1 $& @{[`touch pwned`]}\n")} && ${unhurt}`,
    clean,
  },
  {
    name: "a line of what a package brings",
    start: "apt-get -qq purge --yes dos2unix >/dev/null 2>&1; rm -f /etc/proog-test",
    resources: () => [
      file("/etc/proog-test", { content: "first\n" }),
      apt("base-files"),
      line("/srv/text", { line: "x", create: true }),
    ],
    proof: holds("x\n"),
    clean: `${clean} /etc/proog-test`,
  },
];
