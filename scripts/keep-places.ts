import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import type { Plugin } from "rolldown";

const source = join(import.meta.dirname, "../src");

/**
 * A module of a bundle that asks for its own place gets the one that it has in src/, below this folder: an absolute one, or one
 * that is relative to the bundle and begins with `./`.
 */
export function keepPlaces(folder: string): Plugin {
  return {
    name: "keep-places",
    transform(code, file) {
      if (!file.startsWith(source) || !code.includes("import.meta.url")) return undefined;
      const path = relative(source, file).replace(/\.ts$/, ".js");
      const place = folder.startsWith("./")
        ? `new URL(${JSON.stringify(`${folder}${path}`)}, import.meta.url).href`
        : JSON.stringify(pathToFileURL(join(folder, path)).href);
      return code.replaceAll("import.meta.url", place);
    },
  };
}
