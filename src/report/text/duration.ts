const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** How long something took: `0.04 s`, `1.2 s`, `40 s`, `2 min 5 s`, `3 h 20 min`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 95) return `${(milliseconds / second).toFixed(2)} s`;
  if (milliseconds < 9950) return `${(milliseconds / second).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / second);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return pair(Math.floor(seconds / 60), "min", seconds % 60, "s");
  return pair(Math.floor(seconds / 3600), "h", Math.floor((seconds % 3600) / 60), "min");
}

/** How old something is, roughly: `40 s`, `5 min`, `3 h`, `12 days`. */
export function formatAge(milliseconds: number): string {
  if (milliseconds < 2 * minute) return `${Math.max(0, Math.floor(milliseconds / second))} s`;
  if (milliseconds < 2 * hour) return `${Math.floor(milliseconds / minute)} min`;
  if (milliseconds < 2 * day) return `${Math.floor(milliseconds / hour)} h`;
  return `${Math.floor(milliseconds / day)} days`;
}

/** When something was: `just now`, `5 min ago`, `12 days ago`; after 60 days its date. Takes an ISO 8601 time. */
export function formatMoment(at: string, now: number): string {
  const age = now - Date.parse(at);
  if (Number.isNaN(age)) return at;
  if (age < 10 * second) return "just now";
  return age < 60 * day ? `${formatAge(age)} ago` : at.slice(0, 10);
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
