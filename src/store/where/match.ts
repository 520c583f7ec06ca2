import { ProogError } from "../../report/error.ts";
import type { NodeRecord } from "../../report/history/records.ts";
import { formatAge } from "../../report/text/duration.ts";
import { suggestName } from "../../report/text/nearest.ts";
import { formatSize } from "../../report/text/size.ts";
import type { Comparison, Operator, Where } from "./parse.ts";

/** What can be asked of a node: how it is compared, and where it stands; undefined where that is not known. */
interface Fact {
  readonly kind: "text" | "version" | "number" | "size" | "share" | "age" | "truth" | "list";
  read(node: NodeRecord, now: number): string | number | boolean | readonly string[] | undefined;
}

const facts: Readonly<Record<string, Fact>> = {
  node: { kind: "text", read: ({ node }) => node },
  role: { kind: "list", read: ({ roles }) => roles },
  state: { kind: "text", read: ({ state }) => state },
  address: {
    kind: "list",
    read: ({ address, facts }) => [
      ...new Set([
        ...(address ? [address] : []),
        ...(facts?.facts.addresses ?? []).map((each) => each.address),
      ]),
    ],
  },
  // Other systems have versions, too, which mean something else.
  debian: {
    kind: "version",
    read: ({ facts }) => (facts?.facts.system.id === "debian" ? facts.facts.system.release : undefined),
  },
  system: { kind: "text", read: ({ facts }) => facts?.facts.system.id },
  version: { kind: "version", read: ({ facts }) => facts?.facts.system.version },
  codename: { kind: "text", read: ({ facts }) => facts?.facts.system.codename },
  kernel: { kind: "version", read: ({ facts }) => facts?.facts.kernel },
  architecture: { kind: "text", read: ({ facts }) => facts?.facts.architecture },
  virtualisation: { kind: "text", read: ({ facts }) => facts?.facts.virtualisation },
  hostname: { kind: "text", read: ({ facts }) => facts?.facts.hostname },
  processor: { kind: "text", read: ({ facts }) => facts?.facts.processor },
  cpus: { kind: "number", read: ({ facts }) => facts?.facts.cpus },
  memory: { kind: "size", read: ({ facts }) => facts?.facts.memory },
  swap: { kind: "size", read: ({ facts }) => facts?.facts.swap },
  disk: { kind: "share", read: diskShare },
  "memory-used": {
    kind: "share",
    read: ({ status }) => {
      const memory = status?.status.memory;
      return memory && memory.size > 0 ? (100 * (memory.size - memory.available)) / memory.size : undefined;
    },
  },
  load: { kind: "number", read: ({ status }) => status?.status.load?.[0] },
  uptime: { kind: "age", read: ({ status }) => status?.status.uptime },
  reboot: { kind: "truth", read: ({ status }) => status?.status.rebootPending },
  drift: { kind: "number", read: ({ drift }) => drift?.changes },
  applied: { kind: "age", read: ({ applied }, now) => applied && (now - applied.at) / 1000 },
  seen: {
    kind: "age",
    read: ({ lastSeen }, now) => (lastSeen === undefined ? undefined : (now - lastSeen) / 1000),
  },
};

/** The names that can be asked about; those of the fleet's own facts stand behind `own.`, too. */
export const whereNames: readonly string[] = Object.keys(facts);

/**
 * Whether this holds of a node; false where it is about what is not known of it.
 * @throws ProogError `command-line` for what no node can be asked.
 */
export function matches(where: Where, node: NodeRecord, now: number): boolean {
  switch (where.type) {
    case "and":
      return matches(where.left, node, now) && matches(where.right, node, now);
    case "or":
      return matches(where.left, node, now) || matches(where.right, node, now);
    case "not":
      return !matches(where.inner, node, now);
    case "compare":
      return compare(where, node, now);
  }
}

/** What a query asks about, in words, as a node has it. */
export function readValues(where: Where, node: NodeRecord, now: number): Record<string, string> {
  return Object.fromEntries(
    namesIn(where)
      .filter((name) => name !== "node" && name !== "role")
      .map((name) => {
        const fact = factOf(name, [node]);
        return [name, tell(fact, fact.read(node, now))];
      }),
  );
}

/** Refuses names and values that nothing can be compared with, before any node is looked at. */
export function checkWhere(where: Where, nodes: readonly NodeRecord[]): void {
  if (where.type === "compare") {
    const fact = factOf(where.name, nodes);
    readWanted(where, fact);
  } else if (where.type === "not") checkWhere(where.inner, nodes);
  else {
    checkWhere(where.left, nodes);
    checkWhere(where.right, nodes);
  }
}

function namesIn(where: Where): string[] {
  if (where.type === "compare") return [where.name];
  if (where.type === "not") return namesIn(where.inner);
  return [...new Set([...namesIn(where.left), ...namesIn(where.right)])];
}

