import { isUtf8 } from "node:buffer";
import { readFile } from "node:fs/promises";
import type { Catalog } from "../catalog/catalog.ts";
import type { Difference, PlannedChange, ResourceReference, TextChange } from "../report/event.ts";
import { type Blob, keyOf } from "../resources/kind.ts";
import type { Finding } from "./findings.ts";

/** Nobody reads the diff of a larger text; the node does not send one either. */
const largestText = 262_144;

/** A resource of a catalog, as events name it. */
export function referTo(catalog: Catalog, number: number): ResourceReference {
  const resource = catalog.resources[number - 1];
  if (!resource) return { number, key: `resource ${number}`, at: "unknown" };
  return { number, key: keyOf(resource), at: resource.at };
}

/** What a finding means for a person: the change that apply would make. */
export async function describeChange(catalog: Catalog, finding: Finding): Promise<PlannedChange> {
  const state = finding.differences.find(({ aspect }) => aspect === "state");
  const sign = signOf(state ? [state] : finding.differences);
  return {
    resource: referTo(catalog, finding.number),
    sign,
    certainty: finding.certainty,
    differences: finding.differences,
    texts: await describeTexts(catalog, finding, sign),
    reasons: finding.reasons,
    remedies: finding.remedies,
    triggers: finding.triggers,
  };
}

function signOf(differences: readonly Difference[]): PlannedChange["sign"] {
  if (differences.length === 0) return "change";
  if (differences.every(({ now }) => now === "absent")) return "create";
  return differences.every(({ wanted }) => wanted === "absent") ? "remove" : "change";
}

async function describeTexts(
  catalog: Catalog,
  finding: Finding,
  sign: PlannedChange["sign"],
): Promise<TextChange[]> {
  const texts: TextChange[] = [];
  const blobs = catalog.blobs.get(finding.number) ?? [];
  for (const [index, aspect] of textAspects(finding).entries()) {
    const blob = blobs[index];
    const wanted = sign !== "remove" && blob ? await textOf(blob) : undefined;
    const shown = finding.shown.get(aspect);
    const now = shown && isText(shown) ? shown.toString("utf8") : undefined;
    if (wanted === undefined && sign !== "remove") continue;
    if (now === undefined && sign !== "create") continue;
    texts.push({ aspect, ...(now !== undefined && { now }), ...(wanted !== undefined && { wanted }) });
  }
  return texts;
}

/** Kinds with content call that aspect `content`. */
function textAspects(finding: Finding): string[] {
  return finding.differences.some(({ aspect }) => aspect === "content") || finding.shown.has("content")
    ? ["content"]
    : [];
}

async function textOf({ source, size }: Blob): Promise<string | undefined> {
  if (size > largestText) return undefined;
  if ("text" in source) return source.text;
  const bytes = await readFile(source.path);
  return isText(bytes) ? bytes.toString("utf8") : undefined;
}

function isText(bytes: Buffer): boolean {
  return isUtf8(bytes) && !bytes.includes(0);
}
