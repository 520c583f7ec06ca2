import type { Audit } from "../access/audit.ts";
import type { Visitor } from "../access/visitor.ts";
import { type Route, route } from "../route.ts";
import type { Actions } from "./actions.ts";
import type { Previews } from "./previews.ts";
import { actionSchema } from "./schemas.ts";
import { wordsOf } from "./words.ts";

export function actionRoutes(actions: Actions, previews: Previews, audit: Audit): Route[] {
  const note = ({ name, from }: Visitor, what: string, detail: string, run: string) =>
    audit.note({ who: name, from, what, detail, run });
  return [
    route(
      "POST /actions",
      { access: "operator", status: 202, body: actionSchema },
      async ({ body, visitor }) => {
        const nodes = await previews.requireSensible(body);
        const started = await actions.start(body, nodes, visitor);
        const detail = body.type === "apply" ? `apply ${body.plan}` : wordsOf(body).join(" ");
        note(visitor, "action", detail, started.run);
        return started;
      },
    ),
    route("POST /previews", { access: "operator", body: actionSchema }, ({ body }) => previews.preview(body)),
    route("DELETE /runs/:run", { access: "operator" }, ({ path, visitor }) => {
      actions.stop(path("run"));
      note(visitor, "stop", "", path("run"));
      return { done: true };
    }),
    route("GET /runs/:run", { access: "viewer" }, ({ path }) => actions.detail(path("run"))),
    route("GET /plans/:run", { access: "viewer" }, ({ path }) => actions.plan(path("run"))),
  ];
}
