import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import type { Live, RunEvent } from "../../src/dashboard/api.ts";
import { type Served, startServe, type Visit, type Watch } from "../dashboard-client.ts";
import { useFleet } from "./fleet-folder.ts";
import { findTraces, poison, token, traces } from "./poison.ts";
import { slowRun, waitForFile } from "./slow-run.ts";

const fleet = useFleet("dashboard", "web: 2", "", {
  variables: { DASHBOARD_POISON: poison, DASHBOARD_TOKEN: token },
});
const environment = "test";
const web = () => fleet.node("web-1");

async function serve(...args: string[]): Promise<Served> {
  const served = await startServe(fleet.path, fleet.variables, args);
  onTestFinished(() => served.kill("SIGTERM"));
  return served;
}

const enter = async () => await (await serve()).enter();

const isEvent = (message: Live): message is { type: "event" } & RunEvent => message.type === "event";

/** The ids of a run's events that came, in the order in which they came. */
const idsOf = (messages: readonly Live[], run: string) =>
  messages.filter(isEvent).flatMap((message) => (message.run === run ? [message.id] : []));

/** All of a run's events, page by page. */
async function readEvents(visit: Visit, run: string, limit = 1000): Promise<RunEvent[]> {
  const all: RunEvent[] = [];
  for (let after = 0; ; ) {
    const { events, next } = await visit.call("GET /runs/:run/events", { run, after, limit });
    all.push(...events);
    if (next === undefined) return all;
    after = next;
  }
}

const ended = (run: string) => (message: Live) =>
  isEvent(message) && message.run === run && message.event.type === "run-finished";

const planWeb = { type: "plan", environment, selectors: ["web-1"] } as const;

describe("a plan", () => {
  test("is looked at, approved, and made once, also when two press the button, or the session was over meanwhile", async () => {
    fleet.declare('file("/srv/button", { content: "pressed\\n" }),');
    const served = await serve();
    const visit = await served.enter();
    const other = await served.enter();
    const { run, plan } = await visit.act(planWeb);
    expect({ plan, kind: run.kind, from: run.from }).toEqual({
      plan: "open",
      kind: "plan",
      from: "dashboard from 127.0.0.1",
    });
    const shown = await visit.call("GET /plans/:run", { run: run.id });
    expect(shown.nodes).toMatchObject([
      {
        node: "web-1",
        total: 1,
        changes: [
          {
            resource: { key: "file /srv/button" },
            sign: "create",
            texts: [{ aspect: "content", wanted: "pressed\n" }],
          },
        ],
      },
    ]);
    const apply = { type: "apply", plan: run.id } as const;
    await visit.call("DELETE /session");
    expect(await visit.refusal("POST /actions", {}, apply)).toMatchObject({
      status: 401,
      code: "not-logged-in",
    });
    const third = await served.enter();
    const [one, two] = await Promise.all([
      third.call("POST /actions", {}, apply),
      other.call("POST /actions", {}, apply),
    ]);
    expect(one.run).toBe(two.run);
    expect([one.joined, two.joined].filter(Boolean)).toHaveLength(1);
    const applied = await other.end(one.run);
    expect(applied).toMatchObject({
      run: { kind: "apply", state: "done", changes: 1, summary: "1 change on web-1" },
      planned: run.id,
    });
    expect(await web().ssh("cat /srv/button")).toBe("pressed\n");
    expect(await other.call("GET /plans/:run", { run: run.id })).toMatchObject({
      state: "applied",
      appliedBy: one.run,
    });
    expect(await other.refusal("POST /actions", {}, apply)).toMatchObject({
      status: 409,
      message: `This plan was approved already: ${one.run}`,
    });
    const { entries } = await other.call("GET /audit");
    expect(entries.filter(({ what }) => what === "action").map(({ detail }) => detail)).toContain(
      `apply ${run.id}`,
    );
  });

  test("that is no longer true is refused, and the new one shown", async () => {
    fleet.declare('file("/srv/moved", { content: "wanted\\n" }),');
    const visit = await enter();
    const { run } = await visit.act(planWeb);
    await web().ssh("echo other >/srv/moved");
    const refused = await visit.act({ type: "apply", plan: run.id });
    expect(refused).toMatchObject({ run: { state: "failed", error: { code: "plan-outdated" } } });
    expect(await web().ssh("cat /srv/moved")).toBe("other\n");
    await expect
      .poll(async () => (await visit.call("GET /runs/:run", { run: refused.run.id })).replan)
      .toBeDefined();
    const { replan = "" } = await visit.call("GET /runs/:run", { run: refused.run.id });
    await visit.end(replan);
    expect(await visit.call("GET /plans/:run", { run: replan })).toMatchObject({
      state: "open",
      nodes: [{ changes: [{ sign: "change", texts: [{ now: "other\n", wanted: "wanted\n" }] }] }],
    });
    expect(await visit.call("GET /plans/:run", { run: run.id })).toMatchObject({
      state: "outdated",
      replacedBy: replan,
    });
    expect(await visit.refusal("POST /actions", {}, { type: "apply", plan: run.id })).toMatchObject({
      status: 409,
      code: "plan-outdated",
      hint: `There is a newer one: ${replan}`,
    });
    expect((await visit.act({ type: "apply", plan: replan })).run.state).toBe("done");
    expect((await visit.act(planWeb)).plan).toBe("empty");
  });
});

