import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { arch } from "node:os";
import { join } from "node:path";
import { ProogError } from "../../report/error.ts";
import { removeOldImages, touchImage } from "./image-use.ts";
import { readHostMirrors } from "./mirror.ts";
import type { LocalProvider } from "./options.ts";
import type { Places } from "./places.ts";
import { runScript, scriptPath } from "./run-script.ts";

/** How many digits of the hash in an image's name stand for what was asked for, and how many for the recipe. */
const digits = 6;

/** Where the image of these options is or will be; another recipe, mirror or list of packages is another image. */
export function imageFolder(options: LocalProvider, places: Places): string {
  const asked = JSON.stringify([options.release, options.mirror ?? "", options.packages, arch()]);
  const recipe = readFileSync(scriptPath("image.sh"), "utf8");
  return join(places.cache, "images", `${options.release}-${hash(asked)}${hash(recipe)}`);
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, digits);
}

/**
 * Makes the image when it is not there yet, and returns its folder. One with packages is made of the one without: that costs seconds, and
 * not a minute.
 */
export async function makeImage(
  options: LocalProvider,
  places: Places,
  progress: (text: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const image = imageFolder(options, places);
  if (existsSync(image)) {
    touchImage(image);
    return image;
  }
  const { release, packages } = options;
  const source = readHostMirrors(options);
  const { mirror, security, components, keyring } = source;
  const args =
    packages.length === 0
      ? ["plain", places.cache, release, mirror, security, components, keyring]
      : ["with", await makeImage({ ...options, packages: [] }, places, progress, signal), packages.join(" ")];
  const name = nameOf(options);
  progress(`making the image of ${name}, once, from ${mirror}`);
  const steps = readSteps();
  const onLine = (line: string) => {
    const step = steps(line);
    if (step !== undefined) progress(`image of ${name}: ${step}`);
  };
  try {
    await runScript("image.sh", [image, ...args], { signal, onLine });
  } catch (error) {
    throw imageFailed(error, options, mirror);
  }
  touchImage(image);
  removeOldImages(image, digits);
  return image;
}

function imageFailed(error: unknown, { release, packages }: LocalProvider, mirror: string): unknown {
  if (!(error instanceof ProogError) || error.code !== "provider-failed") return error;
  return new ProogError({
    code: "provider-failed",
    message: `the image of ${nameOf({ release, packages })} could not be made from ${mirror}`,
    detail: error.detail,
    hint: `Check that ${mirror} has ${packages.length > 0 ? "these packages" : release}, and that this host reaches it.`,
    cause: error,
  });
}

function nameOf({ release, packages }: Pick<LocalProvider, "release" | "packages">): string {
  return packages.length === 0 ? release : `${release} with ${packages.join(", ")}`;
}

/** Turns debootstrap's hundreds of lines into few words; undefined for a line that says nothing new. */
export function readSteps(): (line: string) => string | undefined {
  const counts = new Map<string, number>();
  const count = (verb: string) => {
    const number = (counts.get(verb) ?? 0) + 1;
    counts.set(verb, number);
    return number === 1 || number % 25 === 0 ? `${verb} packages (${number})` : undefined;
  };
  return (line) => {
    // I: Retrieving libc6 2.41-12, I: Extracting dpkg..., I: Unpacking tar..., I: Configuring systemd...
    const verb = /^I: (Retrieving|Extracting|Unpacking|Configuring) /.exec(line)?.[1]?.toLowerCase();
    if (verb !== undefined) return count(verb);
    return /^(waiting|updating|copying|installing|syncing) /.test(line) ? line : undefined;
  };
}
