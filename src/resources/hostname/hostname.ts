import { declare, type Mistake } from "../declare.ts";
import { hostsEntries, hostsShell } from "../hosts/hosts.ts";
import type { CommonOptions, Compiled, Kind, Resource } from "../kind.ts";
import { pathShell, surveyCheck } from "../path/path.ts";
import { checkFlag, checkOptions, commonNames, type OptionNames, show } from "../rules.ts";

/** How the machine's name is told. */
export interface HostnameOptions extends CommonOptions {
  /** The domain that makes it a full name in `/etc/hosts`, which `hostname --fqdn` tells: `"example.org"`. */
  readonly domain?: string;
  /** Whether `/etc/hosts` names it, too. Default: `true`. */
  readonly hosts?: boolean;
}

const optionNames: OptionNames<HostnameOptions> = { domain: true, hosts: true, ...commonNames };

export interface HostnameResource extends Resource, Omit<HostnameOptions, "optional"> {
  readonly type: "hostname";
}

/**
 * The machine's own name: now, at every boot (`/etc/hostname`), and in `/etc/hosts`, at 127.0.1.1 as Debian has it, where no
 * other address there has that name. No hostnamed is needed.
 * @example hostname(node.name)
 * @example hostname("web-1", { domain: "example.org" })
 */
export function hostname(name: string, options: HostnameOptions = {}): HostnameResource {
  const { domain, hosts } = options ?? {};
  const fields = { type: "hostname", name, domain, hosts };
  const whole = domain === undefined ? undefined : checkName("domain", domain, "example.org");
  return declare<HostnameResource>(fields as Omit<HostnameResource, "at">, options, [
    checkName("name", name, "web-1"),
    ...checkOptions(options, optionNames),
    whole,
    domain !== undefined && typeof name === "string" && name.includes(".")
      ? `domain is ${show(domain)}, and the name ${show(name)} has one already: leave out one of them.`
      : undefined,
    checkFlag("hosts", hosts),
    domain !== undefined && hosts === false
      ? "domain is for /etc/hosts, which hosts: false leaves alone: leave out one of them."
      : undefined,
  ]);
}

/** RFC 1123, and the 64 bytes that the kernel has for it. */
function checkName(option: string, name: unknown, example: string): Mistake | undefined {
  const sound =
    typeof name === "string" &&
    name.length <= (option === "name" ? 64 : 253) &&
    name.split(".").every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(label));
  if (sound && name === "localhost") return `${option} is "localhost", which every machine is to itself.`;
  if (sound) return undefined;
  return `${option} is ${show(name)}, and must be a name such as ${show(example)}: letters, digits and "-", parts of at most 63 with dots between them${option === "name" ? ", at most 64 in all" : ""}.`;
}

function compile({ name, domain, hosts }: HostnameResource): Compiled {
  const [short = name] = name.split(".");
  const full = domain === undefined ? name : `${name}.${domain}`;
  const words = [name, ...(hosts === false ? [] : new Set([full, short]))];
  const survey = surveyCheck("hostname", words);
  return {
    arguments: words,
    claims: [
      "hostname",
      "path /etc/hostname",
      ...(hosts === false ? [] : ["address 127.0.1.1 in /etc/hosts"]),
    ],
    shares: hosts === false ? [] : ["path /etc/hosts"],
    ...(survey && { survey }),
  };
}

const ownShell = new URL("hostname.sh", import.meta.url);

export const hostnameKind: Kind<HostnameResource> = {
  type: "hostname",
  shell: [...hostsShell, ownShell],
  surveys: [pathShell, hostsEntries, ownShell],
  compile,
};
