import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Page } from "playwright-core";
import { describe, expect, onTestFinished, test } from "vitest";
import { openStore } from "../../src/store/store.ts";
import { findBarriers, goTo, useBrowser, visit } from "../browser.ts";
import { type Served, startServe } from "../dashboard-client.ts";
import { checkout, configWith, type FleetFolder, fleetFolder } from "./fleet-folder.ts";

const browser = useBrowser();

async function serve(folder: FleetFolder): Promise<Served> {
  const served = await startServe(folder.path, folder.environment);
  onTestFinished(() => served.kill("SIGTERM"));
  return served;
}

/** A fleet with tasks and two machines that are not there. */
const config = configWith('  file("/etc/motd", { content: "hello\\n" }),').replace(
  /import .*\n/,
  (line) => `import { param, task } from "proog";\n${line}
export const greet = task("greet everybody", { on: "web", params: { name: param.string({ help: "Whom" }), times: param.number({ default: 1 }) } }, ({ sh }) => sh\`true\`);
`,
);

const addresses = [
  "/",
  "/?view=table",
  "/traffic",
  "/history",
  "/tasks/greet",
  "/memoriam",
  "/access",
  "/compare",
  "/nowhere",
];

describe("the page", () => {
  test("shuts nobody out and breaks no policy, light and dark, wide and narrow", async () => {
    const folder = fleetFolder(config);
    await folder.proog("plan");
    const served = await serve(folder);
    const looks = [
      { colorScheme: "light", viewport: { width: 1440, height: 900 } },
      { colorScheme: "dark", viewport: { width: 390, height: 844 } },
    ] as const;
    for (const look of looks) {
      const { page, context, complaints } = await visit(browser(), served, look);
      // Dark and narrow are the same parts in other colours and other places: each kind of part once.
      const wanted = look.colorScheme === "light" ? addresses : ["/", "/history", "/tasks/greet"];
      for (const address of [...wanted, await addressOfRun(page)]) {
        await goTo(page, `${served.origin}${address}`);
        await page.locator("main h1").waitFor();
        expect({ address, look, barriers: await findBarriers(page) }).toEqual({
          address,
          look,
          barriers: [],
        });
        const wide = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
        expect({ address, look, wide: Math.max(0, wide) }).toEqual({ address, look, wide: 0 });
      }
      await goTo(page, `${served.origin}/`);
      await page
        .getByRole("button", { name: /Boot a server/ })
        .first()
        .click();
      await page.getByText("The same as").waitFor();
      expect(await findBarriers(page)).toEqual([]);
      await page.keyboard.press("Escape");
      await page.keyboard.press("Control+k");
      await page.keyboard.type("web");
      expect(await findBarriers(page)).toEqual([]);
      expect(complaints).toEqual([]);
      await context.close();
    }
  });

  test("is used by the keyboard alone", async () => {
    const served = await serve(fleetFolder(config));
    const { page } = await visit(browser(), served);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.id")).toBe("content");
    // At once, as somebody types who knows it.
    await page.keyboard.type("/greet");
    await page.getByRole("option", { name: /greet everybody/ }).waitFor();
    expect(await page.getByRole("combobox").inputValue()).toBe("greet");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "greet", exact: true }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("h");
    await page.getByRole("heading", { name: "History" }).waitFor();
    await page.keyboard.press("Control+k");
    await page.keyboard.type("boot a server");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    expect(await page.evaluate("document.querySelector('dialog').contains(document.activeElement)")).toBe(
      true,
    );
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
  });

  test("gets over a network that comes and goes", async () => {
    const served = await serve(fleetFolder(config));
    const { page } = await visit(browser(), served);
    const dropped = new Map<string, number>();
    let away = true;
    const drop = async (pattern: string, isAway: (count: number) => boolean) =>
      await page.route(pattern, async (route) => {
        const count = dropped.get(pattern) ?? 0;
        dropped.set(pattern, count + 1);
        if (isAway(count)) await route.abort("internetdisconnected");
        else await route.fallback();
      });
    await drop("**/api/v1/tasks", () => away);
    await drop("**/assets/memoriam-page*.js", (count) => count < 4);
    await page.keyboard.type("/greet");
    await page.getByText("Tasks are missing here: The server does not answer.").waitFor();
    // More often than one call is tried.
    await expect.poll(() => dropped.get("**/api/v1/tasks")).toBeGreaterThan(4);
    away = false;
    await page.getByRole("option", { name: /greet everybody/ }).waitFor();
    expect(await page.getByText("Tasks are missing here").count()).toBe(0);
    await page.keyboard.press("Escape");
    await page.keyboard.press("g");
    await page.keyboard.press("m");
    await page.getByRole("heading", { name: "In memoriam" }).waitFor();
    expect([...dropped.values()].every((count) => count > 4)).toBe(true);
  });

  test("says what the form of a task needs, and where a config breaks while one looks at it", async () => {
    const folder = fleetFolder(config);
    const served = await serve(folder);
    const { page } = await visit(browser(), served);
    await goTo(page, `${served.origin}/tasks/greet`);
    await page.getByRole("button", { name: /^Run it/ }).click();
    await page.getByText("It needs a value.").waitFor();
    folder.write("proog.config.js", config.replace("export default", "nonsense();\nexport default"));
    await page.getByText("The config cannot be loaded: the last good one is in use").waitFor();
    expect(await page.getByRole("alert").first().textContent()).toContain("proog.config.js:");
    folder.write("proog.config.js", config);
    await page.getByText("the last good one is in use").waitFor({ state: "detached" });
  });

  test("lets somebody whose session ended go on with what they were about to do", async () => {
    const served = await serve(fleetFolder(config));
    const { page, context } = await visit(browser(), served);
    await page.getByRole("button", { name: "Plan all" }).waitFor();
    await context.clearCookies();
    await page.getByRole("button", { name: "Plan all" }).click();
    await page.getByText("Your session has ended").waitFor();
    // Somebody who has no account opens a new link beside it.
    const other = await context.newPage();
    await expect.poll(() => served.link).not.toBe("");
    await goTo(other, served.link);
    await other.waitForURL(`${served.origin}/`);
    await page.getByRole("button", { name: "go on here" }).click();
    await page.waitForURL(/\/runs\//);
  });
});

