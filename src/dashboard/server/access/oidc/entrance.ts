import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import type { ApiError, LoginWays } from "../../../api.ts";
import type { OidcSettings } from "../../description.ts";
import { Refusal, refuse } from "../../problem.ts";
import type { Access } from "../access.ts";
import { Attempts } from "../attempts.ts";
import { leadOn } from "../lead-on.ts";
import { digest, newSecret } from "../secrets.ts";
import { type Flow, Flows } from "./flows.ts";
import { type Claims, type Person, personOf } from "./person.ts";
import { OpenIdProvider } from "./provider.ts";

/** What the entrance asks of the config. */
export interface OidcSource {
  /** What it says now; absent where nobody logs in by a provider. */
  readonly settings: () => Promise<OidcSettings | undefined>;
  readonly secret: () => Promise<string>;
  /** Tells where the server runs what is nobody else's business. */
  readonly tellError: (error: unknown) => void;
}

/** Where the provider leads back to, under the address by which browsers reach the dashboard. */
const back = "/login/oidc/callback";

/** How long a browser is told why its last login failed, in milliseconds. */
const told = 60_000;

/** Of how many browsers at a time. */
const mostProblems = 10_000;

/** How long a login may take, in seconds. */
const cookieAge = 600;

/** The login by an OpenID provider: the code flow with PKCE, state and nonce. */
export class OidcEntrance {
  readonly #access: Access;
  readonly #source: OidcSource;
  readonly #flows = new Flows();
  readonly #attempts = new Attempts();
  /** By digests of what browsers keep. */
  readonly #problems = new Map<string, { readonly problem: ApiError; readonly at: number }>();
  #provider: OpenIdProvider | undefined;

  constructor(access: Access, source: OidcSource) {
    this.#access = access;
    this.#source = source;
  }

  /** How one can log in. */
  async ways(context: Context): Promise<LoginWays> {
    const settings = await this.#source.settings();
    const { problem, at = 0 } = this.#problems.get(digest(this.#browserOf(context) ?? "")) ?? {};
    return {
      passwords: this.#access.accounts.list().some(({ seen }) => seen === undefined),
      ...(settings && { oidc: { name: settings.name, address: "/login/oidc" } }),
      ...(problem && Date.now() - at < told && { problem }),
    };
  }

  /** Leads to the provider. */
  async begin(context: Context): Promise<Response> {
    return await this.#orTell(context, async (browser) => {
      const provider = await this.#open();
      const redirect = `${this.#access.originOf(context)}${back}`;
      const { address, flow } = await provider.begin(redirect, placeOf(context.req.query("to"), redirect));
      this.#flows.begin(flow, browser, this.#access.addressOf(context));
      return context.redirect(address.href);
    });
  }

  /**
   * Who comes back from there is in, if the config says so. A page of ours leads on, as for the link of `proog serve`: browsers keep a
   * strict cookie to themselves when another site has led here. What was begun is known by a cookie of its own, which is not strict.
   */
  async finish(context: Context): Promise<Response> {
    return await this.#orTell(context, async (browser) => {
      const provider = await this.#open();
      const flow = this.#flows.take(context.req.query("state") ?? "", browser);
      if (flow?.issuer !== provider.settings.issuer)
        refuse("wrong-login", "This login was not begun in this browser, or too long ago.", "Begin again.");
      const { name } = await this.#admit(context, provider, flow).catch((error: unknown) => {
        const from = this.#access.addressOf(context);
        const why = error instanceof Error ? error.message : String(error);
        this.#access.audit.note({ who: "unknown", from, what: "login-refused", detail: `openid: ${why}` });
        throw error;
      });
      return context.html(leadOn(`Welcome, ${name}.`, flow.to));
    });
  }

  async #admit(context: Context, provider: OpenIdProvider, flow: Flow): Promise<Person> {
    const { settings } = provider;
    const claims = await this.#ask(context, provider, flow);
    const subject = `${settings.issuer} ${String(claims["sub"])}`;
    try {
      const person = personOf(claims, settings);
      this.#access.enterByProvider(context, person, { subject, settings: stampOf(settings) });
      return person;
    } catch (error) {
      // Who may come in no more has nothing here that goes on.
      this.#access.people.forget(subject);
      throw error;
    }
  }

  /** Each answer that is made up costs a question to the provider, so these are counted. */
  async #ask(context: Context, provider: OpenIdProvider, flow: Flow): Promise<Claims> {
    const key = `openid ${this.#access.addressOf(context)}`;
    this.#attempts.require(key, key);
    try {
      return await provider.finish(flow, new URL(context.req.url).search);
    } catch (error) {
      if (error instanceof Refusal && error.error.code === "wrong-login") this.#attempts.failed(key, key);
      throw error;
    }
  }

  /** The same as long as the config says the same of it. */
  async #open(): Promise<OpenIdProvider> {
    const settings = await this.#source.settings();
    if (!settings) refuse("not-found", "Nobody logs in by an OpenID provider here: the config names none.");
    if (JSON.stringify(this.#provider?.settings) !== JSON.stringify(settings))
      this.#provider = new OpenIdProvider(settings, () => this.#secret());
    return this.#provider ?? refuse("internal", "There is no provider.");
  }

  async #secret(): Promise<string> {
    try {
      return await this.#source.secret();
    } catch (error) {
      this.#source.tellError(error);
      return refuse(
        "unavailable",
        "The secret by which the OpenID provider knows this dashboard cannot be had.",
        "proog serve has told more of it where it runs.",
      );
    }
  }

  /** What is wrong stands on the page that follows, for this browser. */
  async #orTell(context: Context, act: (browser: string) => Promise<Response>): Promise<Response> {
    const browser = this.#keepBrowser(context);
    context.header("cache-control", "no-store");
    try {
      const response = await act(browser);
      this.#problems.delete(digest(browser));
      return response;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#keepProblem(browser, error.error);
      const { message, hint } = error.error;
      return context.html(leadOn([message, hint].filter(Boolean).join(" "), "/"), error.status);
    }
  }

  #keepProblem(browser: string, problem: ApiError): void {
    const now = Date.now();
    for (const [key, { at }] of this.#problems)
      if (now - at > told || this.#problems.size >= mostProblems) this.#problems.delete(key);
    this.#problems.set(digest(browser), { problem, at: now });
  }

  get #cookie(): string {
    return `${this.#access.cookie}-login`;
  }

  #browserOf(context: Context): string | undefined {
    const kept = getCookie(context, this.#cookie) ?? "";
    return /^[\w-]{43}$/.test(kept) ? kept : undefined;
  }

  /** Which browser it is, as long as logins of it go on: also several at a time. */
  #keepBrowser(context: Context): string {
    const browser = this.#browserOf(context) ?? newSecret();
    const { secure } = this.#access;
    // The provider leads here from its own site, so that a strict one would not come along.
    const kind = { httpOnly: true, sameSite: "Lax", path: "/", secure, maxAge: cookieAge } as const;
    setCookie(context, this.#cookie, browser, kind);
    return browser;
  }
}

/** What is another one when the config lets other people in than before. */
export function stampOf({ issuer, clientId, user, roles }: OidcSettings): string {
  return digest(JSON.stringify([issuer, clientId, user, roles]));
}

/** A page of ours, and nobody else's. */
function placeOf(to: string | undefined, ours: string): string {
  const wanted = to?.startsWith("/") && URL.canParse(to, ours) ? new URL(to, ours) : undefined;
  if (wanted?.origin !== new URL(ours).origin || wanted.pathname.startsWith("//")) return "/";
  return `${wanted.pathname}${wanted.search}`;
}
