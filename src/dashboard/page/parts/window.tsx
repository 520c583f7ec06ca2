import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

interface WindowProps<Item> {
  readonly items: readonly Item[];
  /** The height of each, in pixels. */
  readonly height: number;
  readonly draw: (item: Item, place: number) => ComponentChildren;
  readonly columns?: number;
  /** Shown even before it is known where the page is. */
  readonly first?: number;
}

/** The rows of a table that can be seen, and room for the others: a table of thousands is as quick as one of twenty. */
export function WindowedRows<Item>({ items, height, draw, columns = 1, first = 24 }: WindowProps<Item>) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [[from, to], setRange] = useState<readonly [number, number]>([0, first]);
  useEffect(() => {
    let frame = 0;
    const look = () => {
      frame = 0;
      const top = body.current?.getBoundingClientRect().top ?? 0;
      const start = Math.max(0, Math.floor(-top / height) - 6);
      const end = start + Math.ceil(window.innerHeight / height) + 12;
      setRange(([one, other]) => (one === start && other === end ? [one, other] : [start, end]));
    };
    const soon = () => {
      frame ||= requestAnimationFrame(look);
    };
    look();
    addEventListener("scroll", soon, { passive: true });
    addEventListener("resize", soon, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener("scroll", soon);
      removeEventListener("resize", soon);
    };
  }, [height, items.length]);
  const last = Math.min(items.length, to);
  const start = Math.min(from, Math.max(0, last - 1));
  return (
    <tbody ref={body}>
      {start > 0 && <Room rows={start} height={height} columns={columns} />}
      {items.slice(start, last).map((item, place) => draw(item, start + place))}
      {last < items.length && <Room rows={items.length - last} height={height} columns={columns} />}
    </tbody>
  );
}

function Room({
  rows,
  height,
  columns,
}: {
  readonly rows: number;
  readonly height: number;
  readonly columns: number;
}) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it can have the focus
    <tr aria-hidden="true" class="room">
      <td colSpan={columns} style={{ height: `${rows * height}px` }} />
    </tr>
  );
}
