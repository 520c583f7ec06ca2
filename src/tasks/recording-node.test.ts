import { expect, test } from "vitest";
import { file } from "../resources/file/file.ts";
import { secret, template } from "../resources/secret/secret.ts";
import { param } from "./param.ts";
import { recordingNode } from "./recording-node.ts";
import { task } from "./task.ts";

const update = task(
  "update",
  { on: "web", params: { ref: param.string({ default: "main" }) } },
  async (context) => {
    const { sh, put, get, apply, facts, node, params, once, say, run } = context;
    const before = await sh({ user: "app", cwd: "/srv/app" })`git rev-parse HEAD`;
    await once("build", () => sh.local`make ${params.ref}`);
    await put("/srv/app/version", { content: `${node.name} ${before.stdout}` });
    const old = await get("/srv/app/old");
    await apply([file("/etc/app.conf", { content: "" })]);
    await sh.sudo`systemctl reload apache2`;
    say(`${(await facts()).cpus} ${old.length}`);
    return await run(count);
  },
);
const count = task("count", { on: "web" }, async ({ sh }) => (await sh`ls /srv`).lines.length);

test("records what a task would do, with the replies that it is told", async () => {
  const web = recordingNode("web-1", {
    facts: { cpus: 4 },
    replies: [
      { to: /^git rev-parse/, stdout: "4f1a\n" },
      { to: "ls /srv", stdout: "a\nb\n" },
      { to: "get /srv/app/old", stdout: "abc" },
    ],
  });
  expect(await web.run(update, { ref: "v1" })).toBe(2);
  expect(web.recorded).toEqual([
    { command: "git rev-parse HEAD", user: "app", cwd: "/srv/app" },
    { command: "make v1", local: true },
    { command: "put /srv/app/version", stdin: "web-1 4f1a" },
    { command: "get /srv/app/old" },
    { command: "apply file /etc/app.conf" },
    { command: "systemctl reload apache2", user: "root" },
    { command: "ls /srv" },
  ]);
  expect(web.commands).toContain("make v1");
  expect(web.said).toEqual(["4 3"]);
});

test("a reply can be a failure, which throws as on a node", async () => {
  const web = recordingNode("web-1", { replies: [{ to: "ls /srv", code: 2, stderr: "no\n" }] });
  await expect(web.run(count)).rejects.toMatchObject({
    ...{ code: "command-failed", message: "The command ended with status 2: ls /srv", detail: "no" },
  });
});

test("strict: a command without a reply is an error", async () => {
  const web = recordingNode("web-1", { strict: true });
  await expect(web.run(count)).rejects.toMatchObject({ message: "There is no reply to: ls /srv" });
});

test("a command that nobody waits for is waited for, and its failure is told", async () => {
  const hasty = task("hasty", {}, ({ sh }) => {
    sh`false`;
  });
  const web = recordingNode("web-1", { replies: [{ to: "false", code: 1 }] });
  await expect(web.run(hasty)).rejects.toMatchObject({ code: "command-failed" });
  const careful = task("careful", {}, async ({ sh }) => {
    await sh`false`.catch(() => {});
  });
  await web.run(careful);
});

test("what a task throws itself is told with its place", async () => {
  const broken = task("broken", {}, () => {
    throw new TypeError("it is not so");
  });
  await expect(recordingNode("web-1").run(broken)).rejects.toMatchObject({
    ...{ code: "config-failed", message: "The task broken failed: it is not so" },
  });
});

