import type { Event } from "./event.ts";

/** The event of one type: `EventOf<"node-planned">`. */
export type EventOf<Type extends Event["type"]> = Extract<Event, { readonly type: Type }>;
