import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
  type Request,
} from "playwright-core";
import { afterAll, beforeAll, onTestFailed } from "vitest";
import type { Served } from "./dashboard-client.ts";

/** The first one draws no window, and takes two thirds of the processor time. */
const programs = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"];

/** Starts Debian's Chromium; as root it runs without its own sandbox, which wants another user. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath =
    process.env["PROOG_CHROMIUM"] ?? programs.map((program) => `/usr/bin/${program}`).find(existsSync);
  if (executablePath === undefined)
    throw new Error("There is no Chromium: apt-get install chromium-headless-shell");
  return await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
}

/** A page of somebody who is logged in, and what went wrong in it. */
export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Scripts that failed, and what the policy of the page refused. */
  readonly complaints: string[];
}

/** What one browser keeps apart from others; only what hangs lets it wait for two minutes. */
export async function openContext(
  browser: Browser,
  options?: BrowserContextOptions,
): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(120_000);
  return context;
}

/** A browser drops what it is loading when an interface comes or goes, as one does with each machine that is booted here. */
export async function goTo(page: Page, url: string): Promise<void> {
  for (let left = 5; ; left--) {
    try {
      await page.goto(url);
      return;
    } catch (error) {
      if (left === 0 || !String(error).includes("ERR_NETWORK_CHANGED")) throw error;
    }
  }
}

/**
 * Presses a button until what comes of it is there: once more, as people do, where the browser has dropped what was to be done, since a page
 * must not send that twice by itself.
 */
export async function press(button: Locator, outcome: Locator): Promise<void> {
  const isAction = (request: Request) => request.url().endsWith("/api/v1/actions");
  for (let left = 3; left > 0; left--) {
    const failing = button.page().waitForEvent("requestfailed", { predicate: isAction, timeout: 0 });
    // Of one that is not dropped, the waiting ends with the page.
    const dropped = failing.then(() => true).catch(() => false);
    await button.click();
    if (!(await Promise.race([dropped, outcome.waitFor().then(() => false)]))) return;
  }
  await outcome.waitFor();
}

/** Comes in by the link that `proog serve` told. */
export async function visit(
  browser: Browser,
  served: Pick<Served, "link" | "origin">,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const context = await openContext(browser, { viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.stack ?? error.message));
  page.on("console", (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) complaints.push(message.text());
  });
  onTestFailed(async () => {
    const seen = await page.locator("body").ariaSnapshot({ timeout: 2000 }).catch(String);
    console.error(`What was seen at ${page.url()}:\n${[...complaints, seen].join("\n")}`);
  });
  await goTo(page, served.link);
  await page.waitForURL(`${served.origin}/`);
  const heading = page.locator("main h1");
  // What the page itself was loading may have been dropped, too.
  await heading.waitFor({ timeout: 10_000 }).catch(() => goTo(page, page.url()));
  await heading.waitFor({ timeout: 10_000 }).catch(async () => {
    const seen = await page.locator("body").innerHTML();
    throw new Error(`The page does not come: ${complaints.join("\n")}\n${seen}`);
  });
  return { page, context, complaints };
}

/** One browser for the tests of a file. */
export function useBrowser(): () => Browser {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  return () => {
    if (browser === undefined) throw new Error("The browser is not there yet.");
    return browser;
  };
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What of a page shuts people out, where that is serious: `color-contrast: .badge.warn`. */
export async function findBarriers(page: Page): Promise<string[]> {
  // What is being faded in has not its colours yet.
  await page.waitForTimeout(100);
  await page.evaluate(axe);
  const { violations } = await page.evaluate(
    // It would fetch style sheets once more and make elements of them, which the policy of the page refuses.
    (): Promise<AxeResults> =>
      (globalThis as unknown as { axe: typeof import("axe-core") }).axe.run({ preload: false }),
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary}`),
    );
}
