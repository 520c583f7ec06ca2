import { suggestName } from "../report/text/nearest.ts";
import { show } from "../resources/rules.ts";
import { isSecret } from "../resources/secret/secret.ts";
import type { Found } from "./validate-existing.ts";

const names = {
  sqlite: ["days", "eventDays"],
  postgres: ["schema", "days", "eventDays"],
} as const;

/** What is wrong with where the fleet writes down its history. */
export function checkStore(store: unknown): Found[] {
  if (store === undefined || store === false) return [];
  if (
    typeof store !== "object" ||
    store === null ||
    !("type" in store) ||
    !("at" in store) ||
    !isKnown(store.type)
  )
    return [`store is ${show(store)}, and must be sqlite(), postgres("postgres://…") or false.`];
  const { type, at, ...options } = store;
  const where = String(at);
  const wrong: string[] = [];
  const known: readonly string[] = names[type];
  for (const [name, value] of Object.entries(options)) {
    if (name === "url" && type === "postgres") {
      if (!isSecret(value) && !(typeof value === "string" && /^postgres(ql)?:\/\/./.test(value)))
        // It may have a password in it.
        wrong.push(
          'its address must be a text such as "postgres://proog@db.example.org/proog", or a secret("…")',
        );
    } else if (!known.includes(name)) wrong.push(`${name} is no option. ${suggestName(name, known)}`);
    else if (name === "schema" && !(typeof value === "string" && /^[a-z_][a-z0-9_]{0,62}$/.test(value)))
      wrong.push(`schema is ${show(value)}, and must be a name of small letters, digits and "_"`);
    else if (name !== "schema" && !(typeof value === "number" && Number.isInteger(value) && value >= 1))
      wrong.push(`${name} is ${show(value)}, and must be a whole number of days from 1`);
  }
  return wrong.map((message) => ({
    message: `${type}(): ${message}${/[.?]$/.test(message) ? "" : "."}`,
    where,
  }));
}

function isKnown(type: unknown): type is keyof typeof names {
  return type === "sqlite" || type === "postgres";
}