describe("a run", () => {
  test("that somebody starts in a terminal is seen as it happens; a stream that was cut goes on where it was", async () => {
    fleet.declare(slowRun("seen"));
    const visit = await enter();
    const first = visit.watch();
    await first.waitFor(({ type }) => type === "hello");
    const running = fleet.start("apply", "--yes", "--json", "web-1");
    await waitForFile(web(), "/run/seen-started");
    const some = await first.waitFor((message) => isEvent(message) && message.event.type === "output");
    const run = isEvent(some) ? some.run : "";
    const node = await first.waitFor(
      (message) => message.type === "node" && message.node.condition === "changing",
    );
    expect(node).toMatchObject({ node: { name: "web-1", running: run } });
    first.close();
    const cut = first.ids.at(-1) ?? 0;
    await web().ssh("sleep 0.5; : >/run/seen-go");
    await running.ended;
    const second = visit.watch("", cut);
    onTestFinished(() => second.close());
    expect(await second.waitFor(({ type }) => type === "hello")).toMatchObject({ resumed: true });
    await second.waitFor(ended(run), "the end of the run");
    const all = (await readEvents(visit, run, 7)).map(({ id }) => id);
    expect([...idsOf(first.messages, run), ...idsOf(second.messages, run)]).toEqual(all);
    expect(second.messages.find(({ type }) => type === "run")).toBeUndefined();
    const { run: record } = await visit.call("GET /runs/:run", { run });
    expect(record).toMatchObject({
      state: "done",
      kind: "apply",
      args: ["apply", "--yes", "--json", "web-1"],
    });
  });

  test("survives the server: what is told after its restart is the truth", async () => {
    fleet.declare(slowRun("survives"));
    const served = await serve();
    const visit = await served.enter();
    const { run } = await visit.act(planWeb);
    const apply = { type: "apply", plan: run.id } as const;
    const started = await visit.call("POST /actions", {}, apply);
    await waitForFile(web(), "/run/survives-started");
    await served.kill("SIGKILL");
    await serve("--port", String(served.port));
    expect(await visit.call("GET /runs/:run", { run: started.run })).toMatchObject({
      run: { state: "running" },
    });
    expect(await visit.call("POST /actions", {}, apply)).toMatchObject({ run: started.run, joined: true });
    await web().ssh(": >/run/survives-go");
    expect(await visit.end(started.run)).toMatchObject({
      run: { state: "done" },
      resources: [{ key: "run survives", outcome: "done" }],
    });
    const { environments } = await visit.call("GET /fleet");
    expect(environments[0]?.nodes[0]).toMatchObject({ name: "web-1", condition: "good" });
  });

  test("is stopped by a button; another one's is not", async () => {
    fleet.declare(`${slowRun("stopped")} file("/srv/after", { content: "" }),`);
    const visit = await enter();
    const { run } = await visit.act(planWeb);
    const started = await visit.call("POST /actions", {}, { type: "apply", plan: run.id });
    await waitForFile(web(), "/run/stopped-started");
    await visit.call("DELETE /runs/:run", { run: started.run });
    await web().ssh(`until [ -e "$(ls -td /var/lib/proog/runs/* | head -n 1)/stop" ]; do sleep 0.05; done
      : >/run/stopped-go`);
    expect(await visit.end(started.run)).toMatchObject({ run: { exitCode: 130 } });
    expect(await web().ssh("ls /srv")).not.toContain("after");
    expect(await visit.refusal("DELETE /runs/:run", { run: started.run })).toMatchObject({
      status: 409,
      message: `${started.run} is over.`,
    });
    expect(await visit.refusal("DELETE /runs/:run", { run: "20261122-231542-4f1a" })).toMatchObject({
      status: 409,
    });
  });
});

