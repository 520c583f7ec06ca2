import { hash, randomBytes } from "node:crypto";
import type { Catalog } from "../catalog/catalog.ts";

/**
 * What a node compares contents that are secret by, anew for each look: a random key in the first line, then lines "NAME PRINT".
 * A print is the hash of the key and the content's own hash, so that short secrets cannot be guessed by whoever has the prints alone.
 * Empty where nothing is secret. See secret.sh.
 */
export function writePrints({ blobs }: Pick<Catalog, "blobs">): string {
  const secret = [...blobs.values()].flat().filter(({ secrets }) => secrets);
  if (secret.length === 0) return "";
  const key = randomBytes(32).toString("hex");
  const lines = secret.map(({ sha256: name, source }) => {
    const content = "text" in source ? hash("sha256", source.text) : "";
    return `${name} ${hash("sha256", `${key}${content}\n`)}\n`;
  });
  return `${key}\n${lines.join("")}`;
}
