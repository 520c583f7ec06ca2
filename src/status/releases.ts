import { readFile } from "node:fs/promises";
import { Program } from "../catalog/program.ts";
import { quote } from "../catalog/quote.ts";
import { openSession } from "../connect/open.ts";
import type { Credentials, Target } from "../connect/target.ts";
import type { SiteRelease, SiteState } from "../report/event.ts";

/** A site, and where it is. */
export interface SitePlace {
  readonly name: string;
  readonly to: string;
}

type Open<Type> = { -readonly [Field in keyof Type]: Type[Field] };

/** Asks a node, in one round trip, which releases of these sites it has. */
export async function askReleases(
  target: Target,
  sites: readonly SitePlace[],
  credentials: Credentials,
): Promise<SiteState[]> {
  const shell = await readFile(new URL("releases.sh", import.meta.url), "utf8");
  const words = sites.flatMap(({ name, to }) => [name, to]).map(quote);
  const program = new Program([shell, `releases ${words.join(" ")}\n`]);
  const { session } = await openSession(target, { mode: "releases", program }, credentials);
  const states: Open<SiteState>[] = [];
  const releases: Open<SiteRelease>[][] = [];
  for await (const line of session.lines()) {
    if (line.verb === undefined) continue;
    if (line.verb === "answered") {
      session.close();
      return states.map((state, index) => ({ ...state, releases: releases[index] ?? [] }));
    }
    if (line.verb === "site") {
      states.push({ site: line.fields.join(" "), releases: [] });
      releases.push([]);
    } else takeLine(states.at(-1), releases.at(-1), line.verb, line.fields);
  }
  throw session.failure();
}

function takeLine(
  state: Open<SiteState> | undefined,
  releases: Open<SiteRelease>[] | undefined,
  verb: string,
  fields: readonly string[],
): void {
  const [first = "", second = "", made = "", revision = "", changed = ""] = fields;
  const release = releases?.at(-1);
  if (state && verb === "live") state.live = first;
  else if (state && verb === "pinned") state.pinned = first;
  else if (state && verb === "maintenance") state.maintenance = true;
  else if (verb === "release")
    releases?.push({ release: first, state: stateOf(second), made, revision, changed });
  else if (release && verb === "gone") release.gone = true;
  else if (release && verb === "by") release.by = fields.join(" ");
  else if (release && verb === "why") release.why = fields.join(" ");
}

function stateOf(word: string): SiteRelease["state"] {
  return word === "good" || word === "bad" || word === "left" || word === "switching" ? word : "building";
}
