import { type Route, route } from "../route.ts";
import type { Actions } from "./actions.ts";
import type { Previews } from "./previews.ts";
import { actionSchema } from "./schemas.ts";

export function actionRoutes(actions: Actions, previews: Previews): Route[] {
  return [
    route("POST /actions", { access: "operator", status: 202, body: actionSchema }, async ({ body, visitor }) => {
      await previews.requireSensible(body);
      return await actions.start(body, visitor);
    }),
    route("POST /previews", { access: "operator", body: actionSchema }, ({ body }) => previews.preview(body)),
    route("DELETE /runs/:run", { access: "operator" }, ({ path }) => {
      actions.stop(path("run"));
      return { done: true };
    }),
    route("GET /runs/:run", { access: "viewer" }, ({ path }) => actions.detail(path("run"))),
    route("GET /plans/:run", { access: "viewer" }, ({ path }) => actions.plan(path("run"))),
  ];
}