/** The run that was there before the page was. */
async function addressOfRun(page: Page): Promise<string> {
  await goTo(page, `${new URL(page.url()).origin}/history`);
  return (await page.locator(".run-table tbody a").first().getAttribute("href")) ?? "";
}

describe("with 500 nodes and 10,000 runs", () => {
  const names = Array.from({ length: 500 }, (_, place) => `"web${place + 1}.example.org"`);

  test("whatever one does is seen within a tenth of a second", async () => {
    const folder = fleetFolder(`import { defineFleet, existing, file, role } from "proog";
const web = role("web", () => [file("/etc/motd", { content: "hello\\n" })]);
export default defineFleet({
  name: "large",
  roles: { web },
  environments: { live: { nodes: { web: existing([${names.join(", ")}]) } } },
});
`);
    folder.write(".proog/.gitignore", "*\n");
    const file = join(folder.path, ".proog/store.sqlite");
    await (await openStore({ type: "sqlite", file })).close();
    fillStore(file);
    const served = await serve(folder);
    // All of it another time where the processor was a slow one for a while.
    let took = await useLargeFleet(served);
    const slow = () => Object.entries(took).filter(([, milliseconds]) => milliseconds > 100);
    for (let tries = 1; slow().length > 0 && tries < 5; tries++) took = await useLargeFleet(served);
    expect(slow(), JSON.stringify(took)).toEqual([]);
  });
});

