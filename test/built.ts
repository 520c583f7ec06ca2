import { execFileSync } from "node:child_process";
import { existsSync, globSync, statSync } from "node:fs";
import { join } from "node:path";

const checkout = join(import.meta.dirname, "..");

/** Tests run the real program: builds it when its sources are younger. Blocks, so that no two builds meet. */
export function buildWhenStale(): void {
  const built = join(checkout, "dist/index.js");
  const made = ["src/**/*", "scripts/*.ts", "tsconfig*.json", "package-lock.json"];
  const sources = globSync(made, { cwd: checkout, exclude: ["**/*.test.ts"] }).map(
    (name) => statSync(join(checkout, name)).mtimeMs,
  );
  if (existsSync(built) && statSync(built).mtimeMs >= Math.max(...sources)) return;
  execFileSync(process.execPath, [join(checkout, "scripts/build.ts")], { stdio: "inherit" });
}
