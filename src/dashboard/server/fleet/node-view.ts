import type { NodeRecord, RunRecord } from "../../../report/history/records.ts";
import type { FleetNode, MemberState, NodeCondition, NodePool } from "../../api.ts";
import type { DescribedNode } from "../description.ts";
import { timeOf } from "../history/records.ts";

/** What is known of a node beside what the config and the provider say. */
export interface KnownOfNode {
  readonly record?: NodeRecord | undefined;
  /** The last run that was to change it. */
  readonly last?: RunRecord | undefined;
  /** The run that is at it now. */
  /** Where balancers have it. */
  readonly pools?: readonly NodePool[] | undefined;
  readonly running?: Pick<RunRecord, "id" | "command"> | undefined;
}

/** Commands that change nodes; others only look, or do what is no state of a node. */
const changing = ["apply", "boot", "shoot", "install", "undo", "rollback", "promote", "unpin", "maintenance"];

const badOutcomes = ["failed", "put-back", "stopped", "locked", "died"];

/** A node, as cards show it. */
export function viewNode(environment: string, described: DescribedNode, known: KnownOfNode): FleetNode {
  const { state: _, ...node } = described;
  const { running } = known;
  // What was shot is another machine than one of its name.
  const isShot = known.record?.state === "shot";
  const record = isShot ? undefined : known.record;
  const last = isShot ? undefined : known.last;
  const status = record?.status;
  // What balancers told later is what holds.
  const told = known.pools ?? [];
  const older = (status?.status.pools ?? [])
    .filter(({ pool }) => !told.some((place) => place.pool === pool))
    .map((place) => ({ ...place, state: place.state as MemberState, by: "" }));
  const places = [...older, ...told];
  return {
    ...{ ...node, environment, condition: conditionOf(described, { record, running }) },
    ...(status && { status: status.status, seen: timeOf(status.at) }),
    ...(status?.status.stateful && { stateful: true }),
    ...(status?.status.paused && { paused: status.status.paused }),
    ...(status?.status.kept && { kept: status.status.kept }),
    ...(places.length > 0 && { pools: places }),
    ...(record?.drift && { drift: { changes: record.drift.changes, at: timeOf(record.drift.at) } }),
    ...(running && { running: running.id }),
    ...(last && {
      last: {
        ...{ run: last.id, kind: last.command, who: last.who, at: timeOf(last.ended ?? last.started) },
        outcome: record?.lastOutcome ?? last.state,
      },
    }),
  };
}

function conditionOf({ state }: DescribedNode, { record, running }: KnownOfNode): NodeCondition {
  if (running && changing.includes(running.command)) return "changing";
  if (state !== "running") return state;
  if (!record) return "unknown";
  if (record.state === "unreachable" || record.lastOutcome === "unreachable") return "unreachable";
  if (badOutcomes.includes(record.lastOutcome ?? "")) return "failed";
  if (record.status?.status.paused) return "paused";
  if ((record.drift?.changes ?? 0) > 0) return "drifted";
  return record.applied || record.drift || record.status ? "good" : "unknown";
}
