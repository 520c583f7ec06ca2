import { directory } from "../../../src/resources/directory/directory.ts";
import { file } from "../../../src/resources/file/file.ts";
import { mount } from "../../../src/resources/mount/mount.ts";
import { symlink } from "../../../src/resources/symlink/symlink.ts";
import type { Case } from "./case.ts";
import { hostileNames, prints, sortBytes, unhurt } from "./hostile-names.ts";

const plain = () => [directory("/srv/place")];
const owned = () => [directory("/srv/place", { mode: "0750", owner: "nobody", group: "nogroup" })];
const absent = () => [directory("/srv/place", { absent: true })];
const removed = () => [directory("/srv/place", { absent: true, recursive: true })];
const clean = "rm -rf /srv/*";

/** Shell that succeeds when stat(1) tells this of the directory. */
const is = (text: string, path = "/srv/place") =>
  `[ "$(stat -c '%F %a %U %G' ${path})" = "directory ${text}" ]`;

const listing = `find /srv/hostile -mindepth 1 -printf '%f %y %m %U:%G\\0' | LC_ALL=C sort -z`;

export const cases: Case[] = [
  { name: "one that is not there", resources: plain, proof: is("755 root root"), clean },
  {
    name: "one that is in order",
    start: "mkdir /srv/place",
    resources: plain,
    proof: is("755 root root"),
    expect: "in-order",
    clean,
  },
  { name: "with owner and mode", resources: owned, proof: is("750 nobody nogroup"), clean },
  {
    name: "of another owner and mode",
    start: "mkdir -m 0700 /srv/place; chown daemon:daemon /srv/place; echo precious >/srv/place/file",
    resources: owned,
    proof: `${is("750 nobody nogroup")} && grep -qx precious /srv/place/file`,
    clean,
  },
  {
    name: "which nobody may enter",
    start: "mkdir -m 0 /srv/place",
    resources: plain,
    proof: is("755 root root"),
    clean,
  },
  {
    name: "with the bits that stat(1) shows first",
    resources: () => [
      directory("/srv/sticky", { mode: "1777" }),
      directory("/srv/setgid", { mode: "2775", group: "nogroup" }),
    ],
    proof: `${is("1777 root root", "/srv/sticky")} && ${is("2775 root nogroup", "/srv/setgid")}`,
    clean,
  },
  {
    name: "with bits that should not be set",
    start: "mkdir -m 3755 /srv/place",
    resources: plain,
    proof: is("755 root root"),
    clean,
  },
  {
    name: "of numbers that have no name",
    resources: () => [directory("/srv/place", { owner: "4711", group: "4712" })],
    proof: '[ "$(stat -c "%u %g" /srv/place)" = "4711 4712" ]',
    clean,
  },
  {
    name: "of numbers that have a name",
    start: "mkdir /srv/place; chown daemon:daemon /srv/place",
    resources: () => [directory("/srv/place", { owner: "0", group: "65534" })],
    proof: is("755 root nogroup"),
    clean,
  },
  {
    name: "whose owner was removed",
    start: "mkdir /srv/place; chown 4711:4712 /srv/place",
    resources: plain,
    proof: is("755 root root"),
    clean,
  },
  {
    name: "whose owner does not exist",
    resources: () => [directory("/srv/place", { owner: "nosuchuser" })],
    proof: "[ ! -e /srv/place ]",
    expect: { blocked: "The user nosuchuser is not there yet." },
  },
  {
    name: "whose group does not exist",
    start: "mkdir /srv/place",
    resources: () => [directory("/srv/place", { mode: "0700", group: "nosuchgroup" })],
    proof: is("755 root root"),
    expect: { blocked: "The group nosuchgroup is not there yet." },
    clean,
  },
  {
    name: "one in another",
    resources: () => [directory("/srv/a"), directory("/srv/a/b", { mode: "0700" }), directory("/srv/a/b/c")],
    proof: `${is("755 root root", "/srv/a/b/c")} && ${is("700 root root", "/srv/a/b")}`,
    clean,
  },
  {
    name: "one in another, the inner one declared first",
    resources: () => [directory("/srv/a/b"), directory("/srv/a")],
    proof: "[ ! -e /srv/a ]",
    expect: { blocked: "The directory /srv/a is not there yet." },
  },
  {
    name: "a file in the way",
    start: "echo precious >/srv/place",
    resources: plain,
    proof: "grep -qx precious /srv/place",
    expect: { blocked: "A file is in the way" },
    clean,
  },
  {
    name: "an empty file in the way",
    start: ": >/srv/place",
    resources: plain,
    proof: "[ -f /srv/place ]",
    expect: { blocked: "A file is in the way" },
    clean,
  },
  {
    name: "a link to a directory in the way",
    start: "mkdir /srv/real; ln -s real /srv/place",
    resources: plain,
    proof: "[ -L /srv/place ]",
    expect: { blocked: "A symlink is in the way" },
    clean,
  },
  {
    name: "a dangling link in the way",
    start: "ln -s /nowhere /srv/place",
    resources: plain,
    proof: "[ -L /srv/place ] && [ ! -e /nowhere ]",
    expect: { blocked: "A symlink is in the way" },
    clean,
  },
  {
    name: "a link loop in the way",
    start: "ln -s place /srv/place",
    resources: plain,
    proof: "[ -L /srv/place ]",
    expect: { blocked: "A symlink is in the way" },
    clean,
  },
  {
    name: "a file where its parent should be",
    start: "echo precious >/srv/none",
    resources: () => [directory("/srv/none/place")],
    proof: "grep -qx precious /srv/none",
    expect: { blocked: "/srv/none" },
    clean,
  },
  {
    name: "on a file system that is full",
    start:
      "mkdir /srv/full && mount -t tmpfs -o size=64k,nr_inodes=2 tmpfs /srv/full; : >/srv/full/one || true",
    resources: () => [directory("/srv/full/place")],
    proof: "[ ! -e /srv/full/place ]",
    expect: { failed: "No space left on device" },
    clean: "umount /srv/full; rm -rf /srv/*",
  },
  {
    name: "hostile names",
    resources: () => [
      directory("/srv/hostile"),
      ...hostileNames.map((name) => directory(`/srv/hostile/${name}`, { mode: "0711", group: "nogroup" })),
    ],
    proof: `${prints(listing, sortBytes(hostileNames.map((name) => `${name} d 711 0:65534\0`)).join(""))} && ${unhurt}`,
  },
  {
    name: "hostile names of another mode",
    start: "chmod 0 /srv/hostile/* && chown nobody /srv/hostile/*",
    resources: () => hostileNames.map((name) => directory(`/srv/hostile/${name}`)),
    proof: prints(listing, sortBytes(hostileNames.map((name) => `${name} d 755 0:0\0`)).join("")),
  },
  {
    name: "hostile names, absent, empty or not",
    start: 'for place in /srv/hostile/-* /srv/hostile/*e*; do echo x >"$place/file"; done',
    resources: () =>
      hostileNames.map((name) => directory(`/srv/hostile/${name}`, { absent: true, recursive: true })),
    proof: `[ -z "$(ls -A /srv/hostile)" ] && ${unhurt}`,
    clean,
  },
  { name: "absent", start: "mkdir /srv/place", resources: absent, proof: "[ ! -e /srv/place ]", clean },
  { name: "absent, and it never was", resources: absent, proof: "[ ! -e /srv/place ]", expect: "in-order" },
  {
    name: "absent, and something is in it",
    start: "mkdir /srv/place; echo precious >/srv/place/.hidden",
    resources: absent,
    proof: "grep -qx precious /srv/place/.hidden",
    expect: { blocked: "recursive: true" },
    clean,
  },
  {
    name: "absent with all that is in it",
    start:
      "mkdir -p /srv/place/deep/er; mkfifo /srv/place/pipe; ln -s / /srv/place/root; ln -s x /srv/place/x; chmod 0 /srv/place/deep",
    resources: removed,
    proof: "[ ! -e /srv/place ] && [ -d /etc ]",
    clean,
  },
  {
    name: "absent with all that is in it, and it never was",
    resources: removed,
    proof: "[ ! -e /srv/place ]",
    expect: "in-order",
  },
  {
    name: "absent, and it is a link to a directory",
    start: "mkdir /srv/real; echo precious >/srv/real/file; ln -s real /srv/place",
    resources: removed,
    proof: "[ -L /srv/place ] && grep -qx precious /srv/real/file",
    expect: { blocked: "A symlink is in the way" },
    clean,
  },
  {
    name: "absent, and a file system is mounted there",
    start: "mkdir /srv/place && mount -t tmpfs tmpfs /srv/place && echo precious >/srv/place/file",
    resources: removed,
    proof: "grep -qx precious /srv/place/file",
    expect: { blocked: 'mount("/srv/place", { absent: true })' },
    clean: "umount /srv/place; rm -rf /srv/*",
  },
  {
    name: "absent, after what is mounted there and in it was unmounted",
    start:
      "mkdir -p /srv/place; mount -t tmpfs tmpfs /srv/place; mkdir '/srv/place/a disk'; mount -t tmpfs tmpfs '/srv/place/a disk'",
    resources: () => [
      mount("/srv/place/a disk", { absent: true }),
      mount("/srv/place", { absent: true }),
      ...removed(),
    ],
    proof: "[ ! -e /srv/place ]",
    clean,
  },
  {
    name: "a loop of links where its parent should be",
    start: "ln -s loop /srv/loop",
    resources: () => [directory("/srv/loop/a/place")],
    proof: '[ "$(readlink /srv/loop)" = loop ]',
    expect: {
      blocked: "The directory /srv/loop/a is not there: /srv/loop is a link to loop, in a loop of links.",
    },
    clean,
  },
  {
    name: "absent, and another file system is mounted in it",
    start:
      "mkdir -p /srv/place/disk && mount -t tmpfs tmpfs /srv/place/disk && echo precious >/srv/place/disk/file",
    resources: removed,
    proof: "grep -qx precious /srv/place/disk/file",
    expect: { blocked: "Other file systems are mounted in it, so it was left alone: /srv/place/disk." },
    clean: "umount /srv/place/disk; rm -rf /srv/*",
  },
  {
    name: "absent before it is declared anew elsewhere",
    start: "mkdir /srv/place",
    resources: () => [directory("/srv/place", { absent: true }), directory("/srv/other")],
    proof: `[ ! -e /srv/place ] && ${is("755 root root", "/srv/other")}`,
    clean,
  },
  {
    name: "absent, after all that is in it",
    start: "mkdir -p /srv/full/.inner; touch '/srv/full/a b'; ln -s /nowhere /srv/full/..link",
    resources: () => [
      file("/srv/full/a b", { absent: true }),
      symlink("/srv/full/..link", { absent: true }),
      directory("/srv/full/.inner", { absent: true }),
      directory("/srv/full", { absent: true }),
    ],
    proof: "[ ! -e /srv/full ]",
  },
];
