import { mistakesError } from "../../report/mistakes.ts";
import { suggestName } from "../../report/text/nearest.ts";
import type { Price } from "../../report/text/price.ts";

/** What `local()` takes; everything has a default. */
export interface LocalOptions {
  /** The release that the machines run: `"trixie"` (Debian 13, the default), `"bookworm"`, or, with `mirror`, any other that debootstrap knows. */
  readonly release?: string;
  /** Where the packages come from, `"http://deb.debian.org/debian"`; the mirror of this host when left out. */
  readonly mirror?: string;
  /** Packages that are in the image, beyond a minimal Debian with systemd and sshd. */
  readonly packages?: readonly string[];
  /** The network of the machines, a private `/24` such as `"10.77.3.0/24"`; a free one is chosen when left out. */
  readonly subnet?: string;
  /** The most memory each machine may use, `"512M"` or `"2G"`; no limit when left out. */
  readonly memory?: string;
  /** The most processor time each machine may use, in processors: `1.5`; no limit when left out. */
  readonly cpus?: number;
  /** What each machine costs whoever this host is shared with; it is told before any are booted. Nothing when left out. */
  readonly price?: Price;
}

/** What `local()` returns: plain frozen data that a fleet carries. */
export interface LocalProvider {
  readonly type: "local";
  readonly release: string;
  readonly packages: readonly string[];
  readonly mirror?: string;
  readonly subnet?: string;
  readonly memory?: string;
  readonly cpus?: number;
  readonly price?: Price;
}

/** The releases whose security updates are known to be at Debian's usual place. */
const debianReleases = ["trixie", "bookworm"];
const known = ["release", "mirror", "packages", "subnet", "memory", "cpus", "price"];

/** Checks what the user wrote and fills the defaults; all mistakes are reported at once. */
export function parseLocalOptions(options: LocalOptions): LocalProvider {
  const mistakes = Object.entries(options).flatMap(([name, value]) => {
    if (!known.includes(name)) return [`${name} is no option. ${suggestName(name, known)}`];
    const mistake = value === undefined ? undefined : findMistake(name, value);
    return mistake === undefined ? [] : [`${name} is ${JSON.stringify(value)}, but ${mistake}`];
  });
  const { release = "trixie", packages = [], mirror, subnet, memory, cpus, price } = options;
  if (mistakes.length === 0 && mirror === undefined && !debianReleases.includes(release)) {
    mistakes.push(
      `release is ${JSON.stringify(release)}, but without mirror it must be one of ${debianReleases.join(", ")}; ` +
        `add mirror with an archive that has ${release}, for Ubuntu "http://archive.ubuntu.com/ubuntu"`,
    );
  }
  if (mistakes.length > 0) {
    throw mistakesError(
      mistakes.map((mistake) => ({ code: "invalid-option", message: `local(): ${mistake}` }) as const),
    );
  }
  return Object.freeze({
    type: "local",
    release,
    packages: Object.freeze([...new Set(packages)].sort()),
    ...(mirror === undefined ? {} : { mirror: mirror.replace(/\/+$/, "") }),
    ...(subnet === undefined ? {} : { subnet }),
    ...(memory === undefined ? {} : { memory }),
    ...(cpus === undefined ? {} : { cpus }),
    ...(price === undefined ? {} : { price: Object.freeze({ ...price }) }),
  });
}

/** The rule that the value breaks and how to keep it, or undefined when all is well. */
function findMistake(name: string, value: unknown): string | undefined {
  switch (name) {
    case "release":
      return matches(value, /^[a-z][a-z0-9-]*$/)
        ? undefined
        : 'it must be the code name of a release, in lower case; write "trixie"';
    case "mirror":
      return matches(value, /^https?:\/\/[^\s'"\\]+$/)
        ? undefined
        : 'it must be an http or https address; write "http://deb.debian.org/debian"';
    case "packages":
      return Array.isArray(value) && value.every((item) => matches(item, /^[a-z0-9][a-z0-9.+-]+$/))
        ? undefined
        : 'it must be a list of Debian package names; write ["nginx", "curl"]';
    case "subnet":
      return isPrivateSubnet(value)
        ? undefined
        : 'it must be a private network of 254 machines; write "10.77.3.0/24"';
    case "memory":
      return parseMemory(value) >= 64 * 1024 ** 2
        ? undefined
        : 'it must be an amount of at least 64M, in M or G; write "512M"';
    case "cpus":
      return typeof value === "number" && value >= 0.05 && value <= 1024
        ? undefined
        : "it must be a number of processors, at least 0.05; write 1.5";
    case "price":
      return isPrice(value)
        ? undefined
        : 'it must be an amount, a currency of ISO 4217 and "hour" or "month"; write { amount: 0.01, currency: "EUR", per: "hour" }';
    default:
      return undefined;
  }
}

function isPrice(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { amount, currency, per, ...others } = value as Readonly<Record<string, unknown>>;
  if (Object.keys(others).length > 0 || (per !== "hour" && per !== "month")) return false;
  return (
    typeof amount === "number" && amount >= 0 && Number.isFinite(amount) && matches(currency, /^[A-Z]{3}$/)
  );
}

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === "string" && pattern.test(value);
}

/** RFC 1918: 10/8, 172.16/12 and 192.168/16. */
function isPrivateSubnet(value: unknown): boolean {
  const parts = typeof value === "string" ? /^(\d+)\.(\d+)\.(\d+)\.0\/24$/.exec(value) : null;
  if (parts === null) return false;
  const [first, second, third] = parts.slice(1).map(Number);
  if (first === undefined || second === undefined || third === undefined) return false;
  if (second > 255 || third > 255) return false;
  return first === 10 || (first === 172 && second >= 16 && second < 32) || (first === 192 && second === 168);
}

/** Bytes; `NaN` when it is no amount. */
export function parseMemory(value: unknown): number {
  const parts = typeof value === "string" ? /^(\d+(?:\.\d+)?)([MG])$/.exec(value) : null;
  return parts === null ? Number.NaN : Math.floor(Number(parts[1]) * 1024 ** (parts[2] === "G" ? 3 : 2));
}
