import type { RunView } from "./run-view.ts";

/** A change in one of two plans, or in both. */
export interface ComparedChange {
  readonly node: string;
  readonly key: string;
  readonly found: "came" | "went" | "stayed" | "differs";
}

/** What two plans found: what is only in the later one came, what is only in the earlier one went. */
export function comparePlans(earlier: RunView, later: RunView): readonly ComparedChange[] {
  const [before, after] = [changesOf(earlier), changesOf(later)];
  const places = [...new Set([...before.keys(), ...after.keys()])].sort();
  return places.map((place) => {
    const [node = "", key = ""] = place.split("\n");
    const [one, other] = [before.get(place), after.get(place)];
    if (one === undefined) return { node, key, found: "came" };
    if (other === undefined) return { node, key, found: "went" };
    return { node, key, found: one === other ? "stayed" : "differs" };
  });
}

function changesOf(view: RunView): Map<string, string> {
  const changes = new Map<string, string>();
  for (const { node, resources } of view.nodes.values()) {
    for (const { reference, change } of resources.values()) {
      if (change === undefined) continue;
      const { sign, differences, texts } = change;
      changes.set(`${node}\n${reference.key}`, JSON.stringify({ sign, differences, texts }));
    }
  }
  return changes;
}
