import { directory } from "../../../src/resources/directory/directory.ts";
import { file } from "../../../src/resources/file/file.ts";
import { run } from "../../../src/resources/run/run.ts";
import { user } from "../../../src/resources/user/user.ts";
import type { Case } from "./case.ts";
import { hostileNames, prints } from "./hostile-names.ts";

const clean =
  "rm -rf /srv/* /var/lib/proog/pending; mkdir /var/lib/proog/pending; userdel ada 2>/dev/null; true";
const text = file("/srv/text", { content: "text\n" });
const lines = (count: number) => `[ "$(wc -l </srv/log)" = ${count} ]`;

/** What hostile texts have in common: they can stand in a variable. */
const values = hostileNames.map((value, index) => [`VALUE_${index}`, value] as const);

export const cases: Case[] = [
  {
    name: "no guard",
    resources: () => [run("echo ran >>/srv/log")],
    proof: lines(1),
    expect: "opaque",
    clean,
  },
  {
    name: "a guard that does not hold",
    resources: () => [run("touch /srv/made", { unless: "test -e /srv/made" })],
    proof: "test -e /srv/made",
    clean,
  },
  {
    name: "a guard that holds",
    start: "touch /srv/made",
    resources: () => [run("rm /srv/made", { unless: "test -e /srv/made" })],
    proof: "test -e /srv/made",
    expect: "in-order",
    clean,
  },
  {
    name: "a path that it creates",
    resources: () => [run("mkdir '/srv/a b'", { creates: "/srv/a b" })],
    proof: "test -d '/srv/a b'",
    clean,
  },
  {
    name: "a path that it creates is there",
    start: "touch /srv/made",
    resources: () => [
      run("rm /srv/made", { creates: "/srv/made" }),
      run("false", { creates: "/srv/made", unless: "false" }),
    ],
    proof: "test -e /srv/made",
    expect: "in-order",
    clean,
  },
  {
    name: "a guard that still does not hold",
    resources: () => [run("true", { unless: "test -e /srv/made" })],
    proof: "test ! -e /srv/made",
    expect: { failed: "unless: fails -> holds" },
    clean,
  },
  {
    name: "a guard that hangs",
    resources: () => [run("touch /srv/made", { unless: "sleep 100; false", timeLimit: 1 })],
    proof: "test ! -e /srv/made",
    expect: { blocked: "Its guard took more than 1 s: sleep 100; false" },
    clean,
  },
  {
    name: "a guard that reads its input and prints much",
    resources: () => [
      run("touch /srv/made", { unless: "cat; yes | head -n 100000; echo oops >&2; test -e /srv/made" }),
    ],
    proof: "test -e /srv/made",
    clean,
  },
  {
    name: "a command that fails",
    resources: () => [run("echo first; echo second >&2; exit 42", { creates: "/srv/made" })],
    proof: "true",
    expect: { failed: "first\nsecond\nThe command ended with status 42." },
    clean,
  },
  {
    name: "a command that does not end",
    resources: () => [run("echo waiting; sleep 600 & wait", { creates: "/srv/made", timeLimit: 1 })],
    proof: "! pgrep -f 'sleep 60[0]' 2>/dev/null && ! grep -lsz 'sleep' /proc/[0-9]*/comm",
    expect: { failed: "waiting\nIt took more than 1 s and was ended: give it a longer timeLimit." },
    clean,
  },
  {
    name: "a change of what it waits for",
    resources: () => [text, run("echo ran >>/srv/log", { onlyOn: [text] })],
    proof: `${lines(1)} && [ -z "$(ls -A /var/lib/proog/pending)" ]`,
    clean,
  },
  {
    name: "several changes of what it waits for, nested and falsy",
    resources: () => {
      const other = directory("/srv/other");
      return [
        text,
        other,
        run("echo ran >>/srv/log", { name: "told", onlyOn: [[text, false], [[other]], null] }),
      ];
    },
    proof: lines(1),
    clean,
  },
  {
    name: "no change of what it waits for",
    start: "echo text >/srv/text",
    resources: () => [text, run("echo ran >>/srv/log", { onlyOn: text })],
    proof: "test ! -e /srv/log",
    expect: "in-order",
    clean,
  },
  {
    name: "a change of an earlier run, which died",
    start:
      "echo text >/srv/text; mkdir -p /var/lib/proog/pending; echo earlier 1 >/var/lib/proog/pending/run.run.told",
    resources: () => [text, run("echo ran >>/srv/log", { name: "told", onlyOn: text })],
    proof: `${lines(1)} && [ -z "$(ls -A /var/lib/proog/pending)" ]`,
    clean,
  },
  {
    name: "a command that fails after a change stays due",
    resources: () => [text, run("exit 3", { name: "told", onlyOn: text })],
    proof: "test -e /var/lib/proog/pending/run.run.told && test -e /srv/text",
    expect: { failed: "The command ended with status 3." },
    clean,
  },
  {
    name: "a change of what it waits for, and a guard that holds",
    resources: () => [text, run("echo ran >>/srv/log", { onlyOn: text, unless: "grep -q text /srv/text" })],
    proof: "test ! -e /srv/log",
    clean,
  },
  {
    name: "a change of what it waits for, and a guard that does not hold",
    resources: () => [text, run("echo ran >>/srv/log", { onlyOn: text, creates: "/srv/log" })],
    proof: lines(1),
    clean,
  },
  {
    name: "another user, in its folder",
    resources: () => [
      user("ada", { system: true, home: "/srv/ada" }),
      directory("/srv/ada", { owner: "ada" }),
      run("id -un >who; pwd >where; env | cut -d = -f 1 | sort >names; echo $HOME $USER $LOGNAME >mine", {
        user: "ada",
        cwd: "/srv/ada",
        unless: "test $(id -un) = ada && test -e mine",
      }),
    ],
    proof: `[ "$(cat /srv/ada/who /srv/ada/where /srv/ada/mine | tr '\\n' ' ')" = "ada /srv/ada /srv/ada ada ada " ] && [ "$(tr '\\n' ' ' </srv/ada/names)" = "HOME LANG LOGNAME PATH PWD SHELL USER " ]`,
    clean: `${clean}`,
  },
  {
    name: "a user that nothing brings",
    resources: () => [run("touch /srv/made", { user: "ada", unless: "test -e /srv/made" })],
    proof: "test ! -e /srv/made",
    expect: { blocked: "The user ada is not there yet." },
    clean,
  },
  {
    name: "a folder that nothing brings",
    resources: () => [run("touch made", { cwd: "/srv/none", creates: "/srv/none/made" })],
    proof: "test ! -e /srv/none",
    expect: { blocked: "The directory /srv/none is not there yet." },
    clean,
  },
  {
    name: "hostile values of variables",
    resources: () => [
      run(`{ ${values.map(([name]) => `printf '%s\\0' "$${name}"`).join("; ")}; } >/srv/out`, {
        environment: Object.fromEntries(values),
        creates: "/srv/out",
      }),
    ],
    proof: `${prints("cat /srv/out", values.map(([, value]) => `${value}\0`).join(""))} && test ! -e /srv/pwned`,
    clean,
  },
  {
    name: "commands that a shell could take for options, of many lines, with quotes",
    resources: () => [
      run("-x 2>/dev/null || touch /srv/one", { creates: "/srv/one" }),
      run(`cat >/srv/two <<'END'\n$(touch /srv/pwned) it's "END"\nEND\n`, { creates: "/srv/two" }),
      run(`printf %s 'ünï 文 \\' "$(echo 'a  b')" >/srv/three # $(touch /srv/pwned`, {
        creates: "/srv/three",
      }),
    ],
    proof: `test -e /srv/one && ${prints("cat /srv/two", `$(touch /srv/pwned) it's "END"\n`)} && ${prints("cat /srv/three", "ünï 文 \\a  b")} && test ! -e /srv/pwned`,
    clean,
  },
];
