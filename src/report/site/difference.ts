import type { EventOf } from "../event-type.ts";
import type { View } from "../terminal/view.ts";
import { formatMoment } from "../text/duration.ts";
import { harmless } from "../text/harmless.ts";
import { count, listNames } from "../text/names.ts";
import { cut } from "../text/width.ts";

/** Files and commits that are listed; --verbose shows all. */
const most = 20;

/**
 * What is between two revisions of a site.
 * ```
 * app on web-1, web-2: 1b4f0e98516c → 9f86d081884c, 2 commits, 1 file
 *   9f86d081884c  3 min ago  Ada  Mend the page of licences
 *   5d41402abc4b  2 days ago Bob  A deed in Welsh
 *   M deeds/cy.rdf
 * ```
 */
export function renderSiteDifference(
  difference: EventOf<"site-difference">,
  now: number,
  view: View,
): string[] {
  const { site, nodes, from, to, commits, back, files, unknown } = difference;
  const { style, width, verbose } = view;
  const head = `${style.strong(site)} on ${listNames(nodes)}`;
  if (from === to) return [`${head}: ${short(to)}, nothing differs`];
  const counts = [
    commits.length > 0 && count(commits.length, "commit"),
    back.length > 0 && `${count(back.length, "commit")} back`,
    files.length > 0 && count(files.length, "file"),
  ].filter((text) => typeof text === "string");
  const sum = counts.length > 0 ? `, ${counts.join(", ")}` : "";
  const list = (lines: readonly string[]) => {
    const shown = verbose ? lines : lines.slice(0, most);
    const more = lines.length - shown.length;
    return [...shown.map((line) => cut(`  ${line}`, width)), ...(more > 0 ? [`  and ${more} more`] : [])];
  };
  const describe = ({ revision, at, by, subject }: (typeof commits)[number]) =>
    `${short(revision)}  ${formatMoment(at, now)}  ${harmless(by)}  ${harmless(subject)}`;
  return [
    `${head}: ${from === "" ? "nothing" : short(from)} → ${short(to)}${sum}`,
    ...(unknown === undefined ? [] : [`  ${harmless(unknown)}`]),
    ...list(commits.map(describe)),
    ...list(back.map((commit) => `back: ${describe(commit)}`)),
    ...list(files.map(({ change, path }) => `${change} ${harmless(path)}`)),
  ];
}

function short(revision: string): string {
  return /^[0-9a-f]{40,64}$/.test(revision) ? revision.slice(0, 12) : revision;
}
