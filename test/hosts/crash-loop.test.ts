import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { runCrashLoop } from "../crash/loop.ts";
import { ways as descriptions, wayNames } from "../crash/ways.ts";

/** What is tried here is a part of `npm run crash-loop`, another one each day, so that what fails can be had again. */
const day = Math.floor(Date.now() / 86_400_000);

/** What takes long, each time: packages to install before, a reboot, a locale, apt's lists. */
const without = [
  ...["svn", "locale", "firewall", "logrotate", "reboot", "aptRepository", "debFile"],
  ...["nginxSite", "apacheSite"],
];

/** The machine goes down in one of two ways, by turns. */
const ways = wayNames.filter((name) => name !== (day % 2 === 0 ? "power" : "reboot"));

test("an apply that is struck at any of its steps is finished by the next one", async () => {
  const folder = join(inject("runFolder"), "crash");
  mkdirSync(folder);
  const { steps, tried } = await runCrashLoop({
    ...{ folder, machines: 1, ways, passes: 1, seconds: 8, without },
    from: day,
  });
  const failed = tried.flatMap(({ step, way, depth, version, problems }) =>
    problems.map(
      (problem) =>
        `${descriptions[way].what} at ${step.key} to version ${version}, depth ${depth}: ${problem}`,
    ),
  );
  expect(failed.join("\n")).toBe("");
  expect(steps).toBeGreaterThanOrEqual(40);
  // However slow this machine is, each way was tried.
  expect(new Set(tried.map(({ way }) => way)).size).toBe(ways.length);
});