const nasty = "<script>alert(1)</script><img src=x onerror=alert(2)>";

/** A task that prints what pages go wrong with, and what nobody may see. */
const tasks = `
export const say = task("say something", { on: "web", params: { lines: param.number({ default: 0, min: 0 }) } }, async ({ sh, params }) => {
  await sh\`echo \${${JSON.stringify(nasty)}}\`;
  await sh\`head -c 1000000 /dev/zero | tr "\\\\0" x; echo\`;
  await sh\`seq \${params.lines}\`;
});
`;

const leaking = `
file("/etc/leak", { content: secret("poison", { env: "DASHBOARD_POISON" }), mode: "0600" }),
file("/etc/leak2", { content: secret("token", { env: "DASHBOARD_TOKEN" }), mode: "0600" }),
run("cat /etc/leak /etc/leak2; base64 -w 0 /etc/leak2; touch /run/leaked", { creates: "/run/leaked", name: "leaks" }),
run("cat /etc/leak2 >&2; exit 3", { creates: "/run/never", name: "fails", optional: true }),`;

describe("what nodes print", () => {
  test("is text and never more; of a line of a megabyte lists have the beginning, and its own page all", async () => {
    fleet.declare("");
    appendFileSync(join(fleet.path, "proog.config.js"), tasks);
    const visit = await enter();
    const watch = visit.watch();
    onTestFinished(() => watch.close());
    await watch.waitFor(({ type }) => type === "hello");
    const { run } = await visit.act({
      ...{ type: "task", environment, task: "say", selectors: ["web-1"], parameters: { lines: 3 } },
    });
    expect(run).toMatchObject({ kind: "run", state: "done" });
    const events = await readEvents(visit, run.id);
    const outputs = events.filter(({ event }) => event.type === "command-output");
    const lineOf = ({ event }: RunEvent) => (event.type === "command-output" ? event.line : "");
    const long = outputs.filter(({ clipped }) => clipped);
    expect(long.map(lineOf)).toEqual(long.map(() => "x".repeat(8000)));
    expect(outputs.filter((each) => !/^xx+/.test(lineOf(each))).map(lineOf)).toEqual([nasty, "1", "2", "3"]);
    // It comes in pieces of 64 kB, of which the store has the beginning and how long they were.
    let length = 0;
    for (const { id } of outputs.filter((each) => /^xx+/.test(lineOf(each)))) {
      const whole = await visit.call("GET /runs/:run/events/:event", { run: run.id, event: id });
      expect(whole.clipped).toBeUndefined();
      const [, x = "", said] = /^(x+)(?:… \((\d+) characters\))?$/.exec(lineOf(whole)) ?? [];
      expect(x.length).toBe(said === undefined ? lineOf(whole).length : 16_384);
      length += Number(said ?? x.length);
    }
    expect(length).toBe(1_000_000);
    await watch.waitFor(ended(run.id));
    expect(idsOf(watch.messages, run.id)).toEqual(events.map(({ id }) => id));
    for (const path of [`/api/v1/runs/${run.id}/events`, `/runs/${run.id}`]) {
      const { headers } = await fetch(`${visit.origin}${path}`, { headers: { cookie: visit.cookie } });
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      if (path.startsWith("/api")) expect(headers.get("content-type")).toBe("application/json");
    }
  });

  test("has no secret in any answer", async () => {
    fleet.declare(leaking);
    const visit = await enter();
    const watch = visit.watch();
    onTestFinished(() => watch.close());
    await watch.waitFor(({ type }) => type === "hello");
    const planned = await visit.act(planWeb);
    const applied = await visit.act({ type: "apply", plan: planned.run.id });
    if (process.env.DEBUG_E)
      console.log(JSON.stringify(await readEvents(visit, applied.run.id), undefined, 1));
    expect(applied.resources.map(({ key, outcome }) => `${outcome} ${key}`)).toEqual([
      "done file /etc/leak",
      "done file /etc/leak2",
      "done run leaks",
      "failed run fails",
    ]);
    await watch.waitFor(ended(applied.run.id));
    const paths = [planned.run.id, applied.run.id].flatMap((run) => [
      `/api/v1/runs/${run}`,
      `/api/v1/runs/${run}/events?limit=5000`,
    ]);
    paths.push(
      ...["fleet", "runs", "tasks", "pools", "memorials", "audit", "tokens", "session", "openapi.json"].map(
        (name) => `/api/v1/${name}`,
      ),
      ...["history/calendar", "history/drift", "history/slowest", `plans/${planned.run.id}`].map(
        (name) => `/api/v1/${name}`,
      ),
      ...["", "/sites", "/facts"].map((name) => `/api/v1/nodes/test/web-1${name}`),
      ...["/metrics", "/api/docs", "/"],
    );
    const answers = await Promise.all(
      paths.map(async (path) => [path, await visit.request("GET", path)] as const),
    );
    for (const { id, run } of await readEvents(visit, applied.run.id)) {
      const path = `/api/v1/runs/${run}/events/${id}`;
      answers.push([path, await visit.request("GET", path)]);
    }
    const preview = { type: "boot", environment, selectors: ["web"], number: 1 };
    answers.push(["previews", await visit.request("POST", "/api/v1/previews", preview)]);
    for (const [path, { status, body }] of answers) {
      expect({ path, status }).toEqual({ path, status: 200 });
      expect({ path, traces: findTraces(typeof body === "string" ? body : JSON.stringify(body)) }).toEqual({
        path,
        traces: [],
      });
    }
    const streamed = watch.messages.map((message) => JSON.stringify(message)).join("\n");
    expect(findTraces(streamed)).toEqual([]);
    // What was printed is there, without them; and they would have been found.
    expect(streamed).toContain("***");
    expect(findTraces(JSON.stringify({ line: token }))).not.toEqual([]);
    expect(traces.length).toBeGreaterThan(10);
    const store = readFileSync(join(fleet.path, ".proog/store.sqlite"), "latin1");
    expect(findTraces(store)).toEqual([]);
  });
});

