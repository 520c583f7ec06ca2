import { describe, expect, test } from "vitest";
import { checkSchedule, type Schedule } from "./schedule.ts";

describe("a schedule that cron takes", () => {
  test.each([
    "0 3 * * *",
    "*/5 * * * *",
    "0-59/15 0,12 1-7 jan-mar,OCT mon-fri",
    "00 03 01 12 7",
    "59 23 31 12 0",
    "0\t3  *  *\t*",
    "0 3 * * sun,Sat",
    "0 22-23,0-4 * * *",
    "5,10-20/2,59 * * * *",
    "@daily",
    "@reboot",
    "@midnight",
  ])("%s", (schedule) => expect(checkSchedule(schedule)).toBeUndefined());
});

describe("a schedule that cron does not take, or takes for something else", () => {
  test.each([
    [
      "",
      'must have five fields, not 0: minute, hour, day of the month, month, day of the week, such as "0 3 * * *".',
    ],
    ["0 3 * *", "must have five fields, not 4"],
    ["0 3 * * * root", "must have five fields, not 6"],
    ["0 3 * *\n*", "must be one line."],
    ["@every", "cron knows the words @reboot, @hourly, @daily"],
    ["@Daily", "cron knows the words"],
    ["60 * * * *", 'the minute is "60", and "60" is out of range: it goes from 0 to 59, "*" is any.'],
    ["0 24 * * *", 'the hour is "24", and "24" is out of range: it goes from 0 to 23, "*" is any.'],
    ["0 0 0 * *", 'the day of the month is "0", and "0" is out of range: it goes from 1 to 31, "*" is any.'],
    [
      "0 0 * 13 *",
      'the month is "13", and "13" is out of range: it goes from 1 to 12 or jan to dec, "*" is any.',
    ],
    ["0 0 * january *", 'the month is "january", and "january" is out of range'],
    [
      "0 0 * * 8",
      'the day of the week is "8", and "8" is out of range: it goes from 0 to 7 or sun to sat, "*" is any.',
    ],
    ["0 0 * mon *", 'the month is "mon"'],
    ["0 22-4 * * *", 'the hour is "22-4", and the range "22-4" runs backwards: write "22-23,0-4".'],
    ["0 0 * * fri-mon", 'runs backwards: write "fri-sat,sun-mon".'],
    ["0 0 * nov-feb *", 'runs backwards: write "nov-dec,jan-feb".'],
    ["5/15 * * * *", 'the minute is "5/15", and a step needs a range: write "5-59/15" or "*/15".'],
    ["*/0 * * * *", 'and the step "0" must be a whole number from 1 to 59.'],
    ["*/x * * * *", 'and the step "x" must be a whole number from 1 to 59.'],
    ["*/90 * * * *", "and the step 90 is wider than its range: the most is 59, or name the one value."],
    ["1-5/9 * * * *", "the most is 4"],
    ["*/5/2 * * * *", 'and "*/5/2" has two steps: leave one.'],
    ["1-2-3 * * * *", 'and "1-2-3" is no range: write one "-".'],
    ["1,,2 * * * *", 'and has an empty part: take out the ",".'],
    ["1- * * * *", "and a value is missing"],
    ["-5 * * * *", "and a value is missing"],
    ["*-5 * * * *", '"*" is out of range'],
    ["0~30 * * * *", '"0~30" is out of range'],
    ["+1 * * * *", '"+1" is out of range'],
    ["1.5 * * * *", '"1.5" is out of range'],
    ["١ * * * *", "is out of range"],
  ])("%j: %s", (schedule, fault) => {
    const mistake = checkSchedule(schedule);
    expect(mistake).toContain(`schedule is ${JSON.stringify(schedule)}: `);
    expect(mistake).toContain(fault);
  });
});

test("the type knows the number of fields and the words", () => {
  const schedules: Schedule[] = ["0 3 * * *", "@daily", `${7} * * * *`];
  // @ts-expect-error: four fields
  schedules.push("0 3 * *");
  // @ts-expect-error: no such word
  schedules.push("@every");
  expect(schedules.map(checkSchedule).filter((mistake) => mistake !== undefined)).toHaveLength(2);
});
