import { describe, expect, test } from "vitest";
import { refusedEvents, takenEvents } from "./calendar.test-support.ts";
import { checkCalendar } from "./calendar.ts";

const check = (event: unknown) => checkCalendar("schedule", event);

test.for(takenEvents)("%j is an event", (event) => {
  expect(check(event)).toBeUndefined();
});

test.for(refusedEvents)("%j is none", (event) => {
  expect(check(event)).toMatch(/^schedule is .*\.$/);
});

describe("what is wrong is said", () => {
  test.for<[unknown, string]>([
    ["", 'schedule is "", and must be an event such as "daily" or "Mon..Fri *-*-* 03:00".'],
    [5, "schedule is 5, and must be an event"],
    [" daily", 'schedule is " daily": write single blanks between its parts.'],
    ["0 3 * * *", 'schedule is "0 3 * * *", which is how cron says it: write "*-*-* 03:00".'],
    ["5 * * * *", 'which is how cron says it: write "*-*-* *:05".'],
    ["*/5 * * * 1", 'which is how cron says it: write an event such as "daily"'],
    [
      "often",
      ': "often" is no day of the week: Mon, Tue, Wed, Thu, Fri, Sat, Sun, or a word: minutely, hourly,',
    ],
    ["Sat..Mon 3:00", ': the days "Sat..Mon" run backwards: "Sat..Sun,Mon..Mon".'],
    ["10", ': "10" is neither a date such as "*-*-1" nor a time such as "03:00".'],
    ["25:00", ': the hour is "25", and must be "*" or numbers from 0 to 23 such as "0", "0..4", "0/2".'],
    ["*:9..3", ': the minute is "9..3", and "9..3" runs backwards.'],
    ["*:50/20", ': the minute is "50/20", and the step 20 from 50 on leads out of 0 to 59.'],
    ["*-2,4-31", ': the day "31" never comes in the month "2,4".'],
    ["*-2-30/1", ': the day "30/1" never comes in the month "2".'],
    ["1:00 Nowhere/City", ': there is no time zone "Nowhere/City".'],
    ["1:00 2:00", ': after "1:00" comes nothing but a time zone.'],
  ])("%j", ([event, mistake]) => {
    expect(check(event)).toContain(mistake);
  });
});
