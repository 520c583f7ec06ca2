import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { subversionServers } from "./leftovers.ts";
import { runProgram } from "./program.ts";
import { checkout } from "./run-folder.ts";

const notCopied =
  /\/(\.proog|repositories|secrets|recipients\.json|backups|proog\.lock\.json|proog\.existing\.json|__pycache__)$/;

/** What a page answers. */
async function visit(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string; type: string }> {
  const page = await fetch(url, { headers });
  return { status: page.status, text: await page.text(), type: page.headers.get("content-type") ?? "" };
}

test("bin/demo boots, installs, repairs, updates and promotes two real sites, and bin/demo down leaves nothing", async () => {
  const folder = join(inject("runFolder"), "demo");
  cpSync(join(checkout, "examples/creativecommons"), folder, {
    recursive: true,
    filter: (path) => !notCopied.test(path),
  });
  const options = { env: { ...process.env, PROOG_DEMO: folder, NO_COLOR: "1" } };
  // It leads a process group, by which leftovers.ts ends what goes on when this has failed.
  const detached = { ...options, detached: true };
  const { stdout, stderr, status } = await runProgram(join(checkout, "bin/demo"), [], "", detached);
  expect(status, stderr + stdout).toBe(0);

  const url = stdout.trim().split("\n").at(-1) ?? "";
  expect(url).toMatch(/^http:\/\/[0-9.]+\/$/);

  // The engine speaks the visitor's language, or RDF.
  const deed = `${url}licenses/by-sa/4.0/`;
  expect(await visit(`${deed}?lang=de`)).toMatchObject({
    status: 200,
    text: expect.stringContaining('lang="de"'),
  });
  expect((await visit(deed, { "accept-language": "fr, en;q=0.5" })).text).toContain('lang="fr"');
  expect((await visit(deed, { accept: "application/rdf+xml" })).type).toBe("application/rdf+xml");

  // WordPress has its front page from the database, its uploads from the shared folder, and runs nothing of these.
  const wordpress = url.replace(/\/$/, ":8080/");
  const front = await visit(wordpress);
  expect(front.text).toContain("<title>Creative Commons</title>");
  expect(front.text).toContain("Choose how others may use what you have made.");
  expect((await visit(`${wordpress}sample-page/`)).text).toContain("<title>Sample Page");
  expect(await visit(`${wordpress}wp-content/uploads/images/share.svg`)).toMatchObject({
    status: 200,
    type: "image/svg+xml",
  });
  expect((await visit(`${wordpress}wp-content/uploads/x.php`)).status).toBe(403);
  expect((await visit(`${wordpress}wp-config.php`)).status).toBe(403);

  // What was broken by hand is found with a diff, and repaired.
  expect(stdout).toMatch(/\n {6}\+ {5}WSGIScriptAlias /);
  expect(stdout).toContain("running  failed → active");
  // What somebody else had created has joined.
  expect(stdout).toMatch(/^wordpress +up +ccorg /m);
  expect(stdout.match(/<title>Creative Commons<\/title>/g)?.length).toBe(2);
  const elsewhere = stdout.match(/ root@([0-9.]+) /)?.[1] ?? "";
  expect(await keyIsKnown(elsewhere)).toBe(true);
  // Updated, promoted, and gone back from.
  expect(stdout.match(/"version": "[0-9.]+"/g)).toEqual(
    ["1.0", "1.0", "1.1.0", "1.2.0", "1.1.0"].map((version) => `"version": "${version}"`),
  );
  expect((await visit(`${url}healthz`)).text).toContain('"version": "1.1.0"');
  expect(stdout).toContain("proog shoot web-1");

  // Both sites: what devel runs of the engine is new to live, and of WordPress it runs it already.
  const promoted = JSON.parse(readFileSync(join(folder, "proog.lock.json"), "utf8"));
  expect(promoted.live).toMatchObject({
    ccengine: { from: "devel", revision: expect.stringMatching(/^[0-9a-f]{40}$/) },
    ccorg: { from: "devel", revision: "r1" },
  });

  // The page cache has what was visited, and its task empties it.
  const origin = async () => (await fetch(`${deed}?lang=fr`)).headers.get("x-cache");
  expect(await origin()).toBe("hit");
  const proog = (...args: string[]) =>
    runProgram(process.execPath, [join(checkout, "bin/proog.js"), ...args], "", {
      cwd: folder,
      env: { ...options.env, PROOG_AGE_IDENTITY: join(folder, ".proog/demo/proog/age.txt") },
    });
  const cleared = await proog("run", "clear_cache");
  expect(cleared.stderr + cleared.stdout).toMatch(/[1-9][0-9]* pages removed/);
  expect([await origin(), await origin()]).toEqual(["miss", "hit"]);

  // WordPress has come from a server of Subversion.
  const [server] = subversionServers(folder);
  expect(server?.port).toBe(Number(readFileSync(join(folder, "repositories/subversion.port"), "utf8")));
  const repository = `svn://127.0.0.1:${server?.port}/ccorg/trunk`;
  expect(readFileSync(join(folder, "repositories/subversion.log"), "utf8")).toMatch(
    / 127\.0\.0\.1 - ccorg checkout-or-export \/trunk r1 /,
  );

  // Without it, what is declared is not known; what runs can be promoted all the same, and it comes back at the same address.
  process.kill(server?.id ?? 0);
  const unknown = await proog("plan");
  const said = unknown.stderr.replace(/\s+/g, " ");
  expect(said).toContain(`The Subversion repository ${repository} cannot be read`);
  expect(said).toContain(`Try it by hand: svn info --non-interactive ${repository}`);
  const promotion = await proog("promote", "devel", "live", "--yes");
  expect(promotion.status, promotion.stderr).toBe(0);
  const again = await runProgram(join(folder, "make-repositories"), []);
  expect(again.stdout).toBe(`WordPress is served at ${repository}\n`);
  // One that answers a request is a process of its own.
  await expect.poll(() => subversionServers(folder).length).toBe(1);

  // Values of secrets are nowhere but in their files.
  const values = ["devel/ccorg/db", "devel/ccorg/admin", "devel/ccorg/salt"].map((name) =>
    readSecret(folder, name),
  );
  for (const value of values) expect(stdout + stderr).not.toContain(value);

  const down = await runProgram(join(checkout, "bin/demo"), ["down"], "", options);
  expect(down.status, down.stderr).toBe(0);
  for (const left of [
    ".proog",
    "repositories",
    "secrets",
    "recipients.json",
    "proog.lock.json",
    "proog.existing.json",
  ])
    expect(existsSync(join(folder, left))).toBe(false);
  expect(subversionServers(folder)).toEqual([]);
  const asked = await runProgram("svn", ["info", "--non-interactive", repository]);
  expect(asked.stderr).toContain("Connection refused");
  const answers = fetch(`${url}healthz`, { signal: AbortSignal.timeout(2000) }).then(({ ok }) => ok);
  expect(await answers.catch(() => false)).toBe(false);
  expect(await keyIsKnown(elsewhere)).toBe(false);
});

/** Whether the host key of that address is remembered with the hosts of whoever runs this. */
const keyIsKnown = async (address: string) => (await runProgram("ssh-keygen", ["-F", address])).stdout !== "";

function readSecret(folder: string, name: string): string {
  const env = { ...process.env, PROOG_AGE_IDENTITY: join(folder, ".proog/demo/proog/age.txt") };
  const value = execFileSync(process.execPath, [join(checkout, "bin/proog.js"), "secret", "get", name], {
    cwd: folder,
    env,
    encoding: "utf8",
  });
  expect(value).toMatch(/^[A-Za-z0-9]{32}$/);
  return value;
}
