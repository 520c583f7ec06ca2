import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { serveStatic } from "@hono/node-server/serve-static";
import type { Hono } from "hono";
import { etag } from "hono/etag";
import type { Bindings } from "./app.ts";

/** The files of the page as they are built; every address that is no file is the page itself, which knows what to show there. */
export function addPage(app: Hono<Bindings>): void {
  const folder = fileURLToPath(new URL("../page/", import.meta.url));
  app.use(etag());
  if (!existsSync(`${folder}index.html`)) {
    app.get("*", (context) => context.html(placeholder));
    return;
  }
  const files = { root: folder, precompressed: true };
  app.get(
    "/assets/*",
    // Their names hold their hashes.
    serveStatic<Bindings>({
      ...files,
      onFound: (_, context) => context.header("cache-control", "public, max-age=31536000, immutable"),
    }),
  );
  app.get("*", serveStatic<Bindings>(files), serveStatic<Bindings>({ ...files, path: "index.html" }));
}

const placeholder = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Proog</title>
<p>The page was not built: npm run build. The API is at <a href="/api/docs">/api/docs</a>.
`;
