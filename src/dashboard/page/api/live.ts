import type { Live, LiveFilter } from "../../api.ts";

/** How a stream is: `quiet` while nobody looks at the page. */
export type Connection = "connecting" | "open" | "lost" | "quiet";

export interface StreamOptions {
  readonly filter: LiveFilter;
  /** All that came since the last picture was drawn, in its order. */
  readonly receive: (messages: readonly Live[]) => void;
  readonly tell?: (connection: Connection) => void;
}

const types: readonly Live["type"][] = ["hello", "event", "run", "node", "pool", "fleet"];

/**
 * Follows what happens, by server-sent events. The browser resumes a cut stream by itself. Browsers open six connections to a server, for
 * all pages together, so a page that nobody looks at gives its one back after a while, and begins anew when it is seen: `hello` comes
 * again then, and whoever needs all of it asks for what came between. Returns how to stop it.
 */
export function followLive({ filter, receive, tell }: StreamOptions): () => void {
  let source: EventSource | undefined;
  let queue: Live[] = [];
  let waits = false;
  let hidden: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;

  const deliver = () => {
    waits = false;
    const messages = queue;
    queue = [];
    receive(messages);
  };
  const push = (type: Live["type"]) => (message: MessageEvent<string>) => {
    queue.push({ ...JSON.parse(message.data), type });
    // Once for each picture, however much comes. A page in the background gets no pictures, so it has a timer as well.
    if (waits) return;
    waits = true;
    if (document.hidden) setTimeout(deliver, 250);
    else requestAnimationFrame(deliver);
  };
  const open = () => {
    clearTimeout(retry);
    source?.close();
    tell?.("connecting");
    source = new EventSource(writeStreamAddress(filter));
    for (const type of types) source.addEventListener(type, push(type));
    source.onopen = () => tell?.("open");
    source.onerror = () => {
      tell?.("lost");
      // The browser itself tries again, unless the server refused.
      if (source?.readyState === EventSource.CLOSED) retry = setTimeout(open, 3000);
    };
  };
  const see = () => {
    clearTimeout(hidden);
    if (document.hidden) {
      hidden = setTimeout(() => {
        source?.close();
        source = undefined;
        tell?.("quiet");
      }, 20_000);
    } else if (source === undefined) open();
  };

  open();
  document.addEventListener("visibilitychange", see);
  return () => {
    document.removeEventListener("visibilitychange", see);
    clearTimeout(hidden);
    clearTimeout(retry);
    source?.close();
  };
}

export function writeStreamAddress(filter: LiveFilter): string {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined && value !== false);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return `/api/v1/events${search && `?${search}`}`;
}
