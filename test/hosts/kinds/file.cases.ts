import { createCipheriv, hash } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";
import { directory } from "../../../src/resources/directory/directory.ts";
import { file } from "../../../src/resources/file/file.ts";
import type { Case } from "./case.ts";
import { hostileNames, prints, sortBytes, unhurt } from "./hostile-names.ts";

const text = "first line\nsecond line\n";
const plain = () => [file("/srv/text", { content: text })];
const absent = () => [file("/srv/text", { absent: true })];
const clean = "rm -rf /srv/*";

/** Shell that succeeds when the file holds exactly this. */
const holds = (content: string, path = "/srv/text") => prints(`cat ${path}`, content);
/** Shell that succeeds when stat(1) tells this of the file. */
const is = (access: string, path = "/srv/text") =>
  `[ "$(stat -c '%F %a %U %G' ${path})" = "regular file ${access}" ]`;
const right = `${holds(text)} && ${is("644 root root")}`;
const precious = "grep -qx precious /srv/text";

/** 16 MiB that look random and are always the same: no text, and no end of a line where one is expected. */
const big = createCipheriv("aes-128-ctr", Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(2 ** 24));

function bigFile(): string {
  const path = join(inject("runFolder"), "big file");
  if (!existsSync(path)) writeFileSync(path, big);
  return path;
}

const bigHolds = `[ "$(sha256sum </srv/big)" = "${hash("sha256", big)}  -" ]`;

const strange = `no end of line, \\ back\\nslashes, %s, $HOME, 'quotes', "more", \`id\`, \0, \r\n, END\nEND\n\n\n\u0085文🙂`;
const listing = `find /srv/hostile -type f -printf '%f %m %U:%G %s\\0' | LC_ALL=C sort -z`;
const hashes = "cd /srv/hostile && LC_ALL=C sha256sum -z -- * | LC_ALL=C sort -z";

