import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { quote } from "../../src/catalog/quote.ts";
import { killConnections } from "./connections.ts";
import { eventsOf, parseEvents, useFleet } from "./fleet-folder.ts";
import { runProgram } from "./program.ts";
import { checkout } from "./run-folder.ts";
import { waitForFile, waitUntil } from "./slow-run.ts";

const fleet = useFleet("tasks", "web: 2");
const web = () => fleet.node("web-1");

const imports =
  'import { apt, defineFleet, file, local, param, raw, role, run as runOnce, task } from "proog";\n';
const end = `
const web = role("web", () => []);
export default defineFleet({
  name: "tasks",
  roles: { web },
  environments: { test: { provider: local(), nodes: { web: 2 }, vars: {} } },
});
`;
/** The body of a task "try" begins at line 3. */
const declare = (body: string, options = '{ on: "web-1" }') =>
  fleet.write(
    "proog.config.js",
    `${imports}export const tryIt = task("try", ${options}, async ({ sh, put, get, tree, apply, facts, node, run, once, say }) => {\n${body}\n});${end}`,
  );
const outputs = (stdout: string) => eventsOf(parseEvents(stdout), "command-output").map(({ line }) => line);
const failure = (stdout: string) =>
  eventsOf(parseEvents(stdout), "task-finished").find(({ error }) => error)?.error;
const runs = async (...args: string[]) => {
  const ended = await fleet.proog("run", "try_it", "--json", ...args);
  return { ...ended, lines: outputs(ended.stdout), error: failure(ended.stdout) };
};
/** What a task's own command finds out must be told by `JSON.stringify`, for it to be compared. */
const tells = async (body: string) => {
  declare(body);
  const { lines, status, stdout } = await runs();
  expect(status, stdout).toBe(0);
  return JSON.parse(lines.at(-1) ?? "null");
};
/** What began and ended where, in the order in which it did. */
const stepsOf = (stdout: string) =>
  parseEvents(stdout).flatMap((event) =>
    event.type === "command-started" || event.type === "task-finished" ? [`${event.type} ${event.node}`] : [],
  );
const oneByOne = [
  ...["command-started web-1", "task-finished web-1"],
  ...["command-started web-2", "task-finished web-2"],
];
const processesOf = (mark: string) => web().ssh(`pgrep -f '[s]leep ${mark}' || true`);

