import { describe, expect, test } from "vitest";
import { mistakesIn } from "../declared.test-support.ts";
import { compileEdit } from "../edit/edit.ts";
import { made } from "../edit/edited.test-support.ts";
import { type IniFileOptions, iniFile } from "./iniFile.ts";

const madeOf = (options: Parameters<typeof iniFile>[1], text: string) =>
  made(iniFile("/etc/text", options), text);

const journald =
  "# comment\n[Journal]\n#Storage=auto\n#SystemMaxUse=\nCompress=yes\n\n[Other]\nSystemMaxUse=3\n";
const my =
  "[client]\nport = 3306\n\n[mysqld]\n# how many\nmax_connections = 100\nskip-networking\nmax_connections = 150\n\n!includedir /etc/mysql/conf.d/\n";
const git = '[user]\n\tname = Ada\n[remote "origin"]\n\turl = a\n\tfetch = b\n';

describe("a key", () => {
  test.for([
    [
      "systemd",
      { section: "Journal", key: "SystemMaxUse", value: "1G" },
      journald,
      journald.replace("#SystemMaxUse=\n", "#SystemMaxUse=\nSystemMaxUse=1G\n"),
    ],
    [
      "systemd",
      { section: "Journal", key: "Compress", value: "no" },
      journald,
      journald.replace("yes", "no"),
    ],
    [
      "systemd",
      { section: "Journal", key: "Seal", value: "no" },
      journald,
      journald.replace("yes\n", "yes\nSeal=no\n"),
    ],
    ["systemd", { section: "Other", key: "SystemMaxUse", value: 3 }, journald, undefined],
    ["a new section", { section: "New", key: "a", value: "b" }, journald, `${journald}\n[New]\na=b\n`],
    [
      "one of several",
      { section: "mysqld", key: "max_connections", value: 200 },
      my,
      my.replace("max_connections = 100\n", "").replace("150", "200"),
    ],
    [
      "its style",
      { section: "mysqld", key: "port", value: 3307 },
      my,
      my.replace("conf.d/\n", "conf.d/\nport = 3307\n"),
    ],
    ["a key alone", { section: "mysqld", key: "skip-networking", value: true }, my, undefined],
    [
      "a key alone, new",
      { section: "client", key: "quick", value: true },
      my,
      my.replace("3306\n", "3306\nquick\n"),
    ],
    [
      "a value for a key alone",
      { section: "mysqld", key: "skip-networking", value: 1 },
      my,
      my.replace("skip-networking", "skip-networking = 1"),
    ],
    [
      "no value any more",
      { section: "client", key: "port", value: true },
      my,
      my.replace("port = 3306", "port"),
    ],
    ["git", { section: 'remote "origin"', key: "push", value: "c" }, git, `${git}\tpush = c\n`],
    [
      "git",
      { section: 'remote "origin"', key: "url", value: "https://x/?a=b" },
      git,
      git.replace("url = a", "url = https://x/?a=b"),
    ],
    ["before all sections", { key: "a", value: "b" }, "# head\nc=d\n[x]\n", "# head\nc=d\na=b\n[x]\n"],
    [
      "before all sections, of which there is nothing",
      { key: "a", value: "b" },
      "[x]\ny=z\n",
      "a=b\n[x]\ny=z\n",
    ],
    ["an empty file", { section: "x", key: "a", value: "b" }, "", "[x]\na=b\n"],
    ["an empty value", { section: "x", key: "a", value: "" }, "[x]\na=b\n", "[x]\na=\n"],
    ["a separator", { section: "x", key: "a", value: "b", separator: " = " }, "[x]\n", "[x]\na = b\n"],
    ["no end of the last line", { section: "x", key: "b", value: "c" }, "[x]\na=b", "[x]\na=b\nb=c\n"],
    ["ends as on Windows", { section: "x", key: "b", value: "c" }, "[x]\r\na=b\r\n", "[x]\r\na=b\r\nb=c\r\n"],
    [
      "a key that is part of others",
      { section: "x", key: "a.b", value: "1" },
      "[x]\naxb=1\na.bc=1\n",
      "[x]\naxb=1\na.bc=1\na.b=1\n",
    ],
    [
      "php",
      { section: "PHP", key: "expose_php", value: "Off" },
      "[PHP]\n; about\n;expose_php = On\nengine = On\n",
      "[PHP]\n; about\n;expose_php = On\nexpose_php = Off\nengine = On\n",
    ],
    ["literally", { section: "x", key: "a", value: "$1 \\n %s @b" }, "[x]\n", "[x]\na=$1 \\n %s @b\n"],
  ] as const)("%s: %j", ([, options, text, wanted]) => {
    expect(madeOf(options, text)).toBe(wanted);
  });

  test("absent", () => {
    expect(madeOf({ section: "mysqld", key: "max_connections", absent: true }, my)).toBe(
      my.replace(/max_connections.*\n/g, ""),
    );
    expect(madeOf({ section: "client", key: "max_connections", absent: true }, my)).toBeUndefined();
    expect(madeOf({ section: "none", key: "a", absent: true }, my)).toBeUndefined();
  });

  test("a whole section, absent", () => {
    expect(madeOf({ section: "Journal", absent: true }, journald)).toBe(
      "# comment\n[Other]\nSystemMaxUse=3\n",
    );
    expect(madeOf({ section: "a", absent: true }, "[a]\nb=c\n\n# about d\n[d]\n")).toBe("# about d\n[d]\n");
    expect(madeOf({ section: "a", absent: true }, "[d]\ne=f\n[a]\n# all\n")).toBe("[d]\ne=f\n");
    expect(madeOf({ section: "b", absent: true }, "[a]\n")).toBeUndefined();
  });
});

test("compiles to words", () => {
  const resource = iniFile("/etc/my.cnf", { section: "mysqld", key: "port", value: 3306 });
  expect(resource.name).toBe("/etc/my.cnf: [mysqld] port");
  expect(compileEdit(resource).arguments).toEqual([
    "key",
    "/etc/my.cnf",
    "no",
    "",
    "section=mysqld",
    "key=port",
    "value=3306",
  ]);
});

describe("mistakes", () => {
  const wrong = (options: unknown) => mistakesIn(iniFile("/etc/my.cnf", options as IniFileOptions));
  test.for([
    [{ section: "[a]", key: "b", value: 1 }, 'section is "[a]", and must be without brackets: "a".'],
    [{ section: "", key: "b", value: 1 }, 'section is "", and must be the name of one, such as "mysqld".'],
    [{ key: "a=b", value: 1 }, 'key is "a=b", and must be the name of one, such as "max_connections".'],
    [{ key: "#a", value: 1 }, 'key is "#a", and must be the name of one, such as "max_connections".'],
    [{ value: 1 }, 'key is undefined, and must be the name of one, such as "max_connections".'],
    [
      { key: "a", value: false },
      'value is false, and must be text in one line without blanks around it: as the program takes it, "no", "off", "0".',
    ],
    [
      { key: "a", value: "b\nc" },
      'value is "b\\nc", and must be text in one line without blanks around it, such as "200".',
    ],
    [
      { key: "a" },
      'value is undefined, and must be text in one line without blanks around it, such as "200".',
    ],
    [{ key: "a", value: 1, separator: ":" }, 'separator is ":", and must be "=" or " = ".'],
    [{ absent: true }, "It has neither key nor section: say which key is to go, or which whole section."],
    [
      { key: "a", value: 1, absent: true },
      "value is no option beside absent. There is: section, key, validate, optional, tags.",
    ],
  ] as const)("%#", ([options, message]) => {
    expect(wrong(options)).toEqual([message]);
  });
});
