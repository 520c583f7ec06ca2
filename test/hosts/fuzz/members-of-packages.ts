import fc from "fast-check";
import { apacheSite, firewall, git, locale, nginxSite, sudoers, svn, timezone } from "../../../src/index.ts";
import { type Member, member } from "./member.ts";
import { claimPath, folderMoods, optional, owner, touchPath, units } from "./parts.ts";

/** Kinds that need a package, which is not installed within a moment; `folder` is where this host has ../sources.ts. */
export const membersOfPackages = (folder: string): readonly Member[] => [
  member("git", {
    slots: ["/srv/fuzz/git"],
    options: fc.record(
      { ref: fc.constantFrom("v1", "v2", "main"), owner, depth: fc.constantFrom(1, "all" as const) },
      { requiredKeys: ["ref"] },
    ),
    present: (path, options) => git(path, { from: "repository", ...options }),
    absent: (path) => git(path, { absent: true }),
    moods: (path) => [...folderMoods(path), `git -C ${path} reset --hard v1`, `rm -f ${path}/.git/HEAD`],
    ...{ touches: touchPath, claim: claimPath },
  }),
  member("svn", {
    slots: ["/srv/fuzz/svn"],
    options: fc.record({ revision: fc.constantFrom(2, 3), owner }, optional),
    present: (path, options) => svn(path, { from: `file://${folder}/subversion/trunk`, ...options }),
    absent: (path) => svn(path, { absent: true }),
    moods: (path) => [...folderMoods(path), `svn update -r 2 ${path}`, `touch ${path}/.svn/lock`],
    // What svn remembers, which it makes when it is first used.
    touches: (path) => [path, "/root/.subversion"],
    claim: claimPath,
  }),
  member("timezone", {
    slots: ["Europe/Berlin", "Asia/Tokyo"],
    options: fc.constant({}),
    present: (zone) => timezone(zone),
    moods: () => [
      "rm -f /etc/localtime",
      "ln -sfn /usr/share/zoneinfo/UTC /etc/localtime",
      "echo x >/etc/timezone",
    ],
    touches: () => ["/etc/localtime", "/etc/timezone"],
    claim: () => "timezone",
  }),
  member("locale", {
    slots: ["de_DE.UTF-8"],
    options: fc.record({ default: fc.boolean() }, optional),
    present: locale,
    absent: (name) => locale(name, { absent: true }),
    moods: (name) => [
      `sed -i 's/^${name}/# &/' /etc/locale.gen`,
      `localedef --delete-from-archive ${name.replace("UTF-8", "utf8")}`,
      "echo LANG=C.UTF-8 >/etc/locale.conf",
      "rm -f /etc/locale.conf",
    ],
    touches: () => ["/etc/locale.gen", "/etc/locale.conf", "/etc/default/locale", "/usr/lib/locale"],
  }),
  member("sudoers", {
    slots: ["fuzz", "fuzz-2"],
    options: fc.record({
      users: fc.constantFrom("daemon", "fuzz-1"),
      command: fc.constantFrom("/bin/true", "/bin/ls"),
    }),
    present: (name, { users, command }) => sudoers(name, { rules: [{ users, commands: [command] }] }),
    absent: (name) => sudoers(name, { absent: true }),
    moods: (name) => [
      `echo '# by hand' >>/etc/sudoers.d/${name}`,
      `chmod 0666 /etc/sudoers.d/${name}`,
      `rm -f /etc/sudoers.d/${name}`,
    ],
    touches: () => ["/etc/sudoers.d", ...units],
  }),
  member("firewall", {
    slots: ["fuzz"],
    options: fc.record(
      {
        allow: fc.constantFrom([{ port: 22 }], [{ port: [22, 80] }, { protocol: "vrrp" }]),
        ping: fc.boolean(),
        log: fc.boolean(),
      },
      { requiredKeys: ["allow"] },
    ),
    present: (_, options) => firewall(options),
    absent: () => firewall({ absent: true }),
    moods: () => [
      "nft flush ruleset",
      "nft add chain inet proog other",
      "systemctl stop proog-firewall",
      "systemctl disable proog-firewall",
      "echo '# by hand' >>/etc/nftables-proog.conf",
      "rm -f /etc/systemd/system/nftables.service.d/proog.conf",
    ],
    touches: () => ["/etc/nftables-proog.conf", ...units, "proog-firewall.service", "network-pre.target"],
  }),
  member("nginxSite", {
    slots: ["fuzz", "fuzz-2"],
    options: fc.record({
      content: fc.constantFrom("# nothing\n", "server { listen 127.0.0.1:8001; return 204; }\n"),
    }),
    present: nginxSite,
    absent: (name) => nginxSite(name, { absent: true }),
    moods: (name) => siteMoods("/etc/nginx", name),
    // What nginx makes when it is asked whether it takes its configuration.
    touches: () => ["/etc/nginx", "/var/log/nginx", "/var/lib/nginx", "/run/nginx.pid"],
  }),
  member("apacheSite", {
    slots: ["fuzz", "fuzz-2"],
    options: fc.record(
      {
        content: fc.constantFrom("# nothing\n", "Listen 127.0.0.1:8002\n"),
        modules: fc.constant(["rewrite"]),
      },
      { requiredKeys: ["content"] },
    ),
    present: apacheSite,
    absent: (name) => apacheSite(name, { absent: true }),
    moods: (name) => siteMoods("/etc/apache2", `${name}.conf`),
    touches: () => ["/etc/apache2", "/var/lib/apache2", "/run/apache2", "/run/lock"],
  }),
];

/** What people do to a site that a web server has. */
function siteMoods(folder: string, name: string): readonly string[] {
  const [file, link] = [`${folder}/sites-available/${name}`, `${folder}/sites-enabled/${name}`];
  return [
    ...[`echo '# by hand' >>${file}`, `chmod 0600 ${file}`, `rm -f ${link}`, `rm -f ${file} ${link}`],
    ...[`ln -sfn /dev/null ${link}`, `rm -f ${link}; echo '# precious' >${link}`],
  ];
}