describe("a command", () => {
  test("gives what it printed, on each stream, and how it ended", async () => {
    const found = await tells(`
      const result = await sh({ mayFail: true })\`printf 'a\\nb\\n\\n'; echo oops >&2; exit 7\`;
      const killed = await sh({ mayFail: true })\`kill -KILL $$\`;
      await sh\`printf %s \${JSON.stringify([result.stdout, result.stderr, result.lines, result.code, result.ok, killed.code, killed.signal])}\`;`);
    expect(found).toEqual(["a\nb\n", "oops", ["a", "b", ""], 7, false, 137, "SIGKILL"]);
  });

  test("prints any bytes: no newline at the end, and what ends commands cannot be forged", async () => {
    const found = await tells(`
      const { bytes } = await sh({ hide: true })\`head -c 3000000 /dev/urandom | tee /srv/random\`;
      const { createHash } = await import("node:crypto");
      const there = await sh\`sha256sum </srv/random\`;
      const none = await sh\`printf x\`;
      await sh\`printf %s \${JSON.stringify([createHash("sha256").update(bytes).digest("hex") === there.stdout.slice(0, 64), bytes.length, none.stdout])}\`;`);
    expect(found).toEqual([true, 3_000_000, "x"]);
  });

  test("stops at the first failure in it, and tells the user's own line", async () => {
    declare("await sh`echo before; false; echo after >/srv/after`;");
    const { error, status, lines } = await runs();
    expect(status).toBe(3);
    expect(lines).toEqual(["before"]);
    expect(error).toMatchObject({
      ...{ code: "command-failed", detail: "before" },
      message: "The command ended with status 1: echo before; false; echo after >/srv/after",
      where: join(fleet.path, "proog.config.js:3"),
    });
    expect(await web().ssh("ls /srv")).not.toContain("after");
  });

  test("that is not there", async () => {
    declare("await sh`nonesuch --now`;");
    const { stderr, status } = await fleet.proog("run", "try_it");
    expect(stderr).toContain(`web-1: The command ended with status 127: nonesuch --now (proog.config.js:3)
  sh: 1: nonesuch: not found
  There is no such command as nonesuch there. Is its package installed, and is it in the PATH?`);
    expect(status).toBe(3);
  });

  test("has its input, folder, user and environment, and nothing of ours", async () => {
    const found = await tells(`
      await sh\`useradd --system --create-home --shell /usr/sbin/nologin app 2>/dev/null || :; install -d -o app /srv/app\`;
      const as = await sh({ user: "app", cwd: "/srv/app", environment: { NAME: "it's\\nme $(x)" }, stdin: "in\\nput" })\`
        id -un; pwd; echo "$HOME $USER $LANG"; printf '%s' "$NAME"; cat; env | grep -c PROOG_TEST || :\`;
      const big = await sh({ stdin: Buffer.alloc(5_000_000, "x") })\`wc -c\`;
      const unread = await sh({ stdin: Buffer.alloc(5_000_000, "x") })\`echo done\`;
      const nothing = await sh\`cat; tty || :; umask; pwd\`;
      await sh\`printf %s \${JSON.stringify([as.lines, big.stdout, unread.stdout, nothing.lines])}\`;`);
    expect(found).toEqual([
      ["app", "/srv/app", "/home/app app C.UTF-8", "it's", "me $(x)in", "put0"],
      ...["5000000", "done"],
      ["not a tty", "0022", "/root"],
    ]);
  });

  test("of a user or in a folder that there is not", async () => {
    declare('await sh({ user: "nobodyhere" })`true`;');
    expect((await runs()).error).toMatchObject({ detail: "There is no user nobodyhere." });
    declare('await sh({ cwd: "/srv/none here" })`true`;');
    expect((await runs()).error).toMatchObject({ detail: "The folder /srv/none here cannot be entered." });
  });

  test("runs beside others, when they are waited for together", async () => {
    const found = await tells(`
      const started = Date.now();
      const results = await Promise.all([1, 2, 3, 4].map((number) => sh\`sleep 1; echo \${number}\`));
      await sh\`printf %s \${JSON.stringify([results.map(({ stdout }) => stdout), Date.now() - started < 3500])}\`;`);
    expect(found).toEqual([["1", "2", "3", "4"], true]);
  });

  test("may leave something running, whose output is nobody else's", async () => {
    const found = await tells(`
      await sh\`(sleep 0.5; echo late) & sleep 4711 >/dev/null 2>&1 & echo early\`;
      await sh\`sleep 1\`;
      const next = await sh\`echo next\`;
      await sh\`printf %s \${JSON.stringify(next.lines)}\`;`);
    expect(found).toEqual(["next"]);
    expect(await processesOf("4711")).not.toBe("");
    await web().ssh("pkill -f '[s]leep 4711'");
  });

  test("in a terminal: prompts have their answers, and it is of 80 columns", async () => {
    const found = await tells(`
      const { lines } = await sh({ answers: [{ prompt: /name\\?/, answer: "Ada O'Hara" }, { prompt: "sure", answer: "yes" }] })\`
        tty >/dev/null && stty size; stty -echo; printf 'Your name? '; read -r name; printf 'Are you sure: '; read -r sure; stty echo; echo "$name $sure" >/dev/tty\`;
      await sh\`printf %s \${JSON.stringify(lines)}\`;`);
    expect(found).toEqual(["24 80", "Your name? Are you sure: Ada O'Hara yes"]);
  });

  test("in a terminal: one that does not take its answer is ended", async () => {
    declare(
      'await sh({ answers: [{ prompt: "again? ", answer: "x" }] })`while :; do printf "again? "; read -r x; done`;',
    );
    const { error } = await runs();
    expect(error?.message).toContain(
      "It asked again?  more than 3 times, so it does not take the answer, and was ended.",
    );
  });

  test("that hangs is ended with all that it has started", async () => {
    declare(
      "await sh({ timeLimit: 1 })`echo begun; trap '' TERM; setsid sleep 4712 & sleep 4712 & sleep 4712`;",
    );
    const { error, status } = await runs();
    expect(error).toMatchObject({
      // Its shell may see what it has started go before itself.
      ...{ code: "time-limit", detail: expect.stringMatching(/^begun(\nKilled)*$/) },
      message:
        "The command took more than 1 s, and was ended: echo begun; trap '' TERM; setsid sleep 4712 & sleep 4712 & sleep 4712",
      hint: "Does it wait for something? Where it takes so long, give it a longer timeLimit.",
    });
    expect(status).toBe(3);
    expect(await processesOf("4712")).toBe("");
    // The same with an input that it does not read, and in a terminal.
    declare("await sh({ timeLimit: 1, stdin: Buffer.alloc(5_000_000) })`sleep 4712`;");
    expect((await runs()).error?.code).toBe("time-limit");
    declare("await sh({ timeLimit: 1, pty: true })`sleep 4712`;");
    expect((await runs()).error?.code).toBe("time-limit");
    await waitUntil("nothing of it is left", async () => (await processesOf("4712")) === "", 10);
  });
});