/** What somebody does with a page of its own, and how long each thing took. */
async function useLargeFleet(served: Served): Promise<Record<string, number>> {
  const { page, context } = await visit(browser(), served);
  await page.getByText("500 machines").waitFor();
  const took: Record<string, number> = {};
  // Pressed in the page itself: to find something by its role keeps the page busy, too.
  const press = (selector: string) => () =>
    page.evaluate(`document.querySelector(${JSON.stringify(selector)}).click()`);
  const type = (key: string) => () => page.keyboard.press(key);
  await page.locator("table.nodes").waitFor();
  await page.getByRole("searchbox").focus();
  took["a letter in the search"] = await measure(page, type("w"));
  took["another letter"] = await measure(page, type("e"));
  took["away with them"] = await measure(page, type("Control+Backspace"));
  took["sorted"] = await measure(page, press("thead button"));
  took["scrolled"] = await measure(page, () => page.mouse.wheel(0, 6000));
  took["all chosen"] = await measure(page, press("thead input"));
  took["palette"] = await measure(page, type("Control+k"));
  took["a letter in the palette"] = await measure(page, type("w"));
  await page.keyboard.press("Escape");
  took["to cards"] = await measure(page, press("input[value=cards]"));
  took["to the history"] = await measure(page, press("nav a[href='/history']"));
  await page.locator(".run-table").waitFor();
  for (let more = 0; more < 5; more++) {
    await page.getByRole("button", { name: "Show older ones" }).click();
    await page.waitForTimeout(150);
  }
  took["scrolled through a thousand runs"] = await measure(page, () => page.mouse.wheel(0, 20_000));
  took["to the fleet"] = await measure(page, press("nav a[href='/']"));
  await context.close();
  return took;
}

/**
 * How long the page was busy with something, in milliseconds that its thread had a processor: what else the machine is at while tests run
 * is none of it.
 */
async function measure(page: Page, act: () => Promise<unknown>): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const read = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN);
  };
  const before = await read();
  await act();
  await page.waitForTimeout(250);
  const after = await read();
  await session.detach();
  return Math.round(after - before);
}

/** What ten thousand commands leave behind. */
function fillStore(file: string): void {
  const database = new DatabaseSync(file);
  const run = database.prepare(
    `INSERT INTO runs (id, command, environment, who, args, started, ended, seen, state, exit_code, nodes, changes, failed, synced)
     VALUES (?, 'apply', 'live', 'ada@controller', '["apply"]', ?, ?, ?, ?, ?, 3, 2, ?, 0)`,
  );
  const node = database.prepare(
    "INSERT INTO run_nodes (run, node, environment, total, planned, changed, outcome) VALUES (?, ?, 'live', 1, 1, 1, 'done')",
  );
  database.exec("BEGIN");
  for (let place = 0; place < 10_000; place++) {
    const started = Date.now() - place * 3_000_000;
    const failed = place % 17 === 0;
    const time = new Date(started).toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
    const id = `${time}-${place.toString(16).padStart(4, "0")}`;
    run.run(
      id,
      started,
      started + 4000,
      started + 4000,
      failed ? "failed" : "done",
      failed ? 3 : 0,
      failed ? 1 : 0,
    );
    node.run(id, `web${(place % 500) + 1}.example.org`);
  }
  database.exec("COMMIT");
  database.close();
}

describe("its first load", () => {
  test("is under 150 kB as it goes over the wire, and the terminal is none of it", () => {
    const folder = join(checkout, "dist/dashboard/page");
    const seen = new Set<string>();
    const read = (file: string) => {
      if (seen.has(file)) return;
      seen.add(file);
      const text = readFileSync(join(folder, file), "utf8");
      const links = file.endsWith(".html")
        ? [...text.matchAll(/(?:src|href)="\/([^"]+)"/g)].map(([, name = ""]) => name)
        : [...text.matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)].map(([, name = ""]) => `assets/${name}`);
      for (const link of links) if (existsSync(join(folder, link))) read(link);
    };
    read("index.html");
    expect(seen.size).toBeGreaterThan(4);
    const bytes = [...seen].reduce((sum, file) => sum + statSync(join(folder, `${file}.gz`)).size, 0);
    expect(bytes).toBeLessThan(150_000);
    const all = readdirSync(join(folder, "assets")).filter((file) => file.endsWith(".gz"));
    const rest = all.filter((file) => !file.startsWith("terminal"));
    expect(rest.length).toBeLessThan(all.length);
    // All pages together, too.
    expect(rest.reduce((sum, file) => sum + statSync(join(folder, "assets", file)).size, 0)).toBeLessThan(
      150_000,
    );
  });
});
