import { Component } from "preact";
import type { FleetNode } from "../../api.ts";
import { Icon } from "../parts/icon.tsx";
import { Ago } from "../parts/time.tsx";
import { WindowedRows } from "../parts/window.tsx";
import type { Column } from "./filter.ts";
import { addressOf, ConditionLink, PoolBadges, RebootMark, Stuff } from "./node-words.tsx";

const columns: readonly {
  readonly column: Column | "stuff";
  readonly text: string;
  readonly hide?: string;
}[] = [
  { column: "name", text: "Node" },
  { column: "condition", text: "State" },
  { column: "stuff", text: "On it", hide: "hide-m" },
  { column: "drift", text: "Differs", hide: "hide-s" },
  { column: "applied", text: "Applied", hide: "hide-s" },
  { column: "load", text: "Load", hide: "hide-s" },
  { column: "memory", text: "Memory", hide: "hide-m" },
  { column: "disk", text: "Disk", hide: "hide-s" },
  { column: "pool", text: "Pool", hide: "hide-m" },
];

interface NodeTableProps {
  readonly nodes: readonly FleetNode[];
  readonly sort: Column;
  readonly backwards: boolean;
  readonly changeSort: (column: Column, backwards: boolean) => void;
  readonly selected: ReadonlySet<string>;
  readonly select: (names: readonly string[], chosen: boolean) => void;
}

/** Machines as rows: hundreds of them stay usable. */
export function NodeTable({ nodes, sort, backwards, changeSort, selected, select }: NodeTableProps) {
  const all = nodes.length > 0 && nodes.every(({ name }) => selected.has(name));
  return (
    <table class="table nodes" aria-rowcount={nodes.length + 1}>
      <thead>
        <tr>
          <th class="choose">
            <input
              type="checkbox"
              aria-label="All of them"
              checked={all}
              onChange={() =>
                select(
                  nodes.map(({ name }) => name),
                  !all,
                )
              }
            />
          </th>
          {columns.map(({ column, text, hide }) => (
            <th
              key={column}
              scope="col"
              class={hide}
              aria-sort={column === sort ? (backwards ? "descending" : "ascending") : undefined}
            >
              {column === "stuff" ? (
                text
              ) : (
                <button type="button" onClick={() => changeSort(column, column === sort && !backwards)}>
                  {text}
                  {column === sort && <Icon name={backwards ? "join" : "drain"} size={11} />}
                </button>
              )}
            </th>
          ))}
        </tr>
      </thead>
      <WindowedRows
        items={nodes}
        height={36}
        columns={columns.length + 1}
        draw={(node, place) => (
          <NodeRow
            key={node.name}
            node={node}
            place={place}
            selected={selected.has(node.name)}
            select={select}
          />
        )}
      />
    </table>
  );
}

interface NodeRowProps {
  readonly node: FleetNode;
  readonly place: number;
  readonly selected: boolean;
  readonly select: (names: readonly string[], chosen: boolean) => void;
}

class NodeRow extends Component<NodeRowProps> {
  override shouldComponentUpdate(next: NodeRowProps): boolean {
    const { node, place, selected } = this.props;
    return next.node !== node || next.place !== place || next.selected !== selected;
  }

  override render({ node, place, selected, select }: NodeRowProps) {
    const { status, drift } = node;
    const { disk, memory, load } = status ?? {};
    return (
      <tr aria-rowindex={place + 2} aria-selected={selected} class={selected ? "selected" : undefined}>
        <td class="choose">
          <input
            type="checkbox"
            aria-label={node.name}
            checked={selected}
            onChange={() => select([node.name], !selected)}
          />
        </td>
        <th scope="row">
          <span class="row">
            <a class="node-name clip" href={addressOf(node)}>
              {node.name}
            </a>
            <RebootMark node={node} />
          </span>
        </th>
        <td>
          <ConditionLink node={node} />
        </td>
        <td class="hide-m">
          <span class="row">
            <Stuff node={node} most={2} />
          </span>
        </td>
        <td class="numbers hide-s">
          {drift === undefined ? (
            <None />
          ) : drift.changes === 0 ? (
            <span class="faint">0</span>
          ) : (
            drift.changes
          )}
        </td>
        <td class="hide-s">{status?.applied === undefined ? <None /> : <Ago at={status.applied.at} />}</td>
        <td class="numbers hide-s">
          {load === undefined ? <None /> : <Level share={load[0] / 4} text={load[0].toFixed(2)} />}
        </td>
        <td class="numbers hide-m">
          {memory === undefined ? <None /> : <Percent share={1 - memory.available / memory.size} />}
        </td>
        <td class="numbers hide-s">
          {disk === undefined ? <None /> : <Percent share={disk.used / disk.size} />}
        </td>
        <td class="hide-m">
          <PoolBadges node={node} always />
        </td>
      </tr>
    );
  }
}

function None() {
  return (
    <span class="faint">
      <span aria-hidden="true">–</span>
      <span class="visually-hidden">not known</span>
    </span>
  );
}

function Percent({ share }: { readonly share: number }) {
  return <Level share={share} text={`${Math.round(share * 100)} %`} />;
}

function Level({ share, text }: { readonly share: number; readonly text: string }) {
  const tone = share >= 0.92 ? "bad" : share >= 0.8 ? "warn" : "";
  return <span class={`level ${tone}`}>{text}</span>;
}