describe("however the controller goes, the commands go with it", () => {
  const hang = async (options = "{}") => {
    await web().ssh("rm -f /run/hanging");
    declare(`await sh(${options})\`: >/run/hanging; sleep 4713 & sleep 4713\`;`);
    const running = fleet.start("run", "try_it", "--json");
    await waitForFile(web(), "/run/hanging");
    return running;
  };
  const gone = () => waitUntil("the commands are gone", async () => (await processesOf("4713")) === "", 15);

  test("Ctrl-C", async () => {
    const running = await hang();
    running.kill("SIGINT");
    const { status, stdout } = await running.ended;
    expect(status).toBe(130);
    expect(stdout).toContain("Ending the commands, with all that they have started.");
    expect(eventsOf(parseEvents(stdout), "task-finished")).toMatchObject([
      { outcome: "stopped", error: { code: "interrupted" } },
    ]);
    await gone();
  });

  test("it is killed", async () => {
    const running = await hang();
    running.kill("SIGKILL");
    await running.ended;
    await gone();
  });

  test("the connection is lost", async () => {
    const running = await hang();
    expect(killConnections(web())).toBeGreaterThan(0);
    const { status, stdout } = await running.ended;
    expect(status).toBe(3);
    expect(eventsOf(parseEvents(stdout), "task-finished")).toMatchObject([
      {
        outcome: "unreachable",
        error: {
          code: "connection-lost",
          message: "The connection to web-1 was lost while a command ran there.",
        },
      },
    ]);
    await gone();
  });

  test("it is killed while input flows, or a terminal is in use", async () => {
    for (const options of ["{ stdin: Buffer.alloc(5_000_000) }", "{ pty: true }"]) {
      const running = await hang(options);
      running.kill("SIGKILL");
      await running.ended;
      await gone();
    }
  });
});

