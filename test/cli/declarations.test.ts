import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { text } from "../../src/report/recording.test-support.ts";
import { config, configWith, fleetFolder } from "./fleet-folder.ts";

/** What proog plan says of a role `web` with these items, the first of which stands at line 3. */
function refusalOf(items: string, nodes?: string): Promise<string> {
  return fleetFolder(configWith(items, nodes)).refusal("plan");
}

test("one mistake is one sentence with its place, however many nodes share it", async () => {
  expect(await refusalOf('  file("/etc/motd", { content: "hello\\n", mode: 644 }),', "web: 40")).toBe(text`
    error: file /etc/motd: mode is 644, and must be three or four octal digits in quotes, such as "0644"
      (proog.config.js:3)
  `);
});

test("all mistakes of all roles are told at once, each with its line, before anything is looked at", async () => {
  const folder = fleetFolder({
    "proog.config.ts": config(`import { sites } from "./sites.ts";
const web = role("web", () => [
  sites(),
  file("/etc/motd", { content: "hello", onwer: "ada" }),
]);
const db = role("db", () => {
  const spool = undefined as unknown as { path: string };
  return directory(spool.path);
});
const log = role("log", () => [
  symlink("/srv/log", { to: "" }),
  file("/etc/log.conf", { from: "log.conf" }),
  directory("/srv/log/"),
]);
export default defineFleet({
  name: "example",
  roles: { web, db, log },
  environments: { devel: { provider: local(), nodes: { web: 3, db: 2, log: 1 } } },
});
`),
    "sites.ts": `import { file } from "proog";

export const sites = () => [file("etc/site.conf", { content: (node) => node.adress.trim() })];
`,
  });
  expect(await folder.refusal("plan")).toBe(text`
    error: The config has 6 mistakes.
      sites.ts:3          file etc/site.conf: path is "etc/site.conf", and must be absolute:
                          "/etc/site.conf".
      proog.config.ts:5   file /etc/motd: onwer is no option. Did you mean "owner"?
      proog.config.ts:9   db-1, db-2: The role db failed: Cannot read properties of undefined (reading
                          'path')
                          9 |   return directory(spool.path);
      proog.config.ts:12  symlink /srv/log: to is "", and must be what the link points to, such as
                          "/srv/app/releases/42".
      proog.config.ts:13  There is no local file "log.conf".
      proog.config.ts:14  directory /srv/log/: path is "/srv/log/": write "/srv/log".
      Local files are looked for from the folder of the config, ${folder.path}.
  `);
  for (const command of ["apply", "boot", "status"])
    expect(await folder.refusal(command)).toContain("error: The config has ");
});

describe("exceptions", () => {
  test("in a role: the line that threw, and for which nodes", async () => {
    expect(await refusalOf("  file(node.adress.trim(), {}),", "web: 4")).toBe(text`
      error: web-1 … web-4: The role web failed: Cannot read properties of undefined (reading 'trim')
        (proog.config.js:3)
        3 |   file(node.adress.trim(), {}),
    `);
  });

  test("in a function of a content", async () => {
    expect(await refusalOf('  file("/x", { content: (node) => node.vars.port }),')).toBe(text`
      error: web-1, web-2: file /x: the function for its content failed: Cannot read properties of
        undefined (reading 'port') (proog.config.js:3)
        3 |   file("/x", { content: (node) => node.vars.port }),
    `);
  });

  test("a function of a content that returns no text", async () => {
    expect(await refusalOf('  file("/x", { content: async (node) => node.name }),', "web: 1")).toBe(text`
      error: web-1: file /x: the function for its content failed: it returned a promise, and must return a
        string (proog.config.js:3)
    `);
    expect(await refusalOf('  file("/x", { content: (node) => node.port }),', "web: 1")).toBe(text`
      error: web-1: file /x: the function for its content failed: it returned undefined, and must return a
        string (proog.config.js:3)
    `);
  });
});

describe("a role returns something else than resources", () => {
  test.each([
    [
      '"nginx"',
      '"nginx"',
      "A role returns what file(), apt() and the other kinds return, in arrays as deep as you like.",
    ],
    [
      '{ type: "flie", at: "here" }',
      '{"type":"flie","at":"here"}',
      "A role returns what file(), apt() and the other kinds return, in arrays as deep as you like.",
    ],
    ["() => []", "a function", "Call the function, and return what it returns."],
    [
      "Promise.reject(new Error('no'))",
      "a promise",
      "Wait for it where it is returned: async ({ node }) => [await …].",
    ],
  ])("%s", async (item, said, hint) => {
    expect(await refusalOf(`  ${item},`)).toBe(text`
      error: The role web returned ${said}, which is no resource (proog.config.js:2)
        ${hint}
    `);
  });

  test("another role", async () => {
    const folder = fleetFolder(
      configWith("  base,").replace("const web", 'const base = role("base", () => []);\nconst web'),
    );
    expect(await folder.refusal("plan")).toBe(text`
      error: The role web returned the role base, which is no resource (proog.config.js:3)
        To share resources between roles, write a function that returns them.
    `);
  });
});

