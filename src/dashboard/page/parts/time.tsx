import { now } from "../state/clock.ts";
import { writeAgo, writeDuration, writeTime } from "./words.ts";

/** How long ago, with the exact time at hand. */
export function Ago({ at }: { readonly at: string }) {
  return (
    <time class="numbers" dateTime={at} title={writeTime(at)}>
      {writeAgo(at, now.value)}
    </time>
  );
}

/** How long something took, or has taken so far. */
export function Took({ since, until }: { readonly since: string; readonly until?: string | undefined }) {
  const end = until === undefined ? now.value : Date.parse(until);
  return <span class="numbers">{writeDuration(Math.max(0, end - Date.parse(since)))}</span>;
}
