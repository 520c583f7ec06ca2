import type { FleetNode, MemberState, NodeCondition, Pool } from "../../api.ts";

/** A rectangle of the picture, in pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A machine in the picture. */
export interface Tile extends Box {
  readonly node: string;
  readonly condition: NodeCondition;
  readonly member?: {
    readonly state: MemberState;
    readonly weight: number;
    /** Requests a second, and the share of them that failed. */
    readonly rate?: number;
    readonly failed?: number;
    readonly p95?: number;
  };
}

/** Who sends traffic to whom. */
export interface Flow {
  readonly from: string;
  readonly to: string;
  readonly path: string;
  /** From 0, which is nothing, to 1: the most that flows in this picture. */
  readonly strength: number;
  /** It is meant to flow, whether or not somebody asks for something now. */
  readonly open: boolean;
  readonly failing: boolean;
}

export interface PoolBox extends Box {
  readonly pool: Pool;
  readonly tiles: readonly Tile[];
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly visitors: Box | undefined;
  readonly balancers: readonly Tile[];
  readonly pools: readonly PoolBox[];
  readonly flows: readonly Flow[];
}

const gap = 12;
const inset = 14;
const heading = 34;
const tileHeight = 46;
const narrowAt = 720;
/** So many members stand below each other, each with a line of its own. */
const singleAtMost = 9;

/** Where each thing of a fleet with pools stands in a picture of this width. */
export function layOut(pools: readonly Pool[], nodes: readonly FleetNode[], width: number): Picture {
  const conditions = new Map(nodes.map(({ name, condition }) => [name, condition]));
  return width < narrowAt ? layOutNarrow(pools, conditions, width) : layOutWide(pools, conditions, width);
}

type Conditions = ReadonlyMap<string, NodeCondition>;

function layOutWide(pools: readonly Pool[], conditions: Conditions, width: number): Picture {
  const names = [...new Set(pools.flatMap(({ balancers }) => balancers))];
  const visitorsWidth = 96;
  const balancerWidth = 190;
  const between = Math.max(56, Math.min(150, (width - visitorsWidth - balancerWidth - 380) / 3));
  const balancerX = visitorsWidth + between;
  const poolX = balancerX + balancerWidth + between;
  const boxes = placePools(pools, conditions, { x: poolX, y: 0, width: width - poolX });
  const height = Math.max(bottomOf(boxes), names.length * (tileHeight + gap) - gap, 120);
  const balancers = names.map((node, place): Tile => {
    const span = height / names.length;
    const y = span * place + (span - tileHeight) / 2;
    return {
      node,
      condition: conditions.get(node) ?? "unknown",
      ...{ x: balancerX, y, width: balancerWidth, height: tileHeight },
    };
  });
  const visitors = { x: 0, y: height / 2 - 30, width: visitorsWidth, height: 60 };
  return {
    width,
    height,
    visitors,
    balancers,
    pools: boxes,
    flows: connect(visitors, balancers, boxes, false),
  };
}

function layOutNarrow(pools: readonly Pool[], conditions: Conditions, width: number): Picture {
  const names = [...new Set(pools.flatMap(({ balancers }) => balancers))];
  const columns = Math.max(1, Math.min(names.length, Math.floor((width + gap) / (150 + gap))));
  const balancerWidth = (width - gap * (columns - 1)) / columns;
  const balancers = names.map((node, place): Tile => {
    const x = (place % columns) * (balancerWidth + gap);
    const y = Math.floor(place / columns) * (tileHeight + gap);
    return {
      node,
      condition: conditions.get(node) ?? "unknown",
      ...{ x, y, width: balancerWidth, height: tileHeight },
    };
  });
  const boxes = placePools(pools, conditions, { x: 0, y: bottomOf(balancers) + 48, width });
  const height = bottomOf(boxes);
  return {
    width,
    height,
    visitors: undefined,
    balancers,
    pools: boxes,
    flows: connect(undefined, balancers, boxes, true),
  };
}

function placePools(
  pools: readonly Pool[],
  conditions: Conditions,
  place: Omit<Box, "height">,
): readonly PoolBox[] {
  let { y } = place;
  return pools.map((pool) => {
    const box = placePool(pool, conditions, { ...place, y });
    y += box.height + gap * 1.5;
    return box;
  });
}

