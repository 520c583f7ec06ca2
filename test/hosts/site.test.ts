import { execFileSync } from "node:child_process";
import { hash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SiteState } from "../../src/report/event.ts";
import { killConnections } from "./connections.ts";
import { eventsOf, useFleet } from "./fleet-folder.ts";
import { waitUntil } from "./slow-run.ts";
import { supplied } from "./supplied.ts";

/** Of the environment in which proog is run. */
const variables: NodeJS.ProcessEnv = {};
const fleet = useFleet("site", "web: 2", "", { variables, machines: supplied });
const web = (number = 1) => fleet.node(`web-${number}`);

/** A repository beside the config, and an environment with a node of its own. */
const repository = () => join(fleet.path, "app");

function commit(text: string, file = "index.html"): string {
  writeFileSync(join(repository(), file), `${text}\n`);
  const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", repository(), ...identity, ...args], { encoding: "utf8" }).trim();
  git("add", "--all");
  git("commit", "--quiet", `--message=${text}`);
  return git("rev-parse", "HEAD");
}

const nginx = `server {
  listen 80 default_server;
  root /srv/app/current;
  set $closed 0;
  if (-f /srv/app/maintenance.html) { set $closed $away; }
  if ($closed) { return 503; }
  error_page 503 @maintenance;
  location @maintenance { root /srv/app; rewrite ^ /maintenance.html break; }
}
geo $away { default 1; 127.0.0.1 0; ::1 0; }
`;

const items = (options = "", ref = "main") => `
  apt("nginx"),
  file("/etc/nginx/sites-available/default", { content: ${JSON.stringify(nginx)} }),
  ...(() => {
    const app = site("app", { from: { git: "app", ref: "${ref}" }, to: "/srv/app", health: { url: "http://localhost/", within: 2 }, ${options} });
    return [app, service("nginx", { reloadOn: [app] })];
  })(),
`;

/** The config with a second environment, whose node is like the others. */
function declare(text: string): void {
  fleet.declare(text);
  const file = join(fleet.path, "proog.config.js");
  const both = `defaultEnvironment: "test", environments: { live: {
    provider: local(${JSON.stringify(supplied)}), nodes: { front: { roles: ["web"] } } },`;
  writeFileSync(file, readFileSync(file, "utf8").replace("environments: {", both));
}

async function states(...args: string[]): Promise<Map<string, SiteState>> {
  const { events, status, stdout } = await fleet.events("releases", "app", ...args);
  expect(status, stdout).toBe(0);
  return new Map(eventsOf(events, "site-releases").map((event) => [event.node, event]));
}

const page = (number = 1) =>
  web(number)
    .ssh("cat /srv/app/current/index.html")
    .then((text) => text.trim());
const liveOf = (state: SiteState | undefined) =>
  state?.releases.find(({ release }) => release === state.live)?.revision;

beforeAll(() => {
  execFileSync("git", ["init", "--quiet", "--template=", "--initial-branch=main", repository()]);
});
afterAll(async () => {
  declare("");
  const { status, stderr } = await fleet.proog("shoot", "--all", "--yes", "-e", "live");
  if (status !== 0) throw new Error(stderr);
});

