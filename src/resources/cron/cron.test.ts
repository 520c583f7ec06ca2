import { describe, expect, test } from "vitest";
import { compileWith, mistakesIn, textsOf } from "../declared.test-support.ts";
import { type CronOptions, cron, cronKind } from "./cron.ts";

const backup = (options: Partial<CronOptions> = {}) =>
  cron("backup", { schedule: "0 3 * * *", command: "backup", ...options });

async function crontab(options: Partial<CronOptions>): Promise<string> {
  const [text = ""] = textsOf(await compileWith(cronKind, backup(options)));
  return text;
}

describe("the file", () => {
  test("has the schedule, the user and the command, and where programs are", async () => {
    expect(await crontab({ user: "ada" })).toBe(
      '# Written by Proog: cron("backup").\nPATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n0 3 * * * ada backup\n',
    );
  });

  test("escapes the percent sign, and nothing else", async () => {
    const command = "date +%F' %%' >\"/tmp/a b\" # $HOME \\n";
    expect(await crontab({ command })).toContain("* root date +\\%F' \\%\\%' >\"/tmp/a b\" # $HOME \\n\n");
  });

  test("quotes what cron would trim or misread", async () => {
    const environment = { A: "plain", B: "", C: " x", D: "it's", E: '"', F: "a'b\"c", PATH: "/bin" };
    expect(await crontab({ environment: { ...environment, F: "a=b c" } })).toBe(
      '# Written by Proog: cron("backup").\nPATH=/bin\nA=plain\nB=""\nC=" x"\nD="it\'s"\nE=\'"\'\nF=a=b c\n0 3 * * * root backup\n',
    );
  });
});

test("the catalog line reads like the declaration, and the file's path is claimed", async () => {
  const { arguments: words, claims, survey = [] } = await compileWith(cronKind, backup({ user: "ada" }));
  expect(words).toEqual(["backup", expect.stringMatching(/^[0-9a-f]{64}$/), "ada"]);
  expect(claims).toEqual(["path /etc/cron.d/proog-backup"]);
  expect(survey.map(({ survey }) => survey)).toEqual(["stat", "sha256", "accounts", "cron"]);
});

test("one that must not be there", async () => {
  const { arguments: words, survey } = await compileWith(cronKind, cron("backup", { absent: true }));
  expect(words).toEqual(["backup", "absent"]);
  expect(survey).toEqual([{ survey: "absent", line: "/etc/cron.d/proog-backup" }]);
});

describe("mistakes", () => {
  test.each([
    ["a.b", 'name is "a.b", and cron reads only files named by letters, digits, "_" and "-": "backup".'],
    ["a/b", 'name is "a/b"'],
    ["", 'name is ""'],
    ["a b", 'name is "a b"'],
  ])("the name %j", (name, mistake) => {
    const resource = cron(name, { schedule: "@daily", command: "true" });
    expect(mistakesIn(resource)).toEqual([expect.stringContaining(mistake)]);
    expect(mistakesIn(cron(name, { absent: true }))).toEqual([expect.stringContaining(mistake)]);
  });

  test.each<[Partial<CronOptions>, string]>([
    [{ schedule: "60 * * * *" }, 'the minute is "60"'],
    [{ command: "" }, 'command is "", and must be what a shell runs, such as "/usr/local/bin/backup".'],
    [{ command: "a\nb" }, 'cron takes one line: join commands by "&&", or put them into a script.'],
    [{ command: "date +\\%F" }, 'write "%" without a backslash, it is escaped for cron.'],
    [
      { command: "echo \\\\" },
      "cron programs differ in how they read two backslashes: put it into a script.",
    ],
    [{ command: "x".repeat(999) }, "command is 999 bytes long, and cron takes 998: put it into a script."],
    [{ command: "%".repeat(500) }, "command is 1000 bytes long"],
    [{ command: "文".repeat(333) }, "command is 999 bytes long"],
    [{ user: "no one" }, 'user is "no one"'],
    [{ environment: { "A-B": "x" } }, 'environment has "A-B"'],
    [{ environment: { A: "x\ny" } }, 'environment.A is "x\\ny", and cron takes text in one line.'],
    [{ environment: { A: "x " } }, "cron drops blanks at the end: set it in the command."],
    [
      { environment: { A: `'"` } },
      "cron can quote no value with both kinds of quotes: set it in the command.",
    ],
    [
      { environment: { A: "x".repeat(1000) } },
      "environment.A is too long for cron: at most 998 bytes with its name.",
    ],
  ])("%j", (options, mistake) => {
    expect(mistakesIn(backup(options))).toEqual([expect.stringContaining(mistake)]);
  });

  test("a command of 998 bytes is none", () => {
    expect(mistakesIn(backup({ command: "x".repeat(998) }))).toEqual([]);
  });

  test("what the types refuse", () => {
    // @ts-expect-error: no command
    expect(mistakesIn(cron("a", { schedule: "@daily" }))).not.toEqual([]);
    // @ts-expect-error: present and absent
    cron("a", { absent: true, command: "true" });
  });
});

test("a declaration is plain data, with the place where it stands", () => {
  const resource = backup({ environment: { A: "x" }, optional: true });
  expect(JSON.parse(JSON.stringify(resource))).toEqual(resource);
  expect(Object.isFrozen(resource)).toBe(true);
  expect(resource).toMatchObject({ type: "cron", name: "backup", optional: true });
});
