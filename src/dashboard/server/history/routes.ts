import * as v from "valibot";
import { refuse } from "../problem.ts";
import { type Route, route } from "../route.ts";
import { countInQuery, idInQuery, optionalWord, spanInQuery } from "../schemas.ts";
import type { History } from "./history.ts";
import { describeEvent, describeMemorial, describeRun, timeOf } from "./records.ts";

const runFilter = v.object({
  ...spanInQuery.entries,
  ...{
    environment: optionalWord,
    node: optionalWord,
    role: optionalWord,
    who: optionalWord,
    kind: optionalWord,
  },
  state: v.exactOptional(v.picklist(["running", "done", "failed", "interrupted"])),
  cursor: optionalWord,
  limit: countInQuery(200),
});

export function historyRoutes(history: History): Route[] {
  const environmentOf = async (run: string) => (await history.run(run))?.environment ?? "";
  return [
    route("GET /runs", { access: "viewer", query: runFilter }, async ({ query }) => {
      const { since, until, kind, state, cursor, limit = 50, ...filter } = query;
      const store = await history.store();
      const records = await store.runs(
        {
          ...filter,
          ...{ since: parse(since), until: parse(until) },
          ...(kind !== undefined && { commands: [kind] }),
          ...(state !== undefined && { states: [state] }),
        },
        // One more tells whether there are more.
        { before: cursor, limit: limit + 1 },
      );
      const runs = records.slice(0, limit).map((record) => describeRun(record));
      const next = records.length > limit ? runs.at(-1)?.id : undefined;
      return { runs, ...(next !== undefined && { next }) };
    }),
    route(
      "GET /runs/:run/events",
      {
        access: "viewer",
        query: v.object({ after: idInQuery, node: optionalWord, limit: countInQuery(5000) }),
      },
      async ({ path, query: { after = 0, node, limit = 1000 } }) => {
        const run = path("run");
        const store = await history.store();
        const records = await store.eventsAfter(after, { run, node, limit: limit + 1 });
        const environment = await environmentOf(run);
        const events = records.slice(0, limit).map((record) => describeEvent(record, environment));
        const next = records.length > limit ? events.at(-1)?.id : undefined;
        return { events, ...(next !== undefined && { next }) };
      },
    ),
    route("GET /runs/:run/events/:event", { access: "viewer" }, async ({ path }) => {
      const id = Number(path("event"));
      if (!Number.isSafeInteger(id) || id < 1) refuse("not-found", "An event has a number.");
      const run = path("run");
      const [record] = await (await history.store()).eventsAfter(id - 1, { run, limit: 1 });
      if (record?.id !== id) refuse("not-found", `${run} has no event ${id}.`);
      return describeEvent(record, await environmentOf(run), true);
    }),
    route(
      "GET /nodes/:environment/:node/facts",
      { access: "viewer", query: spanInQuery },
      async ({ path, query }) => {
        const span = { since: parse(query.since) ?? monthAgo(), until: parse(query.until) };
        const samples = await (await history.store()).samples(path("environment"), path("node"), span);
        return {
          at: samples.map(({ at }) => Math.round(at / 1000)),
          load: samples.map(({ load }) => load?.[0] ?? null),
          memoryUsed: samples.map(({ memory }) => (memory ? memory.size - memory.available : null)),
          memorySize: samples.map(({ memory }) => memory?.size ?? null),
          diskUsed: samples.map(({ disk }) => disk?.used ?? null),
          diskSize: samples.map(({ disk }) => disk?.size ?? null),
        };
      },
    ),
    route("GET /memorials", { access: "viewer" }, async () => {
      const store = await history.store();
      const memorials = await store.memorials();
      return { memorials: memorials.map((record) => describeMemorial(record)) };
    }),
    route("GET /history/calendar", { access: "viewer", query: spanInQuery }, async ({ query }) => ({
      days: await (await history.store()).days(spanOf(query)),
    })),
    route(
      "GET /history/drift",
      {
        access: "viewer",
        query: v.object({ ...spanInQuery.entries, environment: optionalWord, node: optionalWord }),
      },
      async ({ query }) => {
        const { since: _, until: __, ...where } = query;
        const points = await (await history.store()).drift(spanOf(query), where);
        return { points: points.map((point) => ({ ...point, at: timeOf(point.at) })) };
      },
    ),
    route("GET /history/slowest", { access: "viewer", query: spanInQuery }, async ({ query }) => ({
      resources: await (await history.store()).slowest(spanOf(query)),
    })),
  ];
}

function spanOf({ since, until }: { readonly since?: string; readonly until?: string }) {
  return { since: parse(since) ?? monthAgo(), until: parse(until) ?? Date.now() };
}

function parse(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time);
}

function monthAgo(): number {
  return Date.now() - 30 * 86_400_000;
}
