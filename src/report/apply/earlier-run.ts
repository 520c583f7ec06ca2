import type { EventOf } from "../event-type.ts";
import { harmless } from "../text/harmless.ts";

const endings: Readonly<Record<string, string>> = {
  "": "still goes on there",
  done: "went through with nobody watching",
  failed: "failed with nobody watching",
  "put-back": "was not confirmed by a new connection, so what could lock you out was put back",
  stopped: "was stopped before it was through",
  rebooted: "ended with a restart of the machine",
  lost: "ended without a word",
};

/** `the earlier run 20261122-231542-4f1a of ada@laptop went through with nobody watching` */
export function describeEarlierRun({ run, by, outcome, at }: EventOf<"earlier-run">): string {
  const name = `the earlier run ${run}${by === "" ? "" : ` of ${by}`}`;
  const place = at ? ` at ${at}` : "";
  if (outcome === "interrupted") return harmless(`${name} died${place}; this run finishes it`);
  const ending = endings[outcome] ?? `was ended from outside (status ${outcome})`;
  return harmless(`${name} ${ending}${place}${at === undefined ? "" : "; apply finishes it"}`);
}
