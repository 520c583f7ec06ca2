import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { request as requestByTls } from "node:https";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { openStore } from "../../src/store/store.ts";
import { requireAsDocumented } from "../api-contract.ts";
import { freePort, type Served, startServe } from "../dashboard-client.ts";
import { runProgram } from "../hosts/program.ts";
import { configWith, type FleetFolder, fleetFolder } from "./fleet-folder.ts";

const task =
  'export const greet = task("greet", { on: "web", params: { name: param.string({ pattern: /[a-z]+/ }) } }, ({ sh }) => sh`true`);\n';

async function serve(folder: FleetFolder, ...args: string[]): Promise<Served> {
  const served = await startServe(folder.path, folder.environment, args);
  onTestFinished(() => served.kill("SIGTERM"));
  return served;
}

/** A request as nobody's browser would make it. */
function raw(origin: string, path: string, headers: Record<string, string>, method = "GET", body = "") {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const sent = request(`${origin}${path}`, { method, headers }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on("error", reject).end(body);
  });
}

describe("who comes in", () => {
  test("by the link, one time, and then by a cookie that no script and no other site gets", async () => {
    const served = await serve(fleetFolder(configWith("")));
    const { link } = served;
    const response = await fetch(link);
    expect(response.status).toBe(200);
    expect(response.headers.get("set-cookie")).toMatch(
      /^proog-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expect(await response.text()).toContain('<meta http-equiv="refresh" content="0; url=/">');
    const again = await fetch(link);
    expect(again.status).toBe(403);
    expect(await again.text()).toContain("This link was used, or is too old.");
    await expect.poll(() => served.link).not.toBe(link);
    expect((await served.enter()).session).toMatchObject({ role: "admin", fleet: "example" });
  });

  test("nobody else", async () => {
    const { origin } = await serve(fleetFolder(configWith("")));
    for (const path of ["session", "fleet", "runs", "events", "openapi.json", "nodes/devel/web-1/journal"]) {
      const response = await fetch(`${origin}/api/v1/${path}`, { headers: { cookie: "proog-1=guess" } });
      expect({ path, status: response.status }).toEqual({ path, status: 401 });
    }
    expect((await fetch(`${origin}/metrics`)).status).toBe(401);
    expect((await fetch(`${origin}/api/docs`)).status).toBe(401);
  });

  test("not under a name that is not its own: another page would read the answers by it", async () => {
    const { origin, enter } = await serve(fleetFolder(configWith("")));
    const { cookie } = await enter();
    for (const host of ["evil.example", `evil.example:${new URL(origin).port}`, "127.0.0.1:1"]) {
      const { status, text } = await raw(origin, "/api/v1/session", { host, cookie });
      expect({ host, status }).toEqual({ host, status: 403 });
      expect(text).toContain(`This server does not answer as ${host}.`);
    }
    const own = await raw(origin, "/api/v1/session", { host: `localhost:${new URL(origin).port}`, cookie });
    expect(own.status).toBe(200);
  });

  test("and does nothing for a page of somebody else, nor without the session's secret", async () => {
    const { origin, enter } = await serve(fleetFolder(configWith("")));
    const { headers } = await enter();
    const body = JSON.stringify({ type: "status", environment: "devel", selectors: [] });
    const json = { "content-type": "application/json" };
    const post = async (given: Record<string, string>) => {
      const { status, text } = await raw(origin, "/api/v1/actions", given, "POST", body);
      return `${status} ${JSON.parse(text).error?.code}`;
    };
    const { origin: _, ...noOrigin } = headers;
    const { "x-proog-csrf": __, ...noSecret } = headers;
    expect(await post({ ...headers, ...json, origin: "https://evil.example" })).toBe("403 wrong-origin");
    expect(await post({ ...headers, ...json, origin: "null" })).toBe("403 wrong-origin");
    expect(await post({ ...headers, ...json, "sec-fetch-site": "same-site" })).toBe("403 wrong-origin");
    expect(await post({ ...noOrigin, ...json })).toBe("403 wrong-origin");
    expect(await post({ ...noSecret, ...json })).toBe("403 wrong-origin");
    expect(await post({ ...headers, ...json, "x-proog-csrf": "guess" })).toBe("403 wrong-origin");
    expect(await post({ ...headers, "content-type": "text/plain" })).toBe("400 invalid-request");
  });

  test("stays in when the server is started anew, and is out when logged out", async () => {
    const folder = fleetFolder(configWith(""));
    const first = await serve(folder);
    const visit = await first.enter();
    await first.kill("SIGKILL");
    const port = new URL(first.origin).port;
    await serve(folder, "--port", port);
    expect(await visit.call("GET /session")).toMatchObject({ role: "admin" });
    await visit.call("DELETE /session");
    expect(await visit.refusal("GET /session")).toMatchObject({ status: 401, code: "not-logged-in" });
  });

  test("keeps what it knows of people where only they can read it, and no secret of theirs", async () => {
    const folder = fleetFolder(configWith(""));
    const { enter } = await serve(folder);
    const { cookie, session } = await enter();
    const files = ["sessions.json", "audit.jsonl"].map((name) => join(folder.path, ".proog/dashboard", name));
    for (const file of files) expect(statSync(file).mode & 0o777).toBe(0o600);
    const text = files.map((file) => readFileSync(file, "utf8")).join();
    expect(text).toContain(session.csrf);
    expect(text).not.toContain(cookie.split("=")[1]);
  });
});

describe("accounts", () => {
  const password = "correct horse battery";

  /** Behind a proxy that is not there: this test speaks as it would. */
  async function serveTeam(...accounts: [name: string, role: string][]) {
    const folder = fleetFolder(configWith(""));
    for (const [name, role] of accounts) {
      const { status, stderr } = await runProgram(
        process.execPath,
        [folder.program, "account", "add", name, "--role", role],
        `${password}\n`,
        { cwd: folder.path, env: folder.environment },
      );
      expect({ stderr, status }).toEqual({ stderr: `${name} can log in, as ${role}.\n`, status: 0 });
    }
    const served = await serve(folder, "--behind-proxy", "--origin", "https://proog.example.org");
    const address = `http://127.0.0.1:${served.port}`;
    const send = async (method: string, path: string, body?: unknown, more: Record<string, string> = {}) => {
      const headers = {
        host: "proog.example.org",
        origin: "https://proog.example.org",
        "content-type": "application/json",
        ...more,
      };
      const { status, text } = await raw(address, path, headers, method, JSON.stringify(body) ?? "");
      return { status, body: text.startsWith("{") ? JSON.parse(text) : text };
    };
    return { folder, served, send };
  }

  const logIn = async (
    send: Awaited<ReturnType<typeof serveTeam>>["send"],
    name: string,
    given = password,
    more: Record<string, string> = {},
  ) => await send("POST", "/api/v1/session", { name, password: given }, more);

  test("are for others, whom no link lets in", async () => {
    const { served, send } = await serveTeam(["ada", "admin"]);
    expect(served.link).toBe("");
    expect(served.origin).toBe("https://proog.example.org");
    expect(await logIn(send, "ada")).toMatchObject({ status: 200, body: { name: "ada", role: "admin" } });
    expect(await logIn(send, "ada", "wrong")).toMatchObject({
      status: 401,
      body: { error: { code: "wrong-login", message: "Name or password is wrong." } },
    });
    expect(await logIn(send, "nobody")).toMatchObject({
      status: 401,
      body: { error: { code: "wrong-login" } },
    });
  });

  test("are not found by trying: who fails too often waits, others do not", async () => {
    const { send } = await serveTeam(["ada", "admin"]);
    const from = (address: string) => ({ "x-forwarded-for": `198.51.100.1, ${address}` });
    const tries = await Promise.all(
      Array.from({ length: 12 }, () => logIn(send, "ada", "wrong", from("192.0.2.1"))),
    );
    expect(tries.filter(({ status }) => status === 401)).toHaveLength(10);
    const refused = tries.find(({ status }) => status === 429);
    expect(refused?.body.error.message).toMatch(/^Too many wrong logins\. Wait \d+ s\.$/);
    expect((await logIn(send, "ada", password, from("192.0.2.1"))).status).toBe(429);
    expect((await logIn(send, "ada", password, from("192.0.2.2"))).status).toBe(200);
  });

  test("tell what somebody may; tokens may no more than who made them", async () => {
    const { folder, served, send } = await serveTeam(["ada", "admin"], ["vera", "viewer"]);
    const address = `http://127.0.0.1:${served.port}`;
    const enter = async (name: string) => {
      const response = await new Promise<{ cookie: string; csrf: string }>((resolve, reject) => {
        const headers = { host: "proog.example.org", "content-type": "application/json" };
        request(`${address}/api/v1/session`, { method: "POST", headers }, (got) => {
          let text = "";
          got.on("data", (chunk) => {
            text += chunk;
          });
          const [cookie = ""] = (got.headers["set-cookie"]?.[0] ?? "").split(";");
          got.on("end", () => resolve({ cookie, csrf: JSON.parse(text).csrf }));
        })
          .on("error", reject)
          .end(JSON.stringify({ name, password }));
      });
      expect(response.cookie).toMatch(/^__Host-proog=/);
      return { cookie: response.cookie, "x-proog-csrf": response.csrf };
    };
    const vera = await enter("vera");
    const look = { type: "status", environment: "devel", selectors: [] };
    expect(await send("POST", "/api/v1/actions", look, vera)).toMatchObject({
      status: 403,
      body: { error: { message: "This needs the role operator, and vera has viewer." } },
    });
    expect((await send("GET", "/api/v1/accounts", undefined, vera)).status).toBe(403);
    const wanted = { name: "prometheus", days: 30 };
    expect((await send("POST", "/api/v1/tokens", { ...wanted, scope: "operator" }, vera)).status).toBe(403);
    const { body: made } = await send("POST", "/api/v1/tokens", { ...wanted, scope: "metrics" }, vera);
    const bearer = { authorization: `Bearer ${made.token}` };
    const metrics = await send("GET", "/metrics", undefined, bearer);
    expect(metrics.body).toContain('proog_nodes{environment="devel",condition="absent"} 2\n');
    expect(await send("GET", "/api/v1/fleet", undefined, bearer)).toMatchObject({
      status: 403,
      body: { error: { message: "This token is good for /metrics alone." } },
    });
    expect(readFileSync(join(folder.path, ".proog/dashboard/tokens.json"), "utf8")).not.toContain(made.token);
    // Who is no longer there is out at once, with sessions and tokens.
    expect((await folder.proog("account", "remove", "vera")).status).toBe(0);
    expect((await send("GET", "/api/v1/fleet", undefined, vera)).status).toBe(401);
  });

  test("are refused when they are no good", async () => {
    const folder = fleetFolder(configWith(""));
    expect(await folder.refusal("account", "add")).toContain("error: proog account add needs a name.");
    expect(await folder.refusal("account", "add", "a b")).toContain(
      'error: "a b" can be no name of an account.',
    );
    expect(await folder.refusal("account", "add", "ada")).toContain(
      "A password has at least 12 characters; several words are well.",
    );
    expect(await folder.refusal("account", "remove", "ada")).toContain('error: There is no account "ada".');
    expect(await folder.refusal("account", "list", "--role", "admin")).toContain(
      "--role is for add, and this is list.",
    );
  });

  test("and TLS are needed before others may come", async () => {
    const folder = fleetFolder(configWith(""));
    const refusal = (...args: string[]) => folder.refusal("serve", ...args);
    expect(await refusal("--listen", "0.0.0.0")).toContain(
      "error: Others reach the dashboard by TLS alone: passwords and cookies would be read on the way.",
    );
    expect(await refusal("--behind-proxy", "--tls-cert", "a", "--tls-key", "b")).toContain(
      "error: --behind-proxy leaves TLS to the proxy, and was given a certificate.",
    );
    expect(await refusal("--behind-proxy")).toContain("Such as: --origin https://proog.example.org");
    expect(await refusal("--behind-proxy", "--origin", "http://proog.example.org")).toContain(
      "error: --origin is http://proog.example.org, and must be https:// and a name",
    );
    expect(await refusal("--behind-proxy", "--origin", "https://proog.example.org")).toContain(
      "Make one: proog account add NAME --role admin",
    );
    expect(await refusal("--origin", "https://proog.example.org")).toContain(
      "error: --origin is for a dashboard that others reach.",
    );
  });
});

describe("TLS of its own", () => {
  test("is what browsers get; what is no pair is refused", async () => {
    const folder = fleetFolder(configWith(""));
    const settings = { cwd: folder.path, env: folder.environment };
    const make = (name: string) =>
      runProgram(
        "openssl",
        [
          ...[
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
          ],
          ...["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
          ...["-keyout", `${name}.key`, "-out", `${name}.pem`],
        ],
        "",
        settings,
      );
    await Promise.all([make("one"), make("two")]);
    await runProgram(
      process.execPath,
      [folder.program, "account", "add", "ada", "--role", "admin"],
      "correct horse battery",
      settings,
    );
    const port = await freePort();
    const origin = `https://localhost:${port}`;
    const args = ["--listen", "127.0.0.1", "--port", String(port), "--origin", origin];
    const pair = (certificate: string, key: string) => ["--tls-cert", certificate, "--tls-key", key];
    const refusal = (certificate: string, key: string) =>
      folder.refusal("serve", ...args, ...pair(certificate, key));
    expect(await refusal("none.pem", "one.key")).toContain("error: none.pem cannot be read: ENOENT");
    expect(await refusal("one.key", "one.key")).toContain("error: one.key is no certificate in PEM.");
    expect(await refusal("one.pem", "one.pem")).toContain("error: one.pem is no private key in PEM.");
    expect(await refusal("one.pem", "two.key")).toContain("error: one.pem and two.key do not make a pair");
    const served = await serve(folder, ...args, ...pair("one.pem", "one.key"));
    expect(served.origin).toBe(origin);
    const ca = readFileSync(join(folder.path, "one.pem"));
    const answer = await new Promise<{ cookie: string | undefined; age: unknown }>((resolve, reject) => {
      const headers = { "content-type": "application/json", origin };
      const sent = requestByTls(`${origin}/api/v1/session`, { method: "POST", headers, ca }, (response) => {
        const { "set-cookie": cookies, "strict-transport-security": age } = response.headers;
        response.resume().on("end", () => resolve({ cookie: cookies?.[0], age }));
      });
      sent.on("error", reject).end(JSON.stringify({ name: "ada", password: "correct horse battery" }));
    });
    expect(answer.cookie).toMatch(/^__Host-proog=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    expect(answer.age).toBe("max-age=31536000");
  });
});

describe("the fleet", () => {
  test("is loaded anew when the config changes; one that does not compile leaves the last good one, and says where", async () => {
    const folder = fleetFolder({ "proog.config.ts": configWith("") });
    const visit = await (await serve(folder)).enter();
    const watch = visit.watch();
    onTestFinished(() => watch.close());
    await watch.waitFor(({ type }) => type === "hello");
    const nodes = async () => {
      const { environments, problem } = await visit.call("GET /fleet");
      return { names: environments[0]?.nodes.map(({ name }) => name), problem };
    };
    expect(await nodes()).toEqual({ names: ["web-1", "web-2"], problem: undefined });
    writeFileSync(join(folder.path, "proog.config.ts"), configWith("}{"));
    await watch.waitFor((message) => message.type === "fleet" && message.problem !== undefined);
    const broken = await nodes();
    expect(broken.names).toEqual(["web-1", "web-2"]);
    expect(broken.problem).toMatchObject({
      code: "config-failed",
      where: expect.stringMatching(/proog\.config\.ts:3$/),
    });
    writeFileSync(join(folder.path, "proog.config.ts"), configWith("", "web: 3"));
    await watch.waitFor(
      (message) => message.type === "fleet" && message.problem === undefined && message.revision > 3,
    );
    expect(await nodes()).toEqual({ names: ["web-1", "web-2", "web-3"], problem: undefined });
  });

  test("that never compiled is told of, too, and mended without a restart", async () => {
    const folder = fleetFolder(configWith("}{"));
    const visit = await (await serve(folder)).enter();
    expect(await visit.call("GET /fleet")).toMatchObject({
      environments: [],
      problem: { code: "config-failed" },
    });
    expect(await visit.refusal("GET /tasks")).toMatchObject({ status: 503, code: "unavailable" });
    writeFileSync(join(folder.path, "proog.config.js"), configWith(""));
    await expect.poll(async () => (await visit.call("GET /fleet")).environments.length).toBe(1);
  });

  test("tells its tasks with what a form needs", async () => {
    const text = configWith("")
      .replace("import {", "import { param, task,")
      .replace("const web", `${task}const web`);
    const visit = await (await serve(fleetFolder(text))).enter();
    expect(await visit.call("GET /tasks")).toEqual({
      tasks: [
        {
          ...{ name: "greet", description: "greet", on: ["web"], runs: "each" },
          at: expect.stringMatching(/proog\.config\.js:2$/),
          parameters: [{ name: "name", kind: "string", required: true, pattern: "[a-z]+" }],
        },
      ],
    });
  });
});

describe("actions that make no sense", () => {
  test("are refused before a command is started for them", async () => {
    const { enter } = await serve(fleetFolder(configWith("")));
    const visit = await enter();
    const refused = async (action: unknown) => {
      const error = await visit.refusal("POST /actions", {}, action);
      return [error.status, error.message, error.detail].join(" ").trim();
    };
    expect(await refused({ type: "plan", environment: "live", selectors: [] })).toBe(
      "404 example has no environment live.",
    );
    expect(await refused({ type: "plan", environment: "devel", selectors: ["db"] })).toBe(
      '404 devel has no node and no role "db".',
    );
    expect(await refused({ type: "shoot", environment: "devel", node: "db-1" })).toBe(
      "404 devel has no node db-1.",
    );
    expect(await refused({ type: "boot", environment: "devel", selectors: ["db"], number: 1 })).toBe(
      "400 Further machines are booted of one role or group of devel.",
    );
    expect(
      await refused({ type: "task", environment: "devel", task: "none", selectors: [], parameters: {} }),
    ).toBe("404 There is no task none.");
    expect(await refused({ type: "apply", plan: "20261122-231542-4f1a" })).toContain(
      "404 20261122-231542-4f1a made no plan",
    );
    expect(await refused({ type: "apply", plan: "../../etc" })).toContain("plan: It must be a name.");
    for (const selector of ["--yes", "-e", "a b", "$(id)", "", "web\n"])
      expect(await refused({ type: "plan", environment: "devel", selectors: [selector] })).toContain(
        "400 This request is not as the API takes it.",
      );
    expect(await refused({ type: "pause", environment: "devel", node: "web-1", why: "--json" })).toContain(
      "why:",
    );
    expect(await refused({ type: "explode" })).toContain("400");
    expect(await visit.call("GET /runs")).toEqual({ runs: [] });
  });

  test("are told in the history as one would type them in the config's folder", async () => {
    for (const more of [[], ["--config", "other.config.ts"]]) {
      const folder = fleetFolder({ [more[1] ?? "proog.config.js"]: configWith("") });
      const { enter } = await serve(folder, ...more);
      const { run } = await (await enter()).act({ type: "plan", environment: "devel", selectors: [] });
      const plan = `.proog/dashboard/runs/${run.id}.plan`;
      expect(run.args).toEqual(["plan", "-o", plan, "-e", "devel", "--json", ...more]);
    }
  });

  test("and a preview tells names and resources of what is not there yet", async () => {
    const visit = await (await serve(fleetFolder(configWith('directory("/srv")')))).enter();
    const boot = { type: "boot", environment: "devel", selectors: ["web"], number: 1 } as const;
    expect(await visit.call("POST /previews", {}, boot)).toEqual({
      command: "proog boot web -n 1 -e devel",
      nodes: [{ node: "web-3", roles: ["web"], resources: ["directory /srv"] }],
    });
  });
});

describe("a bad start", () => {
  test("on a port that is taken says so", async () => {
    const port = await freePort();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, "127.0.0.1", resolve));
    onTestFinished(() => void other.close());
    expect(await fleetFolder(configWith("")).refusal("serve", "--port", String(port))).toBe(
      `error: Port ${port} is taken by another program on this machine.\n  Choose another one: proog serve --port ${port + 1}\n`,
    );
  });

  test("at an address that this machine has not says so", async () => {
    const folder = fleetFolder(configWith(""));
    await runProgram(
      process.execPath,
      [folder.program, "account", "add", "ada", "--role", "admin"],
      "correct horse battery",
      {
        ...{ cwd: folder.path, env: folder.environment },
      },
    );
    const args = [
      "serve",
      "--listen",
      "192.0.2.1",
      "--behind-proxy",
      "--origin",
      "https://proog.example.org",
    ];
    expect(await folder.refusal(...args)).toContain("error: 192.0.2.1 is no address of this machine.");
  });

  test("without a config says so", async () => {
    expect(await fleetFolder({}).refusal("serve")).toContain("error: There is no proog.config.ts in");
  });

  test("with a store of a newer Proog tells of it, and shows the fleet all the same", async () => {
    const folder = fleetFolder(configWith(""));
    await (await serve(folder)).enter().then((visit) => visit.call("GET /runs"));
    const { DatabaseSync } = await import("node:sqlite");
    const database = new DatabaseSync(join(folder.path, ".proog/store.sqlite"));
    database.exec("update store_version set version = 9999");
    database.close();
    const visit = await (await serve(folder)).enter();
    expect(await visit.refusal("GET /runs")).toMatchObject({
      status: 503,
      message: expect.stringContaining("newer"),
    });
    expect(await visit.call("GET /fleet")).toMatchObject({ store: expect.stringContaining("newer") });
  });
});

describe("a store that is broken", () => {
  test("is kept aside, and a new one begun", async () => {
    const folder = fleetFolder(configWith(""));
    folder.write(".proog/store.sqlite", "This was a database once.".repeat(1000));
    const visit = await (await serve(folder)).enter();
    expect(await visit.call("GET /runs")).toEqual({ runs: [] });
    const names = readdirSync(join(folder.path, ".proog"));
    expect(names.filter((name) => /^store\.sqlite\.broken-\d{8}-\d{6}$/.test(name))).toHaveLength(1);
  });

  test("and set aside by another command while this one runs is left, and who watches comes again", async () => {
    const folder = fleetFolder(configWith(""));
    const visit = await (await serve(folder)).enter();
    const watch = visit.watch();
    onTestFinished(() => watch.close());
    await watch.waitFor(({ type }) => type === "hello");
    const file = join(folder.path, ".proog/store.sqlite");
    for (const suffix of ["-wal", "-shm", ""]) renameSync(`${file}${suffix}`, `${file}.away${suffix}`);
    await (await openStore({ type: "sqlite", file })).close();
    await expect.poll(() => watch.isOver).toBe(true);
    const again = visit.watch("", 4711);
    onTestFinished(() => again.close());
    expect(await again.waitFor(({ type }) => type === "hello")).toMatchObject({ last: 0, resumed: false });
    expect(await visit.call("GET /runs")).toEqual({ runs: [] });
  });
});

test("what machines cost is told before they are booted, where the provider knows it", async () => {
  const price = 'local({ price: { amount: 0.1, currency: "EUR", per: "hour" } })';
  const folder = fleetFolder(configWith("").replace("local()", price));
  const visit = await (await serve(folder)).enter();
  const boot = { type: "boot", environment: "devel", selectors: ["web"] } as const;
  const asked = async (action: object) =>
    (await visit.call("POST /previews", {}, { ...boot, ...action })).price;
  expect(await asked({ number: 3 })).toEqual({ amount: 0.3, currency: "EUR", per: "hour" });
  expect(await asked({})).toMatchObject({ amount: 0.2 });
  // One that is there is only started.
  folder.stopMachine("web-1");
  const again = await (await serve(folder)).enter();
  expect((await again.call("POST /previews", {}, boot)).price).toMatchObject({ amount: 0.1 });
});

test("the API is documented, by itself", async () => {
  const visit = await (await serve(fleetFolder(configWith("")))).enter();
  const { body: document } = await visit.request("GET", "/api/v1/openapi.json");
  expect(document).toMatchObject({
    openapi: "3.1.0",
    paths: { "/events": { get: {} }, "/fleet": { get: {} } },
  });
  const { body: page } = await visit.request("GET", "/api/docs");
  expect(page).toContain("<b>POST</b> /actions");
  // What each call of these tests answers is held against it.
  expect(() => requireAsDocumented("GET /fleet", 200, { name: "example" })).toThrow(
    "GET /fleet answers other than docs/reference/openapi.json says: data must have required property 'loaded'",
  );
  expect(page).not.toContain("<script");
  expect((await fetch(`${visit.origin}/api/docs.css`)).headers.get("content-type")).toBe("text/css");
});

test("every answer forbids what no page of ours needs", async () => {
  const visit = await (await serve(fleetFolder(configWith("")))).enter();
  for (const path of ["/", "/api/docs", "/api/v1/fleet", "/none/at/all", "/api/v1/none"]) {
    const { headers } = await fetch(`${visit.origin}${path}`, { headers: { cookie: visit.cookie } });
    expect(headers.get("content-security-policy")).toContain(
      "default-src 'none'; script-src 'self'; style-src 'self';",
    );
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-frame-options")).toBe("DENY");
  }
  const refused = await fetch(`${visit.origin}/api/v1/none`, { headers: { cookie: visit.cookie } });
  expect(refused.status).toBe(404);
});
