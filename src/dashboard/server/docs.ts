import { readFileSync } from "node:fs";
import type { Hono } from "hono";
import { html, raw } from "hono/html";
import type { Access } from "./access/access.ts";
import type { Bindings } from "./app.ts";

/** A schema, as far as the page of the documentation tells it. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly description?: string;
}

interface Operation {
  readonly summary: string;
  readonly description?: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly description?: string;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>;

interface Document {
  readonly info: { readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

type Html = ReturnType<typeof html>;

/** The documentation of the API: as OpenAPI, and as a page that needs no script. */
export function addDocs(app: Hono<Bindings>, access: Access): void {
  const read = () => readFileSync(new URL("../../../docs/reference/openapi.json", import.meta.url), "utf8");
  app.get("/api/v1/openapi.json", (context) => {
    access.require(context);
    return context.body(read(), 200, { "content-type": "application/json" });
  });
  app.get("/api/docs", (context) => {
    access.require(context);
    return context.html(writePage(JSON.parse(read())));
  });
  app.get("/api/docs.css", (context) => context.body(style, 200, { "content-type": "text/css" }));
}

function writePage({ info, paths, components }: Document): Html {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Proog: the API</title>
<link rel="stylesheet" href="/api/docs.css">
</head>
<body>
<header>
<h1>The API of Proog ${info.version}</h1>
<p>${info.description} All addresses begin with <code>/api/v1</code>. For programs: <a href="/api/v1/openapi.json">OpenAPI</a>.</p>
</header>
<nav aria-label="Calls"><ul>
${operations.map(({ method, path }) => html`<li><a href="#${anchorOf(method, path)}"><b>${method}</b> ${path}</a></li>\n`)}
</ul></nav>
<main>
${operations.map(({ method, path, operation }) => writeOperation(method, path, operation))}
<h2>Types</h2>
${Object.entries(components.schemas).map(
  ([name, schema]) => html`<section id="type-${name}">
<h3>${name}</h3>
${schema.description && html`<p>${schema.description}</p>`}
${writeSchema(schema)}
</section>\n`,
)}
</main>
</body>
</html>
`;
}

function writeOperation(method: string, path: string, operation: Operation): Html {
  const { summary, description, parameters, requestBody, responses } = operation;
  const answers = Object.entries(responses).flatMap(([status, { content = {} }]) =>
    Object.entries(content).map(([type, { schema }]) => ({ status, type, schema })),
  );
  return html`<section id="${anchorOf(method, path)}">
<h2><b>${method}</b> ${path}</h2>
<p>${summary} ${description}</p>
${
  parameters.length > 0 &&
  html`<dl>${parameters.map(
    (parameter) =>
      html`<dt><code>${parameter.name}</code> <i>${parameter.in}</i> ${nameOf(parameter.schema)}</dt><dd>${parameter.description}</dd>`,
  )}</dl>`
}
${Object.values(requestBody?.content ?? {}).map(({ schema }) => html`<p>Body: ${nameOf(schema)}</p>`)}
${answers
  .filter(({ status }) => status !== "default")
  .map(({ status, type, schema }) => html`<p>${status}, ${type}: ${nameOf(schema)}</p>`)}
</section>
`;
}

function writeSchema(schema: Schema): Html {
  const { properties, anyOf, required = [] } = schema;
  if (anyOf) return html`<ul>${anyOf.map((each) => html`<li>${writeSchema(each)}</li>`)}</ul>`;
  if (!properties) return html`<p>${nameOf(schema)}</p>`;
  return html`<dl>${Object.entries(properties).map(
    ([name, property]) =>
      html`<dt><code>${name}</code>${required.includes(name) ? "" : html` <i>may be absent</i>`} ${nameOf(property)}</dt><dd>${property.description}</dd>`,
  )}</dl>`;
}

/** A type in a few words, with links to those that have a name. */
function nameOf(schema: Schema): Html {
  const { $ref, type, items, anyOf, properties, additionalProperties: others } = schema;
  if ($ref !== undefined) {
    const name = decodeURIComponent($ref.split("/").at(-1) ?? "");
    return html`<a href="#type-${name}">${name}</a>`;
  }
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum) return join(schema.enum.map((value) => html`<code>${JSON.stringify(value)}</code>`));
  if (anyOf) return join(anyOf.map(nameOf));
  if (items) return html`list of ${nameOf(items)}`;
  if (properties)
    return html`{ ${join(
      Object.entries(properties).map(([name, property]) => html`<code>${name}</code>: ${nameOf(property)}`),
      ", ",
    )} }`;
  if (typeof others === "object") return html`by name: ${nameOf(others)}`;
  return html`${[type ?? "anything"].flat().join(" or ")}`;
}

function join(parts: readonly Html[], between = " or "): Html {
  return html`${parts.map((part, index) => (index === 0 ? part : html`${raw(between)}${part}`))}`;
}

function anchorOf(method: string, path: string): string {
  return `${method} ${path}`.toLowerCase().replace(/[^a-z]+/g, "-");
}

const style = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; }
nav ul { columns: 20rem; list-style: none; padding: 0; }
h2, h3 { border-top: 1px solid; padding-top: .5rem; font-size: 1.1rem; }
b { display: inline-block; min-width: 4.5rem; }
dd { margin: 0 0 .5rem 1.5rem; }
code { font-family: ui-monospace, monospace; }
`;
