import "./traffic.css";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Environment, FleetNode, Pool } from "../../api.ts";
import { Empty, Loading, PageHead, Panel } from "../parts/page.tsx";
import { Badge } from "../parts/state.tsx";
import { Ago } from "../parts/time.tsx";
import { conditions, count, memberStates } from "../parts/words.ts";
import { environment, fleet } from "../state/fleet.ts";
import { addressOf, ConditionLink } from "./node-words.tsx";
import { type Flow, layOut, type Picture, type Tile } from "./picture-layout.ts";

/** Balancers, pools, and who sends traffic to whom. */
export default function TrafficPage() {
  const current = environment.value;
  if (current === undefined) return fleet.value === undefined ? <Loading /> : <PageHead title="Traffic" />;
  return <Traffic key={current.name} environment={current} />;
}

function Traffic({ environment }: { readonly environment: Environment }) {
  const { pools, nodes, name } = environment;
  const within = new Set(
    pools.flatMap(({ balancers, members }) => [...balancers, ...members.map(({ node }) => node)]),
  );
  const others = nodes.filter((node) => !within.has(node.name));
  const rate = pools
    .flatMap(({ members }) => members)
    .reduce((sum, { traffic }) => sum + perSecond(traffic), 0);
  return (
    <>
      <PageHead
        title="Traffic"
        beside={
          <p class="soft">
            {name}
            {rate > 0 && ` · ${writeRate(rate)}`}
          </p>
        }
      />
      <div class="stack loose">
        {pools.length === 0 ? (
          <Empty icon="traffic" title="No pool is in this environment">
            <p class="soft">
              A role with <code>loadBalancer()</code> makes one: what stands behind it is drawn here, with its
              traffic.
            </p>
          </Empty>
        ) : (
          <>
            <FleetPicture pools={pools} nodes={nodes} />
            {pools.map((pool) => (
              <PoolTable key={pool.name} pool={pool} environment={name} />
            ))}
          </>
        )}
        {others.length > 0 && (
          <Panel title={`Without a pool`} beside={<span class="faint numbers">{others.length}</span>}>
            <ul class="others">
              {others.slice(0, 200).map((node) => (
                <li key={node.name} class="row">
                  <a href={addressOf(node)} class="node-name">
                    {node.name}
                  </a>
                  <span class="faint small clip">{node.roles.join(", ")}</span>
                  <ConditionLink node={node} />
                </li>
              ))}
            </ul>
          </Panel>
        )}
      </div>
    </>
  );
}

interface FleetPictureProps {
  readonly pools: readonly Pool[];
  readonly nodes: readonly FleetNode[];
}

function FleetPicture({ pools, nodes }: FleetPictureProps) {
  const place = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry?.contentRect.width ?? 0)));
    if (place.current) observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  const picture = useMemo(
    () => (width === 0 ? undefined : layOut(pools, nodes, width)),
    [pools, nodes, width],
  );
  const members = new Set(pools.flatMap((pool) => pool.members.map(({ node }) => node))).size;
  const environment = pools[0]?.environment ?? "";
  return (
    <figure ref={place} class="picture">
      <figcaption class="visually-hidden">
        {count(new Set(pools.flatMap(({ balancers }) => balancers)).size, "balancer")} and{" "}
        {count(members, "member")}; the tables below say the same in words.
      </figcaption>
      {picture && <Drawing picture={picture} environment={environment} />}
    </figure>
  );
}

function Drawing({ picture, environment }: { readonly picture: Picture; readonly environment: string }) {
  const { width, height, visitors, balancers, pools, flows } = picture;
  // From above to below, a line to the second pool passes behind the first one.
  const down = visitors === undefined;
  const lines = flows.map((flow) => <FlowLine key={`${flow.from} ${flow.to}`} flow={flow} />);
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="presentation">
      {down && lines}
      {pools.map(({ pool, x, y, width: w, height: h }) => (
        <g key={pool.name}>
          <rect class="pool" {...{ x, y, width: w, height: h }} rx="14" />
          <text class="pool-name" x={x + 16} y={y + 22}>
            {pool.name}
            <tspan class="light" dx="8">
              {pool.members.filter(({ weight }) => weight > 0).length} of{" "}
              {count(pool.members.length, "member")}, port {pool.port}
            </tspan>
          </text>
        </g>
      ))}
      {!down && lines}
      {visitors && (
        <g>
          <rect
            class="visitors"
            x={visitors.x}
            y={visitors.y}
            width={visitors.width}
            height={visitors.height}
            rx="30"
          />
          <text
            class="visitors-name"
            x={visitors.x + visitors.width / 2}
            y={visitors.y + 35}
            text-anchor="middle"
          >
            Visitors
          </text>
        </g>
      )}
      {balancers.map((tile) => (
        <TileDrawing key={tile.node} tile={tile} environment={environment} />
      ))}
      {pools.flatMap(({ pool, tiles }) =>
        tiles.map((tile) => (
          <TileDrawing key={`${pool.name} ${tile.node}`} tile={tile} environment={environment} />
        )),
      )}
    </svg>
  );
}