test.each<[object, string]>([
  [{ sudoo: true }, 'sh: sudoo is no option. Did you mean "sudo"?'],
  [{ user: "a b" }, 'sh: user is "a b", and must be a name'],
  [{ cwd: "" }, 'sh: cwd is "", and must be a folder such as "/srv".'],
  [{ environment: { "a-b": "" } }, 'sh: environment has "a-b"'],
  [{ environment: { A: 5 } }, "sh: environment.A is 5, and must be text."],
  [{ stdin: 5 }, "sh: stdin is 5, and must be a text or bytes."],
  [{ timeLimit: -1 }, "sh: timeLimit is -1, and must be a number of seconds such as 1800."],
  [{ answers: [] }, "sh: answers must be an array such as"],
  [{ mayFail: "yes" }, 'sh: mayFail is "yes", and must be true or false.'],
])("sh(%j) is refused", async (options, message) => {
  const wrong = task("wrong", {}, ({ sh }) => sh(options)`true`);
  await expect(recordingNode("web-1").run(wrong)).rejects.toMatchObject({
    ...{ code: "invalid-option", message: expect.stringContaining(message) },
  });
});

test.each<[string, object, string]>([
  ["srv", { content: "" }, 'put: path is "srv", and must be absolute'],
  ["/srv/x", {}, "put: Exactly one of content and from says what it holds."],
  ["/srv/x", { content: "", mode: 420 }, "put: mode is 420"],
  ["/srv/x", { content: "", onwer: "root" }, 'put: onwer is no option. Did you mean "owner"?'],
  ["/srv/x", { from: "none.txt" }, "put: there is no local file none.txt."],
  ["/srv/x", { from: "src" }, "put: src is no file."],
])("put(%j, %j) is refused", async (path, options, message) => {
  const wrong = task("wrong", {}, ({ put }) => put(path, options));
  await expect(recordingNode("web-1").run(wrong)).rejects.toMatchObject({
    message: expect.stringContaining(message),
  });
});

test("a command on this machine is nobody else's", async () => {
  const wrong = task("wrong", {}, ({ sh }) => sh.local.sudo`true`);
  await expect(recordingNode("web-1").run(wrong)).rejects.toMatchObject({
    message: "sh: sudo, user, pty and answers are for commands on a node, and this one runs on this machine.",
  });
});

test("a task that is for other nodes is not run here, and run() takes tasks alone", async () => {
  const wrong = task("wrong", {}, ({ run }) => run((() => {}) as never));
  await expect(recordingNode("web-1").run(wrong)).rejects.toMatchObject({
    message: "run() takes a task, which is what task() returns.",
  });
  const endless: ReturnType<typeof task> = task("endless", {}, ({ run }) => run(endless));
  await expect(recordingNode("web-1").run(endless)).rejects.toMatchObject({
    ...{ code: "task-failed", message: "endless is called by itself, or by tasks that it calls: 20 deep." },
  });
});

test("secrets are recorded by their names, and refused among the words of a command", async () => {
  const db = secret("db");
  const dump = task("dump", { secrets: [db] }, async ({ sh, put }) => {
    await sh({ environment: { PASSWORD: db, URL: template`x:${db}` } })`dump`;
    await sh({ stdin: db })`login`;
    await put("/srv/password", { content: template`password=${db}\n` });
  });
  const web = recordingNode("web-1");
  await web.run(dump);
  expect(web.recorded).toEqual([
    { command: "dump", environment: { PASSWORD: "[secret db]", URL: "x:[secret db]" } },
    { command: "login", stdin: "[secret db]" },
    { command: "put /srv/password", stdin: "password=[secret db]\n" },
  ]);
  const forgetful = task("forgetful", { secrets: () => [secret("other")] }, ({ put }) =>
    put("/srv/password", { content: template`${db}` }),
  );
  await expect(web.run(forgetful)).rejects.toMatchObject({
    code: "invalid-option",
    message:
      'The task forgetful uses the secret "db" and does not name it, so nobody could look before whether it is there.',
  });
  const careless = task("careless", {}, ({ sh }) => sh`login -p${db as never}`);
  await expect(web.run(careless)).rejects.toMatchObject({
    message:
      "Value 1 of the command is [secret db], and everybody on the machine can see the words of a command.",
    hint: expect.stringContaining(
      "Give it by stdin, or as a variable: sh({ environment: { PASSWORD: secret(…) } })",
    ),
  });
});
