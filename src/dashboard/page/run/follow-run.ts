import { useEffect, useRef, useState } from "preact/hooks";
import type { EventFilter, EventPage, RunDetail, RunEvent } from "../../api.ts";
import { followLive } from "../api/live.ts";
import { call } from "../state/session.ts";
import { emptyRunView, growRunView, type RunView } from "./run-view.ts";

export interface FollowedRun {
  readonly detail: RunDetail | undefined;
  readonly view: RunView;
  /** Grows with each change of `view`, which stays the same object. */
  readonly version: number;
  readonly error: unknown;
  /** All that had happened when the page came is in `view`. */
  readonly complete: boolean;
  readonly reload: () => void;
}

/** A run with all that has happened in it, and what goes on to happen. */
export function useRun(run: string): FollowedRun {
  const [detail, setDetail] = useState<RunDetail>();
  const [error, setError] = useState<unknown>();
  const [version, setVersion] = useState(0);
  const [complete, setComplete] = useState(false);
  const view = useRef<RunView>(emptyRunView());
  const load = useRef(() => {});

  useEffect(() => {
    const current = emptyRunView();
    view.current = current;
    setDetail(undefined);
    setError(undefined);
    setComplete(false);
    const controller = new AbortController();
    const { signal } = controller;
    let waiting: RunEvent[] = [];
    let catching = false;
    let behind = false;
    let asked = 0;
    let shown = 0;
    const add = (events: readonly RunEvent[]) => {
      if (events.length === 0) return;
      growRunView(current, events);
      setVersion((before) => before + 1);
    };
    /** Answers may come in another order than they were asked for: what was asked for before what is shown is old news. */
    const loadDetail = async () => {
      const turn = ++asked;
      const loaded = await call("GET /runs/:run", { path: { run }, signal });
      if (turn < shown) return;
      shown = turn;
      setDetail(loaded);
    };
    /** What is in the store comes first, and then what came meanwhile. Who asks meanwhile has it asked once more. */
    const catchUp = async () => {
      behind = true;
      if (catching) return;
      catching = true;
      try {
        while (behind) {
          behind = false;
          let after: number | undefined = current.last;
          while (after !== undefined) {
            const query: EventFilter = { after, limit: 5000 };
            const page: EventPage = await call("GET /runs/:run/events", { path: { run }, query, signal });
            add(page.events);
            after = page.next;
          }
        }
        setComplete(true);
      } finally {
        catching = false;
        add(waiting);
        waiting = [];
      }
    };
    const tell = (failure: unknown) => {
      if (!signal.aborted) setError(failure);
    };
    load.current = () => void loadDetail().catch(tell);
    load.current();
    catchUp().catch(tell);
    const stop = followLive({
      filter: { run },
      receive(messages) {
        const events: RunEvent[] = [];
        for (const message of messages) {
          if (message.type === "event" && message.run === run) events.push(message);
          if (message.type === "run" && message.run.id === run) load.current();
          if (message.type !== "hello") continue;
          // How the run is, nobody tells again to a stream that begins, or goes on after a cut.
          load.current();
          if (!message.resumed) catchUp().catch(() => {});
        }
        if (catching) waiting.push(...events);
        else add(events);
      },
    });
    return () => {
      stop();
      controller.abort();
    };
  }, [run]);
  // A plan that is no longer true is made anew when its apply has ended: the new one comes a moment later.
  const awaited = detail?.run.error?.code === "plan-outdated" && detail.replan === undefined;
  useEffect(() => {
    if (!awaited) return undefined;
    const timer = setInterval(() => load.current(), 700);
    return () => clearInterval(timer);
  }, [awaited]);
  return { detail, view: view.current, version, error, complete, reload: () => load.current() };
}
