// Makes dist/ from src/: the program in a few files, since each file that Node loads takes its time, the declarations, and
// what is no TypeScript in the folders it has in src/. A build that fails leaves the last good one in place.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  globSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type RolldownOutput, rolldown } from "rolldown";
import { buildPage } from "./build-page.ts";
import { keepPlaces } from "./keep-places.ts";
import { plainBuiltins } from "./plain-builtins.ts";

const root = join(import.meta.dirname, "..");
const source = join(root, "src");
const next = join(root, `dist.${process.pid}`);
const last = `${next}.last`;

const entries = {
  main: join(source, "cli/main.ts"),
  index: join(source, "index.ts"),
  testing: join(source, "testing.ts"),
};

/** What is loaded one after the other by each plan and apply: what a stage needs beyond those before it stands in one file. */
const stages = {
  start: [entries.main],
  // These begin to connect while the rest is loaded, as small processes, which are copied in no time.
  early: [join(source, "cli/early-sessions.ts"), join(source, "cli/early-connections.ts")],
  engine: [join(source, "cli/plan.ts"), entries.index],
};

/** Returns the files of packages that became part of it. */
async function bundle(): Promise<readonly string[]> {
  const built = await rolldown({
    input: entries,
    platform: "node",
    // node-pty is compiled for each machine.
    external: [/^node:/, "@lydell/node-pty"],
    // All files side by side: places are relative to them.
    plugins: [keepPlaces("./"), plainBuiltins()],
    // What is exported is not what counts, but what has to be loaded.
    preserveEntrySignatures: "allow-extension",
    // What is there in any case may be asked for late.
    checks: { ineffectiveDynamicImport: false },
  });
  const options = { dir: next, format: "esm", chunkFileNames: "[name].js" } as const;
  const alone = await built.generate(options);
  const groups = Object.entries(stages).map(([name, modules]) => {
    const loaded = loadedWith(alone.output, modules);
    return { name, test: (id: string) => loaded.has(id) };
  });
  const { output } = await built.write({
    ...options,
    codeSplitting: { groups, includeDependenciesRecursively: false },
  });
  return output.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
}

/** The modules that are loaded when these are, but for the entries themselves. */
function loadedWith(output: RolldownOutput["output"], modules: readonly string[]): ReadonlySet<string> {
  const chunks = new Map(output.flatMap((file) => (file.type === "chunk" ? [[file.fileName, file]] : [])));
  const loaded = new Set<string>();
  const load = (name: string) => {
    const chunk = chunks.get(name);
    if (chunk === undefined || loaded.has(name)) return;
    loaded.add(name);
    for (const other of chunk.imports) load(other);
  };
  for (const { fileName, moduleIds } of chunks.values())
    if (modules.some((module) => moduleIds.includes(module))) load(fileName);
  const ids = [...loaded].flatMap((name) => chunks.get(name)?.moduleIds ?? []);
  return new Set(ids.filter((id) => !Object.values(entries).includes(id)));
}

/** Packages are part of the bundle, so their licences go with it. */
function writeLicences(files: readonly string[]): void {
  const packages = files.flatMap((file) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []);
  const texts = [...new Set(packages)].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const text = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
    return `${name} ${version} (${license})\n${text === undefined ? "" : `\n${readFileSync(join(folder, text), "utf8")}`}`;
  });
  writeFileSync(join(next, "LICENSES.txt"), texts.join(`\n${"-".repeat(72)}\n\n`));
}

/** False when the types are wrong, which the compiler has said then. */
function declare(): boolean {
  const compiler = join(root, "node_modules/.bin/tsc");
  const project = join(root, "tsconfig.build.json");
  return spawnSync(compiler, ["-p", project, "--outDir", next], { stdio: "inherit" }).status === 0;
}

try {
  if (declare()) {
    const page = join(next, "dashboard/page");
    // One after the other: the page's folder is in the one that the program is written to.
    writeLicences([...(await bundle()), ...(await buildPage(page))]);
    for (const file of globSync("**/*.{sh,pl,txt,bash,zsh,fish}", { cwd: source }))
      cpSync(join(source, file), join(next, file));
    // Two renames: whoever runs it meanwhile finds the old one or the new one.
    if (existsSync(join(root, "dist"))) renameSync(join(root, "dist"), last);
    try {
      renameSync(next, join(root, "dist"));
    } catch (error) {
      // Another build of the same source was first.
      if (!existsSync(join(root, "dist"))) throw error;
    }
  } else process.exitCode = 1;
} finally {
  for (const folder of [next, last]) rmSync(folder, { recursive: true, force: true });
}