describe("a site from git", () => {
  let first = "";
  let second = "";

  test("is deployed, and answers", async () => {
    first = commit("one");
    declare(items());
    await fleet.succeed("apply");
    expect([await page(1), await page(2)]).toEqual(["one", "one"]);
    const found = await states();
    expect([...found.keys()]).toEqual(["web-1", "web-2"]);
    expect([...found.values()].map(liveOf)).toEqual([first, first]);
    expect((await fleet.proog("plan")).status).toBe(0);
    expect((await fleet.proog("status")).stdout).toMatch(
      new RegExp(`/srv/app/current\\s+${first.slice(0, 7)}`),
    );
  });

  test("diff: the commits and files between", async () => {
    second = commit("two");
    const { stdout, status } = await fleet.proog("diff", "app");
    expect(status).toBe(2);
    expect(stdout).toContain(
      `app on web-1, web-2: ${first.slice(0, 12)} → ${second.slice(0, 12)}, 1 commit, 1 file`,
    );
    expect(stdout).toMatch(new RegExp(`^  ${second.slice(0, 12)}  .*  Ada  two$`, "m"));
    expect(stdout).toContain("M index.html");
    expect(stdout).toContain(`revision  ${first.slice(0, 12)} → ${second.slice(0, 12)}`);
    expect(stdout).toContain("files     1 → 1: 1 changed");
  });

  test("rollback: the one before, and pinned to it", async () => {
    await fleet.succeed("apply");
    expect(await page()).toBe("two");
    const { stdout, status, stderr } = await fleet.proog("rollback", "app", "--yes");
    expect(status, stderr).toBe(0);
    expect(stdout).toContain(`revision  ${second.slice(0, 12)} → ${first.slice(0, 12)}`);
    expect([await page(1), await page(2)]).toEqual(["one", "one"]);
    const state = (await states()).get("web-1");
    expect(liveOf(state)).toBe(first);
    expect(state?.pinned).toBe(state?.live);
    expect(state?.releases.map((release) => release.state)).toEqual(["good", "left"]);
  });

  test("the next apply does not deploy it again, and says so", async () => {
    const third = commit("three");
    const { stdout, stderr, status } = await fleet.proog("apply", "--yes");
    expect(status).toBe(0);
    expect(stdout + stderr).toMatch(
      new RegExp(
        `web-1: site app is pinned to release \\S+ \\(${first.slice(0, 12)}\\), so ${third.slice(0, 12)} is not deployed. To deploy it: proog unpin app, and apply.`,
      ),
    );
    expect(await page()).toBe("one");
  });

  test("until it is unpinned", async () => {
    await fleet.succeed("unpin", "app");
    await fleet.succeed("apply");
    expect([await page(1), await page(2)]).toEqual(["three", "three"]);
    const { stdout } = await fleet.proog("releases", "app");
    expect(stdout).toMatch(/^app on web-1, web-2$/m);
    expect(stdout).toMatch(/^ {2}\S+ {2}live {2}\w{12} {2}.* {2}good$/m);
    expect(stdout).toContain("went back from it");
  });

  test("rollback: to a release that is named; there is one at each moment, and the log says who and when", async () => {
    const { releases = [], live = "" } = (await states()).get("web-1") ?? {};
    const named = releases.find(({ revision }) => revision === first)?.release ?? "";
    await web().ssh(`rm -f /run/read /run/enough /run/through
      (until [ -e /run/enough ]; do cat /srv/app/current/index.html || echo none; done >/run/read 2>&1
      touch /run/through) >/dev/null 2>&1 </dev/null &`);
    const begun = new Date().toISOString().slice(0, 19);
    const { status, stdout, stderr } = await fleet.proog("rollback", "app", named, "--yes");
    await web().ssh("touch /run/enough; until [ -e /run/through ]; do sleep 0.1; done");
    expect(status, stdout + stderr).toBe(0);
    expect([await page(1), await page(2)]).toEqual(["one", "one"]);
    expect(await web().ssh("uniq /run/read")).toBe("three\none\n");
    expect((await states()).get("web-1")).toMatchObject({ live: named, pinned: named });
    const lines = (await web().ssh(`grep ${named} /srv/app/releases.log`)).trim().split("\n");
    const [time = "", , , by] = lines.at(-1)?.split("\t") ?? [];
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(time >= begun, `${time} ${begun}`).toBe(true);
    expect(by).toBe(`${userInfo().username}@${hostname()}`);
    expect((await fleet.proog("rollback", "app", live, "--yes")).status).toBe(0);
    await fleet.succeed("unpin", "app");
    expect([await page(1), await page(2)]).toEqual(["three", "three"]);
  });

  test("an undo of the apply is a way back, too", async () => {
    commit("undone");
    const run = await fleet.succeed("apply");
    expect(await page()).toBe("undone");
    await fleet.succeed("undo", run);
    expect(await page()).toBe("three");
    await fleet.succeed("apply");
    expect(await page()).toBe("undone");
  });

  test("a health check that fails after the switch", async () => {
    const before = await page();
    declare(items('check: "true"'));
    execFileSync("git", ["-C", repository(), "rm", "--quiet", "index.html"]);
    commit("no index", "other");
    const { stdout, stderr, status } = await fleet.proog("apply", "--yes");
    expect(status).toBe(3);
    expect(stdout + stderr).toMatch(
      /http:\/\/localhost\/: status 403 Forbidden[\s\S]*The health check failed for 2 s\.[\s\S]*Gone back to release \S+, which is live again: its health check failed\./,
    );
    expect(await page()).toBe(before);
    const state = (await states()).get("web-1");
    expect(state?.releases.at(-1)).toMatchObject({ state: "bad", why: "its health check failed" });
  });

  test("it is no way back, and neither is one that was never there", async () => {
    const bad = (await states()).get("web-1")?.releases.at(-1)?.release ?? "";
    const refused = async (release: string) => {
      const { stdout } = await fleet.proog("rollback", "app", release, "web-1", "--yes");
      return stdout;
    };
    expect(await refused(bad)).toContain(`The release ${bad} has never been good: its health check failed.`);
    expect(await refused("20200101-000000-abcd")).toContain("There is no release 20200101-000000-abcd.");
    // What is too much has gone.
    await web().ssh("flock /var/lib/proog/lock true");
    const [oldest] = (await states()).get("web-1")?.releases ?? [];
    await web().ssh(`rm -r /srv/app/releases/${oldest?.release}`);
    expect(await refused(oldest?.release ?? "")).toContain(
      `The release ${oldest?.release} is gone: only the newest stay.`,
    );
  });

  test("a build that fails: its last lines, and the old release stays", async () => {
    commit("built");
    declare(items('build: ["echo before", "seq 30; echo no such library >&2; exit 7"]'));
    const { stdout, stderr, status } = await fleet.proog("apply", "--yes", "web-1");
    expect(status).toBe(3);
    expect(stdout + stderr).toMatch(
      /no such library[\s\S]*The build ended with status 7: seq 30[\s\S]*stays live; the new one is removed\./,
    );
    expect(await page()).toBe("undone");
    expect(await web().ssh("ls /srv/app/releases | wc -l")).toBe(
      "5\n".replace("5", String((await states()).get("web-1")?.releases.filter(({ gone }) => !gone).length)),
    );
  });

  describe("a run that is killed", () => {
    /** Holds the run at the words of the config, kills all of it there, and lets the next apply come. */
    async function strike(options: string, stopped: string): Promise<void> {
      commit(`struck at ${stopped}`);
      declare(items(options));
      await web().ssh(`: >/run/hold-${stopped}; rm -f /run/held`);
      const running = fleet.start("apply", "--yes", "web-1");
      await web().ssh(
        "n=0; until [ -e /run/held ]; do sleep 0.1; n=$((n + 1)); [ $n -lt 300 ] || exit 1; done",
      );
      await killRun(stopped);
      expect((await running.ended).status).toBe(3);
    }
    const killRun = (stopped: string) =>
      web().ssh(`rm /run/hold-${stopped}; read -r leader <"$(ls -td /var/lib/proog/runs/* | head -n 1)/pid"
for process in /proc/[0-9]*; do
  read -r stat <"$process/stat" || continue
  set -- \${stat##*) }
  [ "$4" != "$leader" ] || kill -9 "\${process#/proc/}"
done 2>/dev/null; true`);
    const hold = (stopped: string) => `test ! -e /run/hold-${stopped} || { : >/run/held; sleep 60; }`;

    test("while it builds: it is no way back, and is removed", async () => {
      const before = await page();
      await strike(`build: [${JSON.stringify(hold("build"))}]`, "build");
      expect(await page()).toBe(before);
      const dead = (await states()).get("web-1")?.releases.at(-1);
      expect(dead?.state).toBe("building");
      const { stdout } = await fleet.proog("rollback", "app", dead?.release ?? "", "web-1", "--yes");
      expect(stdout).toContain("has never been good");
      await fleet.succeed("apply", "web-1");
      expect(await page()).toBe("struck at build");
      const after = (await states()).get("web-1")?.releases ?? [];
      expect(after.find(({ release }) => release === dead?.release)).toMatchObject({
        ...{ state: "bad", why: "its run died", gone: true },
      });
    });

    test("between the switch and its confirmation: the next apply confirms it", async () => {
      const health = `health: { command: ${JSON.stringify(hold("health"))}, within: 90 }`;
      declare(items().replace(/health: \{[^}]*\}/, health));
      await fleet.succeed("apply", "web-1");
      commit("struck at health");
      await web().ssh(": >/run/hold-health; rm -f /run/held");
      const running = fleet.start("apply", "--yes", "web-1");
      await web().ssh(
        "n=0; until [ -e /run/held ]; do sleep 0.1; n=$((n + 1)); [ $n -lt 300 ] || exit 1; done",
      );
      await killRun("health");
      expect((await running.ended).status).toBe(3);
      expect((await states()).get("web-1")?.releases.at(-1)?.state).toBe("switching");
      const { stdout } = await fleet.proog("plan", "web-1");
      expect(stdout).toContain("health  unconfirmed → confirmed");
      await fleet.succeed("apply", "web-1");
      expect(await page()).toBe("struck at health");
      expect((await states()).get("web-1")?.releases.at(-1)?.state).toBe("good");
    });
  });

  test("a repository, a branch and a revision that are not there", async () => {
    const refusal = async (from: string) => {
      declare(items().replace('{ git: "app", ref: "main" }', from));
      const { stderr, status } = await fleet.proog("plan");
      expect(status).toBe(1);
      return stderr;
    };
    expect(await refusal('{ git: "nowhere", ref: "main" }')).toContain("cannot be read");
    expect(await refusal('{ git: "app", ref: "mian" }')).toMatch(
      /has no branch or tag "mian"[\s\S]*Did you mean "main"\?/,
    );
    const none = "1234567890123456789012345678901234567890";
    expect(await refusal(`{ git: "app", ref: "${none}" }`)).toMatch(new RegExp(`has no commit\\s+${none}`));
    expect(await refusal('{ svn: "file:///nowhere/trunk" }')).toContain("cannot be read");
  });

  test("a site that is not there", async () => {
    declare(items());
    const { stderr, status } = await fleet.proog("rollback", "ap", "--yes");
    expect(status).toBe(1);
    expect(stderr).toContain('No node that was chosen in test has a site "ap".');
    expect(stderr).toContain('Did you mean "app"?');
  });

  test("without a terminal, what to say is said", async () => {
    const { stderr, status } = await fleet.proog("rollback", "app");
    expect(status).toBe(1);
    expect(stderr).toContain("Say the same with --yes: proog rollback … --yes");
  });

  test("maintenance: 503 for others, and this machine still reaches it", async () => {
    declare(items());
    commit("mended");
    await fleet.succeed("apply");
    const fetched = (address: string) =>
      web(2).ssh(
        `perl -MIO::Socket::IP -e 'my $s = IO::Socket::IP->new(PeerHost => "${address}", PeerPort => 80); print $s "GET / HTTP/1.0\\r\\n\\r\\n"; print <$s>'`,
      );
    await fleet.succeed("maintenance", "app", "on");
    expect(await fetched(web(1).address)).toMatch(/^HTTP\/1.1 503[\s\S]*We will be back soon/);
    expect(await fetched("127.0.0.1")).toMatch(/^HTTP\/1.1 200[\s\S]*mended/);
    expect((await states()).get("web-1")?.maintenance).toBe(true);
    await fleet.succeed("maintenance", "app", "off");
    expect(await fetched(web(1).address)).toContain("mended");
  });
});

