import { alternatives } from "../../../src/resources/alternatives/alternatives.ts";
import { apt } from "../../../src/resources/apt/apt.ts";
import type { Case } from "./case.ts";

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
