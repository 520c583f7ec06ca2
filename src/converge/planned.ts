import { isUtf8 } from "node:buffer";
import { readFile } from "node:fs/promises";
import type { SentCatalog } from "../catalog/catalog.ts";
import type { Difference, PlannedChange, ResourceReference, TextChange } from "../report/event.ts";
import { type Blob, keyOf } from "../resources/kind.ts";
import type { Finding } from "./findings.ts";

/** Nobody reads the diff of a larger text; the node does not send one either. */
const largestText = 262_144;

/** A resource of a catalog, as events name it. */
export function referTo(catalog: SentCatalog, number: number): ResourceReference {
  const resource = catalog.resources[number - 1];
  if (!resource) return { number, key: `resource ${number}`, at: "unknown" };
  return { number, key: keyOf(resource), at: resource.at };
}

/** What a finding means for a person: the change that apply would make. */
export async function describeChange(catalog: SentCatalog, finding: Finding): Promise<PlannedChange> {
  const state = finding.differences.find(({ aspect }) => aspect === "state");
  const sign = signOf(state ? [state] : finding.differences);
  return {
    resource: referTo(catalog, finding.number),
    sign,
    certainty: finding.certainty,
    differences: nameSecrets(catalog, finding),
    texts: await describeTexts(catalog, finding, sign),
    reasons: finding.reasons,
    remedies: finding.remedies,
    triggers: finding.triggers,
    ...(catalog.access.has(finding.number) && { access: true as const }),
  };
}

/** A secret content has a name that is for the machine alone. */
function nameSecrets({ blobs }: SentCatalog, { number, differences }: Finding): readonly Difference[] {
  const secrets =
    blobs.get(number)?.flatMap(({ sha256, secrets }) => (secrets ? ([[sha256, secrets]] as const) : [])) ??
    [];
  if (secrets.length === 0) return differences;
  const names = new Map(secrets);
  return differences.map((difference) => {
    const secret = names.get(difference.wanted);
    return secret ? { ...difference, wanted: `[secret ${secret.join(", ")}]` } : difference;
  });
}

function signOf(differences: readonly Difference[]): PlannedChange["sign"] {
  if (differences.length === 0) return "change";
  if (differences.every(({ now }) => now === "absent")) return "create";
  return differences.every(({ wanted }) => wanted === "absent") ? "remove" : "change";
}

async function describeTexts(
  catalog: SentCatalog,
  finding: Finding,
  sign: PlannedChange["sign"],
): Promise<TextChange[]> {
  // Kinds with one content call that aspect so, those with several say of what (timer-content); those with many name the files.
  const contents = finding.differences
    .map(({ aspect }) => aspect)
    .filter((aspect) => /^(.+-)?content$/.test(aspect));
  const aspects = new Set([...contents, ...finding.shown.keys(), ...finding.hidden]);
  const blobs = catalog.blobs.get(finding.number) ?? [];
  const texts: TextChange[] = [];
  for (const aspect of aspects) {
    const wanted = finding.differences.find((difference) => difference.aspect === aspect)?.wanted;
    const blob = sign === "remove" ? undefined : blobs.find(({ sha256 }) => sha256 === wanted);
    if (blob?.secrets || finding.hidden.has(aspect)) texts.push({ aspect, omitted: "secret" });
    else texts.push(await describeText(aspect, blob, finding.shown.get(aspect), sign));
  }
  return texts;
}

async function describeText(
  aspect: string,
  blob: Blob | undefined,
  shown: Buffer | undefined,
  sign: PlannedChange["sign"],
): Promise<TextChange> {
  const wanted = blob && (await readText(blob));
  const now = shown && textOf(shown);
  const long = (blob && blob.size > largestText) || (sign !== "create" && shown === undefined);
  if (long || (blob && wanted === undefined) || (shown && now === undefined)) {
    const sizes = { ...(shown && { now: shown.length }), ...(blob && { wanted: blob.size }) };
    return { aspect, omitted: long ? "long" : "binary", sizes };
  }
  return { aspect, ...(now !== undefined && { now }), ...(wanted !== undefined && { wanted }) };
}

async function readText({ source, size }: Blob): Promise<string | undefined> {
  if (size > largestText) return undefined;
  return "text" in source ? textOf(Buffer.from(source.text)) : textOf(await readFile(source.path));
}

/** Nothing for what no person could read. */
function textOf(bytes: Buffer): string | undefined {
  return isUtf8(bytes) && !bytes.includes(0) ? bytes.toString("utf8") : undefined;
}
