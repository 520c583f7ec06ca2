import { readdirSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { findBarriers, goTo, openContext, useBrowser } from "../browser.ts";
import { freePort, type Served, startServe, Visit } from "../dashboard-client.ts";
import {
  type Arrival,
  type People,
  PlainBrowser,
  type RunningProvider,
  startProvider,
} from "../openid-provider.ts";
import { configWith, type FleetFolder, fleetFolder } from "./fleet-folder.ts";

const secret = "a secret of 32 characters, or more";

/** People as an organisation has them. */
const people: People = {
  ada: { email: "ada@example.org", email_verified: true, groups: ["staff", "deployers"] },
  ben: { email: "ben@example.org", email_verified: true, groups: ["sales"] },
  cleo: { email: "cleo@example.org", email_verified: false, groups: ["deployers"] },
  dora: { preferred_username: "dora", groups: ["deployers"] },
  eve: { email: "eve <b>@example.org", email_verified: true, groups: ["deployers"] },
};

const usual = `roles: { operator: { groups: ["deployers"] }, admin: { email: ["root@example.org"] } }`;

function configFor(issuer: string, more = usual): string {
  return configWith("")
    .replace("import {", "import { secret,")
    .replace(
      "roles: { web },",
      `roles: { web }, dashboard: { oidc: { issuer: "${issuer}", clientId: "proog", clientSecret: secret("oidc", { file: "client-secret" }), name: "Example", scopes: ["email", "groups"], ${more} } },`,
    );
}

/** A dashboard on this machine, and a provider that knows it. */
async function begin(
  more?: string,
  known = people,
): Promise<{
  folder: FleetFolder;
  served: Served;
  provider: RunningProvider;
  start: string;
}> {
  const port = await freePort();
  const callback = `http://127.0.0.1:${port}/login/oidc/callback`;
  const provider = await provide(callback, known);
  const folder = fleetFolder({
    "proog.config.js": configFor(provider.issuer, more),
    "client-secret": secret,
  });
  const served = await serve(folder, "--port", String(port));
  return { folder, served, provider, start: `${served.origin}/login/oidc` };
}

async function provide(callback: string, known = people): Promise<RunningProvider> {
  const provider = await startProvider(known, {
    ...{ client_id: "proog", client_secret: secret, redirect_uris: [callback] },
  });
  onTestFinished(() => provider[Symbol.asyncDispose]());
  return provider;
}

async function serve(folder: FleetFolder, ...args: string[]): Promise<Served> {
  const served = await startServe(folder.path, folder.environment, args);
  onTestFinished(() => served.kill("SIGTERM"));
  return served;
}

/** What the page says of a login that failed. */
async function problemOf(browser: PlainBrowser, origin: string): Promise<string> {
  const response = await fetch(`${origin}/api/v1/login`, { headers: { cookie: browser.cookies(origin) } });
  const { problem } = (await response.json()) as { problem?: { message: string; hint?: string } };
  return [problem?.message, problem?.hint].filter((text) => text !== undefined).join("\n");
}

const isBack = /\/login\/oidc\/callback\?/;

/** The cookie of the session alone, as a strict one is sent by pages of ours. */
const sessionOf = (browser: PlainBrowser, origin: string) =>
  browser
    .cookies(origin)
    .split("; ")
    .filter((cookie) => !cookie.includes("-login="))
    .join("; ");

describe("a login by an OpenID provider", () => {
  test("lets in whom the config gives a role, under the name that the provider knows", async () => {
    const { folder, served, provider, start } = await begin();
    const { origin } = served;
    const browser = new PlainBrowser();
    const ways = await (await fetch(`${origin}/api/v1/login`)).json();
    expect(ways).toEqual({ passwords: false, oidc: { name: "Example", address: "/login/oidc" } });
    // It is asked about itself when somebody logs in, and not before.
    expect(provider.requests).toEqual([]);

    const first = await fetch(start, { redirect: "manual" });
    expect(first.headers.get("set-cookie")).toMatch(
      /^proog-\d+-login=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    const asked = new URL(first.headers.get("location") ?? "");
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      ...{ client_id: "proog", response_type: "code", scope: "openid email groups" },
      redirect_uri: `${origin}/login/oidc/callback`,
      ...{ code_challenge_method: "S256", code_challenge: expect.stringMatching(/^[\w-]{43}$/) },
      ...{ state: expect.stringMatching(/^[\w-]{43}$/), nonce: expect.stringMatching(/^[\w-]{43}$/) },
    });

    const arrived = await browser.logIn(`${start}?to=${encodeURIComponent("/runs?state='failed'")}`, "ada");
    expect(arrived.status).toBe(200);
    expect(arrived.text).toContain("Welcome, ada@example.org.");
    // A page of ours leads on, since a redirect would leave a strict cookie behind.
    expect(arrived.text).toContain(`content="0; url=/runs?state=%27failed%27"`);
    const visit = await Visit.byCookie(origin, sessionOf(browser, origin));
    expect(visit.session).toMatchObject({ name: "ada@example.org", role: "operator" });
    expect(Date.parse(visit.session.expires) - Date.now()).toBeLessThan(12 * 3_600_000 + 1000);
    expect(visit.session.features.accounts).toBe(true);
    const { run } = await visit.act({ type: "status", environment: "devel", selectors: [] });
    expect(run.who).toBe("ada@example.org");

    const admin = await served.enter();
    expect((await admin.call("GET /audit")).entries).toContainEqual(
      expect.objectContaining({ who: "ada@example.org", what: "login", detail: "openid" }),
    );
    expect((await admin.call("GET /accounts")).accounts).toEqual([
      expect.objectContaining({ name: "ada@example.org", role: "operator", seen: expect.any(String) }),
    ]);
    const change = { name: "ada@example.org", role: "admin" };
    expect(await admin.refusal("POST /accounts", {}, change)).toMatchObject({
      status: 409,
      message: "ada@example.org logs in by the OpenID provider, and has the role that it has there.",
    });

    await visit.call("DELETE /session");
    expect(await visit.refusal("GET /session")).toMatchObject({ status: 401 });
    // At the provider ada still is: it lets her in again without a word.
    expect((await browser.go(start)).text).toContain("Welcome");
    for (const name of readdirSync(join(folder.path, ".proog/dashboard"), { withFileTypes: true }))
      if (name.isFile())
        expect(readFileSync(join(name.parentPath, name.name), "utf8"), name.name).not.toContain(secret);
  });

  test("refuses all others, and says why", async () => {
    const { folder, served, start } = await begin();
    const { origin } = served;
    const refusal = async (name: string) => {
      const browser = new PlainBrowser();
      const { status, text } = await browser.logIn(start, name);
      expect(sessionOf(browser, origin)).toBe("");
      const problem = await problemOf(browser, origin);
      expect(text).not.toContain("<b>");
      return `${status} ${problem}`;
    };
    expect(await refusal("ben")).toBe(
      "403 ben@example.org has no role here: Example knows who it is, and the config gives it none.\n" +
        "Whoever sees to the config says who has one, in dashboard.oidc.roles. Example tells: groups: sales; email_verified: true.",
    );
    expect(await refusal("cleo")).toBe(
      "403 Example has not verified the address cleo@example.org, so it may be anybody's.\n" +
        'Verify it there; or whoever sees to the config names another claim: dashboard.oidc.user, such as "preferred_username".',
    );
    expect(await refusal("dora")).toBe(
      '403 Example does not tell the claim "email", by which the dashboard knows people.\n' +
        "Whoever sees to the config asks for it by dashboard.oidc.scopes, or names another one as dashboard.oidc.user.",
    );
    expect(await refusal("eve")).toBe(
      '403 "eve <b>@example.org", as Example calls you, can be no name here.\n' +
        "A name has letters, digits and @ . _ + -, at most 64 of them, and begins with a letter or a digit.",
    );

    // One whose name has a password already may be somebody else.
    const admin = await served.enter();
    const account = { name: "ada@example.org", role: "viewer", password: "correct horse battery" } as const;
    await admin.call("POST /accounts", {}, account);
    expect(await refusal("ada")).toBe(
      "409 ada@example.org is the name of somebody who does not log in by the OpenID provider.\n" +
        "Who is the same person removes that account first: proog account remove ada@example.org",
    );
    expect((await folder.proog("account", "remove", "ada@example.org")).status).toBe(0);
    expect((await new PlainBrowser().logIn(start, "ada")).status).toBe(200);

    // Who does not want to is told what the provider says of it.
    const shy = new PlainBrowser();
    const form = await shy.go(start);
    await shy.go(`${form.address}/abort`);
    expect(await problemOf(shy, origin)).toBe(
      "Example lets nobody in by this: access_denied.\nEnd-User aborted interaction",
    );
    const audit = (await admin.call("GET /audit")).entries;
    expect(audit.filter(({ what }) => what === "login-refused")).toHaveLength(6);
  });

  test("takes nothing that it has not asked for, and each answer one time", async () => {
    const { served, start } = await begin();
    const { origin } = served;
    const foreign = "401 This login was not begun in this browser, or too long ago.\nBegin again.";
    const say = async (browser: PlainBrowser, { status }: Arrival) =>
      `${status} ${await problemOf(browser, origin)}`;

    // Somebody else's answer, brought to this browser: who follows such a link would be in as somebody else.
    const attacker = new PlainBrowser();
    const { address } = await attacker.logIn(start, "ada", isBack);
    const victim = new PlainBrowser();
    expect(await say(victim, await victim.go(address))).toBe(foreign);
    await victim.go(start, /interaction/);
    expect(await say(victim, await victim.go(address))).toBe(foreign);
    const forged = new URL(address);
    forged.searchParams.set("state", "forged");
    expect(await say(attacker, await attacker.go(forged.href))).toBe(foreign);
    expect(sessionOf(victim, origin)).toBe("");

    // It is good where it was begun, and once.
    expect((await attacker.go(address)).status).toBe(200);
    expect(await say(attacker, await attacker.go(address))).toBe(foreign);

    // The same code with another login that was begun: the provider knows that it was used.
    const code = new URL(address).searchParams.get("code") ?? "";
    const again = new URL(await attacker.go(start, isBack).then((arrival) => arrival.address));
    again.searchParams.set("code", code);
    expect(await say(attacker, await attacker.go(again.href))).toBe(
      "401 Example does not know this login, or it was used already.\nBegin again.",
    );
    // A code that is right, of another provider.
    const other = new URL(await attacker.go(start, isBack).then((arrival) => arrival.address));
    other.searchParams.set("iss", "https://evil.example");
    expect(await say(attacker, await attacker.go(other.href))).toMatch(
      /^503 The OpenID provider .* cannot be used: .*"iss"/,
    );

    for (const to of ["https://evil.example/", "//evil.example/", "/\\evil.example/", "evil"]) {
      const browser = new PlainBrowser();
      const { text } = await browser.logIn(`${start}?to=${encodeURIComponent(to)}`, "ada");
      expect(text, to).toContain('content="0; url=/"');
    }
  });

  test("waits for who has failed too often", async () => {
    const { served, start } = await begin();
    const browser = new PlainBrowser();
    await browser.logIn(start, "ada");
    const texts: string[] = [];
    for (let count = 0; count < 11; count++) {
      const { address } = await browser.go(start, isBack);
      const guess = new URL(address);
      guess.searchParams.set("code", `guess-${count}`);
      texts.push((await browser.go(guess.href)).text);
    }
    expect(texts.filter((text) => text.includes("does not know this login"))).toHaveLength(10);
    expect(texts.at(-1)).toMatch(/Too many wrong logins\. Wait \d+ s\./);
    // By other means one is let in.
    expect((await served.enter()).session.role).toBe("admin");
  });

  test("says what is wrong between the dashboard and the provider", async () => {
    const { folder, served, provider, start } = await begin();
    const { origin } = served;
    const refusal = async () => {
      const browser = new PlainBrowser();
      const { status } = await browser.logIn(start, "ada");
      return `${status} ${await problemOf(browser, origin)}`;
    };
    folder.write("client-secret", "another one");
    expect(await refusal()).toBe(
      "503 Example does not take the id and the secret of this dashboard.\n" +
        "Whoever sees to the config compares clientId and clientSecret of dashboard.oidc with what the provider has.",
    );
    // One that is mended is used without a restart.
    folder.write("client-secret", secret);
    expect(await refusal()).toMatch(/^200/);

    /** What is said of this one, as soon as the config that names it is known. */
    const saidOf = async (issuer: string) => {
      folder.write("proog.config.js", configFor(issuer));
      await expect.poll(refusal).toContain(`503 The OpenID provider ${issuer} `);
      return (await refusal()).replace(`503 The OpenID provider ${issuer} `, "");
    };
    const nobody = `http://127.0.0.1:${await freePort()}`;
    expect(await saidOf(nobody)).toBe(
      `does not answer: connect ECONNREFUSED ${new URL(nobody).host}.\n` +
        `Look what it says: curl ${nobody}/.well-known/openid-configuration`,
    );
    expect(await saidOf(provider.issuer.replace("127.0.0.1", "localhost"))).toContain(
      `calls itself ${provider.issuer}: write that as dashboard.oidc.issuer if it is the right one.`,
    );
    expect(await saidOf(`${origin}/api`)).toContain(
      `answers with status 404 at ${origin}/api/.well-known/openid-configuration.`,
    );
  });

  test("ends with what the config says of it; tokens end with it, too", async () => {
    const { folder, served, provider, start } = await begin();
    const { origin } = served;
    const browser = new PlainBrowser();
    await browser.logIn(start, "ada");
    const visit = await Visit.byCookie(origin, sessionOf(browser, origin));
    const { token } = await visit.call("POST /tokens", {}, { name: "ci", scope: "operator", days: 30 });
    const byToken = async () =>
      (await fetch(`${origin}/api/v1/fleet`, { headers: { authorization: `Bearer ${token}` } })).status;
    expect(await byToken()).toBe(200);
    folder.write("proog.config.js", configFor(provider.issuer, 'roles: { viewer: "everyone" }'));
    await expect.poll(async () => await byToken()).toBe(401);
    expect(await visit.refusal("GET /fleet")).toMatchObject({ status: 401 });
    await browser.go(start);
    const again = await Visit.byCookie(origin, sessionOf(browser, origin));
    expect(again.session).toMatchObject({ name: "ada@example.org", role: "viewer" });
    expect(await byToken()).toBe(200);
    folder.write("proog.config.js", configWith(""));
    await expect
      .poll(async () => (await (await fetch(`${origin}/api/v1/login`)).json()) as object)
      .not.toHaveProperty("oidc");
    expect(await again.refusal("GET /session")).toMatchObject({ status: 401 });
    const shut = new PlainBrowser();
    expect((await shut.go(start)).status).toBe(404);
    expect(await problemOf(shut, origin)).toBe(
      "Nobody logs in by an OpenID provider here: the config names none.",
    );
  });

  test("ends for whom the provider says other things of by now", async () => {
    const known: Record<string, Readonly<Record<string, unknown>>> = { ...people };
    const { folder, served, provider, start } = await begin(usual, known);
    const { origin } = served;
    const browser = new PlainBrowser();
    /** A session and a token of hers. */
    const enter = async () => {
      expect((await browser.logIn(start, "ada")).text).toContain("Welcome");
      const visit = await Visit.byCookie(origin, sessionOf(browser, origin));
      const { token } = await visit.call("POST /tokens", {}, { name: "ci", scope: "viewer", days: 30 });
      return async () => {
        const headers = { authorization: `Bearer ${token}` };
        const answer = await fetch(`${origin}/api/v1/fleet`, { headers });
        return [answer.status, (await visit.request("GET", "/api/v1/fleet")).status];
      };
    };
    const first = await enter();
    expect(await first()).toEqual([200, 200]);
    known["ada"] = { ...people["ada"], groups: [] };
    expect((await browser.go(start)).status).toBe(403);
    expect(await first()).toEqual([401, 401]);

    // Her address is somebody else's by now, who has nothing of hers.
    known["ada"] = { ...people["ada"] };
    const second = await enter();
    known["ben"] = { ...people["ada"] };
    const other = new PlainBrowser();
    expect((await other.logIn(start, "ben")).status).toBe(200);
    expect(await second()).toEqual([401, 401]);

    // What was begun at one provider is not brought to another one.
    const { address } = await browser.go(start, isBack);
    const next = await provide(`${origin}/login/oidc/callback`);
    folder.write("proog.config.js", configFor(next.issuer));
    await expect
      .poll(async () => (await fetch(start, { redirect: "manual" })).headers.get("location"))
      .toContain(next.issuer);
    expect((await browser.go(address)).text).toContain("This login was not begun in this browser");
    expect(next.requests).not.toContain("POST /token");
    expect(provider.requests).toContain("POST /token");
  });

  test("needs no account with a password, and works behind a proxy", async () => {
    const provider = await provide("https://proog.example.org/login/oidc/callback");
    const roles = 'roles: { admin: { "realm_access.roles": "proog" }, viewer: "everyone" }';
    const folder = fleetFolder({
      "proog.config.js": configFor(provider.issuer, roles),
      "client-secret": secret,
    });
    const served = await serve(folder, "--behind-proxy", "--origin", "https://proog.example.org");
    const cookies: string[] = [];
    /** As nginx would ask. */
    const send = (path: string) =>
      new Promise<{ status: number; location: string; cookies: readonly string[] }>((resolve, reject) => {
        const headers = {
          ...{ host: "proog.example.org", "x-forwarded-for": "192.0.2.7" },
          cookie: cookies.map((cookie) => cookie.replace(/;.*/, "")).join("; "),
        };
        request(`http://127.0.0.1:${served.port}${path}`, { headers }, (response) => {
          const { location = "", "set-cookie": set = [] } = response.headers;
          cookies.push(...set);
          response
            .resume()
            .on("end", () => resolve({ status: response.statusCode ?? 0, location, cookies: set }));
        })
          .on("error", reject)
          .end();
      });
    const begun = await send("/login/oidc");
    expect(begun.cookies).toEqual([
      expect.stringMatching(
        /^__Host-proog-login=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ]);
    const { address } = await new PlainBrowser().logIn(begun.location, "ada", isBack);
    expect(address).toMatch(/^https:\/\/proog\.example\.org\/login\/oidc\/callback\?code=/);
    const done = await send(address.replace("https://proog.example.org", ""));
    expect(done).toMatchObject({
      status: 200,
      cookies: expect.arrayContaining([
        expect.stringMatching(/^__Host-proog=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/),
      ]),
    });
    expect(readFileSync(join(folder.path, ".proog/dashboard/audit.jsonl"), "utf8")).toMatch(
      /"who":"ada@example\.org","from":"192\.0\.2\.7","what":"login","detail":"openid"/,
    );
  });
});

describe("the page", () => {
  const browser = useBrowser();

  test("leads to the provider by a button, and back to where one was", async () => {
    const { served } = await begin();
    const { origin } = served;
    const context = await openContext(browser());
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (/Content Security Policy|Refused to/.test(message.text())) complaints.push(message.text());
    });
    await goTo(page, `${origin}/history`);
    // Without accounts there is no password to ask for.
    const button = page.getByRole("link", { name: "Log in with Example" });
    await button.waitFor();
    expect(await page.getByLabel("Password").count()).toBe(0);
    const logIn = async (name: string) => {
      await button.click();
      await page.locator("[name=login]").fill(name);
      await page.locator("[name=password]").fill("any");
      await page.locator("[type=submit]").click();
      await page.getByRole("button", { name: "Continue" }).click();
    };
    await logIn("ben");
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").textContent()).toContain("ben@example.org has no role here");
    expect(await findBarriers(page)).toEqual([]);
    await context.clearCookies({ domain: "127.0.0.1", name: /^_session|^_interaction/ });
    await goTo(page, `${origin}/history`);
    await logIn("ada");
    await page.getByRole("heading", { name: "History" }).waitFor();
    expect(page.url()).toBe(`${origin}/history`);
    await page.getByRole("button", { name: "ada@example.org, operator" }).click();
    await page.getByRole("menuitem", { name: "Log out ada@example.org" }).click();
    await button.waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });
});
