import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { killConnections } from "./connections.ts";
import { useFleet } from "./fleet-folder.ts";
import { findTraces, poison, token } from "./poison.ts";

const fleet = useFleet("task-secrets", "web: 1", "", { variables: { POISON: poison, TOKEN: token } });
const web = () => fleet.node("web-1");

const declare = (body: string, more = "[]") =>
  fleet.write(
    "proog.config.js",
    `import { defineFleet, file, local, role, secret, task, template } from "proog";
const poison = secret("poison", { env: "POISON" });
const token = secret("token", { env: "TOKEN" });
export const tryIt = task("try", { on: "web", secrets: [poison, token, ...${more}] }, async ({ sh, put, apply }) => {
${body}
});
const web = role("web", () => []);
export default defineFleet({ name: "task-secrets", roles: { web }, environments: { test: { provider: local(), nodes: { web: 1 } } } });
`,
  );

test("secrets go to commands by variables, inputs, answers and files, and are shown nowhere", async () => {
  declare(`
    await sh\`umask 077; rm -rf /srv/s; mkdir /srv/s\`;
    await sh({ environment: { PASSWORD: poison, URL: template\`https://ada:\${secret("token", { env: "TOKEN", as: "url" })}@x\` } })\`
      cd /srv/s; printf %s "$PASSWORD" >given; printf %s "$URL" >url; sleep 0.3; echo "$PASSWORD $URL"; base64 given; echo "$PASSWORD" >&2\`;
    await sh({ stdin: poison })\`: second; tee /srv/s/read; sleep 0.3\`;
    await sh({ answers: [{ prompt: "password: ", answer: token }] })\`printf 'password: '; read -r word; printf %s "$word" >/srv/s/typed; echo "it is $word"; sleep 0.3\`;
    await put("/srv/s/put", { content: template\`token=\${token}\\n\`, mode: "0600" });
    await sh({ environment: { PASSWORD: poison, TOKEN: token } })\`: fifth; echo "$PASSWORD"; echo "$TOKEN"; sleep 0.3; exit 7\`;`);
  await web().ssh(`rm -f /run/enough /run/through
    (until [ -e /run/enough ]; do cat /proc/[0-9]*/cmdline | tr '\\0' '\\n'; done >/run/arguments 2>/dev/null
    touch /run/through) >/dev/null 2>&1 </dev/null &`);
  const { stdout, stderr, status } = await fleet.proog("run", "try_it");
  // What others can see would be found: one is given so.
  await web().login("cat >/run/planted", poison);
  await web().ssh(`sh -c 'sleep 0.5; :' sh "$(cat /run/planted)"; rm /run/planted; touch /run/enough
    until [ -e /run/through ]; do sleep 0.1; done`);
  const [arguments_ = "", ...planted] = (await web().ssh("cat /run/arguments")).split("sleep 0.5; :");
  expect(findTraces(planted.join(""))).not.toEqual([]);
  for (const command of ["it is $word", ": second", ": fifth"]) expect(arguments_).toContain(command);
  expect(status, stdout + stderr).toBe(3);
  const dry = await fleet.proog("run", "try_it", "--dry-run");
  const events = await fleet.proog("run", "try_it", "--json");
  expect(dry.stdout).toContain("put /srv/s/put (with a secret)");
  expect(stderr).toContain("The command ended with status 7");
  expect(
    [stdout, stderr, arguments_, dry.stdout, dry.stderr, events.stdout, events.stderr].flatMap(findTraces),
  ).toEqual([]);
  // All of it is in the store, but for these.
  const store = ["store.sqlite", "store.sqlite-wal"].map((name) => join(fleet.path, ".proog", name));
  const stored = store.filter(existsSync).map((file) => readFileSync(file, "latin1"));
  expect(stored.join("")).toContain("The command ended with status 7");
  expect(stored.flatMap(findTraces)).toEqual([]);
  expect(
    await web().ssh("cd /srv/s; cat given; echo; cat read; echo; cat typed; echo; cat put; cat url"),
  ).toBe(`${poison}\n${poison}\n${token}\ntoken=${token}\nhttps://ada:${encodeURIComponent(token)}@x`);
});

test("all that are missing are told before the node is connected to", async () => {
  declare(
    "await sh`: >/srv/begun`;",
    '[secret("none", { env: "NOT_THERE" }), secret("nor", { env: "NEITHER" })]',
  );
  const connections = () =>
    web().ssh("journalctl --sync; journalctl -u ssh --no-pager -o cat | grep -c 'Accepted publickey'");
  const before = await connections();
  killConnections(web());
  const { stderr, status } = await fleet.proog("run", "try_it");
  expect(stderr).toContain('There is no secret "none": the environment has no variable NOT_THERE.');
  expect(stderr).toContain('There is no secret "nor": the environment has no variable NEITHER.');
  expect(status).toBe(1);
  expect(await connections()).toBe(before);
  await web().ssh("! ls /srv/begun");
  declare("await sh`: >/srv/begun`;");
  expect((await fleet.proog("run", "try_it")).status).toBe(0);
  expect(Number(await connections())).toBe(Number(before) + 1);
});

test("one that is not named, and one among the words of a command, are refused", async () => {
  const items = 'file("/srv/applied", { content: secret("none", { env: "POISON" }) })';
  declare(`await apply([file("/srv/before", { content: "" }), ${items}]);`);
  const unnamed = await fleet.proog("run", "try_it");
  expect(unnamed.stderr).toContain('The task try_it uses the secret "none" and does not name it');
  expect(unnamed.status).toBe(3);
  await web().ssh("! ls /srv/before");
  declare(`await apply(${items});`, `[${items}]`);
  const named = await fleet.proog("run", "try_it");
  expect(named.status, named.stderr).toBe(0);
  expect(await web().ssh("cat /srv/applied; rm /srv/applied")).toBe(poison);
  declare("await sh`echo ${poison}`;");
  const refused = await fleet.proog("run", "try_it");
  expect(refused.stderr).toContain(
    "Value 1 of the command is [secret poison], and everybody on the machine can see the words",
  );
  expect(refused.status).toBe(3);
});
