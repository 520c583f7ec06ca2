import * as v from "valibot";
import { type Route, route } from "../route.ts";
import { booleanInQuery } from "../schemas.ts";
import type { FleetView } from "./fleet-view.ts";

export function fleetRoutes(view: FleetView): Route[] {
  return [
    route(
      "GET /fleet",
      { access: "viewer", query: v.object({ fresh: booleanInQuery }) },
      async ({ query }) => {
        if (query.fresh) await view.load();
        return await view.fleet();
      },
    ),
    route("GET /tasks", { access: "viewer" }, async () => ({ tasks: await view.tasks() })),
  ];
}
