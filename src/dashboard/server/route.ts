import type { Context } from "hono";
import * as v from "valibot";
import type { AccessRole, AnswerOf, BodyOf, Call, QueryOf } from "../api.ts";
import type { Visitor } from "./access/visitor.ts";
import { Refusal } from "./problem.ts";

/** A request to one call of the API. */
export interface ApiRequest<Name extends Call> {
  /** The names in its path: `node`. */
  readonly path: (name: string) => string;
  readonly query: QueryOf<Name>;
  readonly body: BodyOf<Name>;
  /** Who asks; of calls that anyone may make, an empty one. */
  readonly visitor: Visitor;
  readonly context: Context;
}

/** How one call is answered. */
export interface Route {
  readonly call: Call;
  /** Who may make it. */
  readonly access: AccessRole | "anyone";
  readonly status: 200 | 202;
  readonly answer: (context: Context, visitor: Visitor) => Promise<unknown>;
}

/** What is taken, as valibot checks it; what comes of it is what the API's types say. */
type Takes<Value> = [Value] extends [undefined] ? undefined : v.GenericSchema<unknown, Value>;

interface RouteOptions<Name extends Call> {
  readonly access: AccessRole | "anyone";
  readonly status?: 200 | 202;
  readonly query?: Takes<QueryOf<Name>>;
  readonly body?: Takes<BodyOf<Name>>;
}

/** A call and its answer. */
export function route<Name extends Call>(
  call: Name,
  { access, status = 200, query, body }: RouteOptions<Name>,
  answer: (request: ApiRequest<Name>) => AnswerOf<Name> | Promise<AnswerOf<Name>>,
): Route {
  return {
    ...{ call, access, status },
    answer: async (context, visitor) =>
      await answer({
        path: (name) => context.req.param(name) ?? "",
        query: take(query, context.req.query()) as QueryOf<Name>,
        body: (body === undefined ? undefined : take(body, await readJson(context))) as BodyOf<Name>,
        visitor,
        context,
      }),
  };
}

export function take<Value>(schema: v.GenericSchema<unknown, Value> | undefined, given: unknown): Value {
  if (schema === undefined) return undefined as Value;
  const result = v.safeParse(schema, given);
  if (result.success) return result.output;
  const lines = result.issues.map((issue) => `${v.getDotPath(issue) ?? "it"}: ${issue.message}`);
  throw new Refusal({
    code: "invalid-request",
    message: "This request is not as the API takes it.",
    detail: lines.join("\n"),
    hint: "The documentation is at /api/docs.",
  });
}

async function readJson(context: Context): Promise<unknown> {
  const type = context.req.header("content-type") ?? "";
  // Forms of other pages can send any other type without being asked first.
  if (!/^application\/json\b/i.test(type))
    throw new Refusal({
      code: "invalid-request",
      message: `The body must be JSON, and is ${type || "of no type"}.`,
      hint: "Send the header Content-Type: application/json",
    });
  try {
    return await context.req.json();
  } catch {
    throw new Refusal({ code: "invalid-request", message: "The body is no JSON." });
  }
}
