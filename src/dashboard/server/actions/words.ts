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
      return ["shoot", action.node, "--yes", ...inEnvironment(action)];
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
    case "pause":
      return [
        action.type,
        action.node,
        ...(action.why === undefined ? [] : [action.why]),
        ...inEnvironment(action),
      ];
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
