import { ProogError } from "../report/error.ts";
import { suggestName } from "../report/text/nearest.ts";
import type { HistoryOptions } from "./commands/history.ts";
import { openHistory } from "./open-history.ts";
import type { CommonOptions } from "./options.ts";
import type { Run } from "./run.ts";

/** `proog history`: who did what, and how it ended. */
export async function history(run: Run, options: HistoryOptions): Promise<number> {
  if (options.sync) return await (await import("./history-sync.ts")).syncHistory(run, options);
  const { store, fleet } = await openHistory(options, run.reporter);
  try {
    if (options.environment !== undefined && !fleet.environments[options.environment])
      throw new ProogError({
        code: "unknown-environment",
        message: `${fleet.name} has no environment "${options.environment}".`,
        hint: suggestName(options.environment, Object.keys(fleet.environments)),
      });
    const runs = await store.runs(
      {
        ...{ environment: options.environment, node: options.node, role: options.role, who: options.who },
        commands: options.command,
        since: options.since === undefined ? undefined : Date.now() - options.since,
        states: options.failed ? ["failed", "interrupted"] : undefined,
      },
      { limit: options.number, before: options.before },
    );
    for (const each of runs) run.reporter({ type: "run-recorded", run: each });
    if (runs.length === 0)
      run.reporter({ type: "note", text: await sayNone(() => store.runs({}, { limit: 1 })) });
    return 0;
  } finally {
    await store.close();
  }
}

async function sayNone(readAny: () => Promise<readonly unknown[]>): Promise<string> {
  if ((await readAny()).length > 0) return "No run is like that.";
  return "No run is written down yet. What nodes know of earlier ones: proog history --sync";
}

/** Events of one query, when a run is shown. */
const eventsAtOnce = 500;

/** `proog show`: all that is known of one run. */
export async function show(run: Run, asked: string | undefined, options: CommonOptions): Promise<number> {
  const { store } = await openHistory(options, run.reporter);
  try {
    const id = asked ?? (await store.runs({ environment: options.environment }, { limit: 1 }))[0]?.id;
    const found = id === undefined ? undefined : await store.run(id);
    if (!found) throw await unknownRun(id, (limit) => store.runs({}, { limit }));
    const read = (after: number) => store.eventsAfter(after, { run: found.id, limit: eventsAtOnce });
    let events = await read(0);
    run.reporter({ type: "run-shown", run: found, ...(events.length === 0 && { eventless: true }) });
    while (events.length > 0) {
      for (const { id: number, at, event } of events)
        run.reporter({ type: "event-recorded", id: number, happened: new Date(at).toISOString(), event });
      events = await read(events.at(-1)?.id ?? 0);
    }
    return 0;
  } finally {
    await store.close();
  }
}

async function unknownRun(
  id: string | undefined,
  read: (limit: number) => Promise<readonly { readonly id: string }[]>,
): Promise<ProogError> {
  if (id === undefined)
    return new ProogError({
      code: "unknown-run",
      message: "No run is written down yet.",
      hint: "proog history --sync",
    });
  const known = (await read(1000)).map((each) => each.id);
  return new ProogError({
    code: "unknown-run",
    message: `No run ${id} is written down.`,
    hint: known.length > 0 ? `${suggestName(id, known)} All of them: proog history` : "proog history",
  });
}
