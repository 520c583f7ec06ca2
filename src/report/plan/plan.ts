import type { EventOf } from "../event-type.ts";
import type { View } from "../terminal/view.ts";
import { harmless } from "../text/harmless.ts";
import { count, groupDigits, listNames } from "../text/names.ts";
import { foldPlans, type PlanBlock } from "./blocks.ts";
import { measureKeys, renderChange } from "./change.ts";

export type NodePlan = EventOf<"node-planned">;

/** The plan of several nodes: what would change, folded where it is equal, then who has nothing to change. */
export function renderPlan(plans: readonly NodePlan[], view: View): string[] {
  const changed = plans.filter(({ changes }) => changes.length > 0);
  const lines = foldPlans(changed).flatMap((block) => [...renderBlock(block, view), ""]);
  if (view.verbose) lines.push(...renderAllInOrder(plans, view));
  else if (changed.length > 0) lines.push(...renderNodesInOrder(plans, view));
  return lines;
}

/**
 * `12 resources to change on 4 nodes, 388 in order`. What cannot be known is never "nothing to change".
 * @param unseen nodes that have no plan
 */
export function renderPlanSummary(
  plans: readonly NodePlan[],
  unseen: readonly string[],
  { style }: View,
): string[] {
  if (plans.length === 0) return [];
  const changes = plans.flatMap(({ changes }) => changes);
  const opaque = changes.filter(({ certainty }) => certainty === "opaque").length;
  const blocked = changes.filter(({ certainty }) => certainty === "blocked").length;
  const known = changes.length - opaque - blocked;
  const skipped = plans.reduce((sum, { skipped = 0 }) => sum + skipped, 0);
  const inOrder = plans.reduce((sum, { total }) => sum + total, 0) - changes.length - skipped;
  const what = [
    ...(known > 0 ? [`${count(known, "resource")} to change`] : []),
    ...(opaque > 0 ? [`${count(opaque, "step")} whose effect cannot be known`] : []),
    ...(blocked > 0 ? [`${groupDigits(blocked)} blocked`] : []),
  ];
  const [first = "nothing to change", ...others] = what;
  const nodes = plans.filter(({ changes }) => changes.length > 0).map(({ node }) => node);
  const where =
    nodes.length === 0 ? "" : ` on ${nodes.length === 1 ? nodes[0] : count(nodes.length, "node")}`;
  const rest = [
    ...(inOrder > 0 ? [`, ${groupDigits(inOrder)} in order`] : []),
    ...(skipped > 0 ? [`, ${groupDigits(skipped)} skipped`] : []),
  ].join("");
  return [
    style.strong(first + where + rest),
    ...(others.length > 0 ? [others.join(", ")] : []),
    ...(unseen.length > 0 ? [style.bad(`not seen: ${listNames(unseen)}`)] : []),
  ];
}

function renderBlock({ nodes, changes }: PlanBlock, view: View): string[] {
  const same = changes.every((shared) => shared.nodes.length === nodes.length);
  const note = nodes.length === 1 ? "" : same ? ", the same" : ", the same except where it says";
  const keyWidth = measureKeys(changes, view);
  return [
    view.style.strong(listNames(nodes)) + view.style.faint(note),
    ...changes.flatMap((shared) => renderChange(shared, nodes.length, keyWidth, view)),
  ];
}

/** `web-5 … web-8  in order, 38 resources each` */
function renderNodesInOrder(plans: readonly NodePlan[], { style }: View): string[] {
  const byCounts = Map.groupBy(
    plans.filter(({ changes }) => changes.length === 0),
    ({ total, skipped = 0 }) =>
      `${count(total - skipped, "resource")}${skipped > 0 ? `, ${groupDigits(skipped)} skipped` : ""}`,
  );
  const lines = [...byCounts].map(([counts, same]) => {
    const each = same.length > 1 ? " each" : "";
    const names = style.strong(listNames(same.map(({ node }) => node)));
    return `${names}  ${style.faint(`in order, ${counts}${each}`)}`;
  });
  return lines.length > 0 ? [...lines, ""] : [];
}

/** Every resource in order by name, for --verbose. */
function renderAllInOrder(plans: readonly NodePlan[], { style }: View): string[] {
  const some = plans.filter(({ inOrder }) => inOrder !== undefined && inOrder.length > 0);
  const byKeys = Map.groupBy(some, ({ inOrder }) => JSON.stringify(inOrder));
  return [...byKeys.values()].flatMap((same) => [
    style.strong(listNames(same.map(({ node }) => node))) + style.faint(", in order"),
    ...(same[0]?.inOrder ?? []).map((key) => style.faint(`    ${harmless(key)}`)),
    "",
  ]);
}
