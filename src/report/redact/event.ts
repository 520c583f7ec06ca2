import type { Event } from "../event.ts";
import type { Redactor } from "./redactor.ts";

/** Words of ours that programs go by, and names from the config, in which no value of a secret can be. */
const ours: ReadonlySet<string> = new Set([
  ...[
    "type",
    "node",
    "nodes",
    "outcome",
    "code",
    "sign",
    "certainty",
    "aspect",
    "action",
    "state",
    "omitted",
  ],
  ...["run", "command", "environment", "at", "where", "inOrder", "roles", "subject", "secrets", "sha256"],
]);

/** The event without secrets in any of its texts. */
export function redactEvent(event: Event, redactor: Redactor): Event {
  return redactor.value(event, ours);
}
