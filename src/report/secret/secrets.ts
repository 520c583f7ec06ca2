import type { EventOf } from "../event-type.ts";
import type { View } from "../terminal/view.ts";
import { harmless } from "../text/harmless.ts";
import { showPlace } from "../text/place.ts";
import { padEnd, widest } from "../text/width.ts";

type ListedSecret = EventOf<"secret">;

/**
 * The secrets as a table; those that are used in several places have several lines.
 * ```
 * secret  from            readers  used
 * db      secrets/db.age  ada, ci  file /etc/app.env  proog.config.ts:4
 * ```
 */
export function renderSecrets(secrets: readonly ListedSecret[], view: View): string[] {
  if (secrets.length === 0) return [];
  const rows = secrets.map((secret) => [
    harmless(secret.name),
    harmless(secret.from),
    describeReaders(secret),
  ]);
  const heads = ["secret", "from", "readers"];
  const widths = heads.map((head, column) => widest([head, ...rows.map((row) => row[column] ?? "")]));
  const align = (row: readonly string[]) =>
    row.map((cell, column) => padEnd(cell, widths[column] ?? 0)).join("  ");
  const blank = align(["", "", ""]);
  const lines = secrets.flatMap((secret, index) => {
    const row = align(rows[index] ?? []);
    const [first = "nowhere", ...rest] = describeUses(secret, view);
    const said = secret.state === "good" ? row : view.style.bad(row);
    return [`${said}  ${first}`, ...rest.map((use) => `${blank}  ${use}`)].map((line) => line.trimEnd());
  });
  return [view.style.faint(`${align(heads)}  used`), ...lines];
}

function describeReaders({ state, readers }: ListedSecret): string {
  if (state === "missing") return "is not there";
  const known = readers
    ?.map((reader) => (reader.startsWith("age1") ? `${reader.slice(0, 10)}…` : reader))
    .join(", ");
  if (state === "good") return harmless(known ?? "");
  return `${harmless(known ?? "unknown")}: not as the config says`;
}

function describeUses({ uses }: ListedSecret, view: View): string[] {
  return uses.map(
    ({ resource, at }) => `${harmless(resource)}  ${view.style.faint(showPlace(at, view.directory))}`,
  );
}
