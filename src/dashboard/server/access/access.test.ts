import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { Accounts, wrongName, wrongPassword } from "./accounts.ts";
import { Attempts } from "./attempts.ts";
import { Audit } from "./audit.ts";
import { OneTimeLink } from "./once.ts";
import { requireOwnHost, requireOwnOrigin } from "./origin.ts";
import { Sessions } from "./sessions.ts";
import { Tokens } from "./tokens.ts";

const folder = mkdtempSync(join(tmpdir(), "proog-access-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
const file = () => join(folder, `${++files}.json`);
const minute = 60_000;
const hour = 60 * minute;

/** A clock that is set by hand. */
function clock() {
  let time = Date.parse("2026-11-25T12:00:00Z");
  const pass = (milliseconds: number) => {
    time += milliseconds;
  };
  return { now: () => time, pass };
}

describe("sessions", () => {
  const ada = { name: "ada", role: "operator" } as const;

  test("end after a week, and after half a day without use", () => {
    const { now, pass } = clock();
    const sessions = new Sessions(file(), now);
    const idle = sessions.begin(ada);
    const used = sessions.begin(ada);
    pass(11 * hour);
    expect(sessions.find(used)).toMatchObject(ada);
    pass(2 * hour);
    expect(sessions.find(idle)).toBeUndefined();
    for (let hours = 13; hours < 7 * 24; hours += 11) {
      expect(sessions.find(used), `after ${hours} hours`).toMatchObject(ada);
      pass(11 * hour);
    }
    expect(sessions.find(used)).toBeUndefined();
  });

  test("are kept for the next start, of their secrets only the digests", () => {
    const place = file();
    const secret = new Sessions(place).begin(ada);
    expect(new Sessions(place).find(secret)).toMatchObject(ada);
    expect(new Sessions(place).find(`${secret.slice(0, -1)}x`)).toBeUndefined();
    expect(statSync(place).mode & 0o777).toBe(0o600);
  });

  test("of a file that somebody broke are refused with a word, not forgotten", () => {
    const place = file();
    writeFileSync(place, "[{");
    expect(() => new Sessions(place)).toThrow(`${place} is not as the dashboard has written it.`);
  });
});

test("a link is good for one time, and for a quarter of an hour", () => {
  const { now, pass } = clock();
  const link = new OneTimeLink(now);
  const first = link.secret;
  expect(link.take("guess")).toBe(false);
  expect(link.take(first)).toBe(true);
  expect(link.take(first)).toBe(false);
  const second = link.secret;
  expect(second).not.toBe(first);
  pass(15 * minute + 1);
  expect(link.take(second)).toBe(false);
});

describe("attempts", () => {
  const waiting = (attempts: Attempts, from: string, name: string) => {
    try {
      attempts.require(from, name);
      return 0;
    } catch (error) {
      return error instanceof Error && "error" in error ? (error.error as { seconds: number }).seconds : -1;
    }
  };

  test("from one address are ten in a quarter of an hour; from others one may still come in", () => {
    const { now, pass } = clock();
    const attempts = new Attempts(now);
    for (let count = 0; count < 10; count++) {
      expect(waiting(attempts, "192.0.2.1", `name-${count}`)).toBe(0);
      attempts.failed("192.0.2.1", `name-${count}`);
      pass(minute);
    }
    expect(waiting(attempts, "192.0.2.1", "ada")).toBe(5 * 60);
    expect(waiting(attempts, "192.0.2.2", "ada")).toBe(0);
    pass(5 * minute);
    expect(waiting(attempts, "192.0.2.1", "ada")).toBe(0);
  });

  test("with one name are thirty, from wherever they come", () => {
    const attempts = new Attempts(clock().now);
    for (let count = 0; count < 30; count++) attempts.failed(`192.0.2.${count}`, "ada");
    expect(waiting(attempts, "192.0.2.99", "ada")).toBe(15 * 60);
    expect(waiting(attempts, "192.0.2.99", "ben")).toBe(0);
  });

  test("count no more when one of that address has succeeded", () => {
    const attempts = new Attempts(clock().now);
    for (let count = 0; count < 10; count++) attempts.failed("192.0.2.1", "ada");
    attempts.succeeded("192.0.2.1");
    expect(waiting(attempts, "192.0.2.1", "ben")).toBe(0);
  });
});

test("tokens end, are told once, and remember when they were used", () => {
  const { now, pass } = clock();
  const tokens = new Tokens(file(), now);
  const made = tokens.create({ name: "ci", scope: "operator", days: 2 }, "ada");
  expect(made.token).toMatch(/^proog_[\w-]{43}$/);
  expect(tokens.find(made.token)).toMatchObject({ scope: "operator", token: { owner: "ada" } });
  expect(tokens.find(`${made.token}x`)).toBeUndefined();
  expect(tokens.list()).toEqual([
    {
      ...{ id: made.id, name: "ci", owner: "ada", scope: "operator" },
      ...{ created: "2026-11-25T12:00:00.000Z", expires: "2026-11-27T12:00:00.000Z" },
      lastUsed: "2026-11-25T12:00:00.000Z",
    },
  ]);
  pass(48 * hour);
  expect(tokens.find(made.token)).toBeUndefined();
});

test("accounts know their passwords, and another process sees what one has changed", async () => {
  const place = file();
  const accounts = new Accounts(place);
  const password = "Grüße an alle";
  await accounts.set("ada", "admin", password);
  const other = new Accounts(place);
  expect(await other.check("ada", password.normalize("NFD"))).toMatchObject({ name: "ada", role: "admin" });
  expect(await other.check("ada", `${password} `)).toBeUndefined();
  const stamp = other.stampOf("ada");
  await accounts.set("ada", "viewer");
  expect(other.find("ada")?.role).toBe("viewer");
  expect(other.stampOf("ada")).toBe(stamp);
  expect(accounts.remove("ada")).toBe(true);
  expect(await other.check("ada", password)).toBeUndefined();
});

test("names and passwords are told what they must be", () => {
  expect(["ada", "ada@example.org", "Å-1", "b.c_d+e"].map(wrongName)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  for (const name of ["", "-a", "a b", "a\n", "a/b", "<b>", "x".repeat(65)])
    expect(wrongName(name), name).toContain("A name has");
  expect(wrongPassword("12345678901")).toContain("at least 12");
  expect(wrongPassword("123456789012")).toBeUndefined();
});

describe("requests", () => {
  const addresses = { origins: ["http://127.0.0.1:7766", "http://localhost:7766"], secure: false };
  const host = (name: string | undefined) => () => requireOwnHost(addresses, name);
  const origin = (value: string | undefined, browser: boolean, site?: string) => () =>
    requireOwnOrigin(addresses, { origin: value, site }, browser);

  test("under another name are refused", () => {
    for (const name of ["127.0.0.1:7766", "LOCALHOST:7766"]) expect(host(name)).not.toThrow();
    for (const name of [
      undefined,
      "localhost",
      "127.0.0.1:7767",
      "evil.example:7766",
      "127.0.0.1:7766.evil.example",
    ])
      expect(host(name)).toThrow("This server does not answer as");
  });

  test("of pages of others are refused; programs have no page", () => {
    expect(origin("http://localhost:7766", true)).not.toThrow();
    expect(origin("http://localhost:7766", true, "same-origin")).not.toThrow();
    expect(origin(undefined, false)).not.toThrow();
    for (const value of [undefined, "null", "http://localhost:7767", "https://localhost:7766"])
      expect(origin(value, true)).toThrow("asks for this, and may not");
    expect(origin("https://evil.example", false)).toThrow("A page of https://evil.example asks");
    expect(origin("http://localhost:7766", true, "same-site")).toThrow("may not");
  });
});

test("what was done is told, the newest first; a line that was cut is passed over", () => {
  const place = join(folder, "audit.jsonl");
  const audit = new Audit(place);
  audit.note({ who: "ada", from: "192.0.2.1", what: "login", detail: "password" });
  writeFileSync(place, '{"at":"2026', { flag: "a" });
  writeFileSync(place, "\n", { flag: "a" });
  audit.note({ who: "ben", from: "192.0.2.1", what: "logout", detail: "" });
  expect(audit.list().map(({ who, what }) => `${who} ${what}`)).toEqual(["ben logout", "ada login"]);
});
