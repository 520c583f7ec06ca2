import { expect, test } from "vitest";
import { compileWith, mistakesIn } from "../declared.test-support.ts";
import { timezone, timezoneKind } from "./timezone.ts";

test.each([
  "Europe/Berlin",
  "UTC",
  "Etc/UTC",
  "Etc/GMT+5",
  "America/Argentina/Buenos_Aires",
  "Asia/Kolkata",
  "US/Pacific",
])("%s", async (zone) => {
  expect(await compileWith(timezoneKind, timezone(zone))).toMatchObject({
    arguments: [zone],
    survey: [{ survey: "checks", line: `timezone ${zone}` }],
  });
});

test.each([
  [
    "Europe/Berln",
    'zone is "Europe/Berln", and must be a time zone such as "Europe/Berlin". Did you mean "Europe/Berlin"?',
  ],
  ["europe/berlin", 'Did you mean "Europe/Berlin"?'],
  ["Middle/Earth-And-All-Its-Kingdoms", 'such as "Europe/Berlin"; timedatectl list-timezones lists them.'],
  ["../../etc/passwd", 'zone is "../../etc/passwd", and must be a time zone such as "Europe/Berlin".'],
  ["+01:00", 'zone is "+01:00"'],
  ["", 'zone is ""'],
])("%j is none", (zone, mistake) => {
  expect(mistakesIn(timezone(zone))).toEqual([expect.stringContaining(mistake)]);
});
