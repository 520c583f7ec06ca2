import { describe, expect, test } from "vitest";
import { text } from "../../src/report/recording.test-support.ts";
import { config, configWith, fleetFolder } from "./fleet-folder.ts";

/** A folder with such a config in TypeScript, as users have it. */
const typed = (text: string) => fleetFolder({ "proog.config.ts": text });

describe("finding the config", () => {
  test("there is none", async () => {
    const folder = fleetFolder();
    expect(await folder.refusal("plan")).toBe(text`
      error: There is no proog.config.ts in ${folder.path}, nor in any folder above it.
        Write one with: proog init
        Or name one with: --config FILE
    `);
  });

  test("it is found from a folder below, and places are relative to where one stands", async () => {
    const folder = typed(config("\nthrow new Error('no');\n"));
    folder.write("a/b/file", "");
    const { stderr } = await folder.proog("plan");
    expect(stderr).toContain("(proog.config.ts:3)");
    const below = await folder.in("a/b").refusal("plan");
    expect(below).toContain("(../../proog.config.ts:3)");
  });

  test("--config names a file that is not there, or a folder", async () => {
    const folder = fleetFolder({ "fleet/proog.config.ts": "" });
    expect(await folder.refusal("plan", "--config", "live.ts")).toBe(text`
      error: --config names a file that is not there: ${folder.path}/live.ts
        Without --config, it is the proog.config.ts here or in the nearest folder above.
    `);
    expect(await folder.refusal("plan", "--config", "fleet")).toBe(text`
      error: --config names no file: ${folder.path}/fleet
        Did you mean --config fleet/proog.config.ts?
    `);
  });
});

describe("what stops the config from being loaded is shown with its own line", () => {
  test("a mistake of syntax", async () => {
    const folder = typed(config('const web = role("web", () => [\n  file("/x", { content: "a" ),\n]);\n'));
    expect(await folder.refusal("plan")).toBe(text`
      error: The config cannot be loaded: Expected ',', got ')' (proog.config.ts:3)
        3 |   file("/x", { content: "a" ),
    `);
  });

  test("a mistake of syntax in plain JavaScript", async () => {
    const folder = fleetFolder({
      "proog.config.js": config('import { site } from "./site.js";\nsite();\n'),
      "site.js": "export function site() {\n  return 5 +;\n}\n",
    });
    expect(await folder.refusal("plan")).toBe(text`
      error: The config cannot be loaded: Unexpected token ';' (site.js:2)
        2 |   return 5 +;
    `);
  });

  test("TypeScript that is more than types", async () => {
    const folder = typed(config("\nenum Size { Small, Large }\n"));
    expect(await folder.refusal("plan")).toBe(text`
      error: The config cannot be loaded: TypeScript enum is not supported in strip-only mode
        (proog.config.ts:3)
        3 | enum Size { Small, Large }
        Types are stripped, nothing is compiled: write what is plain JavaScript without its types.
    `);
  });

  test("an exception", async () => {
    const folder = typed(config("const ports: Record<string, { http: number }> = {};\nports.web.http;\n"));
    expect(await folder.refusal("plan")).toBe(text`
      error: The config cannot be loaded: Cannot read properties of undefined (reading 'http')
        (proog.config.ts:3)
        3 | ports.web.http;
    `);
  });

  test("an exception with a cause", async () => {
    const folder = typed(
      config('throw new Error("no addresses", { cause: new Error("the file is empty") });\n'),
    );
    expect(await folder.refusal("plan")).toBe(text`
      error: The config cannot be loaded: no addresses: the file is empty (proog.config.ts:2)
        2 | throw new Error("no addresses", { cause: new Error("the file is empty") });
    `);
  });

  test("something thrown that is no error", async () => {
    expect(await typed(config("throw { status: 404 };\n")).refusal("plan")).toBe(text`
      error: The config cannot be loaded: { status: 404 } (proog.config.ts)
    `);
  });

  test("an exception in a module that it imports, called from the config", async () => {
    const folder = fleetFolder({
      "proog.config.ts": config('import { site } from "./lib/site.ts";\n\nsite();\n'),
      "lib/site.ts":
        '// Sites.\nexport function site(): string {\n  throw new Error("It has no name.");\n}\n',
    });
    expect(await folder.refusal("plan")).toBe(text`
      error: The config cannot be loaded: It has no name (lib/site.ts:3)
        3 |   throw new Error("It has no name.");
    `);
  });

  test("an exception that nothing waits for", async () => {
    const wait = "await new Promise((resolve) => setTimeout(resolve, 2000));\n";
    const folder = typed(config(`setTimeout(() => { throw new Error("too late"); });\n${wait}`));
    expect(await folder.refusal("plan")).toBe(text`
      error: The config failed while nothing waited for it: too late (proog.config.ts:2)
        2 | setTimeout(() => { throw new Error("too late"); });
    `);
    folder.write("proog.config.ts", config(`Promise.reject(new Error("lost"));\n${wait}`));
    expect(await folder.refusal("plan")).toBe(text`
      error: The config failed while nothing waited for it: lost (proog.config.ts:2)
        2 | Promise.reject(new Error("lost"));
    `);
  });

  test.each([
    ["await new Promise(() => {});", 0],
    ["process.exit(7);", 7],
  ])("an end that comes too soon: %s", async (line, status) => {
    expect(await typed(config(line)).refusal("plan")).toBe(text`
      error: The command ended before it was through (status ${String(status)}).
        The config may wait for a promise that nothing settles, or call process.exit.
    `);
  });

  test("a mistake of syntax in a module that it imports", async () => {
    const folder = fleetFolder({
      "proog.config.ts": config('import { site } from "./site.ts";\nsite();\n'),
      "site.ts": "export function site(): number {\n  return 5 +;\n}\n",
    });
    expect(await folder.refusal("plan")).toBe(text`
      error: The config cannot be loaded: Expression expected (site.ts:2)
        2 |   return 5 +;
    `);
  });
});

