import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startProgram } from "../hosts/program.ts";
import { config, fleetFolder } from "./fleet-folder.ts";

const end = `
const web = role("web", () => []);
const db = role("db", () => []);
export default defineFleet({
  name: "example",
  roles: { web, db },
  environments: { devel: { provider: local(), nodes: { web: 2 } } },
});
`;
const withTasks = (text: string) => config(`import { param, task } from "proog";\n${text}${end}`);

const tasks = withTasks(`
export const clearCache = task("empty the page cache", { on: "web" }, ({ sh }) => sh\`true\`);
export const translate = task("load the texts of a language", { on: "web", params: {
  lang: param.string({ choices: ["en", "de"], help: "the language", default: "en" }),
  tries: param.number({ min: 1, max: 5, help: "how often" }),
  dryMode: param.boolean(),
  only: param.list(),
} }, ({ sh }) => sh\`true\`);
export const migrate = task("change the database", { on: "db", first: true }, ({ sh }) => sh\`true\`);
export const updateAll = task("update everything", { local: true }, async ({ sh, say, params }) => {
  const { stdout, milliseconds } = await sh\`pwd; echo $GREETING\`;
  say(stdout.split("\\n").length + " " + (milliseconds > 0));
  await sh({ environment: { GREETING: "hello" } })\`echo $GREETING\`;
});
export const broken = task("broken", { local: true }, async ({ sh }) => { await sh\`echo why >&2; exit 4\`; });
export const mistaken = task("mistaken", { local: true }, () => { undefined.get("x"); });
`);

test("without a name, tasks are listed with their parameters", async () => {
  const { stdout, status } = await fleetFolder(tasks).proog("run");
  expect(stdout).toBe(`broken       broken                        on this machine
clear_cache  empty the page cache          web
migrate      change the database           the first of db
mistaken     mistaken                      on this machine
translate    load the texts of a language  web
               --lang=en|de      the language (default: en)
               --tries=<number>  how often (must be given)
               --dry-mode
               --only=<text>     (several times)
update_all   update everything             on this machine
`);
  expect(status).toBe(0);
  const events = await fleetFolder(tasks).events("run", "--json");
  expect(events.find(({ task }) => task === "translate")).toMatchObject({
    ...{ type: "task-listed", on: ["web"], runs: "each", at: expect.stringMatching(/proog\.config\.js:5$/) },
    parameters: [
      { name: "lang", kind: "string", required: false, default: "en", choices: ["en", "de"] },
      {},
      {},
      {},
    ],
  });
});

test("a config without tasks says how to write one", async () => {
  const { stderr, status } = await fleetFolder(withTasks("")).proog("run");
  expect(stderr.replaceAll("\n", " ")).toContain(
    "The config exports no task yet. One is: export const uptime = task(",
  );
  expect(status).toBe(0);
});

test("--help tells of one task, and without a name of the command", async () => {
  const folder = fleetFolder(tasks);
  const { stdout, status } = await folder.proog("run", "translate", "--help");
  expect(stdout).toContain("Usage: proog run translate [options] [selector...]");
  expect(stdout).toContain(
    "load the texts of a language\nRuns on the nodes of web. It is in proog.config.js:5.",
  );
  expect(stdout).toMatch(/--lang <en\|de> +the language \(default: en\)/);
  expect(stdout).toMatch(/--tries <number> +how often \(must be given\)/);
  expect(stdout).toContain("proog run translate --tries=1 web");
  expect(status).toBe(0);
  expect((await folder.proog("run", "migrate", "--help")).stdout).toContain(
    "Runs on the first of the nodes of db.",
  );
  expect((await folder.proog("run", "--help")).stdout).toContain(
    "Usage: proog run [options] [task] [selector...]",
  );
});

test("a task on this machine", async () => {
  const { stdout, stderr, status } = await fleetFolder(tasks).proog("run", "update_all");
  expect(stdout).toMatch(/^here {2}\/.*\nhere\nhere {2}hello\n$/);
  expect(stderr).toContain("2 true");
  expect(stderr).toMatch(/^here {2}\$ pwd; echo \$GREETING$/m);
  expect(stderr).toMatch(/^here {2}done {2}0\.\d+ s$/m);
  expect(status).toBe(0);
});

