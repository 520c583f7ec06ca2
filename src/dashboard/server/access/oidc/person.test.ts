import { describe, expect, test } from "vitest";
import type { OidcSettings } from "../../description.ts";
import { Refusal } from "../../problem.ts";
import { type Claims, neededClaims, personOf } from "./person.ts";

const settings = (more: Partial<OidcSettings>): OidcSettings => ({
  ...{ issuer: "https://login.example.org", clientId: "proog", name: "Example", user: "email" },
  ...{ scopes: ["openid"], roles: { viewer: "everyone" } },
  ...more,
});

const ada = { sub: "4711", email: "ada@example.org", email_verified: true };

function refusalOf(claims: Claims, given: OidcSettings): string {
  try {
    personOf(claims, given);
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
  return "";
}

describe("what the config gives people", () => {
  test.each([
    ["everyone", { viewer: "everyone" }, {}, "viewer"],
    ["one of a list", { operator: { groups: ["dev", "ops"] } }, { groups: ["x", "ops"] }, "operator"],
    ["a value alone", { operator: { groups: "ops" } }, { groups: "ops" }, "operator"],
    ["the highest", { viewer: "everyone", admin: { groups: "ops" } }, { groups: ["ops"] }, "admin"],
    ["any of several claims", { admin: { groups: "a", hd: "b" } }, { hd: "b" }, "admin"],
    [
      "one inside of another",
      { admin: { "realm_access.roles": "a" } },
      { realm_access: { roles: ["a"] } },
      "admin",
    ],
    [
      "one with dots in its name",
      { admin: { "https://example.org/r": "a" } },
      { "https://example.org/r": ["a"] },
      "admin",
    ],
    ["what is no text", { admin: { staff: "true", level: "7" } }, { staff: true }, "admin"],
    ["an address that was verified", { admin: { email: "ada@example.org" } }, {}, "admin"],
    [
      "the same, said in a text",
      { admin: { email: "ada@example.org" } },
      { email_verified: "true" },
      "admin",
    ],
  ] as const)("%s", (_, roles, claims, role) => {
    expect(personOf({ ...ada, ...claims }, settings({ roles }))).toEqual({ name: "ada@example.org", role });
  });

  test.each([
    ["no such value", { operator: { groups: ["ops"] } }, { groups: ["operations", "op"] }],
    ["no such claim", { operator: { groups: ["ops"] } }, {}],
    ["a text that only has it in it", { operator: { groups: ["ops"] } }, { groups: "dev ops" }],
    ["an object", { operator: { groups: ["ops"] } }, { groups: { ops: true } }],
    ["nothing of an object's own", { operator: { "constructor.name": ["Object"] } }, {}],
  ] as const)("not by %s", (_, roles, claims) => {
    expect(refusalOf({ ...ada, ...claims }, settings({ roles }))).toContain(
      "ada@example.org has no role here",
    );
  });

  test("an address that nobody has verified gives nothing, and names nobody", () => {
    const roles = { admin: { email: "ada@example.org" } } as const;
    for (const email_verified of [false, undefined, "false", "yes"]) {
      const claims = { ...ada, email_verified, preferred_username: "mallory" };
      expect(refusalOf(claims, settings({ roles }))).toContain(
        "has not verified the address ada@example.org",
      );
      expect(refusalOf(claims, settings({ roles, user: "preferred_username" }))).toContain(
        "mallory has no role here",
      );
    }
  });

  test("what is needed of the provider is what the config names", () => {
    expect(neededClaims(settings({ user: "sub" }))).toEqual(["sub"]);
    expect(
      neededClaims(
        settings({ user: "upn", roles: { admin: { groups: "a", email: "b" }, viewer: "everyone" } }),
      ),
    ).toEqual(["upn", "groups", "email", "email_verified"]);
  });
});
