import { Argument, type Command } from "commander";
import { runLazily, runWithSessions } from "../lazily.ts";
import {
  addFleetOptions,
  addHelpEnd,
  addParallelOption,
  addViewOptions,
  type HelpEnd,
  type NodesOptions,
} from "../options.ts";
import { type ApplyOptions, addWaitOption } from "./apply.ts";

const selectors =
  "A selector is a role (web), a node (web-1) or a slice (web-1..3). Default: all nodes that have the site.";

const exit: HelpEnd["exit"] = [
  [0, "done, or nothing to do"],
  [1, "error; nothing was changed"],
  [3, "some nodes failed"],
  [4, "locked by another run"],
  [130, "interrupted"],
];

/** `20261122-231542-4f1a` */
const releaseForm = /^[0-9]{8}-[0-9]{6}-[0-9a-f]+(-again)*$/;

/** A command that changes a site. */
function addActing(command: Command): Command {
  command.option("-y, --yes", "do not ask; without a terminal it is needed");
  addWaitOption(command);
  addFleetOptions(command);
  addViewOptions(command);
  return addParallelOption(command);
}

export function addReleases(program: Command): void {
  const command = program
    .command("releases [site] [selector...]")
    .summary("show which releases of a site there are")
    .description(
      "Shows the releases on each node, the newest first: which is live, its revision, when and by whom it was made, and how " +
        `it went. Without a site, of all of them.\n${selectors}`,
    );
  addFleetOptions(command);
  addParallelOption(command);
  addHelpEnd(command, {
    examples: [
      ["proog releases app", "on all nodes that have it"],
      ["proog releases app web-1", "on one of them"],
      ["proog releases --json", "all sites, for programs"],
    ],
    exit: [
      [0, "all nodes have answered"],
      [1, "error"],
      [3, "some could not be reached"],
    ],
  }).action((site: string | undefined, chosen: string[], options: NodesOptions) =>
    runLazily("releases", options, async (run) =>
      (await import("../releases.ts")).releases(run, site, chosen, options),
    ),
  );
}

export function addDiff(program: Command): void {
  const command = program
    .command("diff <site> [selector...]")
    .summary("show what would be deployed")
    .description(
      "Shows what an apply would change of a site, with the commits and files between what is live and what would be. Changes " +
        `nothing.\n${selectors}`,
    );
  addFleetOptions(command);
  addViewOptions(command);
  addParallelOption(command);
  addHelpEnd(command, {
    examples: [
      ["proog diff app", "on all nodes that have it"],
      ["proog diff app -e live --verbose", "all commits and files"],
    ],
    exit: [
      [0, "nothing would change"],
      [1, "error"],
      [2, "something would"],
      [3, "some nodes failed"],
    ],
  }).action((site: string, chosen: string[], options: NodesOptions) =>
    runLazily("diff", options, async (run) => (await import("../diff.ts")).diff(run, site, chosen, options)),
  );
}

export function addRollback(program: Command): void {
  const command = program
    .command("rollback <site> [release] [selector...]")
    .summary("make the release before live again")
    .description(
      "Makes the good release before the live one live again, or the one that is named, in one step; what is reloaded for the " +
        "site is reloaded, and its health check must succeed. The site is pinned to that release then: an apply says so, and " +
        `deploys nothing else until proog unpin.\n${selectors}`,
    );
  addHelpEnd(addActing(command), {
    examples: [
      ["proog rollback app", "to the one before, on all nodes that have it"],
      ["proog rollback app 20261122-231542-4f1a", "to a certain one"],
      ["proog rollback app -e live web-1", "on one node"],
      ["proog rollback app --yes --json", "for programs"],
    ],
    exit,
  }).action((site: string, release: string | undefined, chosen: string[], options: ApplyOptions) => {
    const named = release !== undefined && releaseForm.test(release);
    const words = named || release === undefined ? chosen : [release, ...chosen];
    return runWithSessions("rollback", words, options, async (run, early) =>
      (await import("../rollback.ts")).rollback(
        run,
        site,
        named ? release : undefined,
        words,
        options,
        early,
      ),
    );
  });
}

export function addUnpin(program: Command): void {
  const command = program
    .command("unpin <site> [selector...]")
    .summary("let a site that was rolled back be deployed again")
    .description(
      `Ends what proog rollback began: the next apply deploys what is declared. Nothing is deployed by this.\n${selectors}`,
    );
  addHelpEnd(addActing(command), {
    examples: [["proog unpin app && proog apply", "when what was wrong is mended"]],
    exit,
  }).action((site: string, chosen: string[], options: ApplyOptions) =>
    runWithSessions("unpin", chosen, options, async (run, early) =>
      (await import("../rollback.ts")).unpin(run, site, chosen, options, early),
    ),
  );
}

export function addMaintenance(program: Command): void {
  const command = program
    .command("maintenance <site>")
    .addArgument(new Argument("<state>", "whether it is").choices(["on", "off"]))
    .argument("[selector...]")
    .summary("show a page in the place of a site")
    .description(
      "Puts a page at maintenance.html in the site's folder, or takes it away: its own file of that name where it has one, else " +
        "a plain one. What the web server makes of it, its configuration says; docs/guide.md has it for Apache and nginx: " +
        `status 503 for all but this machine itself.\n${selectors}`,
    );
  addHelpEnd(addActing(command), {
    examples: [
      ["proog maintenance app on", "on all nodes that have it"],
      ["proog maintenance app off web-1", "on one node"],
    ],
    exit,
  }).action((site: string, state: "on" | "off", chosen: string[], options: ApplyOptions) =>
    runWithSessions("maintenance", chosen, options, async (run, early) =>
      (await import("../rollback.ts")).maintenance(run, site, state, chosen, options, early),
    ),
  );
}
