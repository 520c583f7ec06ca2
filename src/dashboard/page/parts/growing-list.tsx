import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

interface GrowingListProps<Item> {
  readonly className: string;
  readonly items: readonly Item[];
  readonly draw: (item: Item) => ComponentChildren;
}

const step = 16;

/** A list of which so much is drawn as somebody has scrolled to; what follows comes when its end is near. */
export function GrowingList<Item>({ className, items, draw }: GrowingListProps<Item>) {
  const [many, setMany] = useState(step);
  const end = useRef<HTMLDivElement>(null);
  const more = many < items.length;
  useEffect(() => {
    if (!more || end.current === null) return undefined;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting === true) setMany((before) => before + step);
      },
      { rootMargin: "300px" },
    );
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [more, many]);
  return (
    <>
      <ul class={className}>{items.slice(0, many).map(draw)}</ul>
      {more && <div ref={end} />}
    </>
  );
}
