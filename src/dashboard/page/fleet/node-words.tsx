import type { FleetNode } from "../../api.ts";
import { Icon } from "../parts/icon.tsx";
import { Badge } from "../parts/state.tsx";
import { Ago } from "../parts/time.tsx";
import { conditions, count, memberStates, shortRevision } from "../parts/words.ts";

export const addressOf = (node: Pick<FleetNode, "environment" | "name">) =>
  `/nodes/${encodeURIComponent(node.environment)}/${encodeURIComponent(node.name)}`;

/** How a node is, in one line that says as much as is known. */
export function ConditionLine({ node }: { readonly node: FleetNode }) {
  const { condition, drift, last, paused, status, running } = node;
  if (condition === "paused" && paused) return <>{`by ${paused.by}: ${paused.why}`}</>;
  if (condition === "drifted" && drift)
    return (
      <>
        {count(drift.changes, "resource differs", "resources differ")}, seen <Ago at={drift.at} />
      </>
    );
  if (condition === "failed" && last)
    return (
      <>
        {last.kind} <Ago at={last.at} /> by {last.who}
      </>
    );
  if (condition === "changing" && running !== undefined) return <>a run is at it</>;
  if (condition === "unreachable" && status?.error) return <>{status.error.message}</>;
  if (status?.applied)
    return (
      <>
        applied <Ago at={status.applied.at} /> by {status.applied.by}
      </>
    );
  if (condition === "absent") return <>declared, not booted</>;
  return condition === "good" ? <>nothing to change</> : null;
}

/** The condition as a badge that leads to where one sees why. */
export function ConditionLink({ node }: { readonly node: FleetNode }) {
  const { text, tone } = conditions[node.condition];
  const badge = <Badge tone={tone}>{text}</Badge>;
  const run = node.running ?? (node.condition === "failed" ? node.last?.run : undefined);
  const resources = node.condition === "drifted" ? `${addressOf(node)}?tab=resources` : undefined;
  const why = run === undefined ? resources : `/runs/${run}`;
  return why === undefined ? (
    badge
  ) : (
    <a class="bare-link" href={why}>
      {badge}
    </a>
  );
}

/** Where it stands in its pools: said only where it is not simply healthy, or where there is room. */
export function PoolBadges({
  node,
  always = false,
}: {
  readonly node: FleetNode;
  readonly always?: boolean;
}) {
  return (
    <>
      {(node.pools ?? []).map(({ pool, state, weight, why, by }) => {
        const { text, tone } = memberStates[state];
        const full = state === "healthy" && weight === 100;
        if (full && !always) return null;
        return (
          <Badge key={pool} tone={tone} title={`In pool ${pool}${why === "" ? "" : `: ${why} (${by})`}`}>
            {text}
            {full ? "" : `, ${weight} %`}
          </Badge>
        );
      })}
    </>
  );
}

/** What is on it: sites and checkouts with their revisions, and services that do not run. */
export function Stuff({ node, most = 3 }: { readonly node: FleetNode; readonly most?: number }) {
  const checkouts = Object.entries(node.status?.checkouts ?? {});
  const broken = Object.entries(node.status?.services ?? {}).filter(([, state]) => state !== "active");
  return (
    <>
      {broken.slice(0, most).map(([service, state]) => (
        <span key={`service ${service}`} class="stuff bad" title={`service ${service} is ${state}`}>
          <Icon name="error" size={13} />
          {service} {state}
        </span>
      ))}
      {checkouts.slice(0, most).map(([name, revision]) => (
        <span key={name} class="stuff" title={`${name} at ${revision || "nothing"}`}>
          {name.replace(/^.*\/(?=[^/]+$)/, "")} <code>{shortRevision(revision) || "–"}</code>
        </span>
      ))}
      {checkouts.length > most && <span class="faint tiny">and {checkouts.length - most} more</span>}
    </>
  );
}

export function RebootMark({ node }: { readonly node: FleetNode }) {
  if (node.status?.rebootPending !== true) return null;
  return (
    <span class="reboot-mark" title="It waits for a reboot">
      <Icon name="reboot" size={14} />
      <span class="visually-hidden">It waits for a reboot</span>
    </span>
  );
}