describe("imports", () => {
  test("a package that is not installed", async () => {
    const folder = typed(config('\nimport { parse } from "@acme/sites/parse";\n'));
    expect(await folder.refusal("plan")).toBe(text`
      error: The config cannot be loaded: the package @acme/sites is not installed (proog.config.ts:3)
        3 | import { parse } from "@acme/sites/parse";
        Install it: npm install @acme/sites
    `);
  });

  test("a file that is not there, or written without its ending", async () => {
    const folder = fleetFolder({
      "proog.config.ts": config('import { site } from "./lib/site";\n'),
      "lib/site.ts": 'import { port } from "./prots.ts";\n',
      "lib/ports.ts": "export const port = 80;\n",
    });
    expect(await folder.refusal("plan")).toBe(text`
      error: The config cannot be loaded: there is no file ./lib/site (proog.config.ts:2)
        2 | import { site } from "./lib/site";
        Did you mean "./lib/site.ts"?
    `);
    folder.write("proog.config.ts", config('import { site } from "./lib/site.ts";\n'));
    expect(await folder.refusal("plan")).toBe(text`
      error: The config cannot be loaded: there is no file ./prots.ts (lib/site.ts:1)
        1 | import { port } from "./prots.ts";
        Did you mean "./ports.ts"?
    `);
  });

  test("a folder, and JSON without its type", async () => {
    const folder = fleetFolder({
      "proog.config.ts": config('import { site } from "./lib";\n'),
      "lib/index.ts": 'import sites from "./sites.json";\nexport const site = sites;\n',
      "lib/sites.json": "[]",
    });
    expect(await folder.refusal("plan")).toBe(text`
      error: The config cannot be loaded: there is no file ./lib (proog.config.ts:2)
        2 | import { site } from "./lib";
        Did you mean "./lib/index.ts"?
    `);
    folder.write("proog.config.ts", config('import { site } from "./lib/index.ts";\n'));
    expect(await folder.refusal("plan")).toBe(text`
      error: The config cannot be loaded: ./sites.json is imported without its type (lib/index.ts:1)
        1 | import sites from "./sites.json";
        Write: import … from "./sites.json" with { type: "json" };
    `);
  });

  test("a name that proog does not export, and a type without saying so", async () => {
    const folder = typed('import { directroy } from "proog";\n');
    expect(await folder.refusal("plan")).toBe(text`
      error: The config cannot be loaded: proog has no export "directroy" (proog.config.ts:1)
        1 | import { directroy } from "proog";
        Did you mean "directory"?
    `);
    folder.write("proog.config.ts", 'import { Node } from "proog";\n');
    expect(await folder.refusal("plan")).toBe(text`
      error: The config cannot be loaded: proog has no export "Node" but a type (proog.config.ts:1)
        1 | import { Node } from "proog";
        Say so, for types are stripped: import { type Node } from "proog";
    `);
  });

  test("a name that another module does not export", async () => {
    const folder = fleetFolder({
      "proog.config.ts": config('import { sites } from "./site.ts";\n'),
      "site.ts": "export const site = 5;\n",
    });
    expect(await folder.refusal("plan")).toBe(text`
      error: The config cannot be loaded: ./site.ts has no export "sites" (proog.config.ts:2)
        2 | import { sites } from "./site.ts";
        If it is a type, say so, for types are stripped: import { type sites } from …
    `);
  });

  test("one that the config itself catches is its own affair", async () => {
    const folder = typed(
      config(
        'const found = await import("not-there-zz").catch((error) => error.code);\nthrow new Error(found);\n',
      ),
    );
    expect(await folder.refusal("plan")).toContain("The config cannot be loaded: ERR_MODULE_NOT_FOUND (");
  });
});

