// The OpenAPI document of the dashboard's API, from the types that server and page share and the words above them.
import { join } from "node:path";
import { createGenerator, type Schema } from "ts-json-schema-generator";
import { accessRoutes } from "../../src/dashboard/server/access/routes.ts";
import { actionRoutes } from "../../src/dashboard/server/actions/routes.ts";
import { fleetRoutes } from "../../src/dashboard/server/fleet/routes.ts";
import { historyRoutes } from "../../src/dashboard/server/history/routes.ts";
import type { Route } from "../../src/dashboard/server/route.ts";
import { streams } from "./streams.ts";

const root = join(import.meta.dirname, "../..");

/** What is asked of them here is only which calls they are and who may make them. */
const nothing = {} as never;
const routes: readonly Route[] = [
  ...accessRoutes(nothing, nothing, nothing),
  ...fleetRoutes(nothing, nothing, nothing, nothing),
  ...actionRoutes(nothing, nothing, nothing),
  ...historyRoutes(nothing),
];

/** The whole document, as text. */
export function writeOpenApi(version: string): string {
  const { calls, schemas } = readTypes();
  const known = routes.map(({ call }) => call);
  const missing = Object.keys(calls).filter((call) => !known.some((each) => each === call));
  if (missing.length > 0) throw new Error(`No route answers ${missing.join(", ")}.`);
  const paths: Record<string, Record<string, unknown>> = {};
  const add = (method: string, path: string, operation: unknown) => {
    const address = path.replace(/:(\w+)/g, "{$1}");
    paths[address] = { ...paths[address], [method.toLowerCase()]: operation };
  };
  for (const { call, access, status } of routes) {
    const [method = "", path = ""] = call.split(" ");
    add(method, path, describeCall(call, access, status, calls[call] ?? {}, path));
  }
  for (const { method, path, operation } of streams) add(method, path, operation);
  const document = {
    openapi: "3.1.0",
    info: {
      title: "Proog",
      version,
      description:
        "What the dashboard's page does, for programs. Times are ISO 8601, durations milliseconds unless a name says otherwise, sizes bytes.",
    },
    servers: [{ url: "/api/v1" }],
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      schemas,
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          description: "A token, which POST /tokens makes: for programs.",
        },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "proog-7766",
          description:
            "The cookie of a browser, with the port in its name; by TLS __Host-proog. All but GET needs the header X-Proog-Csrf beside it, and an Origin.",
        },
      },
    },
  };
  return `${JSON.stringify(document, undefined, 1)}\n`;
}

interface CallTypes {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
}

function readTypes(): { calls: Record<string, CallTypes>; schemas: Record<string, Schema> } {
  const generator = createGenerator({
    path: join(root, "src/dashboard/api.ts"),
    tsconfig: join(root, "tsconfig.json"),
    ...{ expose: "export", topRef: true, jsDoc: "extended", skipTypeCheck: true, additionalProperties: true },
  });
  const found = ["Api", "Live", "TerminalResize", "TerminalEnd", "JournalLine", "Problem"].map(
    (type) => generator.createSchema(type).definitions ?? {},
  );
  const text = JSON.stringify(Object.assign({}, ...found)).replaceAll(
    "#/definitions/",
    "#/components/schemas/",
  );
  const { Api, ...schemas }: Record<string, Schema & { readonly properties?: object }> = JSON.parse(text);
  return { calls: { ...Api?.properties } as Record<string, CallTypes>, schemas };
}

function describeCall(
  call: string,
  access: Route["access"],
  status: number,
  { description = "", properties = {} }: CallTypes,
  path: string,
): unknown {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name);
  const query = parametersOf(properties["query"]);
  return {
    operationId: call.replace(/[^A-Za-z]+/g, "-").toLowerCase(),
    summary: description,
    ...(access === "anyone" ? { security: [] } : { description: `Needs the role ${access}.` }),
    parameters: [
      ...names.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } })),
      ...query,
    ],
    ...(properties["body"] && {
      requestBody: { required: true, content: { "application/json": { schema: properties["body"] } } },
    }),
    responses: {
      [status]: {
        description: status === 202 ? "It has begun." : "So it is.",
        content: { "application/json": { schema: properties["answer"] } },
      },
      default: {
        description: "It is refused, and why.",
        content: { "application/json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    },
  };
}

/** An object of a query is so many parameters. */
function parametersOf(schema: Schema | undefined): unknown[] {
  const properties: Record<string, Schema> = { ...schema?.properties } as Record<string, Schema>;
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    ...{ name, in: "query", required: false },
    ...(description !== undefined && { description }),
    schema: rest,
  }));
}
