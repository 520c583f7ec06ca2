// Pictures of the dashboard for README and docs, light and dark, at three widths: npm run screenshots. Boots the machines that are seen in
// them, so it runs as root; they are shot afterwards. With a folder (npm run screenshots -- FOLDER) it is the fleet there that is seen, as
// it is. Needs chromium-headless-shell and, so that they look as on a desktop of today, fonts-inter and
// fonts-jetbrains-mono.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { launchBrowser, visit } from "../test/browser.ts";
import { type Served, startServe } from "../test/dashboard-client.ts";

const root = join(import.meta.dirname, "..");
const pictures = join(root, "docs/pictures");
const given = process.argv[2];
const folder = given ?? mkdtempSync(join(tmpdir(), "proog-screenshots-"));
const run = promisify(execFile);

const config = `import { apt, cron, defineFleet, directory, file, loadBalancer, local, param, role, service, task, user } from "proog";

const web = role("web", ({ node }) => {
  const page = file("/var/www/html/index.html", {
    content: \`<!doctype html>\\n<html lang="en">\\n<title>\${node.name}</title>\\n<h1>This is \${node.name}</h1>\\n<p>Share and share alike.</p>\\n</html>\\n\`,
  });
  const limits = file("/etc/nginx/conf.d/limits.conf", {
    content: "client_max_body_size 20m;\\nkeepalive_timeout 30;\\ngzip_types text/css application/json;\\n",
  });
  return [
    apt("nginx-light", "cron"),
    user("deploy", { system: true, home: "/srv/app" }),
    directory("/srv/app", { owner: "deploy" }),
    limits,
    page,
    cron("clean-cache", { schedule: "17 3 * * *", command: "find /var/cache/nginx -mtime +7 -delete" }),
    service("nginx", { reloadOn: [page, limits] }),
  ];
}, { health: { path: "/" } });

const balancer = role("balancer", ({ fleet }) => [apt("nginx-light"), loadBalancer({ pool: fleet.pool("web") })]);

const db = role("db", () => [
  directory("/srv/data", { mode: "0700" }),
  file("/etc/motd", { content: "A database lives here.\\n" }),
], { stateful: true });

export const clearCache = task("empty the page cache", { on: "web", params: {
  path: param.string({ default: "/var/cache/nginx", help: "The folder that is emptied" }),
  older: param.number({ default: 7, help: "Only what is older than so many days" }),
} }, async ({ sh }, { path, older }) => {
  await sh\`find \${path} -mtime +\${older} -delete\`;
});

export const updateImages = task("fetch new images and resize them", { on: "web" }, async ({ sh }) => {
  await sh\`ls /var/www/html\`;
});

export default defineFleet({
  name: "creativecommons",
  roles: { balancer, web, db },
  environments: {
    devel: { provider: local(), nodes: { web: 1 } },
    live: { provider: local(), nodes: { balancer: 1, web: 3, db: 1 } },
  },
  defaultEnvironment: "live",
});
`;

/** As a desktop of today has them, whatever this machine calls its fonts. */
const fonts = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
${[
  ["system-ui", "Inter"],
  ["sans-serif", "Inter"],
  ["ui-monospace", "JetBrains Mono"],
  ["monospace", "JetBrains Mono"],
]
  .map(
    ([name, font]) =>
      `<match target="pattern"><test name="family"><string>${name}</string></test><edit name="family" mode="assign" binding="strong"><string>${font}</string></edit></match>`,
  )
  .join("\n")}
</fontconfig>
`;

async function proog(...args: string[]): Promise<void> {
  console.log(`proog ${args.join(" ")}`);
  await run(process.execPath, [join(root, "bin/proog.js"), ...args], { cwd: folder });
}

const widths = { wide: 1440, tablet: 820, phone: 390 } as const;
const schemes = ["light", "dark"] as const;

interface Scene {
  readonly name: string;
  readonly address: string;
  /** On a wide screen alone. */
  readonly wide?: true;
  /** What is done before the picture is taken. */
  readonly prepare?: (page: Page) => Promise<void>;
}

async function photograph(browser: Browser, served: Served, scenes: readonly Scene[]): Promise<void> {
  for (const scheme of schemes) {
    for (const [size, width] of Object.entries(widths)) {
      const viewport = { width, height: width < 600 ? 844 : 900 };
      const { page, context } = await visit(browser, served, { viewport, colorScheme: scheme });
      for (const { name, address, prepare, wide } of scenes) {
        if (wide === true && size !== "wide") continue;
        await page.goto(`${served.origin}${address}`);
        await page.locator("main h1").waitFor();
        await page.waitForTimeout(900);
        await prepare?.(page);
        await page.screenshot({ path: join(pictures, `${name}-${size}-${scheme}.png`) });
        console.log(`${name}-${size}-${scheme}.png`);
      }
      await context.close();
    }
  }
}

/** What has happened before anybody takes a picture. */
async function live(): Promise<void> {
  await proog("boot");
  await proog("boot", "web", "-n", "1");
  await proog("shoot", "web-4", "--yes");
  await proog("status");
  await proog(
    "exec",
    "-H",
    "web-2",
    "--",
    "sed -i 's/alike/a bike/' /var/www/html/index.html; rm /etc/nginx/conf.d/limits.conf",
  );
  await proog("plan").catch(() => {});
}

mkdirSync(pictures, { recursive: true });
const fontFile = join(mkdtempSync(join(tmpdir(), "proog-fonts-")), "fonts.conf");
writeFileSync(fontFile, fonts);
process.env["FONTCONFIG_FILE"] = fontFile;
try {
  if (given === undefined) {
    writeFileSync(join(folder, "proog.config.ts"), config);
    await live();
  }
  await using served = await startServe(folder, process.env);
  const browser = await launchBrowser();
  const visitor = await served.enter();
  const { environments } = await visitor.call("GET /fleet");
  const environment = environments.find(({ isDefault }) => isDefault)?.name ?? "live";
  const { runs } = await visitor.call("GET /runs");
  const boot = runs.findLast(({ kind }) => kind === "boot")?.id;
  const plan = (await visitor.act({ type: "plan", environment, selectors: [] })).run.id;
  await photograph(browser, served, [
    { name: "fleet", address: "/" },
    { name: "traffic", address: "/traffic" },
    { name: "plan", address: `/runs/${plan}` },
    { name: "times", address: `/runs/${boot}?tab=times`, wide: true },
    { name: "node", address: `/nodes/${environment}/web-1` },
    {
      name: "terminal",
      address: `/nodes/${environment}/web-1?tab=terminal`,
      wide: true,
      prepare: async (page) => {
        await page.getByText("Connected to web-1").waitFor();
        await page.locator(".xterm-rows", { hasText: "#" }).waitFor();
        await page.keyboard.type("systemctl status nginx --no-pager | head -4; ls --color -l /etc/nginx\n");
        await page.waitForTimeout(1200);
      },
    },
    { name: "history", address: "/history" },
    { name: "task", address: "/tasks/clear_cache", wide: true },
    { name: "memoriam", address: "/memoriam" },
    {
      name: "boot",
      address: "/",
      wide: true,
      prepare: async (page) => {
        await page.locator(".boot").click();
        await page.getByText("The same as").waitFor();
      },
    },
  ]);
  await browser.close();
} finally {
  rmSync(dirname(fontFile), { recursive: true });
  if (given === undefined) {
    await proog("shoot", "--all", "--yes", "--destroy", "db-1").catch((error: unknown) =>
      console.error(error),
    );
    rmSync(folder, { recursive: true, force: true });
  }
}
