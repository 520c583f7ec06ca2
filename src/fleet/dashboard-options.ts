import { suggestName } from "../report/text/nearest.ts";
import { show } from "../resources/rules.ts";
import { isSecret, type Secret } from "../resources/secret/secret.ts";
import { isRecord } from "./unchecked.ts";
import type { Found } from "./validate-existing.ts";

/** What of the page that `proog serve` opens is the config's business. */
export interface DashboardOptions {
  /** A login by the OpenID provider of one's organisation, beside that by passwords. */
  readonly oidc?: OidcOptions;
}

/**
 * Whom a role is for: `"everyone"` whom the provider knows; or claims, and the values of which one is enough. A claim in an object is
 * named with dots: `"realm_access.roles"`. The claim `email` counts only where the provider has verified it.
 * @example { groups: ["deployers", "operations"] }
 * @example { email: "ada@example.org" }
 */
export type OidcRule = "everyone" | Readonly<Record<string, string | readonly string[]>>;

/**
 * An OpenID provider (Keycloak, Authentik, Entra ID, Google, …) by which people log in at the dashboard. It gets to know the address
 * `https://proog.example.org/login/oidc/callback`, with the name by which browsers reach the dashboard (`--origin`).
 * @see https://openid.net/specs/openid-connect-core-1_0.html
 */
export interface OidcOptions {
  /** The provider's address, as it calls itself: `https://login.example.org/realms/staff`. */
  readonly issuer: string;
  /** What the dashboard is called there. */
  readonly clientId: string;
  /** How the dashboard shows there that it is the one. */
  readonly clientSecret: Secret;
  /**
   * Who may do what; of several roles, one has the last of viewer, operator and admin. Whoever has none of them is refused.
   * @example { admin: { email: "ada@example.org" }, operator: { groups: ["deployers"] }, viewer: "everyone" }
   */
  readonly roles: {
    /** Who may look. */
    readonly viewer?: OidcRule;
    /** Who may also act. */
    readonly operator?: OidcRule;
    /** Who also sees to accounts. */
    readonly admin?: OidcRule;
  };
  /** What the button says: "Log in with …". Default: the name of the provider's host. */
  readonly name?: string;
  /** The claim that names somebody in the history. Default: `"email"`, which the provider must have verified. */
  readonly user?: string;
  /** What the provider is asked for. Default: `["openid", "email", "profile"]`; for groups, many want `"groups"` beside these. */
  readonly scopes?: readonly string[];
}

const names = ["issuer", "clientId", "clientSecret", "roles", "name", "user", "scopes"] as const;
const roleNames = ["viewer", "operator", "admin"] as const;

/** What is wrong with what the fleet says of its dashboard. */
export function checkDashboard(dashboard: unknown): Found[] {
  if (dashboard === undefined) return [];
  if (!isRecord(dashboard))
    return [`dashboard is ${show(dashboard)}, and must be an object such as { oidc: { … } }.`];
  const strange = Object.keys(dashboard).filter((name) => name !== "oidc");
  return [
    ...strange.map((name) => `dashboard.${name} is no option. ${suggestName(name, ["oidc"])}`),
    ...checkOidc(dashboard["oidc"]),
  ];
}

function checkOidc(oidc: unknown): Found[] {
  if (oidc === undefined) return [];
  const place = "dashboard.oidc";
  if (!isRecord(oidc))
    return [
      `${place} is ${show(oidc)}, and must be an object with issuer, clientId, clientSecret and roles.`,
    ];
  const { issuer, clientId, clientSecret, roles, name, user, scopes } = oidc;
  return [
    ...Object.keys(oidc)
      .filter((option) => !(names as readonly string[]).includes(option))
      .map((option) => `${place}.${option} is no option. ${suggestName(option, names)}`),
    ...(isIssuer(issuer)
      ? []
      : [
          `${place}.issuer is ${show(issuer)}, and must be the provider's address, which begins with https://, such as "https://login.example.org".`,
        ]),
    ...(isWord(clientId)
      ? []
      : [`${place}.clientId is ${show(clientId)}, and must be what the dashboard is called there.`]),
    ...checkClientSecret(`${place}.clientSecret`, clientSecret),
    ...checkRoles(`${place}.roles`, roles),
    ...(name === undefined || isWord(name)
      ? []
      : [`${place}.name is ${show(name)}, and must be what the button says, such as "Example".`]),
    ...(user === undefined || isWord(user)
      ? []
      : [`${place}.user is ${show(user)}, and must be a claim such as "preferred_username".`]),
    ...(scopes === undefined || (isWords(scopes) && !scopes.some((scope) => /\s/.test(scope)))
      ? []
      : [`${place}.scopes is ${show(scopes)}, and must be a list such as ["openid", "email", "groups"].`]),
  ];
}

/** On this machine itself it needs no TLS. */
function isIssuer(issuer: unknown): boolean {
  if (typeof issuer !== "string" || !URL.canParse(issuer)) return false;
  const { protocol, hostname, search, hash, username } = new URL(issuer);
  if (/[?#]/.test(issuer) || search !== "" || hash !== "" || username !== "") return false;
  return (
    protocol === "https:" || (protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(hostname))
  );
}

/** What was written in its place may be one: it is not shown. */
function checkClientSecret(place: string, secret: unknown): Found[] {
  if (!isSecret(secret)) return [`${place} must be a secret("…"): its value has no place in a config.`];
  return (secret.mistakes ?? []).map((message) => ({ message: `${place}: ${message}`, where: secret.at }));
}

function checkRoles(place: string, roles: unknown): Found[] {
  const form = 'such as { operator: { groups: ["deployers"] } }';
  if (!isRecord(roles) || Object.keys(roles).length === 0)
    return [`${place} is ${show(roles)}, and must say who may come in, ${form}.`];
  return Object.entries(roles).flatMap(([role, rule]) => {
    if (!(roleNames as readonly string[]).includes(role))
      return [`${place}.${role} is no role. ${suggestName(role, roleNames)}`];
    if (rule === undefined || rule === "everyone") return [];
    const claims = isRecord(rule) ? Object.values(rule) : [];
    if (claims.length > 0 && claims.every((values) => isWord(values) || isWords(values))) return [];
    return [
      `${place}.${role} is ${show(rule)}, and must be "everyone" or claims with their values, such as { groups: ["deployers"] }.`,
    ];
  });
}

function isWord(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

function isWords(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every(isWord);
}
