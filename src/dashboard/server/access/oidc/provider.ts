import type { ClientAuth, Configuration } from "openid-client";
import { harmless } from "../../../../report/text/harmless.ts";
import type { OidcSettings } from "../../description.ts";
import { Refusal, type refuse } from "../../problem.ts";
import type { Flow } from "./flows.ts";
import { type Claims, hasClaim, neededClaims } from "./person.ts";

/** How long the provider may take for an answer, in seconds. */
const patience = 10;

/** How long what it says of itself is believed, in milliseconds. */
const freshness = 3_600_000;

type Library = typeof import("openid-client");

/** An OpenID provider, which is asked about itself when somebody first logs in. */
export class OpenIdProvider {
  readonly settings: OidcSettings;
  readonly #askSecret: () => Promise<string>;
  #found: { readonly configuration: Promise<Configuration>; readonly at: number } | undefined;

  constructor(settings: OidcSettings, askSecret: () => Promise<string>) {
    this.settings = settings;
    this.#askSecret = askSecret;
  }

  /** The address where somebody logs in, and what is known of it when they come back. @throws Refusal */
  async begin(redirect: string, to: string): Promise<{ readonly address: URL; readonly flow: Flow }> {
    const library = await loadLibrary();
    const configuration = await this.#configuration(library);
    const verifier = library.randomPKCECodeVerifier();
    const { issuer, scopes } = this.settings;
    const secrets = { state: library.randomState(), nonce: library.randomNonce(), verifier };
    const flow = { issuer, ...secrets, redirect, to };
    const address = library.buildAuthorizationUrl(configuration, {
      ...{ redirect_uri: redirect, scope: scopes.join(" ") },
      code_challenge: await library.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      ...{ state: flow.state, nonce: flow.nonce },
    });
    return { address, flow };
  }

  /** What it tells of who has come back with this query. @throws Refusal */
  async finish({ state, nonce, verifier, redirect }: Flow, query: string): Promise<Claims> {
    const library = await loadLibrary();
    const configuration = await this.#configuration(library);
    const address = new URL(redirect);
    address.search = query;
    try {
      const tokens = await library.authorizationCodeGrant(configuration, address, {
        ...{ expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true },
      });
      const claims: Claims = { ...tokens.claims() };
      const isWhole = neededClaims(this.settings).every((claim) => hasClaim(claims, claim));
      if (isWhole || configuration.serverMetadata().userinfo_endpoint === undefined) return claims;
      // Most providers tell the rest only there.
      const more = await library.fetchUserInfo(configuration, tokens.access_token, String(claims["sub"]));
      return { ...more, ...claims };
    } catch (error) {
      throw this.#explain(library, error);
    }
  }

  async #configuration(library: Library): Promise<Configuration> {
    const now = Date.now();
    if (!this.#found || now - this.#found.at > freshness)
      this.#found = { configuration: this.#discover(library), at: now };
    try {
      return await this.#found.configuration;
    } catch (error) {
      // The next one tries it anew.
      this.#found = undefined;
      throw error;
    }
  }

  async #discover(library: Library): Promise<Configuration> {
    const { issuer, clientId } = this.settings;
    const secret = await this.#askSecret();
    const server = new URL(issuer);
    const insecure = server.protocol === "http:" ? [library.allowInsecureRequests] : [];
    try {
      return await library.discovery(server, clientId, undefined, authenticateBy(library, secret), {
        timeout: patience,
        execute: [...insecure, library.enableNonRepudiationChecks],
      });
    } catch (error) {
      throw this.#explain(library, error);
    }
  }

  #explain(library: Library, error: unknown): Refusal {
    const { name, issuer } = this.settings;
    if (error instanceof Refusal) return error;
    if (error instanceof library.AuthorizationResponseError)
      return refusal(
        "wrong-login",
        `${name} lets nobody in by this: ${error.error}.`,
        clip(error.error_description) || "Try it again, or ask who sees to it there.",
      );
    if (
      error instanceof library.WWWAuthenticateChallengeError ||
      (error instanceof library.ResponseBodyError && /^(invalid|unauthorized)_client$/.test(error.error))
    ) {
      // Another one may be in its place by now.
      this.#found = undefined;
      return refusal(
        "unavailable",
        `${name} does not take the id and the secret of this dashboard.`,
        "Whoever sees to the config compares clientId and clientSecret of dashboard.oidc with what the provider has.",
      );
    }
    if (error instanceof library.ResponseBodyError)
      return refusal(
        "wrong-login",
        error.error === "invalid_grant"
          ? `${name} does not know this login, or it was used already.`
          : `${name} refuses this login: ${error.error}.`,
        "Begin again.",
      );
    return refusal(
      "unavailable",
      `The OpenID provider ${issuer} ${describeTrouble(error)}`,
      `Look what it says: curl ${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
    );
  }
}

async function loadLibrary(): Promise<Library> {
  return await import("openid-client");
}

/** In the way that the provider takes; where it does not say, in the one that each must take. */
function authenticateBy(library: Library, secret: string): ClientAuth {
  const basic = library.ClientSecretBasic(secret);
  const post = library.ClientSecretPost(secret);
  return (server, client, body, headers) => {
    const methods = server.token_endpoint_auth_methods_supported;
    const isPost =
      methods && !methods.includes("client_secret_basic") && methods.includes("client_secret_post");
    return (isPost ? post : basic)(server, client, body, headers);
  };
}

function describeTrouble(error: unknown): string {
  if (!(error instanceof Error)) return `cannot be used: ${error}`;
  const { message, cause } = error;
  const code = "code" in error ? error.code : undefined;
  if (code === "OAUTH_TIMEOUT") return `does not answer within ${patience} s.`;
  if (message === "fetch failed")
    return `does not answer: ${cause instanceof Error ? describeCause(cause) : "no connection"}.`;
  if (cause instanceof Response) return `answers with status ${cause.status} at ${cause.url}.`;
  const named = issuerIn(cause);
  if (named !== undefined)
    return `calls itself ${harmless(named)}: write that as dashboard.oidc.issuer if it is the right one.`;
  return `answers in a way that cannot be used: ${message}${cause instanceof Error && cause.message !== message ? ` (${cause.message})` : ""}.`;
}

/** Of all addresses that were tried, each has an error. */
function describeCause(cause: Error): string {
  const [first] = cause instanceof AggregateError ? cause.errors : [];
  return first instanceof Error ? first.message : cause.message;
}

function issuerIn(cause: unknown): string | undefined {
  const { attribute, body } = {
    ...(cause as { attribute?: unknown; body?: { issuer?: unknown } } | undefined),
  };
  return attribute === "issuer" && typeof body?.issuer === "string" ? body.issuer : undefined;
}

function clip(text: string | undefined): string {
  return harmless(text ?? "").slice(0, 300);
}

function refusal(...[code, message, hint]: Parameters<typeof refuse>): Refusal {
  return new Refusal({ code, message, ...(hint !== undefined && { hint }) });
}