describe("promote", () => {
  const refused = async (...args: string[]) => {
    const { stdout, stderr, status } = await fleet.proog("promote", ...args, "--yes");
    expect(status, stdout + stderr).toBe(1);
    return stderr;
  };

  test("from nodes that do not exist, and of sites that the other one does not have", async () => {
    declare(items());
    await fleet.succeed("apply");
    expect(await refused("live", "test")).toMatch(
      /front: does not exist yet: nothing of live runs on it\.[\s\S]*No node of live that has a site exists yet, so there is nothing to promote\.\n.*proog boot -e live/,
    );
    const file = join(fleet.path, "proog.config.js");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace("return [", "if (node.name === 'front') return [];\nreturn ["));
    expect(await refused("test", "live")).toMatch(
      /No node of live has a site that test has: app\.\n.*proog releases -e live/,
    );
    writeFileSync(file, text);
  });

  test("to nodes that do not exist: it is written down for them", async () => {
    const revision = liveOf((await states()).get("web-1"));
    const { stdout, stderr, status } = await fleet.proog("promote", "test", "live", "--yes");
    expect(status, stdout + stderr).toBe(0);
    expect(stdout + stderr).toContain(
      "front: does not exist yet: what is promoted is on it when it is booted.",
    );
    const lock = JSON.parse(readFileSync(join(fleet.path, "proog.lock.json"), "utf8"));
    expect(lock).toMatchObject({ live: { app: { revision, from: "test" } } });
    rmSync(join(fleet.path, "proog.lock.json"));
  });

  test("exactly what runs there, with the commits in between, written beside the config", async () => {
    declare(items());
    expect((await fleet.proog("boot", "--no-install", "-e", "live")).status).toBe(0);
    const good = commit("good");
    await fleet.succeed("apply");
    commit("not yet tried");
    const { stdout, stderr, status } = await fleet.proog("promote", "test", "live", "--yes");
    expect(status, stdout + stderr).toBe(3);
    // Alone it does not come up: its server is not there.
    await fleet.succeed("apply", "-e", "live");
    expect(liveOf((await states("-e", "live")).get("front"))).toBe(good);
    const lock = JSON.parse(readFileSync(join(fleet.path, "proog.lock.json"), "utf8"));
    expect(lock).toMatchObject({ live: { app: { revision: good, from: "test" } } });
  });

  test("further commits, and a rollback of the target ends with it", async () => {
    const next = commit("next");
    await fleet.succeed("apply");
    const { stdout, status, stderr } = await fleet.proog("promote", "test", "live", "--yes");
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/app on front: \w{12} → \w{12}, 2 commits, 1 file/);
    expect(liveOf((await states("-e", "live")).get("front"))).toBe(next);
    await fleet.succeed("rollback", "app", "-e", "live");
    commit("over next");
    await fleet.succeed("apply");
    await fleet.succeed("promote", "test", "live");
    expect((await states("-e", "live")).get("front")?.pinned).toBeUndefined();
    expect((await fleet.proog("plan", "-e", "live")).status).toBe(0);
  });

  test("from nodes of which one cannot be asked", async () => {
    // The connection of these tests is open already, and stays.
    await web(2).ssh("systemctl stop ssh.socket ssh.service");
    killConnections(web(2));
    expect(await refused("test", "live")).toMatch(
      /web-2 .*cannot be reached[\s\S]*What web-2 runs is not known, so nothing of test is promoted\.\n.*proog status -e test/,
    );
    await web(2).ssh("systemctl start ssh.service");
    await waitUntil("web-2 answers", async () => (await fleet.proog("plan", "web-2")).status !== 3);
  });

  test("mixed revisions are refused", async () => {
    commit("mixed");
    await fleet.succeed("apply", "web-1");
    const { stderr, status } = await fleet.proog("promote", "test", "live", "--yes");
    expect(status).toBe(1);
    expect(stderr).toContain("The nodes of test do not all have the same revision of app");
    expect(stderr).toMatch(/web-1: [0-9a-f]{40}\n\s*web-2: [0-9a-f]{40}/);
    const { stdout } = await fleet.proog("promote", "test", "live", "--yes", "--json");
    expect(stdout).toContain('"mixed-revisions"');
  });
});

