import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { encryptText, generateKey } from "../../src/secrets/age.ts";
import { awaitKilled } from "./connections.ts";
import { eventsOf, finishedOf, useFleet } from "./fleet-folder.ts";
import { findTraces, poison, token, traces } from "./poison.ts";
import type { Ended } from "./program.ts";

const { key, recipient } = await generateKey();
const other = await generateKey();
const hash =
  "$6$saltsalt$Bk5rCCmEHTdXlbZGPx5jj1ssg1dmqDx9UoNqtbCVsjQ4V3Jh/LTcYzsFFNkC6C2/FMkBZs4SWNgKKCYYHsgVk1";

const fleet = useFleet("secrets", "web: 1", "", {
  variables: { PROOG_AGE_IDENTITY: key, TOKEN: token },
  options: `secrets: { recipients: { ada: "${recipient}", bob: "${other.recipient}" } },
  facts: { leak: "facts/leak.sh" },`,
  files: {
    "facts/leak.sh": "cat /etc/app.env /etc/app.token 2>/dev/null; base64 /etc/app.json 2>/dev/null; true\n",
  },
});
const web = () => fleet.node("web-1");

const items = `
  file("/etc/app.env", { content: template\`PASSWORD=\${secret("poison", { as: "shell" })}\\n\` }),
  file("/etc/app.json", { content: () => json({ database: { password: secret("poison"), port: 5432 } }), mode: "0640", group: "daemon" }),
  file("/etc/app.token", { content: secret("token", { env: "TOKEN" }) }),
  file("/etc/refused", { content: template\`x=\${secret("poison")}\\n\${secret("token", { env: "TOKEN" })}\\n\`, validate: "cat %; base64 %; od -An -tx1 % | tr -d ' '; false", optional: true }),
  user("ada", { password: secret("ada") }),
  run("printf %s \\"$SECRET\\" >/srv/given; chmod 600 /srv/given; cat >/srv/read; chmod 600 /srv/read; sleep 0.5; : control-argument; cat /srv/given /srv/read; base64 -w 24 /srv/given; env", {
    environment: { SECRET: secret("poison"), PLAIN: "plain" }, stdin: secret("poison"), creates: "/srv/given",
  }),
  run("id -un >/srv/who/name; printf %s \\"$SECRET\\" >/srv/who/given; sleep 0.2", {
    environment: { SECRET: template\`<\${secret("poison", { as: "url" })}>\` }, user: "daemon", cwd: "/srv/who", creates: "/srv/who/given",
  }),
  run("cat /etc/app.env /etc/app.json /etc/app.token; base64 /etc/app.token; echo \\"$(cat /srv/given)\\" >&2; exit 7", { unless: "test -e /srv/failed", optional: true, name: "fails" }),
`;

/** Everything that was printed by any command of these tests. */
const said: string[] = [];

async function proog(...args: string[]): Promise<Ended> {
  const ended = await fleet.proog(...args);
  said.push(ended.stdout, ended.stderr);
  return ended;
}

/** What is on the node below these folders, as "MODE OWNER PATH", where one of the traces is in it. */
const tracesOnNode = async (...folders: string[]) => {
  const lines = [...new Set(traces.flatMap((trace) => trace.split("\n")))].filter((line) => line.length >= 6);
  const patterns = Buffer.from(`${lines.join("\n")}\n`).toString("base64");
  return await web().ssh(
    `printf %s ${patterns} | base64 -d >/run/traces; chmod 600 /run/traces
    { grep -rlaFZ -f /run/traces ${folders.join(" ")} 2>/dev/null || :; } | xargs -0 -r stat -c '%a %U %n' | grep -v ' /run/traces$'; rm /run/traces`,
  );
};

beforeAll(async () => {
  const recipients = [recipient, other.recipient];
  fleet.write("secrets/poison.age", await encryptText(poison, recipients));
  fleet.write("secrets/ada.age", await encryptText(`${hash}\n`, recipients));
  await web().ssh("mkdir -p /srv/who && chown daemon /srv/who");
  fleet.declare(items);
});

