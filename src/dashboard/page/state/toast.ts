import { signal } from "@preact/signals";
import { CallFailed } from "../api/client.ts";

/** A word about what somebody has just done. */
export interface Toast {
  readonly id: number;
  readonly tone: "good" | "bad" | "plain";
  readonly text: string;
  readonly hint?: string;
  readonly link?: { readonly address: string; readonly text: string };
}

export const toasts = signal<readonly Toast[]>([]);
let last = 0;

export function showToast(toast: Omit<Toast, "id">): void {
  last += 1;
  const id = last;
  toasts.value = [...toasts.value.slice(-3), { ...toast, id }];
  // What went wrong stays until it is put away.
  if (toast.tone !== "bad") setTimeout(() => closeToast(id), 6000);
}

export function closeToast(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

export function showFailure(error: unknown): void {
  const { message, hint } = describeFailure(error);
  showToast({ tone: "bad", text: message, ...(hint && { hint }) });
}

/** An error in the words of whoever made it. */
export function describeFailure(error: unknown): { message: string; hint?: string; detail?: string } {
  if (error instanceof CallFailed) {
    const { message, hint, detail } = error.problem;
    return { message, ...(hint && { hint }), ...(detail && { detail }) };
  }
  return { message: error instanceof Error ? error.message : String(error) };
}
