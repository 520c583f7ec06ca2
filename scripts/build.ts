// Compiles src/ to dist/ with declarations, and copies what is no TypeScript beside it. A build that fails leaves the
// last good one in place.
import { spawnSync } from "node:child_process";
import { cpSync, globSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const next = join(root, `dist.${process.pid}`);
const compiler = join(root, "node_modules/.bin/tsc");
const project = join(root, "tsconfig.build.json");
const { status } = spawnSync(compiler, ["-p", project, "--outDir", next], { stdio: "inherit" });
if (status === 0) {
  for (const file of globSync("**/*.{sh,txt}", { cwd: join(root, "src") })) {
    cpSync(join(root, "src", file), join(next, file));
  }
  rmSync(join(root, "dist"), { recursive: true, force: true });
  renameSync(next, join(root, "dist"));
}
rmSync(next, { recursive: true, force: true });
process.exitCode = status ?? 1;