describe("secrets", { concurrent: false }, () => {
  test("are found by these tests where they are shown", () => {
    const text = `a ${Buffer.from(`x${poison}y`).toString("base64")} b`;
    expect(findTraces(text)).not.toEqual([]);
    expect(findTraces(`PASSWORD='${token}'`)).not.toEqual([]);
    expect(findTraces(items)).toEqual([]);
  });

  test("are planned by their names", async () => {
    const planned = await proog("plan", "-v", "-o", "a.plan");
    expect(planned.status, planned.stderr).toBe(2);
    expect(planned.stdout).toContain("+ file /etc/app.env");
    expect(planned.stdout).toContain("secret content");
    const { events, ...ended } = await fleet.events("plan", "-v");
    said.push(ended.stdout, ended.stderr);
    const [change] = eventsOf(events, "node-planned")[0]?.changes ?? [];
    expect(change).toMatchObject({
      texts: [{ aspect: "content", omitted: "secret" }],
      differences: expect.arrayContaining([{ aspect: "content", now: "", wanted: "[secret poison]" }]),
    });
    const file = readFileSync(join(fleet.path, "a.plan"), "utf8");
    said.push(file);
    expect(statSync(join(fleet.path, "a.plan")).mode & 0o777).toBe(0o600);
    await web().ssh("! ls /etc/app.*");
  });

  test("come to their places while arguments and files are watched", async () => {
    await web().ssh(`rm -f /run/watched /run/argv /run/open
      (while [ ! -e /run/watched ]; do
        cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' >>/run/argv
        find /var/lib/proog /run/proog.* '(' -name 'secret-[0-9a-f]*' -o -name needles -o -name prints ')' -perm /077 >>/run/open 2>/dev/null
        find /var/lib/proog/runs -name 'secret-[0-9a-f]*' >>/run/seen 2>/dev/null
      done; touch /run/through) >/dev/null 2>&1 </dev/null &`);
    const applied = await proog("apply", "--plan", "a.plan", "-v");
    await web().ssh("touch /run/watched; until [ -e /run/through ]; do sleep 0.1; done");
    expect(applied.status, applied.stdout + applied.stderr).toBe(0);
    expect(applied.stderr).toContain("***");
    // It would have been seen.
    await web().ssh(
      "grep -qa control-argument /run/argv || exit 2; [ -s /run/seen ] || exit 3; cat /run/open; [ ! -s /run/open ]",
    );
    expect(await tracesOnNode("/run/argv")).toBe("");
  });

  test("are what was declared, and theirs alone", async () => {
    expect(await web().ssh('. /etc/app.env && printf %s "$PASSWORD"')).toBe(poison);
    expect(JSON.parse(await web().ssh("cat /etc/app.json"))).toEqual({
      database: { password: poison, port: 5432 },
    });
    expect(await web().ssh("cat /etc/app.token /srv/given /srv/read")).toBe(token + poison + poison);
    expect(await web().ssh("cat /srv/who/name /srv/who/given")).toBe(
      `daemon\n<${encodeURIComponent(poison).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)}>`,
    );
    expect(await web().ssh("getent shadow ada | cut -d : -f 2")).toBe(`${hash}\n`);
    expect(await web().ssh("stat -c '%a %U:%G' /etc/app.env /etc/app.json /etc/app.token")).toBe(
      "600 root:root\n640 root:daemon\n600 root:root\n",
    );
    await web().ssh("! test -e /etc/refused && ! ls /etc/.proog-*");
  });

  test("are in no log, journal or leftover of the node", async () => {
    expect(await tracesOnNode("/etc/app.env", "/etc/app.token")).toBe(
      "600 root /etc/app.env\n600 root /etc/app.token\n",
    );
    await web().ssh("journalctl --no-pager >/run/journal; chmod 600 /run/journal");
    expect(await tracesOnNode("/var/lib/proog", "/run", "/tmp", "/var/log", "/var/cache", "/root")).toBe("");
    await web().ssh(
      "rm /run/journal; ! find /var/lib/proog/runs /run -name 'secret-[0-9a-f]*' -o -name needles -o -name prints | grep .",
    );
    await web().ssh("grep -qaF '***' /var/lib/proog/runs/*/log");
  });

  test("of which one fails are told by what failed", async () => {
    const { events, ...ended } = await fleet.events("apply", "--yes", "-v");
    said.push(ended.stdout, ended.stderr);
    expect(ended.status).toBe(0);
    expect(finishedOf(events)).toEqual(["failed file /etc/refused", "failed run fails"]);
    const output = eventsOf(events, "resource-finished").flatMap((event) => event.output ?? []);
    expect(output.join("\n")).toContain("The new content was refused by:");
    expect(output.join("\n")).toContain("***");
    expect(output.join("\n")).toContain("The command ended with status 7.");
  });

  test("that were changed on the node are told as changed, and neither text is shown", async () => {
    await web().ssh("echo zzznew >/etc/app.token; echo zzznew >>/etc/app.json; chmod 644 /etc/app.env");
    const planned = await proog("plan");
    expect(planned.stdout.match(/secret content changed/g)).toHaveLength(2);
    expect(planned.stdout).toContain("mode  0644 → 0600");
    expect(planned.stdout).not.toContain("zzz");
    await proog("apply", "--yes", "--only", "file", "--timings");
    expect(await web().ssh("cat /etc/app.token")).toBe(token);
    await web().ssh("[ $(stat -c %a /etc/app.env) = 600 ]");
  });

  test("are shown by no other command", async () => {
    for (const args of [
      ["catalog", "web-1"],
      ["catalog", "web-1", "--json"],
      ["status"],
      ["status", "--json"],
      ["facts"],
      ["facts", "--json"],
      ["doctor"],
      ["secret", "list"],
      ["secret", "list", "--json"],
      ["undo"],
      ["undo", "--json"],
      ["plan", "--json", "-v"],
      ["history"],
      ["history", "--json"],
      ["show", "-v"],
      ["show", "--json"],
      ["stale"],
      ["facts", "--where", "own.leak ~ PASSWORD"],
    ]) {
      const { status, stderr } = await proog(...args);
      expect([0, 2], stderr).toContain(status);
    }
    expect((await proog("facts", "--json")).stdout).toContain("***");
  });

  test("are in no program, nor is a hash of them", async () => {
    const { stdout } = await fleet.proog("catalog", "web-1");
    for (const text of [poison, token, hash, `PASSWORD='${poison.replaceAll("'", "'\\''")}'\n`])
      for (const word of [
        ...(
          await web().ssh(`printf %s ${Buffer.from(text).toString("base64")} | base64 -d | sha256sum`)
        ).matchAll(/^[0-9a-f]{64}/g),
      ])
        expect(stdout).not.toContain(word[0]);
    // As one argument it would be too long.
    await web().login("cat >/run/catalog", stdout);
    const byHand = await web().ssh("sh /run/catalog check; rm /run/catalog");
    expect(byHand).toContain("opaque: 1 file /etc/app.env 0600 root root secret-");
    expect(byHand).toContain("its content is secret, and only proog plan can compare it.");
  });

  test("that are replaced by what is none are not shown either, nor when they go", async () => {
    fleet.declare(
      `file("/etc/app.env", { content: "PASSWORD=\\n" }), file("/etc/app.token", { absent: true }),`,
    );
    const { events, ...planned } = await fleet.events("plan", "-v");
    said.push(planned.stdout, planned.stderr, (await proog("plan")).stdout);
    expect(eventsOf(events, "node-planned")[0]?.changes.map(({ texts }) => texts)).toEqual([
      [{ aspect: "content", omitted: "secret" }],
      [{ aspect: "content", omitted: "secret" }],
    ]);
    expect(planned.stdout).toContain('"now":"another"');
    const run = await fleet.succeed("apply");
    const backups = await tracesOnNode("/var/lib/proog");
    expect(backups).toMatch(/^(\d+ root \/var\/lib\/proog\/backups\/[\w-]+\/\d+\.copy\n)+$/);
    expect(await web().ssh("stat -c '%a %U' /var/lib/proog")).toBe("700 root\n");
    const undone = await proog("undo", "--yes", "-v", run);
    expect(undone.status, undone.stderr).toBe(0);
    expect(await web().ssh("cat /etc/app.token; stat -c ' %a' /etc/app.token")).toBe(`${token} 600\n`);
    fleet.declare(items);
  });

  test("of a run that was killed go when the next command comes", async () => {
    fleet.declare(
      `run("cat >/dev/null; touch /srv/begun; sleep 60", { stdin: secret("poison"), creates: "/srv/ended" }),`,
    );
    const running = fleet.start("apply", "--yes");
    await web().ssh("until [ -e /srv/begun ]; do sleep 0.1; done; ls /var/lib/proog/runs/*/blobs/secret-*");
    await web().ssh("kill -9 -$(cat $(ls -t /var/lib/proog/runs/*/pid | head -n 1))");
    const { stdout, stderr, status } = await running.ended;
    said.push(stdout, stderr);
    expect(status).toBe(3);
    await proog("plan");
    await web().ssh(
      `! find /var/lib/proog/runs -name 'secret-[0-9a-f]*' -o -name needles -o -name prints | grep .`,
    );
  });

  test("come after a reboot in the middle, and are in no log then either", async () => {
    fleet.declare(`
      file("/etc/before", { content: secret("poison") }),
      reboot({ onlyOn: [file("/etc/before", { content: secret("poison") })] }),
      file("/etc/after", { content: secret("token", { env: "TOKEN" }) }),
      run("cat /etc/before /etc/after; cat >/srv/late", { stdin: secret("poison"), creates: "/srv/late" }),
    `);
    const { stdout, stderr, status } = await proog("apply", "--yes", "-v");
    expect(status, stdout + stderr).toBe(0);
    expect(stdout).toContain("reboot");
    expect(stderr).toContain("***");
    expect(await web().ssh("cat /etc/before /etc/after /srv/late")).toBe(poison + token + poison);
    expect(await tracesOnNode("/var/lib/proog/runs")).toBe("");
    await web().ssh(
      `! find /var/lib/proog/runs -name 'secret-[0-9a-f]*' -o -name needles -o -name prints | grep .`,
    );
  });

  test.each(["held", "killed"])(
    "of a run that is put back (%s) are in no log of what that says",
    async (how) => {
      fleet.declare(`...(() => {
      const shown = file("/srv/shown", { content: secret("token", { env: "TOKEN" }) });
      const conf = file("/etc/ssh/sshd_config.d/10-${how}.conf", { content: template\`# \${secret("token", { env: "TOKEN" })}\\nPort 2222\\n\` });
      return [shown, conf, run("echo port; cat /srv/shown; systemctl restart ssh", { onlyOn: [conf], access: true })];
    })(),`);
      const running = fleet.start("apply", "--yes", "-v");
      const last = "$(ls -td /var/lib/proog/runs/* | head -n 1)";
      if (how === "killed") {
        await web().ssh("until [ -e /var/lib/proog/access/waiting ]; do sleep 0.1; done; sleep 1");
        await web().ssh(`kill -9 -$(cat ${last}/pid)`);
      }
      const { stdout, stderr, status } = await running.ended;
      said.push(stdout, stderr);
      expect(status, stdout + stderr).toBe(3);
      expect(stdout + stderr).toContain("was put back");
      // It was run by the run, and again when its setting was put back.
      expect(await web().ssh(`grep -c '^port$' ${last}/log; grep -c '^\\*\\*\\*' ${last}/log`)).toBe(
        "2\n2\n",
      );
      expect(await tracesOnNode("/var/lib/proog/runs")).toBe("");
      await web().ssh(`ss -tln | grep -q :22 && ! test -e /etc/ssh/sshd_config.d/10-${how}.conf`);
    },
  );

  test("of which some are missing leave a node as it is, to which a connection was begun", async () => {
    // Who gives one of them takes so long that a connection is there by then.
    fleet.declare(`file("/srv/early", { content: "" }),
      file("/srv/late", { content: secret("late", { command: ["sh", "-c", "sleep 2; cat late"] }) }),
      file("/srv/later", { content: secret("later", { file: "later" }) }),`);
    for (const name of ["late", "later"]) fleet.write(name, "there");
    await fleet.succeed("apply");
    // All that is known of the node still holds; the values do not.
    for (const name of ["late", "later"]) rmSync(join(fleet.path, name));
    const connections = () =>
      web().ssh("journalctl --sync; journalctl -u ssh --no-pager -o cat | grep -c 'Accepted publickey'");
    // What goes with time is done after the end of a run is told, and its log says when that is done.
    await web().ssh(`until grep -q ' gone ' "$(ls -td /var/lib/proog/runs/*/log | head -n 1)"; do sleep 0.05; done
      rm /srv/early; touch /run/mark`);
    const before = Number(await connections());
    for (const args of [["plan"], ["apply", "--yes"]]) {
      await awaitKilled(web());
      const { stderr, status } = await proog(...args);
      expect(stderr).toContain('The secret "late" cannot be had: sh ended with status 1.');
      expect(stderr).toContain('There is no secret "later": its file cannot be read');
      expect(status).toBe(1);
    }
    // It would be seen if something had been run.
    expect(Number(await connections())).toBeGreaterThan(before);
    await web().ssh(
      "! find /etc /srv /root /tmp /var/lib/proog -newer /run/mark | grep . && ! ls /srv/early",
    );
  });

  test("are not in the store, which has what was said", async () => {
    const { events, ...listed } = await fleet.events("history", "--number", "1000");
    said.push(listed.stdout);
    const runs = eventsOf(events, "run-recorded");
    expect(runs.length).toBeGreaterThan(5);
    const shown: string[] = [];
    for (const { run } of runs)
      shown.push((await proog("show", "-v", run.id)).stdout, (await proog("show", "--json", run.id)).stdout);
    expect(shown.join()).toContain("***");
    // The file itself, with all that it has written over: the same way finds what is there.
    const file = readFileSync(join(fleet.path, ".proog/store.sqlite"), "latin1");
    const log = existsSync(join(fleet.path, ".proog/store.sqlite-wal"))
      ? readFileSync(join(fleet.path, ".proog/store.sqlite-wal"), "latin1")
      : "";
    expect(file + log).toContain("file /etc/app.env");
    expect(findTraces(file + log)).toEqual([]);
  });

  test("are on no disk of this machine but encrypted", () => {
    const files = readdirSync(fleet.path, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const found = files.map((entry) => join(entry.parentPath, entry.name));
    expect(found).toContain(join(fleet.path, "a.plan"));
    expect(found.filter((path) => findTraces(readFileSync(path, "utf8")).length > 0)).toEqual([]);
    expect(existsSync("/dev/shm/proog-")).toBe(false);
  });

  test("were in nothing that was printed", () => {
    expect(said.length).toBeGreaterThan(40);
    expect(said.flatMap(findTraces)).toEqual([]);
  });
});
