import { hash } from "node:crypto";
import type { CompileContext } from "../context.ts";
import { declare, declareAbsent, type Mistake } from "../declare.ts";
import { fileShell } from "../file/file.ts";
import type { Absent, Blob, CommonOptions, Compiled, Kind, Present, Resource, SurveyLine } from "../kind.ts";
import { accessOf, surveyAbsent, surveyAccess } from "../path/path.ts";
import { checkFlag, checkOptions, commonNames, isAbsent, type OptionNames, show } from "../rules.ts";
import { serviceShell, serviceSurveys } from "../service/service.ts";
import { systemdUnitShell, systemdUnitSurveys } from "../systemdUnit/systemdUnit.ts";
import { unitShell } from "../unit/unit.ts";
import { checkRules, describeRule, type FirewallRule, writeRule } from "./rule.ts";

/** Who may come in. What goes out, and what answers it, always passes. */
export interface FirewallOptions extends CommonOptions {
  /** What is let in, beside what belongs to a connection that is there, loopback, and what IP itself needs of ICMP and DHCP. */
  readonly allow: readonly FirewallRule[];
  /** What is not, whatever `allow` says. */
  readonly deny?: readonly FirewallRule[];
  /** Whether it answers ping. Default: `true`. */
  readonly ping?: boolean;
  /** Whether what is shut out is logged by the kernel, at most ten packets a minute. Default: `false`. */
  readonly log?: boolean;
  /**
   * Rules in the words of nft(8), for what `allow` cannot say; they come after it.
   * @example ["tcp dport 22 limit rate 10/minute accept"]
   */
  readonly rules?: readonly string[];
  /**
   * What else stands in the table, in the words of nft(8): sets, and further chains such as for what is forwarded.
   * @example "set friends { type ipv4_addr; elements = { 192.0.2.1 }; }"
   */
  readonly definitions?: string;
}

const optionNames: OptionNames<FirewallOptions> = {
  ...{ allow: true, deny: true, ping: true, log: true, rules: true, definitions: true },
  ...commonNames,
};

export interface FirewallResource extends Resource, Partial<Omit<FirewallOptions, "optional" | "tags">> {
  readonly type: "firewall";
  readonly absent?: true;
}

/**
 * The machine's firewall, with nftables: the table `inet proog`, of which a machine has one. Everything is shut out that no
 * rule lets in. The rules are checked by nft, come into force all at once, and are there again at boot before the network is.
 * Tables of others (Docker, fail2ban, libvirt) are left alone, so a packet must pass theirs too; ports that Docker publishes
 * are forwarded, not let in, and so not shut out. Needs the package `nftables`: declare `apt("nftables")` before it. Rules
 * that would shut out the very ssh connection by which Proog comes are refused.
 * @example firewall({ allow: [{ port: 22 }, { port: [80, 443], from: "10.0.0.0/8" }] })
 * @example firewall({ allow: [{ port: 22 }, { port: 53, protocol: ["tcp", "udp"] }, { protocol: "vrrp", interface: "eth1" }] })
 * @example firewall({ absent: true })
 */
export function firewall(options: Present<FirewallOptions> | Absent): FirewallResource {
  const table = { type: "firewall", name: "inet proog" } as const;
  if (isAbsent(options)) return declareAbsent<FirewallResource>(table.type, table.name, options);
  const { optional: _, tags: __, absent: ___, ...fields } = { ...options };
  return declare<FirewallResource>({ ...fields, ...table }, options, [
    ...checkOptions(options, optionNames),
    fields.allow === undefined ? "allow is missing: give a list such as [{ port: 22 }]." : undefined,
    ...checkRules("allow", fields.allow),
    ...checkRules("deny", fields.deny),
    checkFlag("ping", fields.ping),
    checkFlag("log", fields.log),
    ...checkTexts(fields.rules),
    checkDefinitions(fields.definitions),
  ]);
}

function checkTexts(rules: readonly string[] | undefined): Mistake[] {
  if (rules === undefined) return [];
  if (!Array.isArray(rules))
    return [`rules is ${show(rules)}, and must be a list such as ["udp dport 53 accept"].`];
  return rules.flatMap((rule, index) =>
    typeof rule === "string" && rule.trim() !== "" && !/[\n\r\0]/.test(rule)
      ? []
      : `rules[${index}] is ${show(rule)}, and must be one line of nft(8), such as "udp dport 53 accept".`,
  );
}

function checkDefinitions(definitions: string | undefined): Mistake | undefined {
  if (definitions === undefined || (typeof definitions === "string" && !definitions.includes("\0")))
    return undefined;
  return `definitions is ${show(definitions)}, and must be text in the words of nft(8).`;
}

/** What RFC 4890, 4.4.1, says must not be dropped, but for echo requests. */
const icmp6 = [
  ...["destination-unreachable", "packet-too-big", "time-exceeded", "parameter-problem", "echo-reply"],
  ...["mld-listener-query", "mld-listener-report", "mld-listener-done", "mld2-listener-report"],
  ...["nd-router-solicit", "nd-router-advert", "nd-neighbor-solicit", "nd-neighbor-advert"],
  ...["ind-neighbor-solicit", "ind-neighbor-advert", "148", "149"],
];
const icmp4 = ["destination-unreachable", "time-exceeded", "parameter-problem"];

