import type { Action } from "../../api.ts";
import { navigate } from "../shell/navigate.ts";
import { call } from "../state/session.ts";
import { showFailure, showToast } from "../state/toast.ts";

/** Starts something and goes to its run; who presses after somebody else comes to the run that there is. */
export async function start(action: Action, go = true): Promise<string> {
  const { run, joined, who } = await call("POST /actions", { body: action });
  if (joined === true)
    showToast({ tone: "plain", text: `${who} has begun the same a moment ago: this is that run.` });
  if (go) navigate(`/runs/${run}`);
  return run;
}

/** Shows what would change; nothing is changed before somebody has approved it. */
export function planNow(environment: string, selectors: readonly string[]): void {
  start({ type: "plan", environment, selectors }).catch(showFailure);
}

/** Asks nodes how they are; the page stays where it is. */
export function askNow(environment: string, selectors: readonly string[]): void {
  start({ type: "status", environment, selectors }, false).catch(showFailure);
}
