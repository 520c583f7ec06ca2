import type { EventOf } from "../event-type.ts";
import { harmless } from "../text/harmless.ts";
import { padEnd, wrap } from "../text/width.ts";
import { renderErrorReport } from "./error-text.ts";
import type { View } from "./view.ts";

/** The widest of what there is about this machine. */
const subjectWidth = 9;

/** `ok   ssh        OpenSSH_10.0p2`; what is wrong with its remedy below. */
export function renderFinding(event: EventOf<"finding">, view: View): string[] {
  const { style } = view;
  const subject = padEnd(harmless(event.subject), subjectWidth);
  if (event.state === "good") return [`${style.good("ok")}   ${subject}  ${harmless(event.text)}`];
  if (event.state === "doubtful") {
    const hint = wrap(harmless(event.hint ?? ""), view.width - 7).map((line) => `       ${line}`);
    return [`${style.change("look")} ${subject}  ${harmless(event.text)}`, ...hint];
  }
  const error = event.error ?? { code: "internal", message: event.text };
  const [first = "", ...rest] = renderErrorReport(event.subject, error, { ...view, width: view.width - 5 });
  return [`${style.bad("bad")}  ${first}`, ...rest.map((line) => `     ${line}`)];
}