describe("options", () => {
  test("that do not exist, and options that are none", async () => {
    expect(
      await refusalOf(`  file("/a", { contents: "" }),
  directory("/b", { recursive: true }),
  file("/c", { absent: true, content: "" }),
  directory("/d", { absent: "yes" }),
  symlink("/e", "/srv"),
  file("/f"),`),
    ).toBe(text`
      error: The config has 8 mistakes.
        proog.config.js:3  file /a: contents is no option. Did you mean "content"?
        proog.config.js:3  file /a: It has neither content nor from: give one, or { content: "" } for an
                           empty file.
        proog.config.js:4  directory /b: recursive is no option. There is: mode, owner, group, optional,
                           tags.
        proog.config.js:5  file /c: content is no option beside absent. There is: optional, tags.
        proog.config.js:6  directory /d: absent is "yes", and must be true or left out.
        proog.config.js:7  symlink /e: The options are "/srv", and must be an object such as { to: … }.
        proog.config.js:7  symlink /e: to is undefined, and must be what the link points to, such as
                           "/srv/app/releases/42".
        proog.config.js:8  file /f: It has neither content nor from: give one, or { content: "" } for an
                           empty file.
    `);
  });

  test("{ absent: false } does not remove anything", async () => {
    const folder = fleetFolder(configWith('  file("/etc/motd", { absent: false, content: "hello" }),'));
    const { stdout, status } = await folder.proog("catalog", "web-1");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^resource 1 file \/etc\/motd 0644 root root [0-9a-f]{64}$/m);
  });

  test("modes, owners and paths", async () => {
    expect(
      await refusalOf(`  file("/a", { content: "", mode: 0o644 }),
  file("/b", { content: "", mode: "u+x" }),
  file("/c", { content: "", mode: "0888" }),
  directory("/d", { owner: "www data", group: "" }),
  directory("srv"),
  directory("/srv//x"),
  directory("/srv/../x"),
  directory(""),
  directory(undefined),
  file("/e", { content: "", from: "e" }),
  file("/f", { from: 5 }),
  file("/g", { content: 5 }),
  file("/h", { content: "", validate: "nginx -t" }),`),
    ).toBe(text`
      error: The config has 14 mistakes.
        proog.config.js:3   file /a: mode is 420, and must be three or four octal digits in quotes, such
                            as "0644".
        proog.config.js:4   file /b: mode is "u+x", and must be three or four octal digits in quotes, such
                            as "0644".
        proog.config.js:5   file /c: mode is "0888", and must be three or four octal digits in quotes,
                            such as "0644".
        proog.config.js:6   directory /d: owner is "www data", and must be a name such as "www-data":
                            letters, digits, "_", "-" and ".", at most 32.
        proog.config.js:6   directory /d: group is "", and must be a name such as "www-data": letters,
                            digits, "_", "-" and ".", at most 32.
        proog.config.js:7   directory srv: path is "srv", and must be absolute: "/srv".
        proog.config.js:8   directory /srv//x: path is "/srv//x", and must be without "//", "." and "..".
        proog.config.js:9   directory /srv/../x: path is "/srv/../x", and must be without "//", "." and
                            "..".
        proog.config.js:10  directory: path is "", and must be a path such as "/etc/motd".
        proog.config.js:11  directory undefined: path is undefined, and must be a path such as
                            "/etc/motd".
        proog.config.js:12  file /e: It has both content and from: give one of them.
        proog.config.js:13  file /f: from is 5, and must be the path of a local file, such as
                            "nginx/nginx.conf".
        proog.config.js:14  file /g: content is 5, and must be a string or a function of the node.
        proog.config.js:15  file /h: validate is "nginx -t", and must name the new file as %: "nginx -t -c
                            %".
    `);
  });
});

