import * as v from "valibot";
import type { Session } from "../../api.ts";
import { refuse } from "../problem.ts";
import { type Route, route } from "../route.ts";
import type { Access } from "./access.ts";
import { wrongName, wrongPassword } from "./accounts.ts";
import type { OidcEntrance } from "./oidc/entrance.ts";
import type { Visitor } from "./visitor.ts";

/** What a session tells of the server. */
export interface About {
  readonly fleet: () => Promise<string>;
  readonly version: string;
  readonly features: () => Promise<Session["features"]>;
}

const roles = v.picklist(["viewer", "operator", "admin"]);
const short = v.pipe(v.string(), v.minLength(1), v.maxLength(64));

export function accessRoutes(access: Access, entrance: OidcEntrance, about: About): Route[] {
  const describe = async ({ name, role, csrf = "", expires }: Visitor): Promise<Session> => ({
    ...{ name, role, csrf, expires, fleet: await about.fleet(), version: about.version },
    features: await about.features(),
  });
  return [
    route("GET /login", { access: "anyone" }, ({ context }) => entrance.ways(context)),
    route("GET /session", { access: "viewer" }, ({ visitor }) => describe(visitor)),
    route(
      "POST /session",
      { access: "anyone", body: v.strictObject({ name: short, password: v.string() }) },
      async ({ body, context }) => await describe(await access.logIn(context, body)),
    ),
    route("DELETE /session", { access: "viewer" }, ({ visitor, context }) => {
      access.logOut(context, visitor);
      return { done: true };
    }),
    ...accountRoutes(access),
    ...tokenRoutes(access),
    route("GET /audit", { access: "admin" }, () => ({ entries: access.audit.list() })),
  ];
}

function accountRoutes({ accounts, tokens, audit }: Access): Route[] {
  return [
    route("GET /accounts", { access: "admin" }, () => ({ accounts: accounts.list() })),
    route(
      "POST /accounts",
      {
        access: "admin",
        body: v.strictObject({ name: short, role: roles, password: v.exactOptional(v.string()) }),
      },
      async ({ body: { name, role, password }, visitor }) => {
        const known = accounts.find(name);
        const wrong = wrongName(name) ?? (password === undefined ? undefined : wrongPassword(password));
        if (wrong !== undefined) refuse("invalid-request", wrong);
        if (known?.seen !== undefined)
          refuse("conflict", `${name} logs in by the OpenID provider, and has the role that it has there.`);
        if (!known && password === undefined) refuse("invalid-request", "A new account needs a password.");
        await accounts.set(name, role, password);
        const what =
          password === undefined ? `${name} is ${role}` : `${name} is ${role}, with a new password`;
        audit.note({ who: visitor.name, from: visitor.from, what: "account", detail: what });
        return { done: true };
      },
    ),
    route("DELETE /accounts/:name", { access: "admin" }, ({ path, visitor }) => {
      const name = path("name");
      if (!accounts.remove(name)) refuse("not-found", `There is no account ${name}.`);
      tokens.removeAllOf(name);
      audit.note({ who: visitor.name, from: visitor.from, what: "account", detail: `${name} is gone` });
      return { done: true };
    }),
  ];
}

function tokenRoutes({ tokens, audit }: Access): Route[] {
  return [
    route("GET /tokens", { access: "viewer" }, ({ visitor: { name, role } }) => ({
      tokens: tokens.list().filter(({ owner }) => role === "admin" || owner === name),
    })),
    route(
      "POST /tokens",
      {
        access: "viewer",
        body: v.strictObject({
          name: short,
          scope: v.picklist(["metrics", "viewer", "operator"]),
          days: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(366)),
        }),
      },
      ({ body, visitor }) => {
        if (body.scope === "operator" && visitor.role === "viewer")
          refuse("forbidden", "A token may no more than who makes it.");
        if (visitor.csrf === undefined) refuse("forbidden", "A token makes no other tokens.");
        const made = tokens.create(body, visitor.name);
        const detail = `${made.id} ${body.name}, ${body.scope}, ${body.days} days`;
        audit.note({ who: visitor.name, from: visitor.from, what: "token", detail });
        return made;
      },
    ),
    route("DELETE /tokens/:id", { access: "viewer" }, ({ path, visitor }) => {
      const id = path("id");
      const token = tokens.list().find((each) => each.id === id);
      if (!token || (visitor.role !== "admin" && token.owner !== visitor.name))
        refuse("not-found", `There is no token ${id}.`);
      tokens.remove(id);
      audit.note({ who: visitor.name, from: visitor.from, what: "token", detail: `${id} is gone` });
      return { done: true };
    }),
  ];
}
