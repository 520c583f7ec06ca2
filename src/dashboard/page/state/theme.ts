import { signal } from "@preact/signals";

/** `system` follows what the machine has. */
export type Theme = "system" | "light" | "dark";

const stored = document.documentElement.dataset["theme"];
export const theme = signal<Theme>(stored === "light" || stored === "dark" ? stored : "system");

export function setTheme(next: Theme): void {
  theme.value = next;
  if (next === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = next;
  remember("proog-theme", next === "system" ? null : next);
}

/** What this browser remembers; where it may not, nothing. */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

export function remember(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // It is chosen anew the next time.
  }
}
