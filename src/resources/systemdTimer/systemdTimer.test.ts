import { describe, expect, test } from "vitest";
import { compileWith, mistakesIn, textsOf } from "../declared.test-support.ts";
import { type SystemdTimerOptions, systemdTimer, systemdTimerKind } from "./systemdTimer.ts";

const backup = (options: Partial<SystemdTimerOptions> = {}) =>
  systemdTimer("backup", { schedule: "daily", command: "backup", ...options });

/** The timer and the service. */
async function units(options: Partial<SystemdTimerOptions>): Promise<string[]> {
  return textsOf(await compileWith(systemdTimerKind, backup(options)));
}

describe("the units", () => {
  test("have what is declared, and no more", async () => {
    const [timer, service] = await units({});
    expect(timer).toBe(`# Written by Proog: systemdTimer("backup").
[Unit]
Description=Runs backup.service by its schedule

[Timer]
OnCalendar=daily
AccuracySec=1s
Persistent=true

[Install]
WantedBy=timers.target
`);
    expect(service).toBe(`# Written by Proog: systemdTimer("backup").
[Unit]
Description=Command of backup.timer

[Service]
Type=oneshot
SyslogIdentifier=backup
ExecStart=:/bin/sh -c "backup"
`);
  });

  test("have all options", async () => {
    const [timer, service] = await units({
      schedule: ["*-*-1 00:00", "Mon 3:00"],
      persistent: false,
      randomizedDelay: 600,
      user: "ada",
      timeLimit: 60,
      environment: { A: "1 2", B: '"%h"\n' },
    });
    expect(timer).toContain(
      "OnCalendar=*-*-1 00:00\nOnCalendar=Mon 3:00\nAccuracySec=1s\nPersistent=false\nRandomizedDelaySec=600\n",
    );
    expect(service).toContain(
      'User=ada\nSyslogIdentifier=backup\nEnvironment="A=1 2"\nEnvironment="B=\\"%%h\\"\\n"\nTimeoutStartSec=60\n',
    );
  });

  test("quote what systemd would read", async () => {
    const [, service] = await units({ command: `date +%F "$HOME" 'it\\s'\n\techo \u0007 é` });
    expect(service).toContain(
      `ExecStart=:/bin/sh -c "date +%%F \\"$HOME\\" 'it\\\\s'\\n\\x09echo \\x07 é"\n`,
    );
  });
});

test("the catalog line reads like the declaration; all of it is surveyed", async () => {
  const compiled = await compileWith(systemdTimerKind, backup({ user: "ada" }));
  const hashes = compiled.blobs?.map(({ sha256 }) => sha256) ?? [];
  expect(compiled.arguments).toEqual(["backup", "present", ...hashes, "ada"]);
  expect(compiled.survey?.map(({ survey }) => survey)).toEqual([
    ...["stat", "sha256", "stat", "sha256", "loaded", "loaded", "accounts", "services"],
  ]);
  const absent = await compileWith(systemdTimerKind, systemdTimer("backup", { absent: true }));
  expect(absent.arguments).toEqual(["backup", "absent"]);
});

describe("mistakes", () => {
  test.for([
    ["backup.timer", 'name is "backup.timer", and must be without a unit\'s type: "backup".'],
    ["backup.service", 'must be without a unit\'s type: "backup".'],
    ["a/b", 'name is "a/b", and must be a unit\'s name without a folder'],
    ["a b", 'name is "a b"'],
    ["a@b", 'name is "a@b", and a timer here is no template: leave out the "@".'],
    ["a\\x2db", 'name is "a\\\\x2db", and must be without "\\".'],
    ["", 'name is ""'],
  ] as const)("the name %j", ([name, mistake]) => {
    expect(mistakesIn(systemdTimer(name, { schedule: "daily", command: "true" }))).toEqual([
      expect.stringContaining(mistake),
    ]);
    expect(mistakesIn(systemdTimer(name, { absent: true }))).toEqual([expect.stringContaining(mistake)]);
  });

  test.for<[Partial<SystemdTimerOptions>, string]>([
    [{ schedule: "0 3 * * *" }, 'which is how cron says it: write "*-*-* 03:00".'],
    [{ schedule: ["daily", "25:00"] }, 'schedule[1] is "25:00": the hour is "25"'],
    [{ schedule: [] }, 'schedule is [], and must name an event such as "daily".'],
    [{ command: " " }, 'command is " ", and must be what a shell runs'],
    [{ command: "a\0b" }, "command is"],
    [{ user: "no one" }, 'user is "no one"'],
    [{ environment: { "A-B": "x" } }, 'environment has "A-B"'],
    [{ environment: { A: "\0" } }, "environment.A is"],
    [
      { randomizedDelay: -1 },
      "randomizedDelay is -1, and must be a whole number of seconds from 0 on, such as 3600.",
    ],
    [{ timeLimit: 0 }, "timeLimit is 0, and must be a whole number of seconds from 1 on"],
  ])("%j", ([options, mistake]) => {
    expect(mistakesIn(backup(options))).toEqual([expect.stringContaining(mistake)]);
  });

  test("what the types refuse", () => {
    // @ts-expect-error: no command
    expect(mistakesIn(systemdTimer("a", { schedule: "daily" }))).toEqual([
      expect.stringContaining("command is undefined"),
    ]);
    // @ts-expect-error: no schedule
    expect(mistakesIn(systemdTimer("a", { command: "true" }))[0]).toContain("schedule is undefined");
    // @ts-expect-error: no switch
    expect(mistakesIn(backup({ persistent: "yes" }))).toEqual([
      'persistent is "yes", and must be true or false.',
    ]);
    // @ts-expect-error: present and absent
    systemdTimer("a", { absent: true, command: "true" });
  });
});

test("a declaration is plain data", () => {
  const resource = backup({ schedule: ["daily"], environment: { A: "x" }, optional: true, tags: ["night"] });
  expect(JSON.parse(JSON.stringify(resource))).toEqual(resource);
  expect(Object.isFrozen(resource)).toBe(true);
});
