import type { HttpBindings } from "@hono/node-server";
import { Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { compress } from "hono/compress";
import { ProogError } from "../../report/error.ts";
import { reportError } from "../../report/error-report.ts";
import type { Problem } from "../api.ts";
import type { Access } from "./access/access.ts";
import type { OidcEntrance } from "./access/oidc/entrance.ts";
import { requireRole } from "./access/visitor.ts";
import { addPage } from "./page-files.ts";
import { Refusal } from "./problem.ts";
import type { Route } from "./route.ts";

/** What a server hands to the app: Node's own request and response. */
export interface Bindings {
  readonly Bindings: HttpBindings;
}

/** What answers requests by itself, beside the calls that answer JSON. */
export type Streams = (app: Hono<Bindings>) => void;

/** The largest body that is taken, in bytes. */
const bodyBytes = 1_000_000;

/** All that answers requests. */
export function createApp(
  access: Access,
  entrance: OidcEntrance,
  routes: readonly Route[],
  tellError: (error: unknown) => void,
  streams: Streams,
): Hono<Bindings> {
  const app = new Hono<Bindings>();
  app.use(guard(access));
  app.use(compress());
  app.onError((error, context) => {
    const { status, problem } = describe(error);
    if (status === 500) tellError(error);
    return context.json(problem, status);
  });
  app.notFound((context) =>
    context.json({ error: { code: "not-found", message: `There is no ${context.req.path} here.` } }, 404),
  );
  app.get("/login/oidc", (context) => entrance.begin(context));
  app.get("/login/oidc/callback", (context) => entrance.finish(context));
  app.get("/login/:secret", (context) => access.enterByLink(context));
  app.use("/api/*", bodyLimit({ maxSize: bodyBytes, onError: tooLong }));
  for (const { call, access: needed, status, answer } of routes) {
    const [method = "", path = ""] = call.split(" ");
    app.on(method, `/api/v1${path}`, async (context) => {
      const visitor = needed === "anyone" ? access.anyone(context) : access.require(context);
      if (needed !== "anyone") requireRole(visitor, needed);
      context.header("cache-control", "no-store");
      return context.json((await answer(context, visitor)) as object, status);
    });
  }
  streams(app);
  app.all("/api/*", (context) => context.notFound());
  addPage(app);
  return app;
}

/** Whatever is answered: by which name we are asked, and what browsers may make of the answer. */
function guard(access: Access): MiddlewareHandler<Bindings> {
  return async (context, next) => {
    access.requireHost(context);
    await next();
    // A stream has sent its own by now.
    if (context.env.outgoing?.headersSent) return;
    for (const [name, value] of Object.entries(access.headers())) context.res.headers.set(name, value);
  };
}

function tooLong(): never {
  throw new Refusal({
    code: "invalid-request",
    message: `The body is longer than ${bodyBytes / 1_000_000} MB.`,
  });
}

function describe(error: unknown): { status: Refusal["status"]; problem: Problem } {
  if (error instanceof Refusal) return { status: error.status, problem: { error: error.error } };
  if (error instanceof ProogError) return { status: 503, problem: { error: reportError(error) } };
  return { status: 500, problem: { error: defect } };
}

/** Where it is stands in the terminal of proog serve: a stack is nobody else's business. */
const defect = {
  code: "internal",
  message: "This is a defect of Proog, or something that it needs has failed.",
  hint: "proog serve has told more of it where it runs.",
} as const;