describe("files", () => {
  const hostile = '/srv/put/it\'s a "name"\n$(x) -rf *';

  test("any name and any content, there and back", async () => {
    const found = await tells(`
      const path = ${JSON.stringify(hostile)};
      await sh\`mkdir -p /srv/put\`;
      await put(path, { content: Buffer.from([0, 255, 10, 13]), mode: "0640", owner: "www-data", group: "adm" });
      const stat = await sh\`stat -c '%a %U %G' \${path}\`;
      await get(path, { to: "binary" });
      await put(path, { content: "again" });
      const kept = await sh\`stat -c '%a %U %G' \${path}\`;
      await put("/srv/put/text", { content: await get(path) });
      await get(path, { to: "back/" + path.split("/").at(-1) });
      await sh\`printf %s \${JSON.stringify([stat.stdout, kept.stdout, (await sh\`ls -A /srv/put | wc -l\`).stdout])}\`;`);
    expect([...readFileSync(join(fleet.path, "binary"))]).toEqual([0, 255, 10, 13]);
    expect(found).toEqual(["640 www-data adm", "640 www-data adm", "3"]);
    expect(readFileSync(join(fleet.path, "back", hostile.split("/").at(-1) ?? ""), "utf8")).toBe("again");
  });

  test("a large local file, and a folder", async () => {
    fleet.write("large.bin", "0123456789".repeat(2_000_000));
    fleet.write('images/it\'s "one"\n.txt', "one");
    fleet.write("images/deep/-two", "two");
    const found = await tells(`
      await put("/srv/large", { from: "large.bin" });
      const first = await tree("/srv/images", { from: "images" });
      const second = await tree("/srv/images", { from: "images" });
      const size = await sh\`stat -c %s /srv/large; cat /srv/images/deep/-two\`;
      await sh\`printf %s \${JSON.stringify([size.lines, first.changed, second.changed])}\`;`);
    expect(found).toEqual([["20000000", "two"], ["tree /srv/images"], []]);
    expect(await web().ssh("find /srv/images -type f | wc -l")).toBe("3\n");
  });

  test("what is in the way is left alone, and nothing stays beside", async () => {
    declare('await sh`rm -rf /srv/way; mkdir -p /srv/way/dir`; await put("/srv/way/dir", { content: "" });');
    expect((await runs()).error).toMatchObject({
      message: "The command ended with status 1: put /srv/way/dir (0 B)",
      detail: "A directory is in the way, so it was left alone.",
    });
    declare('await put("/srv/none/x", { content: "" });');
    expect((await runs()).error).toMatchObject({ detail: "There is no folder /srv/none." });
    declare('await put("/srv/way/x", { content: "x", owner: "nobodyhere" });');
    expect((await runs()).error?.detail).toContain("invalid user");
    declare('await get("/srv/way/none", { to: "none" });');
    expect((await runs()).error?.detail).toContain("/srv/way/none: No such file");
    expect(await web().ssh("ls -A /srv/way")).toBe("dir\n");
  });

  test("a folder is fetched into a folder, to which it is added, and not as a text", async () => {
    declare('await get("/etc");');
    expect((await runs()).error?.detail).toBe('It is a directory. Say where it is to go: { to: "folder" }.');
    await web().ssh(`rm -rf /srv/got; mkdir -p /srv/got/deep/empty; cd /srv/got
      printf 'one\n' >'it'"'"'s "one"'; seq 300000 >deep/large; ln -s /etc/passwd link; chmod 700 deep/large`);
    fleet.write("got/stays", "here before");
    fleet.write("got/deep/large", "old");
    declare('await get("/srv/got", { to: "got" }); await get("/srv/got/deep/empty", { to: "got-empty" });');
    expect((await runs()).status).toBe(0);
    const folder = join(fleet.path, "got");
    expect(readdirSync(folder).sort()).toEqual(["deep", 'it\'s "one"', "link", "stays"]);
    expect(readFileSync(join(folder, "deep/large"), "utf8")).toMatch(/^1\n[\s\S]*\n300000\n$/);
    expect(readlinkSync(join(folder, "link"))).toBe("/etc/passwd");
    expect(readdirSync(join(fleet.path, "got-empty"))).toEqual([]);
    declare('await get("/srv/got", { to: "got/stays" });');
    expect((await runs()).error?.message).toContain("got/stays");
  });

  test("a put that is cut short changes nothing", async () => {
    await web().ssh("rm -rf /srv/cut; mkdir /srv/cut; echo before >/srv/cut/file");
    declare('await put("/srv/cut/file", { from: "huge.bin" });');
    fleet.write("huge.bin", "0123456789".repeat(10_000_000));
    const running = fleet.start("run", "try_it");
    await waitUntil(
      "it is on its way",
      async () => (await web().ssh("ls -A /srv/cut")).includes(".proog-put-"),
      20,
    );
    running.kill("SIGKILL");
    await running.ended;
    await waitUntil(
      "nothing is left beside",
      async () => (await web().ssh("ls -A /srv/cut")) === "file\n",
      10,
    );
    expect(await web().ssh("cat /srv/cut/file")).toBe("before\n");
  });

  test("one whose connection is lost on the way is told so", async () => {
    declare('await put("/srv/cut/file", { from: "huge.bin" });');
    const running = fleet.start("run", "try_it", "--json");
    await waitUntil(
      "it is on its way",
      async () => (await web().ssh("ls -A /srv/cut")).includes(".proog-put-"),
      20,
    );
    killConnections(web());
    const { stdout, stderr, status } = await running.ended;
    expect(failure(stdout)?.code, stdout).toBe("connection-lost");
    expect(stderr).toBe("");
    expect(status).toBe(3);
    await waitUntil(
      "nothing is left beside",
      async () => (await web().ssh("ls -A /srv/cut")) === "file\n",
      10,
    );
  });

  test("two nodes do not write the same local file", async () => {
    declare('await get("/etc/hostname", { to: "hostname" });', '{ on: "web" }');
    const { error } = await runs();
    expect(error?.message).toMatch(
      /get: web-[12] would overwrite .*\/hostname, which was fetched from web-[12]\./,
    );
    declare("await get('/etc/hostname', { to: `hostnames/${node.name}` });", '{ on: "web" }');
    expect((await runs()).status).toBe(0);
    expect(readFileSync(join(fleet.path, "hostnames/web-2"), "utf8")).toBe("web-2\n");
  });
});