describe("a site with a user", () => {
  const inode = (path: string) => web().ssh(`flock /var/lib/proog/lock stat -c %i ${path}/`);

  test("after a rollback, the next release begins as what was ready before, and is planned against what is live", async () => {
    const declared = () =>
      declare('site("quick", { from: { folder: "quick" }, to: "/srv/quick", user: "www-data" }),');
    for (const [file, text] of Object.entries({ same: "same", old: "old", changed: "1" }))
      fleet.write(`quick/${file}`, `${text}\n`);
    declared();
    await fleet.succeed("apply", "web-1");
    rmSync(join(fleet.path, "quick/old"));
    fleet.write("quick/new", "new\n");
    fleet.write("quick/changed", "2\n");
    await fleet.succeed("apply", "web-1");
    const ready = await inode("/srv/quick/.proog/next/files");
    await fleet.succeed("rollback", "quick", "web-1");
    await fleet.succeed("unpin", "quick", "web-1");
    fleet.write("quick/changed", "3\n");
    expect((await fleet.proog("plan", "web-1")).stdout).toContain(
      "files     3 → 3: 1 changed, 1 new, 1 gone",
    );
    await fleet.succeed("apply", "web-1");
    expect(await inode("/srv/quick/current")).toBe(ready);
    expect(await web().ssh("cd /srv/quick/current && ls && cat same new changed")).toBe(
      "changed\nnew\nsame\nsame\nnew\n3\n",
    );
    // The one that was gone back from is as it was.
    expect(await web().ssh("cd /srv/quick/releases && cat */changed | sort; cat */old")).toBe(
      "1\n2\n3\nold\n",
    );
    declare('site("quick", { to: "/srv/quick", absent: true }),');
    await fleet.succeed("apply", "web-1");
  });
});