function FlowLine({ flow }: { readonly flow: Flow }) {
  const { path, strength, open, failing } = flow;
  const thickness = 1.25 + strength * 4;
  return (
    <>
      <path class={`flow ${open ? "open" : "shut"}`} d={path} stroke-width={thickness} />
      {open && strength > 0 && (
        <path
          class={`stream ${failing ? "failing" : ""} ${strength > 0.66 ? "fast" : strength > 0.25 ? "middling" : "slow"}`}
          d={path}
          stroke-width={thickness}
        />
      )}
    </>
  );
}

function TileDrawing({ tile, environment }: { readonly tile: Tile; readonly environment: string }) {
  const { x, y, width, height, node, condition, member } = tile;
  const { tone, text } = member ? memberStates[member.state] : conditions[condition];
  const room = Math.floor((width - 34) / 7.4);
  const right = member?.rate === undefined || width < 210 ? "" : writeRate(member.rate);
  return (
    <a href={`/nodes/${environment}/${node}`} class={`tile-link ${tone}`} aria-label={`${node}: ${text}`}>
      <rect class="node-tile" {...{ x, y, width, height }} rx="9" />
      <circle class="dot" cx={x + 16} cy={y + 17} r="4.500" />
      <text class="tile-name" x={x + 28} y={y + 21.5}>
        {node.length > room ? `${node.slice(0, room - 1)}…` : node}
      </text>
      <text class="tile-state" x={x + 28} y={y + 36.5}>
        {text}
        {member && member.weight < 100 ? `, ${member.weight} %` : ""}
      </text>
      {right !== "" && (
        <>
          <text class="tile-rate" x={x + width - 12} y={y + 21.5} text-anchor="end">
            {right}
          </text>
          {member?.p95 !== undefined && member.p95 > 0 && (
            <text class="tile-state" x={x + width - 12} y={y + 36.5} text-anchor="end">
              p95 {Math.round(member.p95)} ms
            </text>
          )}
        </>
      )}
      {member && (
        <rect
          class="weight"
          x={x + 9}
          y={y + height - 3}
          width={Math.max(0, ((width - 18) * member.weight) / 100)}
          height="3"
          rx="1.500"
        />
      )}
    </a>
  );
}

/** The same in words, for whoever cannot see the picture, and for exact numbers. */
function PoolTable({ pool, environment }: { readonly pool: Pool; readonly environment: string }) {
  return (
    <Panel
      title={`Pool ${pool.name}`}
      flush
      beside={
        <span class="faint small">
          {pool.balancers.length > 0 ? `by ${pool.balancers.join(", ")}` : "no balancer answers"}
          {pool.seen !== undefined && (
            <>
              {" "}
              · asked <Ago at={pool.seen} />
            </>
          )}
        </span>
      }
    >
      {pool.problem !== undefined && <p class="pool-problem small">{pool.problem}</p>}
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Member</th>
            <th scope="col">State</th>
            <th scope="col" class="number">
              Weight
            </th>
            <th scope="col" class="number hide-s">
              Requests
            </th>
            <th scope="col" class="number hide-s">
              Failed
            </th>
            <th scope="col" class="number hide-s">
              p95
            </th>
            <th scope="col" class="hide-m">
              Why
            </th>
          </tr>
        </thead>
        <tbody>
          {pool.members.length === 0 && (
            <tr>
              <td colSpan={7} class="soft">
                No member yet: what it has is known when a balancer answers.
              </td>
            </tr>
          )}
          {pool.members.map((member) => {
            const { text, tone } = memberStates[member.state];
            const { traffic } = member;
            return (
              <tr key={member.node}>
                <th scope="row">
                  <a class="node-name" href={`/nodes/${environment}/${member.node}`}>
                    {member.node}
                  </a>
                </th>
                <td>
                  <Badge tone={tone}>{text}</Badge>
                </td>
                <td class="number numbers">{member.weight} %</td>
                <td class="number numbers hide-s">{traffic ? writeRate(perSecond(traffic)) : "–"}</td>
                <td class="number numbers hide-s">
                  {traffic ? writeShare(traffic.errors, traffic.requests) : "–"}
                </td>
                <td class="number numbers hide-s">
                  {traffic && traffic.requests > 0 ? `${Math.round(traffic.p95)} ms` : "–"}
                </td>
                <td class="hide-m soft">
                  <span class="clip">
                    {member.why} {Date.parse(member.since) > 0 && <Ago at={member.since} />}
                    {member.by !== "" && ` by ${member.by}`}
                  </span>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Panel>
  );
}

type Traffic = NonNullable<Pool["members"][number]["traffic"]>;

const perSecond = (traffic: Traffic | undefined) =>
  traffic === undefined || traffic.seconds === 0 ? 0 : traffic.requests / traffic.seconds;

/** `0/s`, `0.4/s`, `12/s`, `1,204/s` */
export function writeRate(rate: number): string {
  const text = rate > 0 && rate < 10 ? rate.toFixed(1) : Math.round(rate).toLocaleString("en");
  return `${text}/s`;
}

function writeShare(part: number, all: number): string {
  if (all === 0 || part === 0) return "0 %";
  const share = (100 * part) / all;
  return share < 1 ? `${share.toFixed(2)} %` : `${Math.round(share)} %`;
}
