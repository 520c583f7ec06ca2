import { signal } from "@preact/signals";
import type { Login, Session } from "../../api.ts";
import { CallFailed, createClient } from "../api/client.ts";

/** Who is logged in; `undefined` until that is known, `null` where nobody is. */
export const session = signal<Session | null | undefined>(undefined);

/** Whether somebody has to log in again, and who waits for that. */
export const renewal = signal<((renewed: boolean) => void)[]>([]);

export const call = createClient({
  csrf: () => session.value?.csrf,
  renew: () =>
    new Promise((resolve) => {
      renewal.value = [...renewal.value, resolve];
    }),
});

export async function loadSession(): Promise<void> {
  try {
    session.value = await call("GET /session");
  } catch (error) {
    if (!(error instanceof CallFailed && error.status === 401)) throw error;
    session.value = null;
  }
}

/** Logs in, and lets all go on that waited for it. */
export async function logIn(login: Login): Promise<void> {
  session.value = await call("POST /session", { body: login });
  endRenewal(true);
}

/** Goes on where somebody has logged in beside this page, by a new link; false where nobody has. */
export async function resumeSession(): Promise<boolean> {
  try {
    session.value = await call("GET /session");
  } catch {
    return false;
  }
  endRenewal(true);
  return true;
}

export async function logOut(): Promise<void> {
  await call("DELETE /session");
  session.value = null;
}

export function endRenewal(renewed: boolean): void {
  const waiting = renewal.value;
  renewal.value = [];
  if (!renewed) session.value = null;
  for (const resolve of waiting) resolve(renewed);
}

/** Whether somebody may press buttons, or only look. */
export function mayAct(): boolean {
  return session.value?.role === "operator" || session.value?.role === "admin";
}

export function mayAdminister(): boolean {
  return session.value?.role === "admin";
}