test("units, schedules, packages, users and commands", async () => {
  expect(
    await refusalOf(`  service("ngi nx"),
  service("nginx", { enable: true }),
  systemdUnit("engine", { content: "[Service]\\n" }),
  systemdUnit("engine.service", { content: "ExecStart=/bin/true\\n", dropin: "x" }),
  cron("backup", { schedule: "61 3 * * *", command: "true" }),
  cron("back up", { schedule: "@dayly", command: "", usr: "root" }),
  cron("void"),
  apt("Nginx", "curl=8", { recommend: false }),
  apt(),
  user("Ada Lovelace", { shel: "/bin/bash" }),
  user("bob", { absent: true, home: "/home/bob" }),
  group("adm!", { gid: 0 }),
  git("/srv/app", { from: "https://example.org/app.git", ref: "no branch", dept: 5 }),
  git("/srv/app2"),
  run("make", { unless: 5, timeLimit: -1, environment: { "A B": "x" } }),`),
  ).toBe(text`
    error: The config has 28 mistakes.
      proog.config.js:3   service ngi nx: name is "ngi nx", and must be of letters, digits, ":", "-",
                          "_", ".", "\" and "@": systemd-escape(1) writes other signs so.
      proog.config.js:4   service nginx: enable is no option. Did you mean "enabled"?
      proog.config.js:5   systemdUnit engine: name is "engine", and must end in the unit's type:
                          "engine.service", ".timer", ".socket", ….
      proog.config.js:6   systemdUnit engine.service: dropin is no option. Did you mean "dropIn"?
      proog.config.js:6   systemdUnit engine.service: content begins with "ExecStart=/bin/true", and
                          must begin with a section such as "[Service]".
      proog.config.js:7   cron backup: schedule is "61 3 * * *": the minute is "61", and "61" is out of
                          range: it goes from 0 to 59, "*" is any.
      proog.config.js:8   cron back up: name is "back up", and cron reads only files named by letters,
                          digits, "_" and "-": "backup".
      proog.config.js:8   cron back up: usr is no option. Did you mean "user"?
      proog.config.js:8   cron back up: schedule is "@dayly": cron knows the words @reboot, @hourly,
                          @daily, @midnight, @weekly, @monthly, @yearly, @annually.
      proog.config.js:8   cron back up: command is "", and must be what a shell runs, such as
                          "/usr/local/bin/backup".
      proog.config.js:9   cron void: schedule is undefined: must be text such as "0 3 * * *".
      proog.config.js:9   cron void: command is undefined, and must be what a shell runs, such as
                          "/usr/local/bin/backup".
      proog.config.js:10  apt Nginx curl=8: A package is "Nginx", and must be of lower-case letters,
                          digits, "+", "-" and ".", at least two, such as "nginx".
      proog.config.js:10  apt Nginx curl=8: A package is "curl=8", and must be named without a version
                          or release: "curl" with { version: "8" }.
      proog.config.js:10  apt Nginx curl=8: recommend is no option. Did you mean "recommends"?
      proog.config.js:11  apt: It names no package: apt("nginx").
      proog.config.js:12  user Ada Lovelace: name is "Ada Lovelace", and must be a name such as
                          "www-data": letters, digits, "_", "-" and ".", at most 32.
      proog.config.js:12  user Ada Lovelace: shel is no option. Did you mean "shell"?
      proog.config.js:13  user bob: home is no option beside absent. There is: removeHome, optional,
                          tags.
      proog.config.js:14  group adm!: name is "adm!", and must be a name such as "www-data": letters,
                          digits, "_", "-" and ".", at most 32.
      proog.config.js:14  group adm!: gid is 0, and 0 is root's: Debian gives services 100 to 999 and
                          people 1000 to 59999.
      proog.config.js:15  git /srv/app: dept is no option. Did you mean "depth"?
      proog.config.js:15  git /srv/app: ref is "no branch", and must be a branch such as "main", a tag
                          such as "v1.2", or the 40 digits of a commit.
      proog.config.js:16  git /srv/app2: from is undefined, and must be a repository such as
                          "https://example.org/app.git", "git@example.org:app.git" or "../app".
      proog.config.js:16  git /srv/app2: ref is undefined, and must be a branch such as "main", a tag
                          such as "v1.2", or the 40 digits of a commit.
      proog.config.js:17  run make: unless is 5, and must be what a shell runs, such as "a2enmod wsgi".
      proog.config.js:17  run make: timeLimit is -1, and must be a whole number of seconds from 1 on,
                          such as 1800.
      proog.config.js:17  run make: environment has "A B", and names of variables have letters, digits
                          and "_", no digit first.
  `);
});

describe("local files", () => {
  test("that are not there, or no files", async () => {
    const folder = fleetFolder({
      "proog.config.js": configWith(`  file("/a", { from: "nginx/nginx.cnf" }),
  file("/b", { from: "nginx" }),
  file("/c", { from: "nginx/nginx.conf/x" }),`),
      "nginx/nginx.conf": "",
    });
    expect(await folder.refusal("plan")).toBe(text`
      error: The config has 3 mistakes.
        proog.config.js:3  There is no local file "nginx/nginx.cnf". Did you mean "nginx/nginx.conf"?
        proog.config.js:4  The local "nginx" is no regular file.
        proog.config.js:5  There is no local file "nginx/nginx.conf/x".
        Local files are looked for from the folder of the config, ${folder.path}.
    `);
  });
});

