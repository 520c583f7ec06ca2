import { join } from "node:path";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { Login } from "../../api.ts";
import { refuse } from "../problem.ts";
import { Accounts, type KnownBy } from "./accounts.ts";
import { Attempts } from "./attempts.ts";
import { Audit } from "./audit.ts";
import { securityHeaders } from "./headers.ts";
import { leadOn } from "./lead-on.ts";
import type { Person } from "./oidc/person.ts";
import { OneTimeLink } from "./once.ts";
import { type Addresses, requireOwnHost, requireOwnOrigin } from "./origin.ts";
import { People, providerSession } from "./people.ts";
import { isSame } from "./secrets.ts";
import { type KeptSession, Sessions } from "./sessions.ts";
import { Tokens } from "./tokens.ts";
import type { Visitor } from "./visitor.ts";

/** What access needs to know. */
export interface AccessOptions {
  readonly addresses: Addresses;
  /** Where sessions and accounts are kept. */
  readonly folder: string;
  /** Who the link logs in: the user that runs the server. */
  readonly owner: string;
  /** Tells the next link, when one was used; absent where there is none, since others than that user come here. */
  readonly tellLink?: (address: string) => void;
  /** Requests come from a proxy, which says for whom. */
  readonly behindProxy?: boolean;
  /** Whether the config still says this of the OpenID provider, as far as it is known; absent where there is none. */
  readonly trustsProvider?: (settings: string) => boolean;
}

/** Who may come in, and as whom. */
export class Access {
  readonly accounts: Accounts;
  readonly tokens: Tokens;
  readonly audit: Audit;
  readonly people: People;
  readonly #options: AccessOptions;
  readonly #sessions: Sessions;
  readonly #attempts = new Attempts();
  readonly #link = new OneTimeLink();

  constructor(options: AccessOptions) {
    const { folder } = options;
    this.#options = options;
    this.#sessions = new Sessions(join(folder, "sessions.json"));
    this.accounts = new Accounts(accountsFile(folder));
    this.tokens = new Tokens(join(folder, "tokens.json"));
    this.audit = new Audit(join(folder, "audit.jsonl"));
    const { tellLink, owner, trustsProvider } = options;
    this.people = new People(this.accounts, this.tokens, {
      ...(tellLink && { owner }),
      ...(trustsProvider && { trustsProvider }),
    });
  }

