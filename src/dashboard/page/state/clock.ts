import { signal } from "@preact/signals";

/** Now, for all that says how long ago something was; it moves on every five seconds. */
export const now = signal(Date.now());

setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, 5000);

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) now.value = Date.now();
});
