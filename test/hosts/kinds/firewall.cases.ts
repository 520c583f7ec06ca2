import { apt } from "../../../src/resources/apt/apt.ts";
import { type FirewallOptions, firewall } from "../../../src/resources/firewall/firewall.ts";
import { service } from "../../../src/resources/service/service.ts";
import type { Case } from "./case.ts";

const ssh = { port: 22 };
const plain = () => [firewall({ allow: [ssh, { port: [80, 443] }] })];
const having = (options: Partial<FirewallOptions>) => () => [firewall({ allow: [ssh], ...options })];

const rules = "/etc/nftables-proog.conf";
const unit = "/etc/systemd/system/proog-firewall.service";
const dropIn = "/etc/systemd/system/nftables.service.d/proog.conf";

const loaded = (text: string) => `nft list table inet proog | grep -qF '${text}'`;
const whole = `${loaded("policy drop")} && [ "$(systemctl is-enabled proog-firewall)" = enabled ] &&
  [ "$(systemctl is-active proog-firewall)" = active ] && [ "$(stat -c '%a %U %G' ${rules})" = '644 root root' ] &&
  [ "$(systemctl show -P NeedDaemonReload proog-firewall)" = no ]`;
const right = `${whole} && ${loaded("tcp dport { 80, 443 } accept")}`;
const gone = `[ ! -e ${rules} ] && [ ! -e ${unit} ] && [ ! -e ${dropIn} ] && ! nft list table inet proog &&
  ! systemctl cat proog-firewall && [ ! -L /etc/systemd/system/sysinit.target.wants/proog-firewall.service ]`;
const clean = `systemctl --quiet disable --now proog-firewall
rm -rf ${rules} ${unit} /etc/systemd/system/nftables.service.d; nft flush ruleset; systemctl daemon-reload`;
/** What somebody else has in tables of their own. */
const others =
  "nft add table ip others; nft add chain ip others f2b; nft add rule ip others f2b ip saddr 192.0.2.9 drop";
const othersStay = "nft list table ip others | grep -q 192.0.2.9";

const everything: Partial<FirewallOptions> = {
  allow: [
    ssh,
    {
      port: [80, "8000-8010", "8005-8020"],
      from: ["10.0.0.0/8", "10.1.0.0/16", "fd00::/8"],
      interface: ["eth*", "host0"],
    },
    { port: 53, protocol: ["tcp", "udp"] },
    { protocol: ["vrrp", "esp"] },
    { from: "192.0.2.77" },
  ],
  deny: [{ from: ["192.0.2.0/24", "2001:db8::/32"], port: 25 }],
  ping: false,
  log: true,
  rules: [
    "ct state new tcp dport 2222 add @blocked { ip saddr }",
    'udp dport 9 counter accept comment "it\'s $(touch /srv/pwned)"',
  ],
  definitions:
    "\tset blocked { type ipv4_addr; flags dynamic,timeout; timeout 1h; }\n\tchain forward { type filter hook forward priority 0; policy accept; }",
};

/** Rules that would cut the way by which the test comes. */
const cutting: Case[] = [
  {
    name: "nothing lets ssh in",
    resources: () => [firewall({ allow: [{ port: 80 }] })],
    expect: { blocked: "to port 22, the way by which this connection came." },
    proof: gone,
  },
  {
    name: "ssh is let in from elsewhere",
    resources: () => [firewall({ allow: [{ port: 22, from: ["192.0.2.0/24", "::/0"] }] })],
    expect: { blocked: "Allow it, such as { port: 22, from: " },
    proof: gone,
  },
  {
    name: "ssh is let in by another interface",
    resources: () => [firewall({ allow: [{ port: 22, interface: "eth7" }] })],
    expect: { blocked: "No rule lets ssh in from " },
    proof: gone,
  },
  {
    name: "ssh is denied to us",
    resources: having({ deny: [{ from: "0.0.0.0/0", port: "20-30" }] }),
    expect: { blocked: "A rule of deny shuts out ssh from " },
    proof: gone,
  },
];

