import { expect, test } from "vitest";
import { killConnections } from "./connections.ts";
import { useFleet } from "./fleet-folder.ts";
import { findTraces, poison, token } from "./poison.ts";
import { waitForFile } from "./slow-run.ts";

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
      cd /srv/s; printf %s "$PASSWORD" >given; printf %s "$URL" >url; : >/run/begun; sleep 1; echo "$PASSWORD $URL"; base64 given; echo "$PASSWORD" >&2\`;
    await sh({ stdin: poison })\`tee /srv/s/read\`;
    await sh({ answers: [{ prompt: "password: ", answer: token }] })\`printf 'password: '; read -r word; printf %s "$word" >/srv/s/typed; echo "it is $word"\`;
    await put("/srv/s/put", { content: template\`token=\${token}\\n\`, mode: "0600" });
    await sh({ environment: { PASSWORD: poison, TOKEN: token } })\`echo "$PASSWORD"; echo "$TOKEN"; exit 7\`;`);
  await web().ssh("rm -f /run/begun");
  const running = fleet.start("run", "try_it");
  await waitForFile(web(), "/run/begun");
  const arguments_ = await web().ssh(
    "for n in 1 2 3 4 5; do cat /proc/[0-9]*/cmdline; sleep 0.1; done 2>/dev/null | tr '\\0' '\\n'",
  );
  const { stdout, stderr, status } = await running.ended;
  expect(status, stdout + stderr).toBe(3);
  const dry = await fleet.proog("run", "try_it", "--dry-run");
  const events = await fleet.proog("run", "try_it", "--json");
  expect(dry.stdout).toContain("put /srv/s/put (with a secret)");
  expect(stderr).toContain("The command ended with status 7");
  expect(
    [stdout, stderr, arguments_, dry.stdout, dry.stderr, events.stdout, events.stderr].flatMap(findTraces),
  ).toEqual([]);
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