describe("resources in the middle", () => {
  test("are made so by the real engine, and a failure is one of the task", async () => {
    const found = await tells(`
      const first = await apply([file("/srv/applied", { content: node.name }), [false]]);
      const second = await apply(file("/srv/applied", { content: node.name }));
      await sh\`printf %s \${JSON.stringify([first.changed, second.changed, (await facts()).system.id])}\`;`);
    expect(found).toEqual([["file /srv/applied"], [], "debian"]);
    declare('await apply([file("/srv", { content: "" })]);');
    const { error } = await runs();
    expect(error?.message).toBeTypeOf("string");
    declare('await apply([file("srv", { content: "" })]);');
    expect((await runs()).error?.message).toContain('must be absolute: "/srv"');
  });
});

describe("resources that hang", () => {
  test("are ended by the time limit of the task, with all that they have started", async () => {
    declare('await apply([runOnce("sleep 4715", { name: "hangs" })]);', '{ on: "web-1", timeLimit: 4 }');
    const { error, status } = await runs();
    expect(error).toMatchObject({
      ...{ code: "time-limit", where: join(fleet.path, "proog.config.js:3") },
      message: "The resources took more than 4 s, and what was at them was ended.",
      hint: "Does one of them wait for something? Where it takes so long, give the task a longer timeLimit.",
    });
    expect(status).toBe(3);
    await waitUntil("nothing of it is left", async () => (await processesOf("4715")) === "", 10);
    declare('await apply([file("/srv/after-hang", { content: "" })]);');
    expect((await runs()).status).toBe(0);
  });
});

describe("where a task runs", () => {
  const nodesOf = (stdout: string) =>
    eventsOf(parseEvents(stdout), "task-finished").map(({ node, outcome }) => `${node} ${outcome}`);

  test("on all nodes that it is for, the first, some of them, one after the other", async () => {
    declare("await sh`true`;", '{ on: "web" }');
    expect(nodesOf((await runs()).stdout).sort()).toEqual(["web-1 done", "web-2 done"]);
    expect(nodesOf((await runs("-H", "web-2")).stdout)).toEqual(["web-2 done"]);
    expect(nodesOf((await runs("web-1")).stdout)).toEqual(["web-1 done"]);
    declare("await sh`true`;", '{ on: "web", first: true }');
    expect(nodesOf((await runs()).stdout)).toEqual(["web-1 done"]);
    declare("await sh`sleep 0.3`;", '{ on: "web", batch: 1 }');
    expect(stepsOf((await runs()).stdout)).toEqual(oneByOne);
    declare("await sh`sleep 0.3`;", '{ on: "web" }');
    expect(stepsOf((await runs("--parallel=1")).stdout)).toEqual(oneByOne);
  });

  test("one node's failure does not stop the others, unless it should", async () => {
    declare('if (node.name === "web-1") await sh`false`; else await sh`true`;', '{ on: "web", batch: 1 }');
    const { stdout, status } = await runs();
    expect(nodesOf(stdout)).toEqual(["web-1 failed", "web-2 done"]);
    expect(status).toBe(3);
    expect(nodesOf((await runs("--fail-fast")).stdout)).toEqual(["web-1 failed", "web-2 unreached"]);
    const { stderr } = await fleet.proog("run", "try_it");
    expect(stderr).toContain("try_it done on 1 of 2 nodes in ");
    expect(stderr).toContain("failed: web-1");
  });

  test("what is done once is done once, and tasks call tasks", async () => {
    fleet.write(
      "more-tasks.ts",
      `import { param, task } from "proog";
export const one = task("one", { on: "web", params: { word: param.string() } }, async ({ sh, params, once, node }) => {
  const number = await once("number", async () => Number((await sh.local\`echo 42; echo once >>once.log\`).lines[0]));
  await sh\`echo \${params.word} \${number}\`;
  return node.name;
});
`,
    );
    fleet.write(
      "proog.config.js",
      `${imports}import { one } from "./more-tasks.ts";
export * from "./more-tasks.ts";
export const updateAll = task("all", { local: true }, async ({ run, sh }) => {
  const values = await run(one, { word: "hello" });
  await sh\`echo \${values.map(({ node, value }) => node + "=" + value)}\`;
});
export const here = task("here", { on: "web-2" }, async ({ run, say }) => say(await run(one, { word: "nested" })));${end}`,
    );
    const { stdout, stderr, status } = await fleet.proog("run", "update_all");
    expect(status, stderr).toBe(0);
    expect(stdout.split("\n").sort().join("\n").trim()).toBe(
      "here   web-1=web-1 web-2=web-2\nhere  42\nweb-1  hello 42\nweb-2  hello 42",
    );
    expect(readFileSync(join(fleet.path, "once.log"), "utf8")).toBe("once\n");
    expect(stderr).toContain("one on web-1, web-2");
    expect((await fleet.proog("run", "here")).stderr).toContain("web-2: web-2");
  });

  test("the error of a called task holds every node's result", async () => {
    fleet.write(
      "proog.config.js",
      `${imports}
export const part = task("part", { on: "web" }, async ({ sh, node }) => { if (node.name === "web-2") await sh\`exit 5\`; });
export const whole = task("whole", { local: true }, async ({ run }) => { await run(part); });${end}`,
    );
    const { stderr, status } = await fleet.proog("run", "whole", "--quiet");
    expect(stderr).toContain(`The task part failed on 1 of 2 nodes.
  web-1: done
  web-2: failed: The command ended with status 5: exit 5`);
    expect(status).toBe(3);
  });
});