  /** The address that logs in, once. */
  get link(): string | undefined {
    if (!this.#options.tellLink) return undefined;
    return `${this.#options.addresses.origins[0]}/login/${this.#link.secret}`;
  }

  requireHost(context: Context): void {
    requireOwnHost(this.#options.addresses, context.req.header("host"));
  }

  /** Headers of every answer. */
  headers(): Record<string, string> {
    return securityHeaders(this.#options.addresses.secure);
  }

  /** The same of an answer that goes on: events, one after the other. */
  streamHeaders(): Record<string, string> {
    return {
      ...this.headers(),
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      // nginx keeps back what it has not enough of.
      "x-accel-buffering": "no",
    };
  }

  /**
   * The link of `proog serve`: it sets the cookie, and a page of ours leads on. A redirect would not do: browsers keep a strict cookie
   * to themselves when another site has led here.
   */
  enterByLink(context: Context): Response | Promise<Response> {
    const { tellLink, owner } = this.#options;
    const from = this.addressOf(context);
    if (!tellLink || !this.#link.take(context.req.param("secret") ?? "")) {
      this.audit.note({ who: owner, from, what: "login-refused", detail: "link" });
      return context.html(
        leadOn("This link was used, or is too old. proog serve has told a newer one."),
        403,
      );
    }
    tellLink(this.link ?? "");
    this.audit.note({ who: owner, from, what: "login", detail: "link" });
    this.#setCookie(context, this.#sessions.begin({ name: owner, role: "admin" }));
    return context.html(leadOn("Welcome.", "/"));
  }

  /** A name and a password. @throws Refusal `wrong-login`, and `too-many-requests` after too many of these */
  async logIn(context: Context, { name, password }: Login): Promise<Visitor> {
    const from = this.addressOf(context);
    this.#attempts.require(from, name);
    // Counted before it is known, so that many at the same time are not all tried.
    this.#attempts.failed(from, name);
    const account = await this.accounts.check(name, password);
    this.audit.note({ who: name, from, what: account ? "login" : "login-refused", detail: "password" });
    if (!account) refuse("wrong-login", "Name or password is wrong.");
    this.#attempts.succeeded(from);
    return this.#begin(context, account.name);
  }

  /** Somebody whom the OpenID provider has let in. @throws Refusal `conflict` */
  enterByProvider(context: Context, person: Person, provider: KnownBy): void {
    this.people.admit(person, provider);
    const { name } = person;
    this.audit.note({ who: name, from: this.addressOf(context), what: "login", detail: "openid" });
    this.#begin(context, name, providerSession);
  }

  logOut(context: Context, visitor: Visitor): void {
    this.#sessions.end(visitor.id);
    this.audit.note({ who: visitor.name, from: visitor.from, what: "logout", detail: "" });
    deleteCookie(context, this.cookie, { path: "/", secure: this.#options.addresses.secure });
  }

  /** @throws Refusal for those who are not logged in, and for pages of others. */
  require(context: Context): Visitor {
    const visitor = this.#byToken(context) ?? this.#bySession(context);
    if (!visitor)
      refuse("not-logged-in", "Nobody is logged in here.", "Log in, or open a new link of proog serve.");
    if (context.req.method !== "GET" && context.req.method !== "HEAD")
      this.#requireIntent(context, visitor, context.req.header("x-proog-csrf"));
    return visitor;
  }

  /** For a WebSocket, which browsers open for any page, with its cookies: the secret comes as one of its protocols. */
  requireForSocket(context: Context): Visitor {
    const visitor = this.require(context);
    const protocols = (context.req.header("sec-websocket-protocol") ?? "").split(/\s*,\s*/);
    const secret = protocols.find((protocol) => protocol.startsWith("csrf."))?.slice("csrf.".length);
    this.#requireIntent(context, visitor, secret);
    return visitor;
  }

  /** For `/metrics`, for which a token of no other use is enough. */
  requireForMetrics(context: Context): void {
    const found = this.tokens.find(bearerOf(context) ?? "");
    if (!found) this.require(context);
  }

  /** For calls that anyone may make; from another page nobody may. */
  anyone(context: Context): Visitor {
    if (context.req.method !== "GET") this.#requireOrigin(context, false);
    return { name: "", role: "viewer", from: this.addressOf(context), expires: "", id: "" };
  }

  /** The address by which a browser has come here. */
  originOf(context: Context): string {
    const { origins } = this.#options.addresses;
    const host = context.req.header("host")?.toLowerCase();
    return origins.find((origin) => new URL(origin).host === host) ?? origins[0] ?? "";
  }

  /** Whether browsers speak TLS with it. */
  get secure(): boolean {
    return this.#options.addresses.secure;
  }

  /** Whether one who was let in before still is. */
  isIn({ id, name, csrf }: Visitor): boolean {
    if (csrf === undefined) {
      const isKept = this.tokens.list().some((token) => token.id === id && isLater(token.expires));
      return isKept && this.people.ownerRole(name) !== undefined;
    }
    const session = this.#sessions.get(id);
    return session !== undefined && session.name === name && this.people.roleOf(session) !== undefined;
  }

  /** The peer's address; of a proxy's, the one that it was called from. */
  addressOf(context: Context): string {
    const peer = context.env.incoming?.socket?.remoteAddress ?? "";
    if (!this.#options.behindProxy) return peer;
    // What stands before the last one anybody can have written.
    return context.req.header("x-forwarded-for")?.split(",").at(-1)?.trim() || peer;
  }

  #begin(context: Context, name: string, whole?: number): Visitor {
    const { role = "viewer" } = this.accounts.find(name) ?? {};
    const secret = this.#sessions.begin({ name, role, account: this.accounts.stampOf(name) }, whole);
    this.#setCookie(context, secret);
    const session = this.#sessions.find(secret);
    const visitor = session && this.#describe(context, session);
    if (!visitor) refuse("internal", "The session is gone.");
    return visitor;
  }

  #byToken(context: Context): Visitor | undefined {
    const secret = bearerOf(context);
    if (secret === undefined) return undefined;
    const found = this.tokens.find(secret);
    if (!found) refuse("not-logged-in", "This token is none of ours, or it has expired.");
    const { token, scope } = found;
    if (scope === "metrics") refuse("forbidden", "This token is good for /metrics alone.");
    // One whose account is gone may nothing any more, also by a token; and no token may more than its owner.
    const owned = this.people.ownerRole(token.owner);
    if (!owned)
      refuse(
        "not-logged-in",
        `The account of this token is gone, or has not logged in for long: ${token.owner}.`,
      );
    const role = owned === "viewer" ? owned : scope;
    return { name: token.owner, role, from: this.addressOf(context), expires: token.expires, id: token.id };
  }

  #bySession(context: Context): Visitor | undefined {
    const session = this.#sessions.find(getCookie(context, this.cookie) ?? "");
    return session && this.#describe(context, session);
  }

  #describe(context: Context, session: KeptSession): Visitor | undefined {
    const { name, csrf, expires, digest: id } = session;
    const role = this.people.roleOf(session);
    if (!role) return undefined;
    return { name, role, csrf, from: this.addressOf(context), expires: new Date(expires).toISOString(), id };
  }

  /** A browser sends cookies along with what other pages make it send: that must not do anything. */
  #requireIntent(context: Context, { csrf }: Visitor, secret = ""): void {
    // Programs have a token: no other page can make them send it.
    this.#requireOrigin(context, csrf !== undefined);
    if (csrf !== undefined && !isSame(secret, csrf))
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

  /** Its name: cookies know no ports, and several fleets may have a dashboard on this machine. */
  get cookie(): string {
    const { origins, secure } = this.#options.addresses;
    return secure ? "__Host-proog" : `proog-${new URL(origins[0] ?? "").port}`;
  }

  #setCookie(context: Context, secret: string): void {
    const { secure } = this.#options.addresses;
    setCookie(context, this.cookie, secret, { httpOnly: true, sameSite: "Strict", path: "/", secure });
  }
}

/** Where the accounts are, in the dashboard's folder. */
export function accountsFile(folder: string): string {
  return join(folder, "accounts.json");
}

function bearerOf(context: Context): string | undefined {
  return /^Bearer +(\S+)$/i.exec(context.req.header("authorization") ?? "")?.[1];
}

function isLater(time: string): boolean {
  return Date.parse(time) > Date.now();
}
