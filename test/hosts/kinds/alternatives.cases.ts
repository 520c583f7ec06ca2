import { quote } from "../../../src/catalog/quote.ts";
import { alternatives } from "../../../src/resources/alternatives/alternatives.ts";
import { apt } from "../../../src/resources/apt/apt.ts";
import type { Case } from "./case.ts";
import { hostileNames, unhurt } from "./hostile-names.ts";

/** Names with what is hostile in them all, but for line breaks, which update-alternatives does not take. */
const hostile = [hostileNames.slice(0, 7).join(""), "%s %n $HOME \\n", "ünïcödé 文字", "-rf", "*"].map(
  (name) => `/srv/hostile/${name}`,
);

const clean = "update-alternatives --remove-all words >/dev/null 2>&1; true";
const choices =
  "update-alternatives --install /usr/bin/words words /usr/bin/sort 10 >/dev/null; update-alternatives --install /usr/bin/words words /usr/bin/uniq 20 >/dev/null";
const is = (path: string, status: string) =>
  `[ "$(readlink -f /usr/bin/words)" = ${path} ] && update-alternatives --query words | grep -qx 'Status: ${status}'`;

export const cases: Case[] = [
  {
    name: "another one than the best",
    start: choices,
    resources: () => [alternatives("words", { path: "/usr/bin/sort" })],
    proof: is("/usr/bin/sort", "manual"),
    clean,
  },
  {
    name: "the best one, but whatever is installed",
    start: choices,
    resources: () => [alternatives("words", { path: "/usr/bin/uniq" })],
    proof: is("/usr/bin/uniq", "manual"),
    clean,
  },
  {
    name: "automatic again",
    start: `${choices}; update-alternatives --set words /usr/bin/sort >/dev/null`,
    resources: () => [alternatives("words", { automatic: true })],
    proof: is("/usr/bin/uniq", "auto"),
    clean,
  },
  {
    name: "automatic",
    start: choices,
    resources: () => [alternatives("words", { automatic: true })],
    proof: is("/usr/bin/uniq", "auto"),
    expect: "in-order",
    clean,
  },
  {
    name: "chosen already",
    start: `${choices}; update-alternatives --set words /usr/bin/sort >/dev/null`,
    resources: () => [alternatives("words", { path: "/usr/bin/sort" })],
    proof: is("/usr/bin/sort", "manual"),
    expect: "in-order",
    clean,
  },
  {
    name: "the link was made by hand",
    start: `${choices}; ln -sf /usr/bin/tac /etc/alternatives/words`,
    resources: () => [alternatives("words", { path: "/usr/bin/sort" })],
    proof: is("/usr/bin/sort", "manual"),
    clean,
  },
  {
    name: "its own link leads elsewhere",
    start: `${choices}; ln -sf /usr/bin/tac /usr/bin/words`,
    resources: () => [alternatives("words", { automatic: true })],
    proof: is("/usr/bin/uniq", "auto"),
    clean,
  },
  {
    name: "a file where its own link belongs",
    start: `${choices}; rm /usr/bin/words; echo precious >/usr/bin/words`,
    resources: () => [alternatives("words", { automatic: true })],
    proof: "grep -qx precious /usr/bin/words",
    expect: {
      blocked:
        'A file is in the way, so it was left alone.\nMove it, or declare file("/usr/bin/words", { absent: true })',
    },
    clean: `rm /usr/bin/words; ${clean}`,
  },
  {
    name: "a directory where its link in /etc belongs",
    start: `${choices}; rm /etc/alternatives/words; mkdir /etc/alternatives/words`,
    resources: () => [alternatives("words", { path: "/usr/bin/sort" })],
    proof: "test -d /etc/alternatives/words",
    expect: { blocked: 'declare directory("/etc/alternatives/words", { absent: true })' },
    clean: `rmdir /etc/alternatives/words; ${clean}`,
  },
  {
    name: "hostile paths",
    start: `mkdir /srv/hostile; touch ${hostile.map(quote).join(" ")}
for path in /srv/hostile/*; do update-alternatives --install /usr/bin/words words "$path" 5 >/dev/null; done`,
    resources: () => [alternatives("words", { path: hostile[0] ?? "" })],
    proof: `[ "$(readlink -f /usr/bin/words)" = ${quote(hostile[0] ?? "")} ] && ${unhurt}`,
    clean: `rm -r /srv/hostile; ${clean}`,
  },
  {
    name: "a path that is none of them",
    start: choices,
    resources: () => [alternatives("words", { path: "/usr/bin/tac" })],
    proof: is("/usr/bin/uniq", "auto"),
    expect: {
      blocked: "/usr/bin/tac is no alternative for words yet. There is: /usr/bin/sort, /usr/bin/uniq.",
    },
    clean,
  },
  {
    name: "a name that nobody has",
    resources: () => [alternatives("words", { path: "/usr/bin/sort" })],
    proof: "test ! -e /usr/bin/words",
    expect: { blocked: "There are no alternatives for words yet." },
    clean,
  },
  {
    name: "its package comes before it",
    resources: () => [apt("nano"), alternatives("editor", { path: "/bin/nano" })],
    proof:
      "[ \"$(readlink -f /usr/bin/editor)\" = /usr/bin/nano ] && update-alternatives --query editor | grep -qx 'Status: manual'",
    clean: "apt-get -qq purge --yes nano >/dev/null 2>&1; true",
  },
];
