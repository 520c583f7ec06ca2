// Compiles src/ to dist/ with declarations, and copies what is no TypeScript beside it.
import { execFileSync } from "node:child_process";
import { cpSync, globSync, rmSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
rmSync(join(root, "dist"), { recursive: true, force: true });
execFileSync(join(root, "node_modules/.bin/tsc"), ["-p", join(root, "tsconfig.build.json")], { stdio: "inherit" });
for (const file of globSync("**/*.{sh,txt}", { cwd: join(root, "src") })) {
  cpSync(join(root, "src", file), join(root, "dist", file));
}
