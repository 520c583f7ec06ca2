import { BlockList, isIP, isIPv4 } from "node:net";
import type { Mistake } from "../declare.ts";
import { checkOptions, type OptionNames, show } from "../rules.ts";

/** Protocols by their numbers: names need `/etc/protocols`, which not every machine has. */
const protocols = {
  ...{ icmp: 1, igmp: 2, ipip: 4, tcp: 6, udp: 17, dccp: 33, ipv6: 41, gre: 47, esp: 50, ah: 51 },
  ...{ ospf: 89, pim: 103, vrrp: 112, l2tp: 115, sctp: 132, udplite: 136 },
} as const;

/** Those that have ports. */
const withPorts = ["tcp", "udp", "dccp", "sctp", "udplite"];

/**
 * A protocol above IP: `tcp`, `udp`, `dccp`, `sctp` and `udplite`, which have ports; `icmp`, `igmp`, `ipip`, `ipv6`, `gre`, `esp`,
 * `ah`, `ospf`, `pim`, `vrrp` and `l2tp`.
 */
export type Protocol = keyof typeof protocols;

/** A port, or several: `22`, `"6000-6010"`. */
export type Port = number | `${number}-${number}`;

/** Whom a rule is about: what is not given is any. */
export interface FirewallRule {
  /** The port that is asked for, a range, or a list of both. */
  readonly port?: Port | readonly Port[];
  /** Default: `tcp` with a port, any without. */
  readonly protocol?: Protocol | readonly Protocol[];
  /** Addresses or networks that it comes from, IPv4 and IPv6: `"10.0.0.0/8"`. */
  readonly from?: string | readonly string[];
  /** Interfaces that it comes in by, `*` at the end for any end: `"wg*"`. */
  readonly interface?: string | readonly string[];
}

const ruleNames: OptionNames<FirewallRule> = { port: true, protocol: true, from: true, interface: true };

/** A rule with lists for everything; empty ones mean any. */
interface RuleLists {
  readonly ports: readonly string[];
  readonly protocols: readonly Protocol[];
  readonly from: readonly string[];
  readonly interfaces: readonly string[];
}

function listOf<Value>(value: Value | readonly Value[] | undefined): readonly Value[] {
  if (value === undefined) return [];
  return isList(value) ? value : [value];
}

function isList<Value>(value: Value | readonly Value[]): value is readonly Value[] {
  return Array.isArray(value);
}

/** Mistakes of the rules that are given as the option of this name. */
export function checkRules(option: string, rules: readonly FirewallRule[] | undefined): Mistake[] {
  if (rules === undefined) return [];
  if (!Array.isArray(rules))
    return [`${option} is ${show(rules)}, and must be a list such as [{ port: 22 }].`];
  return rules.flatMap((rule, index) => checkRule(`${option}[${index}]`, rule));
}

function checkRule(option: string, rule: FirewallRule): Mistake[] {
  if (typeof rule !== "object" || rule === null || Array.isArray(rule))
    return [`${option} is ${show(rule)}, and must be a rule such as { port: 22 }.`];
  const names = checkOptions(rule, ruleNames).map((mistake) => `${option}.${mistake}`);
  if (names.length > 0) return names;
  if (Object.values(rule).every((value) => listOf<unknown>(value).length === 0))
    return [`${option} says nothing, and must name a port, a protocol, from or an interface.`];
  return [
    ...listOf(rule.port).map((port) => checkPort(`${option}.port`, port)),
    ...listOf(rule.protocol).map((protocol) => checkProtocol(`${option}.protocol`, protocol, rule)),
    ...listOf(rule.from).map((from) => checkFrom(`${option}.from`, from)),
    ...listOf(rule.interface).map((name) => checkInterface(`${option}.interface`, name)),
  ].filter((mistake) => mistake !== undefined);
}

function checkPort(option: string, port: Port): Mistake | undefined {
  const range = parsePort(port);
  if (range === undefined)
    return `${option} is ${show(port)}, and must be a number from 1 to 65535, or a range such as "6000-6010".`;
  const [low, high] = range;
  if (low > high) return `${option} is ${show(port)}, which runs backwards: "${high}-${low}".`;
  return undefined;
}

function parsePort(port: unknown): [low: number, high: number] | undefined {
  if (!/^[0-9]{1,5}(-[0-9]{1,5})?$/.test(String(port))) return undefined;
  const [low = 0, high = low] = String(port).split("-").map(Number);
  return [low, high].every((end) => end >= 1 && end <= 65_535) ? [low, high] : undefined;
}

function checkProtocol(option: string, protocol: Protocol, { port }: FirewallRule): Mistake | undefined {
  if (!Object.hasOwn(protocols, protocol))
    return `${option} is ${show(protocol)}, and must be one of ${Object.keys(protocols).join(", ")}.`;
  if (port === undefined || withPorts.includes(protocol)) return undefined;
  return `${option} is ${show(protocol)}, which has no ports: leave out port.`;
}