/** The whole file. The first two lines empty the table, and with what follows they are one transaction. */
function writeTable({ allow = [], deny = [], ping = true, log, rules = [], definitions }: FirewallResource) {
  const echo = ping ? ["echo-request"] : [];
  const input = [
    "type filter hook input priority filter; policy drop;",
    "ct state vmap { established : accept, related : accept, invalid : drop }",
    'iifname "lo" accept',
    `icmpv6 type { ${[...icmp6, ...echo].join(", ")} } accept`,
    `icmp type { ${[...icmp4, ...echo].join(", ")} } accept`,
    "# DHCP answers come from another address than was asked.",
    "ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept",
    "udp sport 67 udp dport 68 accept",
    ...deny.flatMap((rule) => writeRule(rule, "drop")),
    ...allow.flatMap((rule) => writeRule(rule, "accept")),
    ...rules.map((rule) => rule.trim()),
    ...(log ? ['limit rate 10/minute log prefix "proog firewall: "'] : []),
  ];
  return [
    "# Written by Proog: firewall(). Only this table is its own.",
    "table inet proog",
    "delete table inet proog",
    "table inet proog {",
    ...(definitions === undefined ? [] : [definitions.trimEnd()]),
    "\tchain input {",
    ...input.map((line) => `\t\t${line}`),
    "\t}",
    "}\n",
  ].join("\n");
}

const rulesPath = "/etc/nftables-proog.conf";
const unitPath = "/etc/systemd/system/proog-firewall.service";
const dropInPath = "/etc/systemd/system/nftables.service.d/proog.conf";

/** As Debian's nftables.service, but that it leaves other tables alone. */
const unitText = `# Written by Proog: firewall().
[Unit]
Description=Firewall declared with Proog
Documentation=man:nft(8)
Wants=network-pre.target
Before=network-pre.target
After=nftables.service
DefaultDependencies=no

[Service]
Type=oneshot
RemainAfterExit=yes
StandardInput=null
ProtectSystem=full
ProtectHome=true
ExecStart=/usr/sbin/nft --file ${rulesPath}
ExecReload=/usr/sbin/nft --file ${rulesPath}
ExecStop=-/usr/sbin/nft delete table inet proog

[Install]
WantedBy=sysinit.target
`;

/** Debian's own unit flushes the tables of all when it starts, is reloaded and stops. */
const dropInText = `# Written by Proog: firewall(). This unit flushes the tables of all; here ours comes back.
[Service]
ExecStartPost=-/usr/sbin/nft --file ${rulesPath}
ExecReload=-/usr/sbin/nft --file ${rulesPath}
ExecStop=-/usr/sbin/nft --file ${rulesPath}
`;

function blobOfText(text: string): Blob {
  return { sha256: hash("sha256", text), size: Buffer.byteLength(text), source: { text } };
}

const paths = [rulesPath, unitPath, dropInPath];
const loaded: SurveyLine[] = [unitPath, dropInPath].map((line) => ({ survey: "loaded", line }));

function compile(resource: FirewallResource, context: CompileContext): Compiled {
  const { name, allow = [], deny = [], rules = [] } = resource;
  const claims = [`firewall ${name}`, ...paths.map((path) => `path ${path}`)];
  if (resource.absent) {
    const gone = [...paths.flatMap((path) => surveyAbsent(path) ?? []), ...loaded];
    return {
      arguments: [name, "absent"],
      claims,
      survey: [...gone, { survey: "firewall", line: `${name} absent` }],
    };
  }
  const blobs = [writeTable(resource), unitText, dropInText].map(blobOfText);
  const words = [
    ...deny.map((rule) => describeRule(rule, "drop")),
    ...allow.map((rule) => describeRule(rule, "accept")),
    ...(rules.length > 0 ? ["other"] : []),
  ];
  const files = paths.flatMap((path, index) => [
    ...(surveyAccess(path, "file", accessOf({}, "0644"), context) ?? []),
    { survey: "sha256", line: `${blobs[index]?.sha256}  ${path}` },
  ]);
  return {
    arguments: [name, "present", ...blobs.map(({ sha256 }) => sha256), ...words],
    claims: [...claims, "service proog-firewall.service"],
    blobs,
    survey: [...files, ...loaded, { survey: "firewall", line: `${name} ${blobs[0]?.sha256}` }],
    access: true,
  };
}

export const firewallKind: Kind<FirewallResource> = {
  type: "firewall",
  shell: [
    ...[...fileShell, ...unitShell, ...systemdUnitShell, ...serviceShell],
    ...["survey.sh", "firewall.sh"].map((file) => new URL(file, import.meta.url)),
  ],
  surveys: [...systemdUnitSurveys, ...serviceSurveys, new URL("survey.sh", import.meta.url)],
  compile,
};