test("a branch that a repository does not have", async () => {
  const folder = fleetFolder(configWith('  git("/srv/app", { from: "app", ref: "mian" }),'));
  const repository = join(folder.path, "app");
  const git = (...args: string[]) => execFileSync("git", ["-C", repository, ...args], { stdio: "ignore" });
  mkdirSync(repository);
  git("init", "--initial-branch=main");
  git("-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "--allow-empty", "--message=a");
  expect(await folder.refusal("plan")).toBe(text`
    error: The git repository ${repository} has no branch or tag "mian" (proog.config.js:3)
      Did you mean "main"?
  `);
});

describe("two declarations of the same thing", () => {
  test("names both lines", async () => {
    expect(
      await refusalOf(`  file("/etc/motd", { content: "hello" }),
  symlink("/etc/motd", { to: "/run/motd" }),`),
    ).toBe(text`
      error: web-1, web-2: The path /etc/motd is declared twice (proog.config.js:3 and proog.config.js:4)
        Keep one of them.
    `);
  });

  test("by two roles of a node, on that node only, beside another mistake", async () => {
    const folder = fleetFolder(
      config(`const motd = (text) => file("/etc/motd", { content: text });
const web = role("web", () => [motd("web"), directory("/srv")]);
const db = role("db", () => [motd("db"), directory("/srv"), directory("/var", { mode: "x" })]);
export default defineFleet({
  name: "example",
  roles: { web, db },
  environments: { devel: { provider: local(), nodes: { web: 2, db: 2, box: { roles: ["web", "db"] } } } },
});
`),
    );
    expect(await folder.refusal("plan")).toBe(text`
      error: The config has 3 mistakes.
        proog.config.js:2  box: The path /etc/motd is declared twice, by the same line.
        proog.config.js:4  directory /var: mode is "x", and must be three or four octal digits in quotes,
                           such as "0644".
        proog.config.js:4  box: The path /srv is declared twice (first at proog.config.js:3)
        What several calls of a function share is declared once, outside of it.
        Keep one of them.
    `);
    expect((await folder.proog("catalog", "web-1")).status).toBe(0);
  });
});

describe("triggers", () => {
  test("that name what is not declared, or only later", async () => {
    const folder = fleetFolder(
      config(`const web = role("web", () => {
  const conf = file("/etc/nginx/nginx.conf", { content: "" });
  const later = file("/etc/later", { content: "" });
  return [
    service("nginx", { reloadOn: [conf] }),
    service("apache2", { restartOn: later }),
    service("cron", { reloadOn: "/etc/crontab" }),
    later,
  ];
});
export default defineFleet({
  name: "example",
  roles: { web },
  environments: { devel: { provider: local(), nodes: { web: 2 } } },
});
`),
    );
    expect(await folder.refusal("plan")).toBe(text`
      error: The config has 3 mistakes.
        proog.config.js:6  web-1, web-2: service nginx is to reload on file /etc/nginx/nginx.conf, which
                           is not declared on this node.
        proog.config.js:7  web-1, web-2: service apache2 is to restart on file /etc/later, which is not
                           declared before it.
        proog.config.js:8  web-1, web-2: service cron is to reload on "/etc/crontab", which is not
                           declared on this node.
        Return that resource from the role, too, before the one that waits for it.
    `);
  });

  test("a trigger by a resource with a mistake is no second mistake", async () => {
    const folder = fleetFolder(
      config(`const web = role("web", () => {
  const conf = file("/etc/nginx/nginx.conf", { content: "", mode: 5 });
  return [conf, service("nginx", { reloadOn: [conf] })];
});
export default defineFleet({
  name: "example",
  roles: { web },
  environments: { devel: { provider: local(), nodes: { web: 2 } } },
});
`),
    );
    expect(await folder.refusal("plan")).toMatch(
      /^error: file \/etc\/nginx\/nginx.conf: mode is 5, [\s\S]*:3\)\n$/,
    );
  });
});

test("programs get every mistake as data", async () => {
  const folder = fleetFolder(configWith('  directory("srv"),\n  file("/x", { from: "x" }),'));
  const events = await folder.events("plan", "--json");
  expect(events.map(({ type }) => type)).toEqual(["run-started", "error", "run-finished"]);
  expect(events[1]?.error).toEqual({
    code: "config-invalid",
    message: "The config has 2 mistakes.",
    mistakes: [
      {
        code: "invalid-option",
        message: 'directory srv: path is "srv", and must be absolute: "/srv".',
        where: `${folder.path}/proog.config.js:3`,
      },
      {
        code: "local-file-missing",
        message: 'There is no local file "x".',
        where: `${folder.path}/proog.config.js:4`,
        hint: `Local files are looked for from the folder of the config, ${folder.path}.`,
      },
    ],
  });
  expect(events[2]).toMatchObject({ command: "plan", exitCode: 1 });
});
