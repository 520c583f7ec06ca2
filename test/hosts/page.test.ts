import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { findBarriers, goTo, press, useBrowser, visit } from "../browser.ts";
import { startServe } from "../dashboard-client.ts";
import { useFleet } from "./fleet-folder.ts";

const items = '    file("/srv/page.html", { content: `<h1>${node.name}</h1>\\n` }),';
const fleet = useFleet("page", "web: 1", items);
const browser = useBrowser();

/** What a run says of itself once it has come to its end. */
async function endOf(page: Page): Promise<string> {
  const badge = page.locator(".page-title .badge");
  // For a moment it may be that of the page before.
  await expect.poll(() => badge.textContent()).toMatch(/^(Done|Failed|Interrupted)$/);
  return (await badge.textContent()) ?? "";
}

test("a server appears by a button, drift is found and mended, a terminal answers, and a shot machine is remembered", async () => {
  await using served = await startServe(fleet.path, fleet.variables);
  const { page, complaints } = await visit(browser(), served);

  // What is declared is made so, after somebody has seen what that is.
  const apply = page.getByRole("button", { name: "Apply 1 change" });
  const carriedOut = page.getByText("It carries out");
  await press(page.getByRole("button", { name: "Plan all" }), apply);
  await press(apply, carriedOut);
  expect(await endOf(page)).toBe("Done");

  // The button.
  await page.getByRole("button", { name: "Boot a server" }).click();
  const booting = page.getByRole("heading", { name: "Boot web -n 1" });
  await press(page.getByRole("button", { name: "Boot web-2" }), booting);
  await page.getByRole("link", { name: "Fleet", exact: true }).click();
  const second = page.locator(".node-card", { hasText: "web-2" });
  await expect.poll(() => second.getByText("In order").count()).toBe(1);

  // Somebody changes a machine by hand.
  await fleet.node("web-1").ssh("echo oops >> /srv/page.html");
  await page.getByRole("link", { name: "web-1", exact: true }).click();
  const gone = page.locator(".diff .gone", { hasText: "oops" });
  await press(page.getByRole("button", { name: "Plan", exact: true }), gone);
  await page.getByText("Side by side").click();
  await page.locator(".diff td.gone", { hasText: "oops" }).waitFor();
  expect(await findBarriers(page)).toEqual([]);

  // A plan that is no longer true is refused, and the new one shown.
  await fleet.node("web-1").ssh("echo more >> /srv/page.html");
  const anew = page.getByRole("link", { name: "Look at the new plan" });
  await press(apply, anew);
  await anew.click();
  await page.locator(".diff .gone", { hasText: "more" }).waitFor();
  await press(apply, carriedOut);
  expect(await endOf(page)).toBe("Done");
  expect(await fleet.node("web-1").ssh("cat /srv/page.html")).toContain("<h1>web-1</h1>");

  // The same after a reload.
  const story = page.getByRole("tab", { name: "Story" });
  await story.click();
  const told = page.locator(".story-text", { hasText: "file /srv/page.html: done" });
  await told.waitFor();
  await goTo(page, page.url());
  await told.waitFor();

  // Its terminal.
  await goTo(page, `${served.origin}/nodes/test/web-1?tab=terminal`);
  await page.getByText("Connected to web-1").waitFor();
  await page.locator(".xterm-rows", { hasText: "#" }).waitFor();
  await page.keyboard.type("printf '\\033[38;2;200;100;50m%s\\033[0m\\n' $((6*7))-answers\n");
  await page.locator(".xterm-rows", { hasText: "42-answers" }).waitFor();
  expect(await findBarriers(page)).toEqual([]);

  // Shot, and remembered.
  await goTo(page, `${served.origin}/nodes/test/web-2`);
  await page.getByRole("button", { name: /^More/ }).click();
  await page.getByRole("menuitem", { name: "Shoot …" }).click();
  await page.getByLabel("Why").fill("It <b>misbehaved</b>");
  await press(page.getByRole("button", { name: "Shoot web-2" }), page.getByRole("tab", { name: "Story" }));
  await page.waitForURL(/\/runs\//);
  expect(await endOf(page)).toBe("Done");
  await page.getByRole("link", { name: "In memoriam" }).click();
  const card = page.locator(".memorial", { hasText: "web-2" });
  await card.getByText("It <b>misbehaved</b>").waitFor();
  expect(await card.locator("b").count()).toBe(0);
  expect(await findBarriers(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test("what a node prints is text", async () => {
  await using served = await startServe(fleet.path, fleet.variables);
  const { page, complaints } = await visit(browser(), served);
  await fleet.node("web-1").ssh("rm /srv/page.html");
  const printed = '<script>document.title="obeyed"</script><img src=x onerror=alert(1)>';
  const command = `echo '${printed}'; head -c 1000000 /dev/zero | tr '\\0' x; echo`;
  fleet.declare(`${items}\n    run(${JSON.stringify(command)}, { name: "print" }),`);
  const apply = page.getByRole("button", { name: /^Apply / });
  await press(page.getByRole("button", { name: "Plan all" }), apply);
  await press(apply, page.getByText("It carries out"));
  await endOf(page);
  await page.getByRole("tab", { name: "Story" }).click();
  const line = page.locator(".story-text", { hasText: "<script>" });
  expect(await line.first().textContent()).toContain('<script>document.title="obeyed"</script><img src=x');
  expect(await page.locator("main script, main img").count()).toBe(0);
  expect(await page.title()).not.toBe("obeyed");
  // A line of a megabyte is there when it is asked for.
  await page.getByRole("button", { name: "Show all of it" }).last().click();
  await page.locator("dialog pre", { hasText: "(1000000 characters)" }).waitFor();
  expect(complaints).toEqual([]);
});
