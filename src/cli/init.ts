import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { ProogError } from "../report/error.ts";
import type { Run } from "./run.ts";

/** `proog init`: the template beside this file, named after the folder. */
export async function init(run: Run, folder = "."): Promise<number> {
  const directory = resolve(folder);
  const file = join(directory, "proog.config.ts");
  if (existsSync(file)) {
    throw new ProogError({
      code: "config-invalid",
      message: `${file} is there already, so it was left alone.`,
      hint: "See what it would do: proog plan",
    });
  }
  mkdirSync(directory, { recursive: true });
  const name =
    basename(directory)
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "") || "example";
  const template = readFileSync(new URL("init-config.txt", import.meta.url), "utf8");
  writeFileSync(file, template.replace('"example"', JSON.stringify(name)), { flag: "wx" });
  run.reporter({ type: "note", text: `Wrote ${file}. Next: proog boot` });
  return 0;
}
