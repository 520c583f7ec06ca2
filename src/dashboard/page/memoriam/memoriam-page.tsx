import "./memoriam.css";
import type { Memorial } from "../../api.ts";
import { useLoaded } from "../parts/loaded.ts";
import { Empty, Failure, Loading, PageHead } from "../parts/page.tsx";
import { count, writeDay, writeService } from "../parts/words.ts";
import { recentRuns } from "../state/fleet.ts";
import { call, session } from "../state/session.ts";
import { apologyOf } from "./apology.ts";

/** Machines that were shot, how long they served, why, and a word to each. */
export default function MemoriamPage() {
  const off = session.value?.features.memorials !== true;
  const changed = recentRuns.value.filter(
    ({ kind, state }) => kind === "shoot" && state !== "running",
  ).length;
  const loaded = useLoaded(
    "memorials",
    (signal) => (off ? Promise.resolve({ memorials: [] }) : call("GET /memorials", { signal })),
    changed,
  );
  if (off)
    return (
      <>
        <PageHead title="In memoriam" />
        <Empty icon="memoriam" title="This page is turned off" />
      </>
    );
  if (loaded.error !== undefined) return <Failure error={loaded.error} />;
  if (loaded.value === undefined) return <Loading what="A moment of silence" />;
  const { memorials } = loaded.value;
  return (
    <div class="memoriam">
      <PageHead title="In memoriam">
        <p class="soft">{memorials.length > 0 && `${count(memorials.length, "machine")} that served`}</p>
      </PageHead>
      {memorials.length === 0 ? (
        <Empty icon="memoriam" title="All machines that ever served are still with us">
          <p class="soft">Long may they run.</p>
        </Empty>
      ) : (
        <ul>
          {memorials.map((memorial) => (
            <Card key={`${memorial.node} ${memorial.shot}`} memorial={memorial} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Card({ memorial }: { readonly memorial: Memorial }) {
  const { node, environment, roles, booted, shot, by, why, run } = memorial;
  return (
    <li class="memorial">
      <svg class="sprig" width="44" height="26" viewBox="0 0 44 26" aria-hidden="true">
        <path d="M4 20C14 20 24 15 40 5" />
        <path
          class="leaf"
          d="M12 18.500c-1-5 1-8 5-9.500 1.500 4 .5 7.500-5 9.500zM21 15c-.5-5 2-8 6-9 1 4-.5 7.500-6 9zM17 18c3 3.500 6.500 4 10 2-2-3.500-5.500-4.500-10-2zM27 13c3.500 2.500 7 2.500 10 0-3-3-6.500-3-10 0z"
        />
      </svg>
      <h2>{node}</h2>
      <p class="years">
        {booted !== undefined && (
          <>
            <time dateTime={booted}>{writeDay(booted)}</time> –{" "}
          </>
        )}
        <time dateTime={shot}>{writeDay(shot)}</time>
      </p>
      <p class="served">
        {roles.join(" and ")} in {environment}
        {booted !== undefined && <>, served {writeService(Date.parse(shot) - Date.parse(booted))}</>}
      </p>
      {why !== undefined && why !== "" && <blockquote>{why}</blockquote>}
      <p class="apology">{apologyOf(memorial)}</p>
      <p class="signed">
        <a href={`/runs/${run}`}>{by}</a>
      </p>
    </li>
  );
}
