import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ProogError } from "../report/error.ts";

/** Which revision a site was promoted to, from where, by whom and when. */
export interface Promotion {
  readonly revision: string;
  /** The environment that ran it. */
  readonly from: string;
  readonly by: string;
  /** ISO 8601 */
  readonly at: string;
}

type Promotions = Readonly<Record<string, Readonly<Record<string, Promotion>>>>;

const fileName = "proog.lock.json";

/** What sites were promoted to in an environment: it stands beside the config, and belongs into its repository. */
export function promotedRevisions(directory: string, environment: string): ReadonlyMap<string, string> {
  const promotions = readPromotions(directory)[environment] ?? {};
  return new Map(Object.entries(promotions).map(([site, { revision }]) => [site, revision]));
}

/** Writes down what sites are promoted to; those of others stay. */
export function writePromotions(
  directory: string,
  environment: string,
  promotions: Readonly<Record<string, Promotion>>,
): void {
  const before = readPromotions(directory);
  const after = { ...before, [environment]: { ...before[environment], ...promotions } };
  const file = join(directory, fileName);
  writeFileSync(`${file}.new`, `${JSON.stringify(after, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

function readPromotions(directory: string): Promotions {
  const file = join(directory, fileName);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    // Nothing was promoted yet.
    return {};
  }
  const found = parse(text);
  if (isPromotions(found)) return found;
  throw new ProogError({
    code: "config-invalid",
    message: `${file} is not as proog promote writes it.`,
    hint: 'It has the form { "live": { "app": { "revision": "…" } } }; a merge may have left its marks in it.',
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isPromotions(found: unknown): found is Promotions {
  return (
    isObject(found) &&
    Object.values(found).every((sites) => isObject(sites) && Object.values(sites).every(isPromotion))
  );
}

function isPromotion(found: unknown): boolean {
  return (
    isObject(found) &&
    typeof found.revision === "string" &&
    /^([0-9a-f]{40,64}|r[0-9]+)$/.test(found.revision)
  );
}

function isObject(found: unknown): found is Record<string, unknown> {
  return typeof found === "object" && found !== null && !Array.isArray(found);
}
