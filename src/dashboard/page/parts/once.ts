import { useState } from "preact/hooks";
import { showFailure } from "../state/toast.ts";

/** What a button does, once at a time: while it goes on the button is busy, and what goes wrong is told. */
export function useOnce<Arguments extends unknown[]>(
  action: (...values: Arguments) => Promise<void>,
): [(...values: Arguments) => void, boolean] {
  const [busy, setBusy] = useState(false);
  const act = (...values: Arguments) => {
    if (busy) return;
    setBusy(true);
    action(...values)
      .catch(showFailure)
      .finally(() => setBusy(false));
  };
  return [act, busy];
}
