import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Hono } from "hono";
import * as v from "valibot";
import type { Access } from "../access/access.ts";
import type { Bindings } from "../app.ts";
import { refuse } from "../problem.ts";
import { take } from "../route.ts";
import { booleanInQuery, optionalWord } from "../schemas.ts";
import type { LiveHub } from "./hub.ts";

const filter = v.object({
  run: optionalWord,
  environment: optionalWord,
  node: optionalWord,
  quiet: booleanInQuery,
});

/** `GET /api/v1/events` */
export function addEventStream(app: Hono<Bindings>, access: Access, hub: LiveHub): void {
  app.get("/api/v1/events", async (context) => {
    const visitor = access.require(context);
    const wanted = take(filter, context.req.query());
    const after = context.req.header("last-event-id");
    if (after !== undefined && !/^[0-9]{1,15}$/.test(after))
      refuse("invalid-request", "Last-Event-ID is no id of an event.");
    hub.requireRoom();
    const { outgoing } = context.env;
    outgoing.writeHead(200, access.streamHeaders());
    await hub.watch(outgoing, wanted, after === undefined ? undefined : Number(after), () =>
      access.isIn(visitor),
    );
    return RESPONSE_ALREADY_SENT;
  });
}