describe("a node", () => {
  test("is entered by a terminal that takes sizes, bytes and its end; no other page gets one", async () => {
    const visit = await enter();
    const address = `${visit.origin.replace("http", "ws")}/api/v1/nodes/test/web-1/terminal?columns=91&rows=33`;
    const protocols = ["proog-terminal", `csrf.${visit.session.csrf}`];
    const { cookie, origin } = visit;
    const refused = async (given: string[], headers: Record<string, string>) =>
      await new Promise((resolve) => {
        const socket = new WebSocket(address, given, { headers });
        socket.on("unexpected-response", (_, { statusCode }) => resolve(statusCode));
        socket.on("open", () => resolve("open"));
        socket.on("error", () => {});
      });
    expect(await refused(protocols, { origin })).toBe(401);
    expect(await refused(protocols, { cookie })).toBe(403);
    expect(await refused(protocols, { cookie, origin: "https://evil.example" })).toBe(403);
    expect(await refused(["proog-terminal"], { cookie, origin })).toBe(403);
    expect(await refused(["proog-terminal", "csrf.guess"], { cookie, origin })).toBe(403);
    const socket = new WebSocket(address, protocols, { headers: { cookie, origin } });
    let printed = "";
    let end = "";
    socket.on("message", (data, isBinary) => {
      if (isBinary) printed += String(data);
      else end += String(data);
    });
    await expect.poll(() => printed).toContain("web-1:~#");
    expect(socket.protocol).toBe("proog-terminal");
    socket.send(Buffer.from("stty size; echo é-$((6*7))\n"));
    await expect.poll(() => printed).toMatch(/33 91\r\né-42/);
    socket.send(JSON.stringify({ columns: 120, rows: 40 }));
    socket.send("no JSON");
    socket.send(Buffer.from("sleep 0.2; stty size\n"));
    await expect.poll(() => printed).toContain("40 120");
    socket.send(Buffer.from("exit 7\n"));
    await expect.poll(() => end).toBe('{"status":7}');
    const { entries } = await visit.call("GET /audit");
    expect(entries[0]).toMatchObject({ what: "terminal", detail: "web-1 of test" });
  });

  test("tells its journal as it comes", async () => {
    const visit = await enter();
    const abort = new AbortController();
    onTestFinished(() => abort.abort());
    const response = await fetch(`${visit.origin}/api/v1/nodes/test/web-1/journal`, {
      headers: { cookie: visit.cookie },
      signal: abort.signal,
    });
    let text = "";
    void (async () => {
      for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
    })().catch(() => {});
    await expect.poll(() => text).toContain("event: line");
    await web().ssh(`logger -t nasty '${nasty}'`);
    await expect.poll(() => text).toContain(JSON.stringify(nasty).slice(1, -1));
    expect(
      (
        await fetch(`${visit.origin}/api/v1/nodes/test/web-1/journal?unit=$(id)`, {
          headers: { cookie: visit.cookie },
        })
      ).status,
    ).toBe(400);
  });

  test("is paused with a reason, told with what it must have, and asked how it is", async () => {
    fleet.declare('file("/srv/drift", { content: "" }),');
    const visit = await enter();
    const pause = await visit.act({ type: "pause", environment, node: "web-2", why: "a look at <b>" });
    expect(pause).toMatchObject({ run: { state: "done" }, nodes: [{ node: "web-2" }] });
    expect((await visit.act({ type: "status", environment, selectors: [] })).run).toMatchObject({
      state: "done",
    });
    const paused = (await visit.call("GET /fleet")).environments[0]?.nodes[1];
    expect(paused).toMatchObject({ condition: "paused", paused: { why: "a look at <b>" } });
    await visit.act({ type: "resume", environment, node: "web-2" });
    await visit.act({ type: "plan", environment, selectors: ["web-2"] });
    const {
      node,
      resources,
      enter: how,
    } = await visit.call("GET /nodes/:environment/:node", {
      environment,
      node: "web-2",
    });
    expect(resources).toMatchObject([{ key: "file /srv/drift", kind: "file", state: "differs" }]);
    expect(node.drift?.changes).toBe(1);
    expect(how.proog).toBe("proog ssh web-2 -e test");
    expect(how.ssh).toMatch(/^ssh -i \S+id_ed25519 .*root@\S+$/);
    const facts = await visit.call("GET /nodes/:environment/:node/facts", { environment, node: "web-2" });
    expect(facts.at.length).toBe(facts.load.length);
    expect(facts.at.length).toBeGreaterThan(0);
  });

  test("comes by a button, and goes by one, with a reason that is remembered", async () => {
    fleet.declare('file("/srv/born", { content: "" }),');
    const visit = await enter();
    const watch = visit.watch("?quiet=true");
    onTestFinished(() => watch.close());
    await watch.waitFor(({ type }) => type === "hello");
    const boot = { type: "boot", environment, selectors: ["web"], number: 1 } as const;
    const started = await visit.call("POST /actions", {}, boot);
    const coming = async () => (await visit.call("GET /fleet")).environments[0]?.nodes[2];
    expect(await coming()).toMatchObject({ name: "web-3", condition: "changing", running: started.run });
    expect(await visit.end(started.run)).toMatchObject({ run: { state: "done" } });
    await expect.poll(coming).toMatchObject({ name: "web-3", condition: "good" });
    expect(await visit.act({ type: "shoot", environment, node: "web-3", why: "it was slow" })).toMatchObject({
      run: { state: "done" },
    });
    const { memorials } = await visit.call("GET /memorials");
    expect(memorials[0]).toMatchObject({ node: "web-3", roles: ["web"], why: "it was slow" });
    await watch.waitFor((message) => isEvent(message) && message.event.type === "machine-shot");
  });
});

test("two hundred watch, and none misses anything; the server's memory stays what it was", async () => {
  fleet.declare("");
  appendFileSync(join(fleet.path, "proog.config.js"), tasks);
  const served = await serve();
  const visit = await served.enter();
  const memory = () =>
    Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${served.pid}/status`, "utf8"))?.[1]) / 1024;
  const watches = Array.from({ length: 200 }, () => visit.watch());
  onTestFinished(() => {
    for (const watch of watches) watch.close();
  });
  await Promise.all(watches.map((watch: Watch) => watch.waitFor(({ type }) => type === "hello")));
  const before = memory();
  const { run } = await visit.act({
    ...{ type: "task", environment, task: "say", selectors: [], parameters: { lines: 200 } },
  });
  await Promise.all(watches.map((watch) => watch.waitFor(ended(run.id), "the end")));
  const wanted = (await readEvents(visit, run.id)).map(({ id }) => id);
  expect(run).toMatchObject({ state: "done", nodes: 2 });
  expect(wanted.length).toBeGreaterThan(400);
  for (const watch of watches) expect(idsOf(watch.messages, run.id)).toEqual(wanted);
  expect(memory() - before).toBeLessThan(200);
});
