import { Component } from "preact";
import type { FleetNode } from "../../api.ts";
import { Meters } from "../parts/meter.tsx";
import { addressOf, ConditionLine, ConditionLink, PoolBadges, RebootMark, Stuff } from "./node-words.tsx";

/** A machine as a card; drawn anew only when it has changed. */
export class NodeCard extends Component<{ readonly node: FleetNode }> {
  override shouldComponentUpdate(next: { readonly node: FleetNode }): boolean {
    return next.node !== this.props.node;
  }

  override render({ node }: { readonly node: FleetNode }) {
    const { status } = node;
    const measured = status?.load ?? status?.disk ?? status?.memory;
    return (
      <li class={`node-card ${node.condition}`}>
        <div class="row between">
          <a class="node-name clip" href={addressOf(node)}>
            {node.name}
          </a>
          <span class="row">
            <RebootMark node={node} />
            <PoolBadges node={node} />
            <ConditionLink node={node} />
          </span>
        </div>
        <p class="soft small clip">
          <ConditionLine node={node} />
        </p>
        {measured !== undefined && status !== undefined && <Meters status={status} />}
        <div class="row wrap card-stuff">
          <Stuff node={node} />
        </div>
        {(node.address !== undefined || status?.system !== undefined) && (
          <p class="row between faint tiny card-foot">
            <span class="mono clip">{node.address}</span>
            <span class="clip">{shortSystem(status?.system)}</span>
          </p>
        )}
      </li>
    );
  }
}

/** `Debian GNU/Linux 13 (trixie)` is `Debian 13` */
export function shortSystem(system: string | undefined): string {
  return (system ?? "").replace(" GNU/Linux", "").replace(/ \(.*\)$/, "");
}
