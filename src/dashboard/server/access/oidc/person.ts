import type { OidcRule } from "../../../../fleet/dashboard-options.ts";
import { harmless } from "../../../../report/text/harmless.ts";
import type { AccessRole } from "../../../api.ts";
import type { OidcSettings } from "../../description.ts";
import { refuse } from "../../problem.ts";
import { wrongName } from "../accounts.ts";

/** What a provider tells of somebody. */
export type Claims = Readonly<Record<string, unknown>>;

/** Who has logged in by a provider. */
export interface Person {
  readonly name: string;
  readonly role: AccessRole;
}

/** The highest first. */
const roles = ["admin", "operator", "viewer"] as const;

/** Claims without which it is not known who somebody is and what they may. */
export function neededClaims({ user, roles: rules }: OidcSettings): string[] {
  const named = Object.values(rules).flatMap((rule) => (isClaims(rule) ? Object.keys(rule) : []));
  const needed = new Set([user, ...named]);
  return needed.has("email") ? [...needed, "email_verified"] : [...needed];
}

/** Who it is, and what the config lets them do. @throws Refusal that says what the provider has not told, or told otherwise */
export function personOf(claims: Claims, settings: OidcSettings): Person {
  const name = nameOf(claims, settings);
  const role = roles.find((each) => isMeant(settings.roles[each], claims));
  if (role !== undefined) return { name, role };
  const told = neededClaims(settings)
    .filter((claim) => claim !== settings.user)
    .map((claim) => `${claim}: ${valuesOf(claims, claim).map(harmless).join(", ") || "not told"}`);
  return refuse(
    "forbidden",
    `${name} has no role here: ${settings.name} knows who it is, and the config gives it none.`,
    `Whoever sees to the config says who has one, in dashboard.oidc.roles. ${settings.name} tells: ${told.join("; ") || "nothing more"}.`,
  );
}

function nameOf(claims: Claims, { user, name: provider }: OidcSettings): string {
  const [name] = valuesOf(claims, user);
  if (name === undefined)
    refuse(
      "forbidden",
      `${provider} does not tell the claim "${user}", by which the dashboard knows people.`,
      "Whoever sees to the config asks for it by dashboard.oidc.scopes, or names another one as dashboard.oidc.user.",
    );
  if (user === "email" && !isVerified(claims))
    refuse(
      "forbidden",
      `${provider} has not verified the address ${harmless(name)}, so it may be anybody's.`,
      'Verify it there; or whoever sees to the config names another claim: dashboard.oidc.user, such as "preferred_username".',
    );
  const wrong = wrongName(name);
  if (wrong !== undefined)
    refuse("forbidden", `"${harmless(name)}", as ${provider} calls you, can be no name here.`, wrong);
  return name;
}

function isMeant(rule: OidcRule | undefined, claims: Claims): boolean {
  if (!isClaims(rule)) return rule === "everyone";
  return Object.entries(rule).some(([claim, wanted]) => {
    if (claim === "email" && !isVerified(claims)) return false;
    const values = valuesOf(claims, claim);
    return [wanted].flat().some((value) => values.includes(value));
  });
}

function isClaims(rule: OidcRule | undefined): rule is Exclude<OidcRule, string> {
  return rule !== undefined && rule !== "everyone";
}

/** Some providers write it as a text. */
function isVerified(claims: Claims): boolean {
  return valuesOf(claims, "email_verified").includes("true");
}

/** A claim may have dots in its name, as addresses do, or be in an object: `realm_access.roles`. */
function valuesOf(claims: Claims, claim: string): string[] {
  const found = Object.hasOwn(claims, claim)
    ? claims[claim]
    : claim.split(".").reduce<unknown>(stepInto, claims);
  return [found].flat().flatMap((value) => {
    return typeof value === "string" || typeof value === "boolean" || typeof value === "number"
      ? [String(value)]
      : [];
  });
}

function stepInto(value: unknown, name: string): unknown {
  const isObject = typeof value === "object" && value !== null && Object.hasOwn(value, name);
  return isObject ? (value as Claims)[name] : undefined;
}

/** Whether they tell a claim at all. */
export function hasClaim(claims: Claims, claim: string): boolean {
  return valuesOf(claims, claim).length > 0;
}