describe("a dry run", () => {
  test("tells what would run, and runs nothing but what only looks", async () => {
    fleet.write("dry.txt", "dry");
    declare(`
      const { stdout } = await sh({ readOnly: true })\`hostname\`;
      await sh\`rm -rf /srv/dry \${stdout}\`;
      await put("/srv/dry", { from: "dry.txt" });
      await get("/etc/hostname", { to: "dry-hostname" });
      await apply([file("/srv/dry2", { content: "" })]);
      await sh.sudo\`reboot\`;`);
    const { stdout, stderr, status } = await fleet.proog("run", "try_it", "--dry-run");
    expect(status, stderr).toBe(0);
    expect(stdout).toBe(`web-1  web-1
web-1  $ rm -rf /srv/dry web-1
web-1  put /srv/dry (3 B)
web-1  get /etc/hostname into dry-hostname
web-1  $ reboot
`);
    expect(stderr).toContain("web-1: would change file /srv/dry2");
    expect(await web().ssh("ls /srv")).not.toContain("dry");
  });

  test("that does not come to an end is ended", async () => {
    declare("while ((await sh({ hide: true })`cat /run/state`).stdout !== 'ready') {}");
    const { error } = await runs("--dry-run");
    expect(error?.message).toContain("The dry run has told of 1000 commands and does not come to an end");
  });
});

