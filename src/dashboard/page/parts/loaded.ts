import { useCallback, useEffect, useRef, useState } from "preact/hooks";

/** What was asked for: there, on its way, or refused. */
export interface Loaded<Value> {
  readonly value: Value | undefined;
  readonly error: unknown;
  readonly loading: boolean;
  readonly again: () => void;
}

/**
 * Asks for something whenever what it depends on changes. What was there stays while it is asked for again, unless it is about something
 * else (`about`); an answer that is no longer wanted is dropped.
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
    setState((before) => (before.about === about ? { ...before, loading: true } : { about, loading: true }));
    latest.current(controller.signal).then(
      (value) => {
        if (!controller.signal.aborted) setState({ about, value, loading: false });
      },
      (error: unknown) => {
        if (!controller.signal.aborted) setState((before) => ({ ...before, about, error, loading: false }));
      },
    );
    return () => controller.abort();
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
