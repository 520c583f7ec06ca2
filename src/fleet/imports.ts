import { existsSync, readdirSync, readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { ErrorDetails } from "../report/error.ts";
import { nearestName, suggestName } from "../report/text/nearest.ts";
import { placeOfText } from "./place.ts";

const own = new URL("../", import.meta.url);
const source = import.meta.url.endsWith(".ts");
const ownName = new URL(source ? "index.ts" : "index.js", own).href;
const ownTypes = new URL(source ? "index.ts" : "index.d.ts", own);

interface Import {
  readonly specifier: string;
  readonly parent: string;
}

/** Which import an error comes from: Node does not say its line. */
const failedImports = new WeakMap<Error, Import>();
/** Imports of JSON by their URL. */
const jsonImports = new Map<string, Import>();
/** The files that the config was made of, those of packages left out. */
const localFiles = new Set<string>();

/**
 * Whatever `proog` a config imports is the one that runs, also where it is installed globally. And the TypeScript of a
 * fleet is made of modules, whatever the `type` of the package.json that `npm init` wrote there.
 */
export function hookImports(config: string): void {
  const configUrl = pathToFileURL(config).href;
  registerHooks({
    resolve: (specifier, context, next) => {
      if (specifier === "proog") return { url: ownName, shortCircuit: true };
      try {
        const found = next(specifier, context);
        if (found.url.endsWith(".json") && context.parentURL?.startsWith("file:"))
          jsonImports.set(found.url, { specifier, parent: fileURLToPath(context.parentURL) });
        if (isLocal(found.url)) localFiles.add(fileURLToPath(found.url));
        return isModule(found.url, configUrl) ? { ...found, format: "module-typescript" } : found;
      } catch (error) {
        if (error instanceof Error && context.parentURL?.startsWith("file:"))
          failedImports.set(error, { specifier, parent: fileURLToPath(context.parentURL) });
        throw error;
      }
    },
  });
}

function isLocal(url: string): boolean {
  return url.startsWith("file:") && !url.startsWith(own.href) && !url.includes("/node_modules/");
}

/** The files that the config, as far as it was loaded, is made of: whoever waits for it to change watches these. */
export function importedFiles(): string[] {
  return [...localFiles].sort();
}

function isModule(url: string, config: string): boolean {
  if (!/^file:.*\.ts$/.test(url) || url.startsWith(own.href)) return false;
  return url === config || !url.includes("/node_modules/");
}

/** What is wrong with an import, as far as it can be told better than Node does. */
export function explainImport(error: unknown): Partial<ErrorDetails> {
  if (!(error instanceof Error)) return {};
  if ("code" in error && error.code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX")
    return {
      hint: "Types are stripped, nothing is compiled: write what is plain JavaScript without its types.",
    };
  return explainName(error) ?? explainPath(error) ?? explainJson(error) ?? {};
}

/** `import { fil } from "proog"`: V8 has only this sentence to tell it by. */
function explainName({ message }: Error): Partial<ErrorDetails> | undefined {
  const [, from, name] =
    /requested module '(.+)' does not provide an export named '(.+)'/.exec(message) ?? [];
  if (from === undefined || name === undefined) return undefined;
  if (from !== "proog")
    return { message: `The config cannot be loaded: ${from} has no export "${name}".`, hint: typeHint(name) };
  const { values, types } = ownExports();
  return {
    message: `The config cannot be loaded: proog has no export "${name}"${types.includes(name) ? " but a type" : ""}.`,
    hint: types.includes(name)
      ? `Say so, for types are stripped: import { type ${name} } from "proog";`
      : suggestName(name, values),
  };
}

/** Node names the file that was imported, not the one that imports it. */
function explainJson(error: Error): Partial<ErrorDetails> | undefined {
  if (!("code" in error) || error.code !== "ERR_IMPORT_ATTRIBUTE_MISSING") return undefined;
  const found = [...jsonImports].find(([url]) => error.message.includes(url));
  if (!found) return undefined;
  const [, { specifier, parent }] = found;
  return {
    ...placeOfText(parent, [`"${specifier}"`, `'${specifier}'`]),
    message: `The config cannot be loaded: ${specifier} is imported without its type`,
    hint: `Write: import … from "${specifier}" with { type: "json" };`,
  };
}

function typeHint(name: string): string {
  return `If it is a type, say so, for types are stripped: import { type ${name} } from …`;
}

/** What a config can import, read where the types are declared. */
function ownExports(): { readonly values: string[]; readonly types: string[] } {
  const text = readFileSync(ownTypes, "utf8");
  const values: string[] = [];
  const types: string[] = [];
  for (const [, type, names = ""] of text.matchAll(/export (type )?\{([^}]*)\}/g))
    for (const word of names.split(",").map((part) => part.trim()))
      if (word !== "") (type || word.startsWith("type ") ? types : values).push(word.replace(/^type /, ""));
  return { values, types };
}

function explainPath(error: Error): Partial<ErrorDetails> | undefined {
  const failed = failedImports.get(error);
  if (!failed || failed.parent.includes("/node_modules/")) return undefined;
  const { specifier, parent } = failed;
  const place = placeOfText(parent, [`"${specifier}"`, `'${specifier}'`, `\`${specifier}\``]);
  if (/^\.{0,2}\//.test(specifier)) {
    return {
      ...place,
      message: `The config cannot be loaded: there is no file ${specifier}`,
      hint: suggestFile(specifier, join(dirname(parent), specifier)),
    };
  }
  const name = /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
  return {
    ...place,
    message: `The config cannot be loaded: the package ${name} is not installed`,
    hint: `Install it: npm install ${name}`,
  };
}

/** Node takes the name of a file whole, with its ending. */
function suggestFile(specifier: string, wanted: string): string | undefined {
  const folder = dirname(wanted);
  if (!existsSync(folder)) return undefined;
  const inside = ["index.ts", "index.js"].find((name) => existsSync(join(wanted, name)));
  if (inside) return `Did you mean "${specifier.replace(/\/$/, "")}/${inside}"?`;
  const stem = basename(wanted).replace(/\.[cm]?[jt]s$/, "");
  const files = readdirSync(folder).filter((name) => /\.([cm]?[jt]s|json)$/.test(name));
  const same = files.find((name) => name.replace(/\.[cm]?[jt]s$/, "") === stem);
  const file = same ?? nearestName(basename(wanted), files);
  if (file === undefined) return undefined;
  const start = specifier.slice(0, specifier.length - basename(specifier).length);
  return `Did you mean "${start}${file}"?`;
}
