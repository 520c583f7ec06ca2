import type { Credentials } from "../connect/target.ts";
import { ProogError } from "../report/error.ts";
import type { Run } from "./run.ts";

/** Asks for the sudo password once for all nodes, when the first one needs it; again once for all that refuse it. */
export function askingCredentials(run: Pick<Run, "ask">): Credentials {
  let password: Promise<string> | undefined;
  const given = new Map<string, Promise<string>>();
  return {
    sudoPassword: (target, wrong) => {
      // Another node may have asked for a new one already.
      const refused = wrong && given.get(target.name) === password;
      if (refused || password === undefined) {
        const why = refused
          ? `sudo on ${target.name} refused that password. Again`
          : `sudo password for ${target.user ?? "you"} on ${target.name} and the others`;
        password = run.ask(() => readPassword(why));
      }
      given.set(target.name, password);
      return password;
    },
  };
}

/** For commands that have no use for facts, and so ask no node. */
export const unaskedCredentials: Credentials = {
  sudoPassword: () => Promise.reject(new Error("This command asks no node for facts.")),
};

async function readPassword(message: string): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new ProogError({
      code: "needs-terminal",
      message: "sudo asks for a password, and there is no terminal to ask on.",
      hint: "Give the user the right to sudo without one, or run this in a terminal.",
    });
  }
  return await readSecret(message);
}

/** Asks for what is not shown while it is typed. */
export async function readSecret(message: string): Promise<string> {
  const { isCancel, password } = await import("@clack/prompts");
  const answer = await password({ message, output: process.stderr });
  if (isCancel(answer)) throw new ProogError({ code: "interrupted", message: "No password was given." });
  return answer;
}

/** Refuses what will have to be asked where there is no terminal to ask on. */
export function requireTerminal(
  hint: string,
  message = "There is no terminal to ask on, and no --yes, so nothing was changed.",
): void {
  if (process.stdin.isTTY && process.stderr.isTTY) return;
  throw new ProogError({ code: "needs-terminal", message, hint });
}

/** Asks for a line; empty where it is broken off. */
export async function askText(run: Run, message: string): Promise<string> {
  return await run.ask(async () => {
    const { isCancel, text } = await import("@clack/prompts");
    const answer = await text({ message, output: process.stderr });
    return isCancel(answer) ? "" : answer.trim();
  });
}

/** Asks yes or no; no terminal is no answer. */
export async function confirm(run: Run, message: string, hint: string): Promise<boolean> {
  requireTerminal(hint);
  return await run.ask(async () => {
    const { confirm, isCancel } = await import("@clack/prompts");
    const answer = await confirm({ message, initialValue: false, output: process.stderr });
    return !isCancel(answer) && answer;
  });
}
