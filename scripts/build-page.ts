// Makes the page of the dashboard from src/dashboard/page: a few files that need nothing else at run time. Each text stands there packed,
// too, so that no request waits for a packer.
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "vite";

const source = join(import.meta.dirname, "../src/dashboard/page");

/** Writes the page to a folder, and returns the files of packages that became part of it. */
export async function buildPage(folder: string): Promise<readonly string[]> {
  const built = await build({
    root: source,
    configFile: false,
    logLevel: "warn",
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: "es2023",
      cssTarget: ["chrome123", "firefox120", "safari17.5"],
      // The policy of the page allows no data in the place of files.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      // The terminal is large, and loaded only when one is opened.
      chunkSizeWarningLimit: 700,
    },
  });
  for (const file of globSync("**/*.{html,js,css,svg}", { cwd: folder })) {
    const text = readFileSync(join(folder, file));
    writeFileSync(join(folder, `${file}.gz`), gzipSync(text, { level: 9 }));
    const params = { [constants.BROTLI_PARAM_SIZE_HINT]: text.length };
    writeFileSync(join(folder, `${file}.br`), brotliCompressSync(text, { params }));
  }
  const outputs = (Array.isArray(built) ? built : [built]).flatMap((each) =>
    "output" in each ? each.output : [],
  );
  return outputs.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
}
