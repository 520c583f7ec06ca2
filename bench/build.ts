// Builds Proog first, so that what is measured is what is there now.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const script = join(import.meta.dirname, "../scripts/build.ts");
const { status } = spawnSync(process.execPath, [script], { stdio: ["ignore", 2, 2] });
if (status !== 0) process.exit(1);