function factOf(name: string, nodes: readonly NodeRecord[]): Fact {
  const known = facts[name];
  if (known) return known;
  const own = new Set(nodes.flatMap(({ facts }) => Object.keys(facts?.facts.own ?? {})));
  const short = name.startsWith("own.") ? name.slice(4) : name;
  if (name.startsWith("own.") || own.has(short))
    return { kind: "version", read: ({ facts }) => facts?.facts.own[short] };
  const names = [...whereNames, ...own];
  throw new ProogError({
    code: "command-line",
    message: `--where asks about "${name}", and no node has such a fact. ${suggestName(name, names)}`,
    hint: `There is: ${names.join(", ")}`,
  });
}

function compare(where: Comparison, node: NodeRecord, now: number): boolean {
  const fact = factOf(where.name, [node]);
  const found = fact.read(node, now);
  if (found === undefined) return false;
  const { operator } = where;
  const wanted = readWanted(where, fact);
  if (Array.isArray(found)) {
    const holds = (one: string) => compareTexts(one, positive(operator), String(wanted));
    // "role != web" is for those that do not have it.
    return operator.startsWith("!") ? !found.some(holds) : found.some(holds);
  }
  if (typeof found === "number" && typeof wanted === "number") return order(found - wanted, operator);
  if (fact.kind === "version" && operator !== "~" && operator !== "!~")
    return order(compareVersions(String(found), String(wanted)), operator);
  return compareTexts(String(found), operator, String(wanted));
}

function positive(operator: Operator): Operator {
  return operator === "!=" ? "=" : operator === "!~" ? "~" : operator;
}

function order(difference: number, operator: Operator): boolean {
  switch (operator) {
    case "=":
      return difference === 0;
    case "!=":
      return difference !== 0;
    case "<":
      return difference < 0;
    case "<=":
      return difference <= 0;
    case ">":
      return difference > 0;
    case ">=":
      return difference >= 0;
    default:
      return false;
  }
}

function compareTexts(found: string, operator: Operator, wanted: string): boolean {
  const contains = found.toLowerCase().includes(wanted.toLowerCase());
  if (operator === "~") return contains;
  if (operator === "!~") return !contains;
  return order(found === wanted ? 0 : found < wanted ? -1 : 1, operator);
}

/** By their numbers, one after the other, as far as the wanted one goes: 13.2 is 13, and is less than 13.10. */
function compareVersions(found: string, wanted: string): number {
  const parts = (text: string) => text.match(/\d+|[a-z]+/gi) ?? [];
  const ours = parts(found);
  for (const [index, theirs] of parts(wanted).entries()) {
    const mine = ours[index];
    if (mine === undefined) return -1;
    const difference = Number(mine) - Number(theirs);
    if (Number.isNaN(difference)) {
      if (mine !== theirs) return mine < theirs ? -1 : 1;
    } else if (difference !== 0) return difference;
  }
  return 0;
}

const sizeUnits: Readonly<Record<string, number>> = { "": 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };
const ageUnits: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600, d: 86_400 };

function readWanted({ name, value, operator }: Comparison, { kind }: Fact): string | number {
  if (operator === "~" || operator === "!~" || kind === "text" || kind === "version" || kind === "list")
    return value;
  if (kind === "truth") {
    if (value === "yes" || value === "true") return "true";
    if (value === "no" || value === "false") return "false";
    throw wrongValue(name, value, "yes or no");
  }
  const [, digits = "", unit = ""] = /^(\d+(?:\.\d+)?)\s*([a-z%]*)$/i.exec(value) ?? [];
  if (digits === "") throw wrongValue(name, value, examples[kind]);
  const lower = unit.toLowerCase();
  if (kind === "number" && unit === "") return Number(digits);
  if (kind === "share" && (unit === "%" || unit === "")) return Number(digits);
  const factor =
    kind === "age" ? ageUnits[lower] : kind === "size" ? sizeUnits[lower.replace(/i?b$/, "")] : undefined;
  if (factor === undefined) throw wrongValue(name, value, examples[kind]);
  return Number(digits) * factor;
}

const examples = {
  number: "a number: 4",
  share: "a share: 90%",
  age: "a time: 24h, 7d",
  size: "a size: 4G, 512M",
} as const;

function wrongValue(name: string, value: string, wanted: string): ProogError {
  return new ProogError({
    code: "command-line",
    message: `--where compares ${name} with "${value}", and it must be ${wanted}.`,
  });
}

/** Of the root file system, by whichever was asked for last. */
function diskShare({ status, facts }: NodeRecord): number | undefined {
  const root = facts?.facts.fileSystems.find(({ path }) => path === "/");
  const disk = (status?.at ?? 0) >= (facts?.at ?? 0) ? status?.status.disk : root;
  return disk && disk.size > 0 ? (100 * disk.used) / disk.size : undefined;
}

function tell({ kind }: Fact, found: ReturnType<Fact["read"]>): string {
  if (found === undefined) return "";
  if (Array.isArray(found)) return found.join(" ");
  if (typeof found === "boolean") return found ? "yes" : "no";
  if (typeof found !== "number") return String(found);
  if (kind === "size") return formatSize(found);
  if (kind === "share") return `${Math.round(found)} %`;
  return kind === "age" ? formatAge(found * 1000) : String(found);
}
