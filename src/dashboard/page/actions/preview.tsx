import type { Action, Preview } from "../../api.ts";
import { type Loaded, useLoaded } from "../parts/loaded.ts";
import { Failure } from "../parts/page.tsx";
import { writeAmount } from "../parts/words.ts";
import { call } from "../state/session.ts";

/** What an action would be about, asked anew whenever the action changes. */
export function usePreview(action: Action): Loaded<Preview> {
  return useLoaded(
    action.type,
    (signal) => call("POST /previews", { body: action, signal }),
    JSON.stringify(action),
  );
}

const per = { hour: "an hour", month: "a month" } as const;

/** The command that it is, what it costs, and why it cannot be done. */
export function PreviewNotes({ preview }: { readonly preview: Loaded<Preview> }) {
  const { value, error } = preview;
  if (error !== undefined) return <Failure error={error} />;
  if (value === undefined) return <p class="preview-notes faint small">Looking …</p>;
  return (
    <div class="preview-notes stack tight small">
      {value.price && (
        <p>
          Costs{" "}
          <strong>
            {writeAmount(value.price.amount)} {value.price.currency}
          </strong>{" "}
          {per[value.price.per]}.
        </p>
      )}
      <p class="faint">
        The same as <code>{value.command}</code>
      </p>
    </div>
  );
}
