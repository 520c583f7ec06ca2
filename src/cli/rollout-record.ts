import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RolloutState } from "../converge/care.ts";
import { makeStateFolder, stateFolder } from "./last-run.ts";

/** How far the rollouts of an environment came that did not come to their end, by role. It can be lost: then all nodes are looked at again. */
export type RolloutRecord = Readonly<Record<string, RolloutState>>;

export function readRollouts(directory: string, environment: string): RolloutRecord {
  try {
    const found: unknown = JSON.parse(readFileSync(recordFile(directory, environment), "utf8"));
    const entries = Object.entries(found ?? {}).flatMap(([role, state]) => {
      const parsed = parseState(state);
      return parsed ? [[role, parsed] as const] : [];
    });
    return Object.fromEntries(entries);
  } catch {
    // None was stopped, or it was cut short: nothing is known to be left.
    return {};
  }
}

function parseState(state: unknown): RolloutState | undefined {
  if (typeof state !== "object" || state === null) return undefined;
  const names = (list: unknown) =>
    Array.isArray(list) ? list.filter((name): name is string => typeof name === "string") : [];
  const { done, failed, rest }: Readonly<Record<string, unknown>> = { ...state };
  return { done: names(done), failed: names(failed), rest: names(rest) };
}

/** Keeps how far a role is, beside what is left of it from earlier; a role with nothing left is forgotten. */
export function writeRollout(directory: string, environment: string, role: string, now: RolloutState): void {
  const record = readRollouts(directory, environment);
  const before = record[role] ?? { done: [], failed: [], rest: [] };
  const seen = new Set([...now.done, ...now.failed, ...now.rest]);
  const older = (names: readonly string[]) => names.filter((name) => !seen.has(name));
  const state: RolloutState = {
    done: [...older(before.done), ...now.done],
    failed: [...older(before.failed), ...now.failed],
    rest: [...older(before.rest), ...now.rest],
  };
  const { [role]: _, ...others } = record;
  const isOver = state.failed.length === 0 && state.rest.length === 0;
  const all = isOver ? others : { ...others, [role]: state };
  const file = recordFile(directory, environment);
  if (Object.keys(all).length === 0) rmSync(file, { force: true });
  else {
    makeStateFolder(directory);
    writeFileSync(file, `${JSON.stringify(all)}\n`);
  }
}

/** Nodes that are no more, or that are in order: nothing of a rollout is left on them. */
export function forgetRolledOut(directory: string, environment: string, nodes: readonly string[]): void {
  for (const [role, { done, failed, rest }] of Object.entries(readRollouts(directory, environment))) {
    const left = (names: readonly string[]) => names.filter((name) => nodes.includes(name));
    const over = [...left(failed), ...left(rest)];
    if (over.length > 0)
      writeRollout(directory, environment, role, { done: [...done, ...over], failed: [], rest: [] });
  }
}

function recordFile(directory: string, environment: string): string {
  return join(stateFolder(directory), `rollout-${environment}.json`);
}