test.each([
  [
    "broken",
    "broken: The command ended with status 4 on this machine: echo why >&2; exit 4 (proog.config.js:17)\n  why\n",
  ],
  [
    "mistaken",
    "mistaken: The task mistaken failed: Cannot read properties of undefined (reading 'get') (proog.config.js:18)\n",
  ],
])("the task %s fails, and says where", async (name, message) => {
  const { stderr, status } = await fleetFolder(tasks).proog("run", name);
  expect(stderr.replace(/\n {2}\(/g, " (")).toContain(message);
  expect(status).toBe(3);
});

test.each<[readonly string[], string]>([
  [["claer_cache"], 'There is no task "claer_cache".\n  Did you mean "clear_cache"?'],
  [["xyzzyxyzzy"], "There is: broken, clear_cache, migrate, mistaken, translate, update_all."],
  [["translate"], "proog run translate: --tries must be given.\n  What it takes: proog run translate --help"],
  [["translate", "--tries=7"], "proog run translate: --tries is 7, and must be from 1 to 5."],
  [["translate", "--tries=two"], 'proog run translate: --tries is "two", and must be a whole number.'],
  [
    ["translate", "--tries=1", "--lang=dee"],
    '--lang is "dee", and must be one of en, de. Did you mean "de"?',
  ],
  [["translate", "--tries=1", "--lagn=de"], "unknown option '--lagn=de'\n  Did you mean --lang?"],
  [["translate", "--tries"], "option '--tries <number>' argument missing"],
  [["translate", "--tries=1", "--dry-mode=yes"], "unknown option '--dry-mode=yes'"],
  [["clear_cache", "wbe"], 'devel has no node and no role "wbe".\n  Did you mean "web"?'],
  [["clear_cache", "-H", "web-9"], 'devel has no node "web-9".\n  Did you mean "web-'],
  [["clear_cache", "-H", "web-1,web-1"], "web-1 is named\n  twice."],
  [["clear_cache", "-H", "web-1", "-H", "web-1"], "web-1 is named twice."],
  [["migrate"], "The task migrate is for db, and devel has no such node (proog.config.js:11)"],
  [["clear_cache", "web-1", "-H", "web-2"], "none of the nodes that are named"],
  [["update_all", "--parallel=0"], "It must be a whole"],
])("proog run %j is refused", async (words, message) => {
  expect(await fleetFolder(tasks).refusal("run", ...words)).toContain(message);
});

test("a machine that does not exist is told, with the remedy", async () => {
  const { stderr, status } = await fleetFolder(tasks).proog("run", "clear_cache");
  expect(stderr).toContain("web-1 does not exist yet.\n  Boot it: proog boot web-1");
  expect(stderr).toContain("not reached: web-1, web-2");
  expect(status).toBe(3);
});

const secretTasks = withTasks(`import { file, secret, template } from "proog";
const pass = secret("db", { env: "DB" });
export const part = task("part", { on: "web", secrets: [pass, template\`\${secret("salt", { env: "SALT" })}\`] }, ({ sh }) => sh({ stdin: pass })\`cat\`);
export const whole = task("whole", { local: true, secrets: [part, file("/etc/token", { content: secret("token", { env: "TOKEN" }) })] }, async ({ run, sh }) => {
  await sh\`touch begun\`;
  await run(part);
});
export const hasty = task("hasty", { local: true }, async ({ run, sh }) => { await sh\`touch begun\`; await run(part); });
export const each = task("each", { on: "web", params: { word: param.string() }, secrets: ({ node, environment, vars, fleet, params }) =>
  [secret([node.name, environment.name, fleet.name, params.word, vars.x].join("-"), { env: "EACH" })] }, ({ sh }) => sh\`true\`);
export const odd = task("odd", { local: true, secrets: () => undefined.x }, ({ sh }) => sh\`true\`);
export const unnamed = task("unnamed", { local: true, secrets: [secret("other", { env: "TOKEN", as: "url" })] }, ({ sh }) =>
  sh({ environment: { TOKEN: secret("token", { env: "TOKEN" }) } })\`touch begun\`);
export const named = task("named", { local: true, secrets: [secret("token", { env: "TOKEN" })] }, ({ sh }) =>
  sh({ stdin: secret("token", { env: "TOKEN", as: "url" }) })\`wc -c\`);
`);

test.each<[readonly string[], string]>([
  [
    ["part"],
    `error: The config has 2 mistakes.
  proog.config.js:4  There is no secret "db": the environment has no variable DB.
  proog.config.js:5  There is no secret "salt": the environment has no variable SALT.
  Set it for the command: DB=… proog …
  Set it for the command: SALT=… proog …
`,
  ],
  [
    ["whole"],
    `error: The config has 3 mistakes.
  proog.config.js:4  There is no secret "db": the environment has no variable DB.
  proog.config.js:5  There is no secret "salt": the environment has no variable SALT.
  proog.config.js:6  There is no secret "token": the environment has no variable TOKEN.
  Set it for the command: DB=… proog …
  Set it for the command: SALT=… proog …
  Set it for the command: TOKEN=… proog …
`,
  ],
  [
    ["each", "--word=x"],
    `error: The config has 2 mistakes.
  proog.config.js:12  There is no secret "web-1-devel-example-x-": the environment has no variable EACH.
  proog.config.js:12  There is no secret "web-2-devel-example-x-": the environment has no variable EACH.
  Set it for the command: EACH=… proog …
`,
  ],
  [
    ["odd"],
    "error: The secrets of the task odd cannot be told: Cannot read properties of undefined (reading 'x') (proog.config.js:13)\n" +
      '  13 | export const odd = task("odd", { local: true, secrets: () => undefined.x }, ({ sh }) => sh`true`);\n',
  ],
])(
  "proog run %j is refused with all secrets that are missing, before anything is done",
  async (words, message) => {
    const folder = fleetFolder(secretTasks);
    const { stdout, stderr, status } = await folder.proog("run", ...words);
    expect({ stdout, stderr: stderr.replace(/\n {2,}(?=EACH|\()/g, " "), status }).toEqual({
      stdout: "",
      stderr: message,
      status: 1,
    });
    expect(existsSync(join(folder.path, "begun"))).toBe(false);
    expect((await folder.proog("run", ...words, "--dry-run")).stderr).not.toContain("There is no secret");
  },
);

test("a secret that a task does not name is refused, whether it is there or not", async () => {
  const folder = fleetFolder(secretTasks);
  const { stderr, status } = await folder.proogWith({ TOKEN: "t" }, "run", "unnamed");
  expect(stderr.replace(/\n {2}/g, " ")).toContain(
    'unnamed: The task unnamed uses the secret "token" and does not name it, so nobody could look before whether it is there (proog.config.js:15) Name it in the options of the task: { secrets: [secret("token")] }',
  );
  expect(status).toBe(3);
  expect((await folder.proog("run", "unnamed", "--dry-run")).stderr).toContain("does not name it");
  expect(existsSync(join(folder.path, "begun"))).toBe(false);
  expect((await folder.proogWith({ TOKEN: "a b" }, "run", "named")).stdout).toBe("here  5\n");
});

test("secrets of a task that another one runs without naming it are asked for before that one begins", async () => {
  const { stderr, status } = await fleetFolder(secretTasks).proog("run", "hasty");
  expect(stderr).toContain("The config has 2 mistakes.");
  expect(stderr).not.toContain("does not exist yet");
  expect(status).toBe(3);
});

test("all mistakes of tasks are told at once, with their places", async () => {
  const folder = fleetFolder(
    withTasks(`export const one = task("one", { onn: "web" }, () => {});
export const two = task("two", { params: { json: param.boolean() } }, () => {});
export const t_wo = task("", {}, () => {});
export const three = task("three", { on: "wbe" }, () => {});`),
  );
  expect(await folder.refusal("run")).toBe(`error: The config has 3 mistakes.
  proog.config.js:3  task one: onn is no option. Did you mean "on"?
  proog.config.js:4  task two: params.json: proog run has a flag of that name. Choose another one.
  proog.config.js:5  task t_wo: The description is "", and must be a few words such as "empty the
                     page cache".
`);
});

test("a task for what an environment does not have is passed over where another one calls it", async () => {
  const folder = fleetFolder(
    withTasks(`export const migrate = task("change the database", { on: "db" }, ({ sh }) => sh\`true\`);
export const all = task("all", { local: true }, async ({ run, sh }) => { await run(migrate); await sh\`echo on\`; });`),
  );
  const { stdout, stderr, status } = await folder.proog("run", "all");
  expect(stderr).toContain("migrate is for no node that is there, so it is passed over.");
  expect(stdout).toBe("here  on\n");
  expect(status).toBe(0);
});

test("an environment without nodes is told so", async () => {
  const folder = fleetFolder(withTasks("").replace("web: 2", "web: 0"));
  const { stderr, status } = await folder.proog("exec", "--", "true");
  expect(stderr).toBe("devel has no node yet, so nothing was run.\n");
  expect(status).toBe(0);
});

const hanging = (options: string, wait: string) =>
  withTasks(`export const hang = task("hang", { local: true${options} }, async ({ sh }) => {
  await sh\`echo begun\`;
  ${wait}
});`);
const forEver = "await new Promise(() => setInterval(() => {}, 1000));";

test("a task whose function waits for what never comes is ended by its time limit", async () => {
  const folder = fleetFolder(hanging(", timeLimit: 1", forEver));
  const { stdout, stderr, status } = await folder.proog("run", "hang");
  expect(stdout).toBe("here  begun\n");
  expect(stderr.replace(/\n {2}/g, " ")).toContain(
    "hang: The task hang has waited more than 1 s for what is no command of its own, and was given up (proog.config.js:3) Does it wait for what never comes?",
  );
  expect(status).toBe(3);
});

test("a task that waits for what nothing can bring any more is ended at once", async () => {
  const { stderr, status } = await fleetFolder(hanging("", "await new Promise(() => {});")).proog(
    "run",
    "hang",
  );
  expect(stderr).toContain("The command ended before it was through");
  expect(status).toBe(1);
});

test("Ctrl-C ends a task that waits for what never comes", async () => {
  const folder = fleetFolder(hanging("", forEver));
  const running = startProgram(process.execPath, [folder.program, "run", "hang"], {
    ...{ cwd: folder.path, env: folder.environment },
  });
  await running.waitFor(/begun\n/);
  running.kill("SIGINT");
  const { stderr, status } = await running.ended;
  expect(stderr).toContain("Ending the commands");
  expect(stderr).not.toContain("It does not end");
  expect(status).toBe(130);
});

test("a folder on this machine that is not there", async () => {
  const folder = fleetFolder(
    withTasks(
      'export const there = task("there", { local: true }, async ({ sh }) => { await sh({ cwd: "none" })`pwd`; });',
    ),
  );
  const { stderr, status } = await folder.proog("run", "there");
  expect(stderr).toMatch(/The folder \/.*\/none cannot be entered on this machine/);
  expect(status).toBe(3);
});

test("tasks of roles that there are not", async () => {
  const folder = fleetFolder(withTasks('export const three = task("three", { on: "wbe" }, () => {});'));
  expect(await folder.refusal("run", "three")).toContain(
    'devel has no node and no role "wbe".\n  Did you mean "web"?',
  );
});

test.each<[readonly string[], string]>([
  [["exec"], "proog exec: no command is given.\n  It stands behind --, such as: proog exec -- uptime"],
  [["exec", "web-1"], "proog exec -- uptime".replace("exec", "exec web-1")],
  [["exec", "wbe", "--", "true"], 'devel has no node and no role "wbe".'],
  [["exec", "-H", "web-1,web-1", "--", "true"], "web-1 is named\n  twice."],
  [["exec", "--time-limit=soon", "--", "true"], "It must"],
])("proog %j is refused", async (words, message) => {
  expect(await fleetFolder(tasks).refusal(...words)).toContain(message);
});

test("names of tasks, their flags and what these can be are completed", async () => {
  const folder = fleetFolder(tasks);
  const complete = async (...words: string[]) =>
    (await folder.proog("__complete", "run", ...words)).stdout.split("\n");
  expect(await complete("")).toContain("clear_cache\tempty the page cache");
  expect(await complete("translate", "--")).toContain("--lang\tthe language");
  expect(await complete("translate", "--")).toContain("--dry-run\ttell what would run, and run nothing");
  expect(await complete("translate", "--lang=")).toEqual(["--lang=en\t", "--lang=de\t", ""]);
  expect(await complete("translate", "--lang", "")).toEqual(["en\t", "de\t", ""]);
  expect(await complete("translate", "")).toContain("web-1\tnode");
  expect(await complete("-H", "")).toContain("web-2\tnode");
});