describe("the default export", () => {
  test("is missing", async () => {
    expect(await typed(config("")).refusal("plan")).toBe(text`
      error: The config has no default export, and it must be a fleet (proog.config.ts)
        End it with: export default defineFleet({ … });
    `);
  });

  test("is missing, and the fleet has another name", async () => {
    const folder = typed(configWith("").replace("export default", "export const fleet ="));
    expect(await folder.refusal("plan")).toBe(text`
      error: The config has no default export, and it must be a fleet (proog.config.ts)
        Add the line: export default fleet;
    `);
  });

  test.each([
    ['"web"', "a string"],
    ["() => 5", "a function"],
    ["null", "an object"],
    ['{ name: "example", roles: {}, environments: {} }', "an object"],
  ])("is %s", async (value, kind) => {
    expect(await typed(config(`export default ${value};\n`)).refusal("plan")).toBe(text`
      error: The config's default export is ${kind}, and must be what defineFleet() returns
        (proog.config.ts)
        End it with: export default defineFleet({ … });
    `);
  });
});

test.each(['{ "type": "commonjs" }', '{ "type": "module" }', "{}"])(
  "TypeScript is made of modules, whatever package.json says: %s",
  async (manifest) => {
    const folder = fleetFolder({
      "package.json": manifest,
      "proog.config.ts": `import { place } from "./lib/site.ts";\n${configWith("  place(),")}`,
      "lib/site.ts":
        'import { directory } from "proog";\nexport const place = () => directory("/srv/site");\n',
    });
    const { stdout, stderr, status } = await folder.proog("catalog", "web-1");
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    expect(stdout).toMatch(/^resource 1 directory \/srv\/site 0755 root root$/m);
  },
);

test("proog init leaves a config that is there alone, whatever it is called", async () => {
  const folder = fleetFolder({ "proog.config.js": "" });
  expect(await folder.refusal("init")).toBe(text`
    error: proog.config.js is there already, so it was left alone.
      See what it would do: proog plan
      Or write another one: proog init FOLDER
  `);
  expect(await folder.refusal("init", "proog.config.js")).toBe(text`
    error: proog.config.js cannot be made: EEXIST: file already exists, mkdir
      '${folder.path}/proog.config.js'
      Name a folder, or one that can be made: proog init FOLDER
  `);
});