function checkFrom(option: string, from: string): Mistake | undefined {
  const said = `${option} is ${show(from)}, and must be an address or a network such as "10.0.0.0/8"`;
  if (typeof from !== "string") return `${said}.`;
  const [address = "", length, ...more] = from.split("/");
  const family = isIP(address);
  if (family === 0 || more.length > 0 || address.includes("%")) return `${said}; names are not looked up.`;
  if (length === undefined) return undefined;
  const most = family === 4 ? 32 : 128;
  if (!/^(0|[1-9][0-9]{0,2})$/.test(length) || Number(length) > most)
    return `${said}: after the "/" goes a number from 0 to ${most}.`;
  return undefined;
}

function checkInterface(option: string, name: string): Mistake | undefined {
  // 15 characters is the kernel's limit (IFNAMSIZ).
  if (typeof name === "string" && /^[A-Za-z0-9_.:@-]{1,15}\*?$/.test(name)) return undefined;
  return `${option} is ${show(name)}, and must be the name of an interface, such as "eth0" or "wg*".`;
}

function readRule(rule: FirewallRule): RuleLists {
  const ports = joinPorts(listOf(rule.port));
  const named = [...new Set(listOf(rule.protocol))];
  return {
    ports,
    protocols: named.length === 0 && ports.length > 0 ? ["tcp"] : named,
    from: widestOnly(listOf(rule.from)),
    interfaces: [...new Set(listOf(rule.interface))],
  };
}

/** In order and without overlaps, which nft refuses in a set. */
function joinPorts(ports: readonly Port[]): string[] {
  const joined: [low: number, high: number][] = [];
  const sorted = ports.flatMap((port) => [parsePort(port) ?? []]).sort(([a = 0], [b = 0]) => a - b);
  for (const [low = 0, high = low] of sorted) {
    const last = joined.at(-1);
    if (last && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else joined.push([low, high]);
  }
  return joined.map(([low, high]) => (low === high ? `${low}` : `${low}-${high}`));
}

/** Without networks and addresses that are in another of the networks, which nft refuses in a set. */
function widestOnly(sources: readonly string[]): string[] {
  const unique = [...new Set(sources)];
  return unique.filter(
    (source, index) =>
      !unique.some(
        (other, place) => place !== index && holds(other, source) && (!holds(source, other) || place < index),
      ),
  );
}

function holds(network: string, source: string): boolean {
  const [address = "", length = lengthOf(address)] = network.split("/");
  const [inner = "", innerLength = lengthOf(inner)] = source.split("/");
  if (isIPv4(address) !== isIPv4(inner) || Number(innerLength) < Number(length)) return false;
  const list = new BlockList();
  list.addSubnet(address, Number(length), familyOf(address));
  return list.check(inner, familyOf(inner));
}

const lengthOf = (address: string) => (isIPv4(address) ? "32" : "128");
const familyOf = (address: string) => (isIPv4(address) ? "ipv4" : "ipv6");

/** What a rule does: nft's own word for it. */
type Verdict = "accept" | "drop";

/** A rule as lines of nft(8): one for each family of addresses, protocol and interface that it names. */
export function writeRule(rule: FirewallRule, verdict: Verdict): string[] {
  const { ports, protocols: named, from, interfaces } = readRule(rule);
  const byInterface = orAny(interfaces.map((name) => `iifname "${name}"`));
  const bySource = orAny([
    ...writeMatch(
      from.filter((source) => isIPv4(source.split("/")[0] ?? "")),
      "ip saddr",
    ),
    ...writeMatch(
      from.filter((source) => !isIPv4(source.split("/")[0] ?? "")),
      "ip6 saddr",
    ),
  ]);
  const byProtocol = orAny(
    ports.length > 0
      ? named.flatMap((protocol) => writeMatch(ports, `${protocol} dport`))
      : writeMatch(
          named.map((protocol) => String(protocols[protocol])),
          "meta l4proto",
        ),
  );
  return byInterface.flatMap((one) =>
    bySource.flatMap((other) =>
      byProtocol.map((third) => [one, other, third, verdict].filter((part) => part !== "").join(" ")),
    ),
  );
}

/** The matches, or the one that is true of all. */
function orAny(matches: readonly string[]): readonly string[] {
  return matches.length === 0 ? [""] : matches;
}

function writeMatch(values: readonly string[], what: string): string[] {
  if (values.length === 0) return [];
  return [values.length === 1 ? `${what} ${values[0]}` : `${what} { ${values.join(", ")} }`];
}

/** A rule as a word of the catalog, from which the machine tells whom it lets in; see firewall.sh. */
export function describeRule(rule: FirewallRule, verdict: Verdict): string {
  const { ports, protocols: named, from, interfaces } = readRule(rule);
  const lists = [named, ports, from, interfaces];
  return [verdict, ...lists.map((list) => list.join(",") || "*")].join(" ");
}
