import type { Mistake } from "../declare.ts";
import { checkOptions, checkShellText, type OptionNames, show } from "../rules.ts";

/** What must answer before a release counts as good: a URL on the machine, or a command. */
export interface SiteHealth {
  /**
   * An address of http on the machine itself, which must answer with a status from 200 to 399.
   * @example "http://localhost:8000/healthz"
   */
  readonly url?: string;
  /** The `Host` that is asked for. Default: that of the URL. */
  readonly host?: string;
  /** What the answer must contain. */
  readonly contains?: string;
  /** A command for `sh -c` in its place, run as the site's user in `current`: status 0 is good. */
  readonly command?: string;
  /** Seconds within which it must answer; it is asked again and again. Default: 30. */
  readonly within?: number;
}

const healthNames: OptionNames<SiteHealth> = {
  ...{ url: true, host: true, contains: true, command: true, within: true },
};

/** What is wrong with it. */
export function checkHealth(health: SiteHealth | undefined): (Mistake | undefined)[] {
  if (health === undefined) return [];
  const mistakes = checkOptions(health, healthNames).map((mistake) => `In health: ${mistake}`);
  if (typeof health !== "object" || health === null) return mistakes;
  const { url, host, contains, command, within } = health;
  if ((url === undefined) === (command === undefined)) {
    return [
      ...mistakes,
      `health has ${url === undefined ? "neither url nor command" : "both url and command"}, and must have one of them, such as { url: "http://localhost/" }.`,
    ];
  }
  return [
    ...mistakes,
    url === undefined ? undefined : checkUrl(url),
    command === undefined ? undefined : checkShellText("health.command", command, "systemctl is-active app"),
    host === undefined || (typeof host === "string" && /^[\w.:[\]-]+$/.test(host))
      ? undefined
      : `health.host is ${show(host)}, and must be a name such as "www.example.org".`,
    contains === undefined || (typeof contains === "string" && contains !== "" && !contains.includes("\0"))
      ? undefined
      : `health.contains is ${show(contains)}, and must be a text.`,
    within === undefined || (Number.isInteger(within) && within > 0 && within <= 3600)
      ? undefined
      : `health.within is ${show(within)}, and must be a whole number of seconds from 1 to 3600.`,
  ];
}

function checkUrl(url: unknown): Mistake | undefined {
  if (typeof url === "string" && url.startsWith("https://"))
    return `health.url is ${show(url)}, and must be of http: the machine's Perl speaks no TLS. Ask by a command: { command: "curl --fail --silent ${url}" }.`;
  if (typeof url === "string" && /^http:\/\/\S+$/.test(url) && URL.canParse(url)) return undefined;
  return `health.url is ${show(url)}, and must be an address such as "http://localhost:8000/healthz".`;
}

/** As words of the shell. */
export function writeHealth(
  { url, host, contains, command, within = 30 }: SiteHealth,
  user: string,
): string[] {
  const words = [`health-within=${within}`];
  if (command !== undefined) return [...words, `health-user=${user}`, `health-command=${command}`];
  const parts = new URL(url ?? "");
  return [
    ...words,
    `health-to=${parts.hostname.replace(/^\[|\]$/g, "")} ${parts.port || "80"}`,
    `health-path=${parts.pathname}${parts.search}`,
    `health-host=${host ?? parts.host}`,
    ...(contains === undefined ? [] : [`health-contains=${contains}`]),
  ];
}