export const cases: Case[] = [
  {
    name: "nftables is not installed",
    resources: plain,
    expect: { blocked: 'nft is not installed: declare apt("nftables") before it.' },
    proof: `[ ! -e ${rules} ] && ! command -v nft`,
  },
  {
    name: "absent, and nftables is not installed",
    resources: () => [firewall({ absent: true })],
    expect: "in-order",
    proof: "! command -v nft",
  },
  {
    name: "with its package, from nothing",
    resources: () => [apt("nftables"), ...plain()],
    proof: right,
  },
  { name: "as the case before left it", resources: plain, expect: "in-order", proof: right },
  {
    name: "all tables were flushed by hand",
    start: "nft flush ruleset",
    resources: plain,
    proof: right,
  },
  {
    name: "a rule was added by hand",
    start: "nft insert rule inet proog input tcp dport 8080 accept",
    resources: plain,
    proof: `${right} && ! ${loaded("8080")}`,
  },
  {
    name: "a rule was taken out by hand",
    start: `handle=$(nft -a list chain inet proog input | sed -n 's/.*{ 80, 443 } accept # handle //p')
nft delete rule inet proog input handle "$handle"`,
    resources: plain,
    proof: right,
  },
  {
    name: "the policy was changed by hand",
    start: "nft 'chain inet proog input { policy accept; }'",
    resources: plain,
    proof: right,
  },
  {
    name: "stopped by hand, which lets everybody in",
    start: "systemctl stop proog-firewall; ! nft list table inet proog",
    resources: plain,
    proof: right,
  },
  {
    name: "not enabled at boot any more",
    start: "systemctl --quiet disable proog-firewall",
    resources: plain,
    proof: right,
  },
  {
    name: "another mode and owner, and files of units that were changed",
    start: `chmod 600 ${rules}; chown daemon ${rules}; echo '# by hand' >>${unit}; rm ${dropIn}`,
    resources: plain,
    proof: `${right} && ! grep -q 'by hand' ${unit} && [ -e ${dropIn} ]`,
  },
  {
    name: "other rules, and other tables stay",
    start: others,
    resources: having({ allow: [ssh, { port: 5432, from: ["10.0.0.0/8", "fd00::/8"] }] }),
    proof: `${whole} && ${othersStay} && ${loaded("ip saddr 10.0.0.0/8 tcp dport 5432 accept")} &&
      ${loaded("ip6 saddr fd00::/8 tcp dport 5432 accept")} && ! ${loaded("{ 80, 443 }")}`,
  },
  {
    name: "rules that nft refuses; the old ones stay",
    resources: having({ rules: ["tcp dport nonsense accept"] }),
    expect: { failed: "nft refuses these rules, so nothing was changed." },
    proof: `${whole} && ${loaded("5432")} && ${othersStay} && ! grep -q nonsense ${rules}`,
  },
  {
    name: "everything that can be said",
    resources: having(everything),
    proof: `${whole} && ${loaded("chain forward")} && ${loaded("meta l4proto { esp, vrrp }")} && ${othersStay} && [ ! -e /srv/pwned ]`,
  },
  {
    name: "what rules themselves put into a set is no drift",
    start: "nft add element inet proog blocked '{ 192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4, 192.0.2.5 }'",
    resources: having(everything),
    expect: "in-order",
    proof: "nft list set inet proog blocked | grep -q 192.0.2.5",
  },
  {
    name: "rules about a device, which only the machine itself can read",
    resources: having({ rules: ["iif lo tcp dport 4711 accept"] }),
    proof: `${whole} && ${loaded("4711")}`,
  },
  {
    name: "Debian's own service, which flushes all tables, is enabled and started after it",
    start: "grep -q 'flush ruleset' /etc/nftables.conf",
    resources: () => [...plain(), service("nftables")],
    proof: `${right} && [ "$(systemctl is-active nftables)" = active ]`,
  },
  {
    name: "Debian's own service is reloaded",
    start: "systemctl reload nftables",
    resources: () => [...plain(), service("nftables")],
    expect: "in-order",
    proof: right,
  },
  {
    name: "Debian's own service is restarted",
    start: "systemctl restart nftables",
    resources: () => [...plain(), service("nftables")],
    expect: "in-order",
    proof: right,
  },
  {
    name: "Debian's own service is stopped, and so is not ours",
    start: "systemctl stop nftables",
    resources: plain,
    expect: "in-order",
    proof: right,
  },
  {
    name: "Debian's own configuration is loaded by hand",
    start: `${others}; nft -f /etc/nftables.conf; ! nft list table ip others`,
    resources: plain,
    proof: right,
  },
  {
    name: "absent; other tables stay",
    start: others,
    resources: () => [firewall({ absent: true })],
    proof: `${gone} && ${othersStay} && [ ! -e /etc/systemd/system/nftables.service.d ]`,
    clean: `${clean}; systemctl --quiet disable nftables`,
  },
  {
    name: "absent, and it never was",
    resources: () => [firewall({ absent: true })],
    expect: "in-order",
    proof: gone,
  },
  {
    name: "absent, and only the table is there",
    start: "nft add table inet proog",
    resources: () => [firewall({ absent: true })],
    proof: gone,
  },
  {
    name: "absent, and a drop-in of somebody else beside ours",
    start: `mkdir -p ${dropIn.replace("/proog.conf", "")}; touch ${dropIn} ${dropIn.replace("proog", "other")}; systemctl daemon-reload`,
    resources: () => [firewall({ absent: true })],
    proof: `${gone} && [ -e ${dropIn.replace("proog", "other")} ]`,
    clean,
  },
  ...cutting,
  {
    name: "nothing lets ssh in that we can read, but rules in nft's own words",
    resources: () => [firewall({ allow: [], rules: ["tcp dport 22 accept"] })],
    proof: whole,
    clean,
  },
  {
    name: "ssh is let in by the interface by which we come, from everywhere",
    resources: () => [
      firewall({ allow: [{ port: "20-30", interface: "host*", from: ["0.0.0.0/0", "::/0"] }] }),
    ],
    proof: whole,
    clean,
  },
  {
    name: "a directory where the rules belong",
    start: `mkdir ${rules}`,
    resources: plain,
    expect: { blocked: "A directory is in the way" },
    proof: `[ -d ${rules} ] && ! nft list table inet proog`,
    clean,
  },
  {
    name: "a link where the rules belong",
    start: `ln -s /etc/nftables.conf ${rules}`,
    resources: plain,
    expect: { blocked: "A symlink is in the way" },
    proof: "grep -q 'flush ruleset' /etc/nftables.conf",
    clean,
  },
  {
    name: "its unit is masked by hand",
    start: "systemctl --quiet mask proog-firewall",
    resources: plain,
    expect: { blocked: `symlink("${unit}", { absent: true })` },
    proof: '[ "$(systemctl is-enabled proog-firewall)" = masked ]',
    clean,
  },
];