describe("of a site of many files, nodes get what differs", () => {
  const count = 300;
  const late = `run("find /var/lib/proog/runs -name '*.ready' -exec touch -d @0 {} +"),`;
  const declared = (before = "") =>
    declare(`${before} site("many", { from: { folder: "many" }, to: "/srv/many", user: "www-data" }),`);
  /** Of how many files the program of the last run told. */
  const told = async () => {
    const last = "/var/lib/proog/runs/$(cat /var/lib/proog/last)/catalog";
    const lines = await web().ssh(
      `flock /var/lib/proog/lock true; grep -v '^g ' ${last} | grep -c 'f 0644 [0-9a-f]\\{64\\} '`,
    );
    return Number(lines);
  };
  const change = (text: string) => fleet.write("many/3", `${text}\n`);
  const live = () => web().ssh("cd /srv/many/current/ && cat 3 && ls | wc -l");
  /** Makes the next release, and looks at it. */
  const release = async (text: string) => {
    change(text);
    await fleet.succeed("apply", "web-1");
    expect(await live()).toBe(`${text}\n${count}\n`);
    expect((await fleet.proog("plan", "web-1")).status).toBe(0);
    return await told();
  };

  beforeAll(() => {
    for (let index = 0; index < count; index++) fleet.write(`many/${index}`, `${index}\n`);
  });
  afterAll(async () => {
    declare('site("many", { to: "/srv/many", absent: true }),');
    await fleet.succeed("apply", "web-1");
  });

  test("all of it where nothing is known, then what was changed", async () => {
    declared();
    expect(await release("first")).toBe(count);
    expect(await release("second")).toBe(1);
    // By hand, there is nobody who could be asked for more.
    expect((await fleet.proog("catalog", "web-1")).stdout.match(/f 0644 [0-9a-f]{64} /g)).toHaveLength(count);
  });

  test("after a rollback, and where that is compared with what is live", async () => {
    await fleet.succeed("rollback", "many", "web-1");
    await fleet.succeed("unpin", "many", "web-1");
    change("third");
    fleet.write("many/new", "new\n");
    expect((await fleet.proog("plan", "web-1")).stdout).toContain("files     300 → 301: 1 changed, 1 new");
    rmSync(join(fleet.path, "many/new"));
    expect(await release("third")).toBe(1);
  });

  test("where it takes longer until it comes to that", async () => {
    declared(late);
    change("fourth");
    await fleet.succeed("apply", "web-1");
    expect(await live()).toBe(`fourth\n${count}\n`);
    expect(await told()).toBe(1);
    declared();
  });

  test("where what was ready for it was touched", async () => {
    await web().ssh(
      "flock /var/lib/proog/lock true; echo evil >/srv/many/.proog/next/files/evil; touch -d @1 /srv/many/.proog/next/files",
    );
    expect(await release("fifth")).toBe(1);
  });

  test("all of it again where the machine has lost it, and where it has another one", async () => {
    await web().ssh("flock /var/lib/proog/lock true; rm -r /srv/many/.proog");
    expect(await release("sixth")).toBe(count);
    expect(await release("seventh")).toBe(1);
    // As if others had made a release meanwhile.
    const file = join(
      fleet.path,
      ".proog/kept-test",
      hash("sha256", "site many in /srv/many from folder many").slice(0, 32),
    );
    writeFileSync(file, readFileSync(file, "utf8").replace(/^f 0644 /, "f 0755 "));
    expect(await release("eighth")).toBe(count);
    rmSync(join(fleet.path, ".proog/kept-test"), { recursive: true });
    expect(await release("ninth")).toBe(count);
  });

  test("all of it to a node that is new, of two that are looked at in one", async () => {
    change("tenth");
    await fleet.succeed("apply", "web-1", "web-2");
    expect(await told()).toBe(1);
    expect(await web(2).ssh("cat /srv/many/current/3")).toBe("tenth\n");
  });

  test("and a plan that was saved holds where nothing is known of it", async () => {
    change("eleventh");
    const { status } = await fleet.proog("plan", "web-1", "-o", "plan.json");
    expect(status).toBe(2);
    rmSync(join(fleet.path, ".proog/kept-test"), { recursive: true });
    await fleet.succeed("apply", "--plan", "plan.json");
    expect(await live()).toBe(`eleventh\n${count}\n`);
  });
});

