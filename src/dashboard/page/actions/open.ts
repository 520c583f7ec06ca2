import { signal } from "@preact/signals";

/** What a dialog is open for: an action, as far as it is known yet. */
export type OpenAction =
  | { readonly type: "boot"; readonly environment: string; readonly role?: string }
  | { readonly type: "shoot"; readonly environment: string; readonly node: string }
  | { readonly type: "drain"; readonly environment: string; readonly node: string }
  | { readonly type: "pause"; readonly environment: string; readonly node: string }
  | { readonly type: "promote" }
  | { readonly type: "rollback"; readonly environment: string; readonly site: string; readonly node: string };

export const openedAction = signal<OpenAction | undefined>(undefined);

export function openAction(action: OpenAction): void {
  openedAction.value = action;
}

export function closeAction(): void {
  openedAction.value = undefined;
}
