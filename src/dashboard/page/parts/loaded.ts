import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { CallFailed } from "../api/client.ts";

/** What was asked for: there, on its way, or refused. */
export interface Loaded<Value> {
  readonly value: Value | undefined;
  readonly error: unknown;
  readonly loading: boolean;
  readonly again: () => void;
}

/** After how long a server that could not be reached is asked again, in milliseconds. */
const patience = 3000;

/**
 * Asks for something whenever what it depends on changes. What was there stays while it is asked for again, unless it is about something
 * else (`about`); an answer that is no longer wanted is dropped. A server that cannot be reached is asked until it can.
 */
export function useLoaded<Value>(
  about: string,
  load: (signal: AbortSignal) => Promise<Value>,
  refresh: unknown = undefined,
): Loaded<Value> {
  const [state, setState] = useState<{ about: string; value?: Value; error?: unknown; loading: boolean }>({
    about,
    loading: true,
  });
  const [turn, setTurn] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    const controller = new AbortController();
    let soon: ReturnType<typeof setTimeout> | undefined;
    setState((before) => (before.about === about ? { ...before, loading: true } : { about, loading: true }));
    latest.current(controller.signal).then(
      (value) => {
        if (!controller.signal.aborted) setState({ about, value, loading: false });
      },
      (error: unknown) => {
        if (controller.signal.aborted) return;
        setState((before) => ({ ...before, about, error, loading: false }));
        if (error instanceof CallFailed && error.status === 0)
          soon = setTimeout(() => setTurn((before) => before + 1), patience);
      },
    );
    return () => {
      clearTimeout(soon);
      controller.abort();
    };
  }, [about, turn, refresh]);
  const again = useCallback(() => setTurn((before) => before + 1), []);
  const current = state.about === about;
  return {
    value: current ? state.value : undefined,
    error: current ? state.error : undefined,
    loading: !current || state.loading,
    again,
  };
}
