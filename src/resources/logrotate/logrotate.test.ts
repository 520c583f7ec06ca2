import { describe, expect, test } from "vitest";
import { compileWith, mistakesIn, textsOf } from "../declared.test-support.ts";
import { type LogrotateOptions, logrotate, logrotateKind } from "./logrotate.ts";

const files = ["/var/log/engine/*.log", "/var/log/my engine.log"];

async function textOf(options: LogrotateOptions): Promise<string> {
  const [text = ""] = textsOf(await compileWith(logrotateKind, logrotate("engine", options)));
  return text;
}

describe("logrotate", () => {
  test("writes what is declared", async () => {
    expect(
      await textOf({
        files,
        every: "day",
        maxSize: "100M",
        keep: 14,
        maxAge: 90,
        dates: true,
        create: { mode: "0640", owner: "engine", group: "adm" },
        user: "engine",
        postRotate: "systemctl kill --signal=USR1 engine.service\n",
      }),
    ).toBe(`# Written by Proog: logrotate("engine").
"/var/log/engine/*.log"
"/var/log/my engine.log" {
    daily
    maxsize 100M
    rotate 14
    maxage 90
    compress
    delaycompress
    dateext
    missingok
    notifempty
    create 0640 engine adm
    su engine engine
    sharedscripts
    postrotate
systemctl kill --signal=USR1 engine.service
    endscript
}
`);
    expect(
      await textOf({
        files: ["/a"],
        size: "1G",
        compress: "at-once",
        required: true,
        empty: true,
        create: false,
      }),
    ).toContain(
      "    size 1G\n    compress\n    nodelaycompress\n    nomissingok\n    ifempty\n    nocreate\n}\n",
    );
    expect(await textOf({ files: ["/a"], compress: false, copyTruncate: true, dates: false })).toContain(
      "    nocompress\n    nodateext\n    missingok\n    notifempty\n    copytruncate\n}\n",
    );
  });

  test("is a file, or none", async () => {
    const compiled = await compileWith(logrotateKind, logrotate("engine", { files }));
    expect(compiled.claims).toEqual(["path /etc/logrotate.d/engine"]);
    expect(compiled.survey?.map(({ survey }) => survey)).toEqual(["stat", "sha256"]);
    const absent = await compileWith(logrotateKind, logrotate("engine", { absent: true }));
    expect(absent.arguments).toEqual(["engine", "absent"]);
    expect(absent.survey).toEqual([{ survey: "absent", line: "/etc/logrotate.d/engine" }]);
  });
});

describe("mistakes", () => {
  const wrong = (options: object) =>
    mistakesIn(logrotate("engine", { files, ...options } as LogrotateOptions));
  test.for([
    [{ files: [] }, 'files is [], and must be a list such as ["/var/log/engine/*.log"].'],
    [
      { files: ["a"] },
      'files[0] is "a", and must be an absolute path such as "/var/log/engine/*.log", without quotes, backslashes and braces.',
    ],
    [{ every: "daily" }, 'every is "daily", and must be one of "hour", "day", "week", "month", "year".'],
    [{ size: "1 GB" }, 'size is "1 GB", and must be a size such as "100k", "10M" or "1G".'],
    [
      { size: "1G", every: "day" },
      "It has both size and every, and size alone then decides: give maxSize and every.",
    ],
    [{ keep: -1 }, "keep is -1, and must be a whole number such as 14."],
    [{ compress: "yes" }, 'compress is "yes", and must be true, false, or "at-once".'],
    [{ empty: 1 }, "empty is 1, and must be true or false."],
    [
      { create: true },
      'create is true, and must be false, or such as { mode: "0640", owner: "engine", group: "adm" }.',
    ],
    [
      { create: { mode: "rw", owner: "a", group: "b" } },
      'create.mode is "rw", and must be three or four octal digits in quotes, such as "0644".',
    ],
    [
      { create: { mode: "0640", owner: "a", group: "b" }, copyTruncate: true },
      "It has both create and copyTruncate, and then nothing is created: give one of them.",
    ],
    [{ group: "adm" }, "It has group and no user: give both."],
    [
      { postRotate: "a\nendscript\n" },
      "postRotate has a line that begins with endscript, which ends it: leave it out.",
    ],
    [
      { postRotate: "" },
      'postRotate is "", and must be what a shell runs, such as "systemctl reload engine".',
    ],
    [{ rotate: 3 }, /^rotate is no option\./],
  ] as const)("%#", ([options, message]) => {
    expect(wrong(options)).toEqual([typeof message === "string" ? message : expect.stringMatching(message)]);
  });

  test("a name that logrotate passes over", () => {
    expect(mistakesIn(logrotate("a.conf", { files }))).toEqual([
      'name is "a.conf", and must be a file\'s name of letters, digits, "_" and "-": "engine".',
    ]);
  });
});
