import { type IniFileOptions, iniFile } from "../../../src/resources/iniFile/iniFile.ts";
import { line } from "../../../src/resources/line/line.ts";
import type { Case } from "./case.ts";
import { hostileNames, prints, unhurt } from "./hostile-names.ts";

const clean = "rm -rf /srv/*";
const size = (options: Partial<IniFileOptions> = {}) => [
  iniFile("/srv/text", { section: "Journal", key: "SystemMaxUse", value: "1G", ...options }),
];
const holds = (text: string) => prints("cat /srv/text", text);
const values = hostileNames.filter((name) => !name.includes("\n") && name.trim() === name);

export const cases: Case[] = [
  {
    name: "one that is commented out",
    start: "printf '[Journal]\\n#SystemMaxUse=\\nSeal=yes\\n' >/srv/text; chmod 600 /srv/text",
    resources: () => size(),
    proof: `${holds("[Journal]\n#SystemMaxUse=\nSystemMaxUse=1G\nSeal=yes\n")} && [ "$(stat -c %a /srv/text)" = 600 ]`,
    clean,
  },
  {
    name: "one that is in order",
    start: "printf '[Journal]\\n SystemMaxUse =  1G  \\n' >/srv/text",
    resources: () => size(),
    proof: holds("[Journal]\n SystemMaxUse =  1G  \n"),
    expect: "in-order",
    clean,
  },
  {
    name: "another value",
    start: "printf '[Journal]\\nSystemMaxUse = 2G\\n[Other]\\nSystemMaxUse=3G\\n' >/srv/text",
    resources: () => size(),
    proof: holds("[Journal]\nSystemMaxUse = 1G\n[Other]\nSystemMaxUse=3G\n"),
    clean,
  },
  {
    name: "several of a file that is made",
    resources: () => [
      ...size({ create: true }),
      ...size({ key: "Seal", value: "no" }),
      iniFile("/srv/text", { section: "New", key: "a", value: true }),
      line("/srv/text", { line: "# the end" }),
    ],
    proof: holds("[Journal]\nSystemMaxUse=1G\nSeal=no\n\n[New]\na\n# the end\n"),
    clean,
  },
  {
    name: "absent, and a whole section",
    start: "printf '[Journal]\\nSystemMaxUse=2G\\n# about b\\n[b]\\nc=d\\n\\n[e]\\n' >/srv/text",
    resources: () => [
      iniFile("/srv/text", { section: "Journal", key: "SystemMaxUse", absent: true }),
      iniFile("/srv/text", { section: "b", absent: true }),
      iniFile("/srv/none", { section: "b", absent: true }),
    ],
    proof: holds("[Journal]\n# about b\n[e]\n"),
    clean,
  },
  {
    name: "a file that is not there",
    resources: () => size(),
    proof: "test ! -e /srv/text",
    expect: { blocked: "The file /srv/text is not there yet." },
  },
  {
    name: "a directory",
    start: "mkdir /srv/text",
    resources: () => size(),
    proof: "test -d /srv/text",
    expect: { blocked: "A directory is in the way" },
    clean,
  },
  {
    name: "a content that is found invalid",
    start: "printf '[Journal]\\n' >/srv/text",
    resources: () => size({ validate: "! grep 1G %" }),
    proof: holds("[Journal]\n"),
    expect: { failed: "SystemMaxUse=1G\nThe new content was refused by: " },
    clean,
  },
  {
    name: "what systemd reads",
    start: "cp /etc/systemd/journald.conf /run/journald.conf",
    resources: () => [
      iniFile("/etc/systemd/journald.conf", { section: "Journal", key: "SystemMaxUse", value: "1G" }),
    ],
    proof: "systemd-analyze cat-config systemd/journald.conf | grep -qx SystemMaxUse=1G",
    clean: "cp /run/journald.conf /etc/systemd/journald.conf",
  },
  {
    name: "hostile values",
    start: "printf '[x]\\n' >/srv/text",
    resources: () =>
      values.map((value, index) => iniFile("/srv/text", { section: "x", key: `key ${index}`, value })),
    proof: `${holds(`[x]\n${values.map((value, index) => `key ${index}=${value}\n`).join("")}`)} && ${unhurt}`,
    clean,
  },
];
