import { isIP } from "node:net";
import { declare, declareAbsent, type Mistake } from "../declare.ts";
import { rewriteShell } from "../file/file.ts";
import type { Absent, CommonOptions, Compiled, Kind, Present, Resource } from "../kind.ts";
import { checkOptions, commonNames, isAbsent, type OptionNames, show } from "../rules.ts";

/** What a line of /etc/hosts says of an address. */
export interface HostsOptions extends CommonOptions {
  /** All names of the address; the first one is what the others stand for. */
  readonly names: readonly string[];
}

const optionNames: OptionNames<HostsOptions> = { names: true, ...commonNames };

export interface HostsResource extends Resource {
  readonly type: "hosts";
  readonly names?: readonly string[];
  readonly absent?: true;
}

/** The shell that reads /etc/hosts. */
export const hostsEntries: URL = new URL("entries.sh", import.meta.url);

/** The shell that reads and writes it. */
export const hostsShell: readonly URL[] = [...rewriteShell, hostsEntries];

/**
 * An address in `/etc/hosts`, with exactly these names; what is there about other addresses stays. Only a name that
 * stands at another address of the same kind (IPv4, IPv6) is taken off there: the first one would hide this one.
 * @example hosts("10.0.0.5", { names: ["db.internal", "db"] })
 * @example hosts("10.0.0.4", { absent: true })
 */
export function hosts(address: string, options: Present<HostsOptions> | Absent): HostsResource {
  const name = normalAddress(address);
  if (isAbsent(options)) {
    const loopback = isLoopback(name)
      ? `${show(name)} is where localhost is, and cannot be absent.`
      : undefined;
    return declareAbsent<HostsResource>("hosts", name, options, checkAddress(address), loopback);
  }
  const names = options?.names;
  return declare<HostsResource>({ type: "hosts", name, names }, options, [
    checkAddress(address),
    ...checkOptions(options, optionNames),
    ...checkNames(name, names),
  ]);
}

const isLoopback = (address: string) => address === "127.0.0.1" || address === "::1";

function checkAddress(address: unknown): Mistake | undefined {
  if (typeof address === "string" && isIP(address) > 0) return undefined;
  return `address is ${show(address)}, and must be an address such as "10.0.0.5" or "fd00::5"; names go into names.`;
}

/** RFC 5952: one way to write an IPv6 address; those with an interface stay as they are. */
function normalAddress(address: string): string {
  if (typeof address !== "string" || isIP(address) !== 6 || address.includes("%")) return address;
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

function checkNames(address: string, names: unknown): Mistake[] {
  if (!Array.isArray(names) || names.length === 0)
    return [`names is ${show(names)}, and must be a list such as ["db.internal", "db"].`];
  const twice = names.find((name, index) => names.indexOf(name) < index);
  const local = names.includes("localhost");
  return [
    ...names.flatMap((name, index) => checkHostName(`names[${index}]`, name) ?? []),
    ...(twice === undefined ? [] : [`names has ${show(twice)} twice.`]),
    ...(isLoopback(address) && !local
      ? [`names is ${show(names)}, and ${show(address)} must have "localhost" among them.`]
      : []),
    ...(local && !isLoopback(address)
      ? [`names has "localhost", which is 127.0.0.1 and ::1 and nothing else.`]
      : []),
  ];
}

/** A name of a host, by RFC 1123; underscores are let through where others use them. */
export function checkHostName(option: string, name: unknown): Mistake | undefined {
  const labels = typeof name === "string" ? name.split(".") : [];
  const sound =
    labels.length > 0 && labels.every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(label));
  if (sound && String(name).length <= 253) return undefined;
  return `${option} is ${show(name)}, and must be a name such as "db.internal": letters, digits and "-", parts of at most 63 with dots between them.`;
}

function compile({ name, names = [], absent }: HostsResource): Compiled {
  const claims = [
    `address ${name} in /etc/hosts`,
    ...names.map((host) => `name ${host.toLowerCase()} for IPv${isIP(name)} in /etc/hosts`),
  ];
  const shares = ["path /etc/hosts"];
  if (absent) {
    return { arguments: [name, "absent"], claims, shares, survey: [{ survey: "hosts", line: `no ${name}` }] };
  }
  return {
    arguments: [name, "present", ...names],
    ...{ claims, shares },
    survey: [{ survey: "hosts", line: [name, ...names].join(" ") }],
  };
}

export const hostsKind: Kind<HostsResource> = {
  type: "hosts",
  shell: [...hostsShell, new URL("hosts.sh", import.meta.url)],
  batch: "hosts",
  compile,
};
