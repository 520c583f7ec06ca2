import { describe, expect, test } from "vitest";
import { secret } from "../resources/secret/secret.ts";
import { postgres, sqlite } from "../store/declaration.ts";
import { checkStore } from "./validate-store.ts";

const messages = (store: unknown) =>
  checkStore(store).map((found) => (typeof found === "string" ? found : found.message));

describe("where a fleet writes down its history", () => {
  test.each([
    undefined,
    false,
    sqlite(),
    sqlite({ days: 1000, eventDays: 1 }),
    postgres("postgres://db.example.org/proog"),
    postgres(secret("store", { env: "STORE" }), { schema: "proog_live", days: 30 }),
  ])("%j is right", (store) => {
    expect(messages(store)).toEqual([]);
  });

  test.each([
    [true, 'store is true, and must be sqlite(), postgres("postgres://…") or false.'],
    [{ type: "mysql", at: "" }, /^store is .*, and must be sqlite\(\)/],
    [sqlite({ days: 0 }), "sqlite(): days is 0, and must be a whole number of days from 1."],
    [sqlite({ daze: 1 } as object), 'sqlite(): daze is no option. Did you mean "days"?'],
    [
      postgres("mysql://ada:s3cret@db/proog"),
      'postgres(): its address must be a text such as "postgres://proog@db.example.org/proog", or a secret("…").',
    ],
    [
      postgres("postgres://db/proog", { schema: "Live 1" }),
      'postgres(): schema is "Live 1", and must be a name of small letters, digits and "_".',
    ],
  ])("%j is refused", (store, message) => {
    expect(messages(store)).toEqual([typeof message === "string" ? message : expect.stringMatching(message)]);
    expect(messages(store).join()).not.toContain("s3cret");
  });
});
