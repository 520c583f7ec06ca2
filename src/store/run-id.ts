/** What ids of runs begin with that began at a time, in milliseconds since 1970: `20261122-231542`. */
export function idAt(time: number): string {
  return new Date(time).toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
}
