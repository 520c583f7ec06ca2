import { directory } from "../../../src/resources/directory/directory.ts";
import { symlink } from "../../../src/resources/symlink/symlink.ts";
import type { Case } from "./case.ts";
import { hostileNames, prints, sortBytes, unhurt } from "./hostile-names.ts";

const to = "/etc/hostname";
const link = () => [symlink("/srv/link", { to })];
const proof = '[ -L /srv/link ] && [ "$(readlink /srv/link)" = /etc/hostname ]';
const clean = "rm -rf /srv/*";

const listing = `find /srv/hostile -mindepth 1 -printf '%f -> %l\\0' | LC_ALL=C sort -z`;

export const cases: Case[] = [
  { name: "one that is not there", resources: link, proof, clean },
  {
    name: "one that is in order",
    start: "ln -s /etc/hostname /srv/link",
    resources: link,
    proof,
    expect: "in-order",
    clean,
  },
  { name: "one that points elsewhere", start: "ln -s /etc/passwd /srv/link", resources: link, proof, clean },
  { name: "one that dangles", start: "ln -s /nowhere /srv/link", resources: link, proof, clean },
  { name: "one that points to itself", start: "ln -s link /srv/link", resources: link, proof, clean },
  {
    name: "one of a loop of two",
    start: "ln -s other /srv/link; ln -s link /srv/other",
    resources: link,
    proof,
    clean,
  },
  { name: "one that points to a directory", start: "ln -s /etc /srv/link", resources: link, proof, clean },
  {
    name: "the same place, written otherwise",
    start: "ln -s ../etc/hostname /srv/link",
    resources: link,
    proof,
    clean,
  },
  {
    name: "of another owner",
    start: "ln -s /etc/hostname /srv/link; chown -h nobody:nogroup /srv/link",
    resources: link,
    proof,
    expect: "in-order",
    clean,
  },
  {
    name: "what it points to need not exist",
    resources: () => [symlink("/srv/link", { to: "releases/42" })],
    proof: '[ "$(readlink /srv/link)" = releases/42 ]',
    clean,
  },
  {
    name: "a directory in the way",
    start: "mkdir /srv/link",
    resources: link,
    proof: "[ -d /srv/link ] && [ ! -L /srv/link ]",
    expect: { blocked: "A directory is in the way" },
    clean,
  },
  {
    name: "a file in the way",
    start: "echo precious >/srv/link",
    resources: link,
    proof: "grep -qx precious /srv/link && [ ! -L /srv/link ]",
    expect: { blocked: "A file is in the way" },
    clean,
  },
  {
    name: "a named pipe in the way",
    start: "mkfifo /srv/link",
    resources: link,
    proof: "[ -p /srv/link ]",
    expect: { blocked: "Something that is no file is in the way" },
    clean,
  },
  {
    name: "no folder to be in",
    resources: () => [symlink("/srv/none/link", { to })],
    proof: "[ ! -e /srv/none ]",
    expect: { blocked: "The directory /srv/none is not there yet." },
  },
  {
    name: "a file where its folder should be",
    start: "echo precious >/srv/none",
    resources: () => [symlink("/srv/none/link", { to })],
    proof: "grep -qx precious /srv/none",
    expect: { blocked: "/srv/none" },
    clean,
  },
  {
    name: "in a folder that is declared before it",
    resources: () => [directory("/srv/new"), symlink("/srv/new/link", { to })],
    proof: '[ "$(readlink /srv/new/link)" = /etc/hostname ]',
    clean,
  },
  {
    name: "in a folder that is reached by a link",
    start: "mkdir /srv/real; ln -s real /srv/alias",
    resources: () => [symlink("/srv/alias/link", { to })],
    proof: '[ "$(readlink /srv/real/link)" = /etc/hostname ] && [ -L /srv/alias ]',
    clean,
  },
  {
    name: "hostile names and targets",
    resources: () => [
      directory("/srv/hostile"),
      ...hostileNames.map((name) => symlink(`/srv/hostile/${name}`, { to: name })),
    ],
    proof: `${prints(listing, sortBytes(hostileNames.map((name) => `${name} -> ${name}\0`)).join(""))} && ${unhurt}`,
    clean,
  },
  {
    name: "hostile names that point elsewhere",
    start: "mkdir /srv/hostile",
    resources: () => [...hostileNames.map((name) => symlink(`/srv/hostile/${name}`, { to: `../${name}/.` }))],
    proof: prints(listing, sortBytes(hostileNames.map((name) => `${name} -> ../${name}/.\0`)).join("")),
  },
  {
    name: "hostile names, absent",
    resources: () => hostileNames.map((name) => symlink(`/srv/hostile/${name}`, { absent: true })),
    proof: '[ -z "$(ls -A /srv/hostile)" ]',
    clean,
  },
  {
    name: "hostile names, absent twice",
    start: "mkdir /srv/hostile",
    resources: () => hostileNames.map((name) => symlink(`/srv/hostile/${name}`, { absent: true })),
    proof: '[ -z "$(ls -A /srv/hostile)" ]',
    expect: "in-order",
    clean,
  },
  {
    name: "a target as long as one can be",
    resources: () => [symlink("/srv/link", { to: `/${"long/".repeat(818)}end` })],
    proof: prints("readlink --no-newline /srv/link", `/${"long/".repeat(818)}end`),
    clean,
  },
  {
    name: "absent",
    start: "ln -s /etc/hostname /srv/link",
    resources: () => [symlink("/srv/link", { absent: true })],
    proof: "[ ! -L /srv/link ] && [ -s /etc/hostname ]",
    clean,
  },
  {
    name: "absent, and it dangles",
    start: "ln -s /nowhere /srv/link",
    resources: () => [symlink("/srv/link", { absent: true })],
    proof: "[ ! -L /srv/link ]",
    clean,
  },
  {
    name: "absent, and it points to a directory",
    start: "mkdir /srv/real; echo precious >/srv/real/file; ln -s real /srv/link",
    resources: () => [symlink("/srv/link", { absent: true })],
    proof: "[ ! -L /srv/link ] && grep -qx precious /srv/real/file",
    clean,
  },
  {
    name: "absent, and it never was",
    resources: () => [symlink("/srv/none/link", { absent: true })],
    proof: "[ ! -e /srv/none ]",
    expect: "in-order",
  },
  {
    name: "absent, and it is a file",
    start: "echo precious >/srv/link",
    resources: () => [symlink("/srv/link", { absent: true })],
    proof: "grep -qx precious /srv/link",
    expect: { blocked: "A file is in the way" },
    clean,
  },
];
