import { type Route, route } from "../route.ts";
import type { Access } from "./access.ts";

export function accessRoutes(
  access: Access,
  about: { readonly fleet: () => Promise<string>; readonly version: string },
): Route[] {
  return [
    route("GET /session", { access: "viewer" }, async ({ visitor: { name, role, csrf = "", expires } }) => ({
      ...{ name, role, csrf, expires, fleet: await about.fleet(), version: about.version },
      features: { memorials: true, resizes: true, accounts: false },
    })),
    route("DELETE /session", { access: "viewer" }, ({ visitor }) => {
      access.sessions.end(visitor.id);
      return { done: true };
    }),
  ];
}
