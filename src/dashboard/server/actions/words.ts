import { flagOf } from "../../../tasks/find-tasks.ts";
import type { Action, ParameterValue } from "../../api.ts";

/** What an action is on the command line of `proog`; `planFile` is where a plan is written to or read from. */
export function wordsOf(action: Action, planFile = "FILE"): string[] {
  switch (action.type) {
    case "plan":
      return ["plan", ...action.selectors, "-o", planFile, ...only(action.only), ...inEnvironment(action)];
    case "apply":
      return ["apply", "--plan", planFile];
    case "boot":
      return [
        "boot",
        ...action.selectors,
        ...(action.number === undefined ? [] : ["-n", String(action.number)]),
        ...inEnvironment(action),
      ];
    case "shoot":
      return [
        ...["shoot", action.node, "--yes"],
        // Its name was typed.
        ...(action.confirm === action.node ? ["--destroy", action.node] : []),
        ...because(action.why),
        ...inEnvironment(action),
      ];
    case "task":
      return [
        ...["run", action.task, ...action.selectors],
        ...Object.entries(action.parameters).flatMap(([name, value]) => flags(name, value)),
        ...(action.dryRun ? ["--dry-run"] : []),
        ...inEnvironment(action),
      ];
    case "rollback":
      return [
        ...["rollback", action.site, ...(action.to === undefined ? [] : [action.to]), ...action.selectors],
        ...["--yes", ...inEnvironment(action)],
      ];
    case "promote":
      return [
        ...["promote", action.from, action.to, "--yes"],
        ...action.sites.flatMap((site) => ["--site", site]),
      ];
    case "drain":
      return [
        ...["drain", action.node, ...because(action.why)],
        ...(action.last ? ["--last"] : []),
        ...inEnvironment(action),
      ];
    case "pause":
      return ["pause", action.node, action.why, ...inEnvironment(action)];
    case "join":
    case "resume":
      return [action.type, action.node, ...inEnvironment(action)];
    case "status":
      return ["status", ...action.selectors, ...inEnvironment(action)];
  }
}

function inEnvironment({ environment }: { readonly environment: string }): string[] {
  return ["-e", environment];
}

function because(why: string | undefined): string[] {
  return why === undefined ? [] : [`--why=${why}`];
}

function only(names: readonly string[] = []): string[] {
  return names.map((name) => `--only=${name}`);
}

/** Each as one word, so that a value is never taken for an option. */
function flags(name: string, value: ParameterValue): string[] {
  const flag = flagOf(name);
  if (value === true) return [flag];
  if (value === false) return [];
  return [value].flat().map((each) => `${flag}=${each}`);
}
