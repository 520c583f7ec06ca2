import { refuse } from "../problem.ts";

/** Where the dashboard is reached: `http://127.0.0.1:7766`. */
export interface Addresses {
  /** The first is the one that is told. */
  readonly origins: readonly string[];
  /** Whether browsers speak TLS with it, or with the proxy before it. */
  readonly secure: boolean;
}

/**
 * A name that leads here and is not ours is another page's: by it, that page would read our answers (DNS rebinding).
 * @throws Refusal
 */
export function requireOwnHost(addresses: Addresses, host: string | undefined): void {
  const ours = addresses.origins.map((origin) => new URL(origin).host);
  if (host !== undefined && ours.includes(host.toLowerCase())) return;
  refuse(
    "wrong-origin",
    `This server does not answer as ${host ?? "nobody"}.`,
    `It is at ${addresses.origins[0]}.`,
  );
}

/**
 * What changes something, and what opens a connection, must come from a page of ours; programs have no Origin.
 * @throws Refusal
 */
export function requireOwnOrigin(
  addresses: Addresses,
  headers: { readonly origin: string | undefined; readonly site: string | undefined },
  browser: boolean,
): void {
  const { origin, site } = headers;
  if (origin === undefined && !browser) return;
  const isOurs = origin !== undefined && addresses.origins.includes(origin);
  if (isOurs && (site === undefined || site === "same-origin")) return;
  refuse("wrong-origin", `A page of ${origin ?? "nowhere"} asks for this, and may not.`);
}
