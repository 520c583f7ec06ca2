import * as v from "valibot";
import type { History } from "../history/history.ts";
import type { Program } from "../program.ts";
import { type Route, route } from "../route.ts";
import { booleanInQuery } from "../schemas.ts";
import type { FleetView } from "./fleet-view.ts";
import { describeNodeDetail, readSites } from "./node-detail.ts";
import type { ResourceDesk } from "./resource-desk.ts";

export function fleetRoutes(
  view: FleetView,
  history: History,
  program: Program,
  desk: ResourceDesk,
): Route[] {
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
    route("GET /pools", { access: "viewer" }, async () => ({
      pools: (await view.fleet()).environments.flatMap(({ pools }) => pools),
    })),
    route("GET /nodes/:environment/:node", { access: "viewer" }, async ({ path }) => {
      const node = await view.node(path("environment"), path("node"));
      return await describeNodeDetail(desk, history, node);
    }),
    route("GET /nodes/:environment/:node/sites", { access: "viewer" }, async ({ path }) => {
      const { environment, name } = await view.node(path("environment"), path("node"));
      return { sites: await readSites(program, desk, environment, name) };
    }),
  ];
}
