import { join } from "node:path";
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { refuse } from "../problem.ts";
import { OneTimeLink } from "./once.ts";
import { type Addresses, requireOwnHost, requireOwnOrigin } from "./origin.ts";
import { isSame } from "./secrets.ts";
import { Sessions } from "./sessions.ts";
import type { Visitor } from "./visitor.ts";

/** What access needs to know. */
export interface AccessOptions {
  readonly addresses: Addresses;
  /** Where sessions and accounts are kept. */
  readonly folder: string;
  /** Who the link logs in: the user that runs the server. */
  readonly owner: string;
  /** Tells the next link, when one was used. */
  readonly tellLink: (address: string) => void;
}

/** Who may come in, and as whom. */
export class Access {
  readonly sessions: Sessions;
  readonly #options: AccessOptions;
  readonly #link = new OneTimeLink();

  constructor(options: AccessOptions) {
    this.#options = options;
    this.sessions = new Sessions(join(options.folder, "sessions.json"));
  }

  /** The address that logs in, once. */
  get link(): string {
    return `${this.#options.addresses.origins[0]}/login/${this.#link.secret}`;
  }

  requireHost(context: Context): void {
    requireOwnHost(this.#options.addresses, context.req.header("host"));
  }

  /** Headers of every answer. */
  headers(): Record<string, string> {
    return {
      "content-security-policy":
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
        "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      ...(this.#options.addresses.secure && { "strict-transport-security": "max-age=31536000" }),
    };
  }

  /**
   * The link of `proog serve`: it sets the cookie, and a page of ours leads on. A redirect would not do: browsers keep a strict cookie
   * to themselves when another site has led here.
   */
  enterByLink(context: Context): Response {
    if (!this.#link.take(context.req.param("secret") ?? ""))
      return context.html(
        leadOn("This link was used, or is too old. proog serve has told a newer one."),
        403,
      );
    this.#options.tellLink(this.link);
    this.#setCookie(context, this.sessions.begin(this.#options.owner, "admin"));
    return context.html(leadOn("Welcome.", "/"));
  }

  /** @throws Refusal for those who are not logged in, and for pages of others. */
  require(context: Context): Visitor {
    const visitor = this.#find(context);
    if (!visitor)
      refuse("not-logged-in", "Nobody is logged in here.", "Log in, or open a new link of proog serve.");
    if (context.req.method !== "GET" && context.req.method !== "HEAD") this.#requireIntent(context, visitor);
    return visitor;
  }

  /** For calls that anyone may make; from another page nobody may. */
  anyone(context: Context): Visitor {
    if (context.req.method !== "GET") this.#requireOrigin(context, false);
    return { name: "", role: "viewer", from: addressOf(context), expires: "", id: "" };
  }

  #find(context: Context): Visitor | undefined {
    const secret = getCookie(context, this.#cookie);
    return secret === undefined ? undefined : this.sessions.find(secret, addressOf(context));
  }

  /** A browser sends cookies along with what other pages make it send: that must not do anything. */
  #requireIntent(context: Context, { csrf }: Visitor): void {
    if (csrf === undefined) return;
    this.#requireOrigin(context, true);
    if (!isSame(context.req.header("x-proog-csrf") ?? "", csrf))
      refuse(
        "wrong-origin",
        "The header X-Proog-Csrf is not that of this session.",
        "GET /api/v1/session tells it.",
      );
  }

  #requireOrigin(context: Context, browser: boolean): void {
    const headers = { origin: context.req.header("origin"), site: context.req.header("sec-fetch-site") };
    requireOwnOrigin(this.#options.addresses, headers, browser);
  }

  /** Cookies know no ports, and several fleets may have a dashboard on this machine. */
  get #cookie(): string {
    const { origins, secure } = this.#options.addresses;
    return secure ? "__Host-proog" : `proog-${new URL(origins[0] ?? "").port}`;
  }

  #setCookie(context: Context, secret: string): void {
    const { secure } = this.#options.addresses;
    setCookie(context, this.#cookie, secret, { httpOnly: true, sameSite: "Strict", path: "/", secure });
  }
}

/** The peer's address. */
export function addressOf(context: Context): string {
  return context.env.incoming?.socket?.remoteAddress ?? "";
}

function leadOn(text: string, to?: string): string {
  const refresh = to === undefined ? "" : `<meta http-equiv="refresh" content="0; url=${to}">`;
  return `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>Proog</title>${refresh}\n<p>${text}\n`;
}
