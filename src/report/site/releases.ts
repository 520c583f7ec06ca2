import type { SiteRelease } from "../event.ts";
import type { EventOf } from "../event-type.ts";
import type { View } from "../terminal/view.ts";
import { formatMoment } from "../text/duration.ts";
import { harmless } from "../text/harmless.ts";
import { listNames } from "../text/names.ts";
import { cut, padEnd, widest } from "../text/width.ts";

type Releases = EventOf<"site-releases">;

/** What each state means to a person. */
const words: Readonly<Record<SiteRelease["state"], string>> = {
  building: "died while it was built",
  switching: "not confirmed",
  good: "good",
  bad: "bad",
  left: "went back from it",
};

/**
 * The releases of a site, the newest first; nodes where they are the same are told together.
 * ```
 * app on web-1, web-2
 *   20261122-231542-4f1a  live  9f86d081884c  3 min ago  ada@desk  good
 *   20261121-101112-9c0d        1b4f0e98516c  1 days ago ada@desk  good
 * ```
 */
export function renderReleases(all: readonly Releases[], now: number, view: View): string[] {
  const folded = new Map<string, Releases[]>();
  for (const releases of all) {
    const { node: _, ...said } = releases;
    // The moments differ by how fast each node was.
    const key = JSON.stringify({
      ...said,
      releases: said.releases.map(({ made: __, changed: ___, ...release }) => release),
    });
    folded.set(key, [...(folded.get(key) ?? []), releases]);
  }
  return [...folded.values()].flatMap((same, index) => [
    ...(index > 0 ? [""] : []),
    ...renderSame(same, now, view),
  ]);
}

function renderSame(same: readonly Releases[], now: number, { style, width }: View): string[] {
  const [first] = same;
  if (!first) return [];
  const { site, live, pinned, maintenance, releases } = first;
  const notes = [pinned !== undefined && `pinned to ${pinned}`, maintenance && "in maintenance"].filter(
    (note) => typeof note === "string",
  );
  const head = `${style.strong(site)} on ${listNames(same.map(({ node }) => node))}`;
  const rows = releases.toReversed().map((release) => {
    const { state, revision, made, by = "", why, gone } = release;
    const reason = state === "bad" && why !== undefined ? [why] : [];
    const told = [words[state], ...(gone ? ["its files are gone"] : []), ...reason];
    const here = release.release === live ? "live" : "";
    const short = /^[0-9a-f]{40,64}$/.test(revision) ? revision.slice(0, 12) : revision;
    return [release.release, here, short, formatMoment(made, now), by, told.join(": ")].map(harmless);
  });
  const widths = [0, 1, 2, 3, 4].map((column) => widest(rows.map((row) => row[column] ?? "")));
  const lines = rows.map((row) => {
    const line = row.map((cell, column) => padEnd(cell, widths[column] ?? 0)).join("  ");
    const fits = cut(`  ${line}`.trimEnd(), width);
    return row[1] === "live" ? style.good(fits) : fits;
  });
  return [
    notes.length > 0 ? `${head} (${notes.join(", ")})` : head,
    ...(lines.length > 0 ? lines : ["  no release"]),
  ];
}
