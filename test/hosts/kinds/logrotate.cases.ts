import { quote } from "../../../src/catalog/quote.ts";
import { file } from "../../../src/resources/file/file.ts";
import { type LogrotateOptions, logrotate } from "../../../src/resources/logrotate/logrotate.ts";
import type { Case } from "./case.ts";
import { hostileNames, unhurt } from "./hostile-names.ts";

/** Those that logrotate takes, and as they are: the others it would take for patterns. */
const hostile = hostileNames.filter((name) => /^[^\p{Cc}"'\\{}*?[]{1,200}$/u.test(name));

const start =
  "command -v logrotate >/dev/null || apt-get -qq install --yes --no-install-recommends logrotate >/dev/null 2>&1";
const clean = "rm -rf /etc/logrotate.d/engine /srv/*";
const engine = (options: Partial<LogrotateOptions> = {}) => [
  logrotate("engine", { files: ["/srv/log/*.log"], every: "day", keep: 3, ...options }),
];
const right =
  "grep -qx '    rotate 3' /etc/logrotate.d/engine && [ \"$(stat -c '%a %U %G' /etc/logrotate.d/engine)\" = '644 root root' ]";

export const cases: Case[] = [
  {
    name: "a machine without logrotate",
    start: "! command -v logrotate && test ! -e /etc/logrotate.d/x && mv /etc/logrotate.d /run/logrotate.d",
    resources: () => engine(),
    proof: right,
    clean: "rm -rf /etc/logrotate.d; mv /run/logrotate.d /etc/logrotate.d",
  },
  {
    name: "one that is not there, and what logrotate makes of it",
    start: `${start}\nmkdir -p /srv/log && echo text >/srv/log/a.log`,
    resources: () =>
      engine({
        create: { mode: "0640", owner: "root", group: "adm" },
        postRotate: "echo 'rotated' >>/srv/log/told",
      }),
    proof: `${right} && logrotate --force /etc/logrotate.d/engine && grep -qx text /srv/log/a.log.1 && [ "$(stat -c '%a %G %s' /srv/log/a.log)" = '640 adm 0' ] && [ "$(cat /srv/log/told)" = rotated ]`,
    clean,
  },
  {
    name: "hostile names of files",
    start: `${start}\nmkdir -p /srv/log && cd /srv/log && for name in ${hostile.map(quote).join(" ")}; do echo text >"./$name"; done`,
    resources: () => engine({ files: hostile.map((name) => `/srv/log/${name}`) }),
    proof: `${right} && logrotate --force /etc/logrotate.d/engine && cd /srv/log && for name in ${hostile.map(quote).join(" ")}; do grep -qx text "./$name.1" || exit; done && ${unhurt}`,
    clean,
  },
  {
    name: "another content and mode",
    start: `${start}\necho drifted >/etc/logrotate.d/engine; chmod 600 /etc/logrotate.d/engine`,
    resources: () => engine(),
    proof: right,
    clean,
  },
  {
    name: "one that logrotate refuses",
    start,
    resources: () => engine({ user: "nobody-by-that-name" }),
    proof: 'test ! -e /etc/logrotate.d/engine && [ -z "$(ls -A /etc/logrotate.d | grep proog)" ]',
    expect: { failed: "'nobody-by-that-name'" },
    clean,
  },
  {
    name: "a directory is in the way",
    start: "mkdir -p /etc/logrotate.d/engine",
    resources: () => engine(),
    proof: "test -d /etc/logrotate.d/engine",
    expect: { blocked: "A directory is in the way" },
    clean,
  },
  {
    name: "absent",
    start: "mkdir -p /etc/logrotate.d; echo x >/etc/logrotate.d/engine",
    resources: () => [logrotate("engine", { absent: true }), file("/srv/x", { content: "" })],
    proof: "test ! -e /etc/logrotate.d/engine",
    clean,
  },
  {
    name: "absent, and it never was",
    resources: () => [logrotate("engine", { absent: true })],
    proof: "test ! -e /etc/logrotate.d/engine",
    expect: "in-order",
  },
];