test("a site from a server that takes nothing but its deploy key", async () => {
  const makeKey = (name: string) => {
    rmSync(join(fleet.path, name), { force: true });
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(fleet.path, name)]);
    return readFileSync(join(fleet.path, `${name}.pub`), "utf8").trim();
  };
  const { address, hostKeys } = web(2);
  await web(2).ssh(`useradd --create-home --shell /bin/sh forge
    install -d -m 0700 -o forge ~forge/.ssh
    echo 'restrict,command="git-upload-pack app" ${makeKey("deploy-key")}' >~forge/.ssh/authorized_keys
    cd ~forge; runuser -u forge -- sh -ec 'git init --quiet --template= --initial-branch=main app; cd app
      echo served >index.html; git add --all; git -c user.name=a -c user.email=a@b commit --quiet --message=x'`);
  fleet.write("known_hosts", hostKeys.map((key) => `${address} ${key}\n`).join(""));
  variables.GIT_SSH_COMMAND = `ssh -F none -o UserKnownHostsFile=${join(fleet.path, "known_hosts")}`;
  const from = `git: "ssh://forge@${address}/~/app", ref: "main", key: secret("deploy", { file: "deploy-key" })`;
  declare(`site("served", { from: { ${from} }, to: "/srv/served" }),`);
  await fleet.succeed("apply", "web-1");
  expect(await web().ssh("cat /srv/served/current/index.html")).toBe("served\n");
  makeKey("deploy-key");
  const { stderr, status } = await fleet.proog("plan", "web-1");
  expect(stderr).toMatch(
    /The git repository ssh:\/\/forge@\S+ cannot be read[\s\S]*Permission denied \(publickey/,
  );
  expect(status).toBe(1);
});