export const cases: Case[] = [
  { name: "one that is not there", resources: plain, proof: right, clean },
  {
    name: "one that is in order",
    start: "printf 'first line\\nsecond line\\n' >/srv/text",
    resources: plain,
    proof: right,
    expect: "in-order",
    clean,
  },
  { name: "with another content", start: "echo drifted >/srv/text", resources: plain, proof: right, clean },
  { name: "that is empty", start: ": >/srv/text", resources: plain, proof: right, clean },
  {
    name: "of another mode, whose content stays as it is",
    start:
      "printf 'first line\\nsecond line\\n' >/srv/text; chmod 0 /srv/text; stat -c %i /srv/text >/run/inode",
    resources: plain,
    proof: `${right} && [ "$(stat -c %i /srv/text)" = "$(cat /run/inode)" ]`,
    clean,
  },
  {
    name: "of another owner and mode, and with another content",
    start: "echo drifted >/srv/text; chown daemon:nogroup /srv/text; chmod 4755 /srv/text",
    resources: plain,
    proof: right,
    clean,
  },
  {
    name: "with owner and mode",
    resources: () => [file("/srv/text", { content: text, owner: "nobody", group: "daemon", mode: "4750" })],
    proof: `${holds(text)} && ${is("4750 nobody daemon")}`,
    clean,
  },
  {
    name: "of numbers that have no name",
    resources: () => [file("/srv/text", { content: text, owner: "4711" })],
    proof: '[ "$(stat -c "%u %g" /srv/text)" = "4711 4711" ]',
    clean,
  },
  {
    name: "whose owner does not exist",
    start: "echo precious >/srv/text",
    resources: () => [file("/srv/text", { content: text, owner: "nosuchuser", group: "root" })],
    proof: precious,
    expect: { blocked: "The user nosuchuser is not there yet." },
    clean,
  },
  {
    name: "empty",
    start: "echo drifted >/srv/text",
    resources: () => [file("/srv/text", { content: "" })],
    proof: '[ -f /srv/text ] && [ "$(stat -c %s /srv/text)" = 0 ]',
    clean,
  },
  {
    name: "with every kind of character",
    resources: () => [file("/srv/text", { content: strange })],
    proof: holds(strange),
    clean,
  },
  {
    name: "with every kind of character, from every kind of character",
    start: `printf '\\000\\001\\377\\n\\n\\\\ %%s' >/srv/text`,
    resources: () => [file("/srv/text", { content: strange })],
    proof: holds(strange),
    clean,
  },
  {
    name: "a function of the node",
    resources: () => [file("/srv/text", { content: ({ name }) => `It's ${name.replace(/-.*/, "")}.\n` })],
    proof: holds("It's file.\n"),
    clean,
  },
  {
    name: "a big binary file from here",
    resources: () => [file("/srv/big", { from: bigFile() })],
    proof: bigHolds,
    clean,
  },
  {
    name: "a big binary file that differs in one byte",
    start: "head -c 16777215 /dev/zero >/srv/big",
    resources: () => [
      file("/srv/big", { from: bigFile(), mode: "0600" }),
      file("/srv/text", { content: text }),
    ],
    proof: `${bigHolds} && ${is("600 root root", "/srv/big")} && ${right}`,
    clean,
  },
  {
    name: "the same content many times",
    resources: () => ["a", "b", "c"].map((name) => file(`/srv/${name}`, { content: text })),
    proof: `${holds(text, "/srv/a")} && ${holds(text, "/srv/b")} && ${holds(text, "/srv/c")}`,
    clean,
  },
  {
    name: "a text too long to be shown",
    start: "seq 1 100000 >/srv/text",
    resources: () => [file("/srv/text", { content: "long\n".repeat(100_000) })],
    proof: '[ "$(stat -c %s /srv/text)" = 500000 ]',
    clean,
  },
  {
    name: "another name of the same file keeps what it was",
    start: "echo precious >/srv/other; ln /srv/other /srv/text",
    resources: plain,
    proof: `${right} && grep -qx precious /srv/other`,
    clean,
  },
  {
    name: "a directory in the way",
    start: "mkdir /srv/text; echo precious >/srv/text/file",
    resources: plain,
    proof: "grep -qx precious /srv/text/file",
    expect: { blocked: "A directory is in the way" },
    clean,
  },
  {
    name: "a link to another file in the way",
    start: "echo precious >/srv/other; ln -s other /srv/text",
    resources: plain,
    proof: `[ -L /srv/text ] && ${precious}`,
    expect: { blocked: "A symlink is in the way" },
    clean,
  },
  {
    name: "a link to the right content in the way",
    start: "printf 'first line\\nsecond line\\n' >/srv/other; ln -s other /srv/text",
    resources: plain,
    proof: "[ -L /srv/text ]",
    expect: { blocked: "A symlink is in the way" },
    clean,
  },
  {
    name: "a dangling link in the way",
    start: "ln -s /srv/nowhere /srv/text",
    resources: plain,
    proof: "[ -L /srv/text ] && [ ! -e /srv/nowhere ]",
    expect: { blocked: "A symlink is in the way" },
    clean,
  },
  {
    name: "a link loop in the way",
    start: "ln -s text /srv/text",
    resources: plain,
    proof: "[ -L /srv/text ]",
    expect: { blocked: "A symlink is in the way" },
    clean,
  },
  {
    name: "a loop of links where its folder should be",
    start: "ln -s other /srv/loop; ln -s loop /srv/other",
    resources: () => [file("/srv/loop/text", { content: text })],
    proof: '[ "$(readlink /srv/loop)" = other ] && [ "$(ls -A /srv | wc -l)" = 2 ]',
    expect: {
      blocked: "The directory /srv/loop is not there: /srv/loop is a link to other, in a loop of links.",
    },
    clean,
  },
  {
    name: "a named pipe in the way",
    start: "mkfifo /srv/text",
    resources: plain,
    proof: "[ -p /srv/text ]",
    expect: { blocked: "Something that is no file is in the way" },
    clean,
  },
  {
    name: "no folder to be in",
    resources: () => [file("/srv/none/text", { content: text })],
    proof: "[ ! -e /srv/none ]",
    expect: { blocked: "The directory /srv/none is not there yet." },
  },
  {
    name: "a file where its folder should be",
    start: "echo precious >/srv/text",
    resources: () => [file("/srv/text/a/inner", { content: text })],
    proof: precious,
    expect: { blocked: "The directory /srv/text/a is not there: /srv/text is no directory." },
    clean,
  },
  {
    name: "in a folder that is declared before it",
    resources: () => [directory("/srv/new", { mode: "0700" }), file("/srv/new/text", { content: text })],
    proof: holds(text, "/srv/new/text"),
    clean,
  },
  {
    name: "in a folder that is declared after it",
    resources: () => [file("/srv/new/text", { content: text }), directory("/srv/new")],
    proof: "[ ! -e /srv/new ]",
    expect: { blocked: "The directory /srv/new is not there yet." },
  },
  {
    name: "a path as long as one can be",
    resources: () => {
      const folders = Array.from(
        { length: 15 },
        (_, depth) => `/srv${`/${"d".repeat(250)}`.repeat(depth + 1)}`,
      );
      return [...folders.map((path) => directory(path)), file(`${folders.at(-1)}/text`, { content: text })];
    },
    proof: `cd /srv; while cd d*; do :; done 2>/dev/null; ${holds(text, "text")}`,
    clean,
  },
  {
    name: "hostile names",
    resources: () => [
      directory("/srv/hostile"),
      ...hostileNames.map((name) => file(`/srv/hostile/${name}`, { content: name, mode: "0600" })),
    ],
    proof: `${prints(
      hashes,
      sortBytes(hostileNames.map((name) => `${hash("sha256", name)}  ${name}\0`)).join(""),
    )} && ${unhurt}`,
  },
  {
    name: "hostile names with another content and mode",
    start: 'chmod 0 /srv/hostile/*; for name in /srv/hostile/*; do echo drifted >"$name"; done',
    resources: () => hostileNames.map((name) => file(`/srv/hostile/${name}`, { content: text })),
    proof: prints(
      listing,
      sortBytes(hostileNames.map((name) => `${name} 644 0:0 ${text.length}\0`)).join(""),
    ),
  },
  {
    name: "hostile names, validated",
    resources: () =>
      hostileNames.map((name) =>
        file(`/srv/hostile/${name}`, { content: `${name}=`, validate: 'grep -q "=$" % && [ -s % ]' }),
      ),
    proof: prints(
      listing,
      sortBytes(hostileNames.map((name) => `${name} 644 0:0 ${Buffer.byteLength(name) + 1}\0`)).join(""),
    ),
  },
  {
    name: "hostile names, absent",
    resources: () => hostileNames.map((name) => file(`/srv/hostile/${name}`, { absent: true })),
    proof: `[ -z "$(ls -A /srv/hostile)" ] && ${unhurt}`,
    clean,
  },
  {
    name: "a content that is found valid",
    start: "echo precious >/srv/text",
    resources: () => [file("/srv/text", { content: text, validate: "grep -q second %" })],
    proof: right,
    clean,
  },
  {
    name: "a content that is found invalid",
    start: "echo precious >/srv/text",
    resources: () => [
      file("/srv/text", {
        content: text,
        validate: "! grep second % || { echo line 2 is wrong >&2; exit 3; }",
      }),
    ],
    proof: `${precious} && [ "$(ls -A /srv)" = text ]`,
    expect: { failed: "line 2 is wrong\nThe new content was refused by: " },
    clean,
  },
  {
    name: "an invalid content where nothing was",
    resources: () => [file("/srv/text", { content: text, validate: "false %" })],
    proof: '[ -z "$(ls -A /srv)" ]',
    expect: { failed: "The new content was refused by: " },
    clean,
  },
  {
    name: "a check of validity that is no command",
    resources: () => [file("/srv/text", { content: text, validate: "no-such-command %" })],
    proof: '[ -z "$(ls -A /srv)" ]',
    expect: { failed: "no-such-command: not found" },
    clean,
  },
  {
    name: "a file system that is full",
    start: "mkdir /srv/full && mount -t tmpfs -o size=64k tmpfs /srv/full && echo precious >/srv/full/text",
    resources: () => [file("/srv/full/text", { content: "long\n".repeat(100_000) })],
    proof: 'grep -qx precious /srv/full/text && [ "$(ls -A /srv/full)" = text ]',
    expect: { failed: "No space left on device" },
    clean: "umount /srv/full; rm -rf /srv/*",
  },
  {
    name: "a file system that is read-only",
    start:
      "mkdir /srv/fixed && mount -t tmpfs tmpfs /srv/fixed && echo precious >/srv/fixed/text && mount -o remount,ro /srv/fixed",
    resources: () => [file("/srv/fixed/text", { content: text })],
    proof: "grep -qx precious /srv/fixed/text",
    expect: { failed: "Read-only file system" },
    clean: "umount /srv/fixed; rm -rf /srv/*",
  },
  {
    name: "a file that is mounted there",
    start: "echo precious >/srv/text; echo other >/srv/source; mount --bind /srv/source /srv/text",
    resources: plain,
    proof: 'grep -qx other /srv/text && [ "$(ls -A /srv | wc -l)" = 2 ]',
    expect: { failed: "Device or resource busy" },
    clean: "umount /srv/text; rm -rf /srv/*",
  },
  { name: "absent", start: "echo x >/srv/text", resources: absent, proof: "[ ! -e /srv/text ]", clean },
  { name: "absent, and it never was", resources: absent, proof: "[ ! -e /srv/text ]", expect: "in-order" },
  {
    name: "absent, and its folder is not there",
    resources: () => [file("/srv/none/text", { absent: true })],
    proof: "[ ! -e /srv/none ]",
    expect: "in-order",
  },
  {
    name: "absent, and it is a directory",
    start: "mkdir /srv/text",
    resources: absent,
    proof: "[ -d /srv/text ]",
    expect: { blocked: "A directory is in the way" },
    clean,
  },
  {
    name: "absent, and it is a link",
    start: "echo precious >/srv/other; ln -s other /srv/text",
    resources: absent,
    proof: `[ -L /srv/text ] && ${precious}`,
    expect: { blocked: "A symlink is in the way" },
    clean,
  },
];
