import { ProogError } from "../../../report/error.ts";
import type { ErrorReport } from "../../../report/event.ts";
import type { StorePlace } from "../../../store/database/database.ts";
import type { Described, DescribedResources } from "../description.ts";
import { type Program, printOf } from "../program.ts";

/** Loads the config in a process of its own, and asks the providers for machines. */
export async function describeFleet(program: Program, signal?: AbortSignal): Promise<Described> {
  const found = await ask<Described>(program, ["__describe", program.config], signal);
  return "trouble" in found ? { error: found.trouble, files: [program.config] } : found;
}

/** What roles say of nodes, those included that there are not yet. */
export async function describeResources(
  program: Program,
  environment: string,
  nodes: readonly string[],
): Promise<DescribedResources> {
  const found = await ask<DescribedResources>(program, ["__describe", program.config, environment, ...nodes]);
  return "trouble" in found ? { nodes: [], error: found.trouble } : found;
}

/** Where the history is, with what of that is a secret. */
export async function describeStore(program: Program): Promise<StorePlace> {
  const found = await ask<{ readonly store: StorePlace } | { readonly error: ErrorReport }>(program, [
    "__describe",
    program.config,
    "--store",
  ]);
  if ("store" in found) return found.store;
  throw new ProogError("trouble" in found ? found.trouble : found.error);
}

/** What the config has as the secret by which the OpenID provider knows this dashboard. */
export async function describeClientSecret(program: Program): Promise<string> {
  const found = await ask<{ readonly secret?: string } | { readonly error: ErrorReport }>(program, [
    "__describe",
    program.config,
    "--client-secret",
  ]);
  if ("trouble" in found || "error" in found)
    throw new ProogError("trouble" in found ? found.trouble : found.error);
  return found.secret ?? "";
}

async function ask<Answer extends object>(
  program: Program,
  words: readonly string[],
  signal?: AbortSignal,
): Promise<Answer | { readonly trouble: ErrorReport }> {
  const { stdout, stderr, status } = await printOf(program, words, signal);
  try {
    // What the config itself prints comes before.
    return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
  } catch {
    return { trouble: unexpected(status, stderr) };
  }
}

function unexpected(status: number, stderr: string): ErrorReport {
  return {
    code: "config-failed",
    message: `The config could not be loaded: the process that was to do so ended with status ${status}.`,
    ...(stderr.trim() !== "" && { detail: stderr.trim().split("\n").slice(-20).join("\n") }),
    hint: "Look what it says in a terminal: proog plan",
  };
}
