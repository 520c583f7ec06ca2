import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from "node:fs";
import { join } from "node:path";
import { readNames } from "../../src/providers/local/files.ts";
import { checkout } from "./run-folder.ts";

const script = join(import.meta.dirname, "slim-image.sh");

/** What tests install is named in one of these. */
const sources = [
  "test/**/*.{ts,sh}",
  "src/recipes/**/*.ts",
  "examples/**/*.{ts,sh,yaml}",
  "README.md",
  "docs/guide.md",
];

/** How long a cache that no machine uses is kept, as another test run may be about to boot one. */
const keptMs = 3_600_000;

/** An image of a cache, by what it is made of: the one of the same name in the cache that is slimmed, or one of its own with packages. */
export interface SlimImage {
  readonly name: string;
  readonly with?: { readonly packages: readonly string[]; readonly of: string };
}

/** A cache of images whose apt knows what tests install, and little else; see slim-image.sh. */
export interface SlimCache {
  /** For `PROOG_CACHE`. */
  readonly folder: string;
  /** Says that an image is in the cache that it was made from, and makes that of the tests, for which others wait until then. */
  make(name: string): Promise<void>;
}

/** Of these images; from now on whoever wants one in the new cache waits for it. */
export async function openSlimCache(cache: string, images: readonly SlimImage[]): Promise<SlimCache> {
  const words = readWords();
  const hash = createHash("sha256").update(readFileSync(script)).update(words).digest("hex").slice(0, 12);
  const folder = join(cache, "tests", hash);
  mkdirSync(folder, { recursive: true });
  utimesSync(folder, new Date(), new Date());
  removeUnused(join(cache, "tests"));
  sharePackages(cache, folder);
  const copies = new Map(
    await Promise.all(
      [...new Map(images.map((image) => [image.name, image])).values()].map(async (image) => {
        const { name, with: supplied } = image;
        const of = supplied ? join(folder, "images", supplied.of) : join(cache, "images", name);
        const asked = [of, join(folder, "images", name), ...(supplied?.packages ?? [])];
        const making = spawn("sh", [script, ...asked], { stdio: ["pipe", "pipe", "inherit"] });
        await Promise.race([once(making.stdout, "data"), once(making, "close")]);
        return [name, making] as const;
      }),
    ),
  );
  return {
    folder,
    make: async (name) => {
      const making = copies.get(name);
      if (!making || making.exitCode !== null) return;
      making.stdin.end(`made\n${words}`);
      const [status] = await once(making, "close");
      if (status !== 0) throw new Error(`The image ${name} could not be made for tests.`);
    },
  };
}

/** In one order, a line each. */
function readWords(): string {
  const words = new Set<string>();
  for (const file of globSync(sources, {
    cwd: checkout,
    exclude: ["**/node_modules/**", "**/repositories/**"],
  }))
    for (const [word] of readFileSync(join(checkout, file), "utf8").matchAll(/[a-z0-9][a-z0-9+.-]+/g))
      words.add(word);
  return [...words].sort().join("\n");
}

/** What debootstrap has had already. */
function sharePackages(cache: string, folder: string): void {
  mkdirSync(join(cache, "packages"), { recursive: true });
  if (existsSync(join(folder, "packages"))) return;
  symlinkSync(join(cache, "packages"), join(folder, "packages"));
}

function removeUnused(caches: string): void {
  for (const name of readNames(caches)) {
    const images = join(caches, name, "images");
    const users = readNames(images).filter((file) => file.endsWith(".machines"));
    const isUsed = users.some((users) => readNames(join(images, users)).length > 0);
    const isOld = Date.now() - statSync(join(caches, name)).mtimeMs > keptMs;
    if (!isUsed && isOld) rmSync(join(caches, name), { recursive: true, force: true });
  }
}