function placePool(pool: Pool, conditions: Conditions, { x, y, width }: Omit<Box, "height">): PoolBox {
  const many = pool.members.length > singleAtMost;
  const inner = width - inset * 2;
  const columns = many ? Math.max(1, Math.floor((inner + gap) / (150 + gap))) : 1;
  const tileWidth = (inner - gap * (columns - 1)) / columns;
  const tiles = pool.members.map((member, place): Tile => {
    const { requests, errors, seconds, p95 } = member.traffic ?? {};
    const rate = requests === undefined || !seconds ? undefined : requests / seconds;
    return {
      node: member.node,
      condition: conditions.get(member.node) ?? "unknown",
      x: x + inset + (place % columns) * (tileWidth + gap),
      y: y + heading + Math.floor(place / columns) * (tileHeight + gap * 0.75),
      ...{ width: tileWidth, height: tileHeight },
      member: {
        ...{ state: member.state, weight: member.weight },
        ...(rate !== undefined && { rate, failed: requests ? (errors ?? 0) / requests : 0 }),
        ...(p95 !== undefined && { p95 }),
      },
    };
  });
  const height = Math.max(bottomOf(tiles), y + heading + 20) + inset - y;
  return { ...{ x, y, width, height }, pool, tiles };
}

function connect(
  visitors: Box | undefined,
  balancers: readonly Tile[],
  pools: readonly PoolBox[],
  down: boolean,
): readonly Flow[] {
  const rates = pools.flatMap(({ tiles }) => tiles.map(({ member }) => member?.rate ?? 0));
  const total = rates.reduce((sum, rate) => sum + rate, 0);
  const most = Math.max(...rates, 1e-9);
  const flows: Flow[] = [];
  if (visitors) {
    for (const balancer of balancers) {
      const open = pools.some(({ pool }) => pool.balancers.includes(balancer.node));
      const strength = total > 0 ? 1 / Math.max(1, balancers.length) : 0;
      flows.push({
        ...{ from: "visitors", to: balancer.node, path: curve(visitors, balancer, false) },
        ...{ strength, open, failing: false },
      });
    }
  }
  for (const box of pools) {
    const from = balancers.filter(({ node }) => box.pool.balancers.includes(node));
    const single = !down && box.tiles.length <= singleAtMost;
    for (const balancer of from) {
      // With many members, or on a phone, the line ends at the pool: the tiles tell the rest.
      const ends: readonly (Box & Partial<Tile>)[] = single ? box.tiles : [box];
      for (const end of ends) {
        const members = end.member === undefined ? box.tiles.map(({ member }) => member) : [end.member];
        const rate = members.reduce((sum, member) => sum + (member?.rate ?? 0), 0);
        flows.push({
          ...{ from: balancer.node, to: end.node ?? box.pool.name, path: curve(balancer, end, down) },
          strength: Math.min(1, rate / most) / (single ? from.length ** 0.5 : 1),
          open: members.some((member) => (member?.weight ?? 0) > 0),
          failing: members.length > 0 && members.every((member) => (member?.failed ?? 0) > 0.05),
        });
      }
    }
  }
  return flows;
}

/** From the right side of one to the left side of the other, or from below to above. */
function curve(from: Box, to: Box, down: boolean): string {
  const round = (number: number) => Math.round(number * 10) / 10;
  if (down) {
    const [x1, y1] = [from.x + from.width / 2, from.y + from.height];
    const [x2, y2] = [to.x + to.width / 2, to.y];
    const middle = (y1 + y2) / 2;
    return `M${round(x1)} ${round(y1)}C${round(x1)} ${round(middle)} ${round(x2)} ${round(middle)} ${round(x2)} ${round(y2)}`;
  }
  const [x1, y1] = [from.x + from.width, from.y + from.height / 2];
  const [x2, y2] = [to.x, to.y + to.height / 2];
  const middle = (x1 + x2) / 2;
  return `M${round(x1)} ${round(y1)}C${round(middle)} ${round(y1)} ${round(middle)} ${round(y2)} ${round(x2)} ${round(y2)}`;
}

const bottomOf = (boxes: readonly Box[]) => Math.max(0, ...boxes.map(({ y, height }) => y + height));
