import { join } from "node:path";
import { allKinds } from "../../src/resources/kinds.ts";
import { CrashMachine } from "./crash-fleet.ts";
import type { Version } from "./fleet/description.ts";
import { goThrough, mend, type Reference, type Strike, type Struck, strike, unstruck } from "./round.ts";
import { ways as descriptions, type WayName } from "./ways.ts";

export interface LoopOptions {
  /** A folder for what the loop makes; it must be there. */
  readonly folder: string;
  readonly machines: number;
  readonly ways: readonly WayName[];
  /** How many of the ways at each step, by turns. Default: all */
  readonly passes?: number;
  /** Every step, or only every so many. Default: 1 */
  readonly stride?: number;
  /** Only steps of these kinds. Default: all */
  readonly kinds?: readonly string[];
  /** Kinds that the description leaves out. Default: none */
  readonly without?: readonly string[];
  /** After so many seconds of trying no other try is begun, once each way was tried. Default: none */
  readonly seconds?: number;
  /** Where in the list of tries to begin. Default: 0 */
  readonly from?: number;
  readonly onStruck?: (struck: Struck) => void;
  /** Ends it after the tries that are going on. */
  readonly signal?: AbortSignal;
}

export interface LoopResult {
  /** How many steps an apply has. */
  readonly steps: number;
  readonly tried: readonly Struck[];
  readonly recovered: number;
}

/**
 * Strikes an apply at each of its steps, and lets the next one finish it. Each try goes to the other version of the description, so
 * that nothing has to be made undone between them.
 */
export async function runCrashLoop(options: LoopOptions): Promise<LoopResult> {
  const machines = Array.from(
    { length: options.machines },
    (_, index) => new CrashMachine(join(options.folder, `machine-${index + 1}`), options.without),
  );
  try {
    const shares = await Promise.all(machines.map((machine, index) => runShare(machine, index, options)));
    const tried = shares.flatMap((share) => share.tried);
    const recovered = tried.filter(({ problems }) => problems.length === 0).length;
    return { steps: shares[0]?.steps ?? 0, tried, recovered };
  } finally {
    await Promise.all(machines.map((machine) => machine.shoot()));
  }
}

/** Every so-manyth try is this machine's. */
async function runShare(
  machine: CrashMachine,
  share: number,
  options: LoopOptions,
): Promise<{ steps: number; tried: Struck[] }> {
  const {
    machines,
    seconds = Number.POSITIVE_INFINITY,
    from = 0,
    onStruck = () => {},
    signal,
    kinds,
    ways,
  } = options;
  await machine.boot();
  await goThrough(machine, 1);
  const second = await goThrough(machine, 2);
  const references: Record<Version, Reference> = { 1: await goThrough(machine, 1), 2: second };
  requireKinds(references, options);
  const stepsTo = (version: Version) =>
    references[version].steps.filter(({ key }) => !kinds || kinds.includes(key.split(" ")[0] ?? ""));
  const tried: Struck[] = [];
  let version: Version = 2;
  const all = listTries(stepsTo(2).length, options);
  const own = all
    .map((_, index) => all[(index + from) % all.length])
    .filter((_, index) => index % machines === share);
  const started = performance.now();
  const isOver = () => performance.now() - started > 1000 * seconds && tried.length >= ways.length / machines;
  for (const chosen of own) {
    if (!chosen || signal?.aborted || isOver()) break;
    const steps = stepsTo(version);
    const step = steps[chosen.step % steps.length];
    if (!step) throw new Error("An apply has no such steps.");
    const struck = await tryOnce(machine, version, references[version], { ...chosen, step });
    tried.push(struck);
    onStruck(struck);
    version = version === 1 ? 2 : 1;
  }
  return { steps: references[2].steps.length, tried };
}

/** A kind without a step would be taken for one that was struck. */
function requireKinds(references: Record<Version, Reference>, { without = [] }: LoopOptions): void {
  const steps = [...references[1].steps, ...references[2].steps];
  const struck = new Set(steps.map(({ key }) => key.split(" ")[0]));
  const missing = allKinds().filter(({ type }) => !struck.has(type) && !without.includes(type));
  if (missing.length > 0)
    throw new Error(
      `No step is of ${missing.map(({ type }) => type).join(", ")}: see test/crash/fleet/description.ts.`,
    );
}

/** A line for each try, and what was not as it should be. */
export function tellStruck({ step, way, hit, problems, seconds }: Struck): string {
  const place = hit === String(step.number) ? "" : ` (the run was at ${hit})`;
  return [
    `${problems.length === 0 ? "ok    " : "FAILED"}  ${tellWay(way)}  ${step.number} ${step.key}${place}  ${seconds.toFixed(1)} s`,
    ...problems.map((problem) => `  ${problem.replaceAll("\n", "\n  ")}`),
  ].join("\n");
}

/** As wide as each other. */
export function tellWay(way: WayName): string {
  return descriptions[way].what.padEnd(24);
}

async function tryOnce(
  machine: CrashMachine,
  version: Version,
  reference: Reference,
  given: Strike,
): Promise<Struck> {
  try {
    const struck = await strike(machine, version, reference, given);
    if (struck.problems.length > 0) await mend(machine, version);
    return struck;
  } catch (error) {
    await mend(machine, version);
    // It was faster than before: at its beginning it cannot be missed.
    if (given.depth > 0 && String(error).includes(unstruck))
      return await tryOnce(machine, version, reference, { ...given, depth: 0 });
    return { ...given, version, hit: "none", problems: [String(error)], seconds: 0 };
  }
}

/**
 * Which step, which way, and how far into the step: at its very beginning, and by turns later. All steps come once before any comes
 * again in another way.
 */
function listTries(
  steps: number,
  { ways, passes = ways.length, stride = 1 }: LoopOptions,
): { step: number; way: WayName; depth: number }[] {
  const depths = [0, 0.5, 0.25, 0.75, 0.1, 0.9, 0.35, 0.6];
  const chosen = Array.from({ length: Math.ceil(steps / stride) }, (_, index) => index * stride);
  return Array.from({ length: passes }, (_, pass) =>
    chosen.map((step, index) => ({
      step,
      way: ways[(index + pass) % ways.length] ?? "run",
      depth: depths[(index + 3 * pass) % depths.length] ?? 0,
    })),
  ).flat();
}