test("a disk that is full during a release: the old one stays, with the reason", async () => {
  declare(`
    mount("/srv/small", { type: "tmpfs", options: ["size=3m"] }),
    site("small", { from: { folder: "small" }, to: "/srv/small/site" }),
  `);
  fleet.write("small/one", "x".repeat(1_000_000));
  await fleet.succeed("apply", "web-1");
  fleet.write("small/two", "y".repeat(1_500_000));
  const { stdout, stderr, status } = await fleet.proog("apply", "--yes", "web-1");
  expect(status).toBe(3);
  expect(stdout + stderr).toMatch(
    /No space left on device[\s\S]*There is no room left on the file system of \/srv\/small\/site/,
  );
  expect(await web().ssh("ls /srv/small/site/current/ /srv/small/site/releases | wc -l")).toBe("5\n");
  rmSync(join(fleet.path, "small/two"));
  expect((await fleet.proog("plan", "web-1")).status).toBe(0);
  expect(existsSync(join(fleet.path, "proog.lock.json"))).toBe(true);
  fleet.declare('mount("/srv/small", { absent: true })');
  await fleet.succeed("apply", "web-1");
});

test("a first release whose server did not come in its run is asked when that has come in the next one", async () => {
  fleet.write("late/index.html", "late\n");
  declare(`
    site("late", { from: { folder: "late" }, to: "/srv/late", health: { command: "test -e /srv/came", within: 1 } }),
    run("test -e /srv/go && touch /srv/came", { creates: "/srv/came" }),
  `);
  const { status, stdout } = await fleet.proog("apply", "--yes", "web-1");
  expect(status).toBe(3);
  expect(stdout).not.toContain("The health check failed");
  await web().ssh("touch /srv/go");
  await fleet.succeed("apply", "web-1");
  expect((await fleet.proog("plan", "web-1")).status).toBe(0);
  expect(await web().ssh("cut -f 3 /srv/late/releases.log | tail -n 1")).toBe("good\n");
});
