import { describe, expect, test } from "vitest";
import { secret } from "../resources/secret/secret.ts";
import { checkDashboard } from "./dashboard-options.ts";

const oidc = {
  issuer: "https://login.example.org/realms/staff",
  clientId: "proog",
  clientSecret: secret("oidc"),
  roles: { admin: { email: "ada@example.org" }, operator: { groups: ["ops", "dev"] }, viewer: "everyone" },
};

const messages = (dashboard: unknown) =>
  checkDashboard(dashboard).map((found) => (typeof found === "string" ? found : found.message));

describe("what a fleet says of its dashboard", () => {
  test.each([
    undefined,
    {},
    { oidc },
    {
      oidc: { ...oidc, name: "Example", user: "preferred_username", scopes: ["openid", "groups"] },
    },
    { oidc: { ...oidc, issuer: "http://127.0.0.1:9000" } },
    { oidc: { ...oidc, issuer: "https://example.eu.auth0.com/", roles: { admin: { "realm.roles": "a" } } } },
  ])("%j is right", (dashboard) => {
    expect(messages(dashboard)).toEqual([]);
  });

  const wrong: readonly (readonly [unknown, string | RegExp])[] = [
    ["yes", 'dashboard is "yes", and must be an object such as { oidc: { … } }.'],
    [{ oicd: {} }, 'dashboard.oicd is no option. Did you mean "oidc"?'],
    [
      { oidc: true },
      "dashboard.oidc is true, and must be an object with issuer, clientId, clientSecret and roles.",
    ],
    [
      { oidc: { ...oidc, clientID: "proog" } },
      'dashboard.oidc.clientID is no option. Did you mean "clientId"?',
    ],
    ...[
      "http://login.example.org",
      "login.example.org",
      "https://ada@login.example.org",
      "https://login.example.org/?realm=staff",
    ].map(
      (issuer) =>
        [
          { oidc: { ...oidc, issuer } },
          `dashboard.oidc.issuer is "${issuer}", and must be the provider's address, which begins with https://, such as "https://login.example.org".`,
        ] as const,
    ),
    [
      { oidc: { ...oidc, clientId: "" } },
      'dashboard.oidc.clientId is "", and must be what the dashboard is called there.',
    ],
    [
      { oidc: { ...oidc, clientSecret: "s3cret" } },
      'dashboard.oidc.clientSecret must be a secret("…"): its value has no place in a config.',
    ],
    [
      { oidc: { ...oidc, clientSecret: secret("oidc", { env: "A B" }) } },
      'dashboard.oidc.clientSecret: env of a secret must be the name of a variable, such as "DB_PASSWORD".',
    ],
    [
      { oidc: { ...oidc, roles: {} } },
      'dashboard.oidc.roles is {}, and must say who may come in, such as { operator: { groups: ["deployers"] } }.',
    ],
    [
      { oidc: { ...oidc, roles: { admins: "everyone" } } },
      'dashboard.oidc.roles.admins is no role. Did you mean "admin"?',
    ],
    ...[["ops"], {}, { groups: [] }, "all"].map(
      (viewer) =>
        [
          { oidc: { ...oidc, roles: { viewer } } },
          /^dashboard\.oidc\.roles\.viewer is .*, and must be "everyone" or claims with their values, such as \{ groups: \["deployers"\] \}\.$/s,
        ] as const,
    ),
    [
      { oidc: { ...oidc, scopes: ["openid email"] } },
      /^dashboard\.oidc\.scopes is .*, and must be a list such as \["openid", "email", "groups"\]\.$/s,
    ],
    [
      { oidc: { ...oidc, name: "" } },
      'dashboard.oidc.name is "", and must be what the button says, such as "Example".',
    ],
    [
      { oidc: { ...oidc, user: 1 } },
      'dashboard.oidc.user is 1, and must be a claim such as "preferred_username".',
    ],
  ];

  test.each(wrong)("%j is refused", (dashboard, message) => {
    expect(messages(dashboard)).toEqual([
      typeof message === "string" ? message : expect.stringMatching(message),
    ]);
    expect(messages(dashboard).join()).not.toContain("s3cret");
  });
});