describe("proog exec", () => {
  beforeAll(() => declare(""));

  test("prints each line with its node: output on stdout, complaints on stderr", async () => {
    const { stdout, stderr, status } = await fleet.proog("exec", "--", "hostname;", "echo", "oops", ">&2");
    expect(stdout.trim().split("\n").sort()).toEqual(["web-1  web-1", "web-2  web-2"]);
    expect(stderr.trim().split("\n").sort()).toEqual(["web-1  oops", "web-2  oops"]);
    expect(status).toBe(0);
  });

  test("what the login prints is no output of the command", async () => {
    await web().ssh(`echo "printf 'Welcome!\\nToday is your lucky day:'; echo oops >&2" >/root/.bashrc`);
    try {
      expect(await fleet.proog("exec", "web-1", "--", "echo on")).toEqual({
        stdout: "web-1  on\n",
        stderr: "",
        status: 0,
      });
    } finally {
      await web().ssh("rm /root/.bashrc");
    }
  });

  test("goes where the nodes are now, wherever they were the last time", async () => {
    const file = join(fleet.path, ".proog/targets-proog.config.js.json");
    await fleet.proog("exec", "--", "true");
    const known = readFileSync(file, "utf8");
    expect(known).toContain(web().address);
    fleet.write(".proog/targets-proog.config.js.json", known.replaceAll(web().address, "192.0.2.1"));
    const started = Date.now();
    expect(await fleet.proog("exec", "web-1", "--", "hostname")).toEqual({
      stdout: "web-1  web-1\n",
      stderr: "",
      status: 0,
    });
    expect(Date.now() - started).toBeLessThan(8000);
    expect(readFileSync(file, "utf8")).toBe(known);
    fleet.write(".proog/targets-proog.config.js.json", "no JSON");
    expect((await fleet.proog("exec", "web-1", "--", "hostname")).status).toBe(0);
  });

  test("streams, until it is interrupted", async () => {
    const running = fleet.start("exec", "--", "n=0; while :; do n=$((n + 1)); echo line $n; sleep 0.1; done");
    await running.waitFor(/web-1 {2}line 5\n/);
    await running.waitFor(/web-2 {2}line 5\n/);
    running.kill("SIGINT");
    expect((await running.ended).status).toBe(130);
  });

  test("ends when nobody reads any more", async () => {
    const program = join(checkout, "bin/proog.js");
    const command = [
      process.execPath,
      program,
      "exec",
      "--",
      "sleep 4714 & while :; do echo on; sleep 0.1; done",
    ];
    const { stdout, status } = await runProgram(
      "sh",
      ["-c", `${command.map(quote).join(" ")} | head -n 2`],
      "",
      {
        cwd: fleet.path,
      },
    );
    expect(stdout.split("\n")).toHaveLength(3);
    expect(status).toBe(0);
    await waitUntil("the commands are gone", async () => (await processesOf("4714")) === "", 10);
  });

  test("folds equal outputs, and tells where it failed", async () => {
    const { stdout } = await fleet.proog("exec", "--fold", "--", "echo same; echo twice");
    expect(stdout).toBe("web-1, web-2  (2 nodes)\n  same\n  twice\n");
    const failed = await fleet.proog(
      "exec",
      "--quiet",
      "--",
      '[ "$(hostname)" = web-1 ] || { echo why; exit 9; }',
    );
    expect(failed.stdout).toBe("");
    expect(failed.stderr).toContain('web-2: The command ended with status 9: [ "$(hostname)" = web-1 ]');
    expect(failed.stderr).toContain("  why\n");
    expect(failed.stderr).toContain("done on 1 of 2 nodes in");
    expect(failed.status).toBe(3);
  });

  test("so many at a time, and no further one when one has failed", async () => {
    const exec = (...args: string[]) => fleet.proog("exec", "--json", "--parallel=1", ...args);
    expect(stepsOf((await exec("--", "sleep 0.3")).stdout)).toEqual(oneByOne);
    expect(stepsOf((await exec("--", "false")).stdout)).toEqual(oneByOne);
    const { stdout, status } = await exec("--fail-fast", "--", "false");
    const ended = eventsOf(parseEvents(stdout), "task-finished");
    expect(ended.map(({ node, outcome }) => `${node} ${outcome}`)).toEqual([
      "web-1 failed",
      "web-2 unreached",
    ]);
    expect(stepsOf(stdout)).not.toContain("command-started web-2");
    expect(status).toBe(3);
  });

  test("another user, a time limit, a dry run", async () => {
    expect((await fleet.proog("exec", "web-1", "--user", "www-data", "--", "id -un")).stdout).toBe(
      "web-1  www-data\n",
    );
    const limited = await fleet.proog("exec", "web-1", "--time-limit", "0.5", "--", "sleep 100");
    expect(limited.stderr).toContain("web-1: The command took more than 0.5 s, and was ended: sleep 100");
    expect(limited.status).toBe(3);
    expect((await fleet.proog("exec", "web-1", "--dry-run", "--", "rm -rf /")).stdout).toBe(
      "web-1  $ rm -rf /\n",
    );
  });

  test("a node that cannot be reached is told, and the others go on", async () => {
    await web()
      .ssh("systemctl stop ssh.socket ssh.service; pkill -f '[s]shd:.*listener' || :")
      .catch(() => {});
    killConnections(web());
    const { stdout, stderr, status } = await fleet.proog("exec", "--", "hostname");
    await web()
      .ssh("systemctl start ssh")
      .catch(() => {});
    expect(stdout).toBe("web-2  web-2\n");
    expect(stderr).toContain("web-1 (root@");
    expect(stderr).toContain("not reached: web-1");
    expect(status).toBe(3);
  });
});
