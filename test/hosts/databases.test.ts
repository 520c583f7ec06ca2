import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { quote } from "../../src/catalog/quote.ts";
import { describeStore, freshName } from "../../src/store/contract.test-support.ts";
import { useFleet } from "./fleet-folder.ts";
import { supplied } from "./supplied.ts";

const fleet = useFleet("databases", "web: 2", "", { machines: supplied });
const web = (number = 1) => fleet.node(`web-${number}`);

const passwords = [`p"w'1\\ $x %s ü`, "s3cond-'\"\\n-password"];

const tasks = (["mariadb", "postgresql"] as const)
  .map(
    (server) => `
export const backup_${server} = backupDatabase("${server}", "app_live", { on: "web" });
export const restore_${server} = restoreDatabase("${server}", "app_live", { on: "web" });
`,
  )
  .join("");

const items = `
  mariadb({ databases: { app_live: { password: secret("app", { file: "password" }), schema: "schema.sql" } } }),
  postgresql({ databases: { app_live: { user: "web", password: secret("app", { file: "password" }), schema: "schema.sql" } } }),
`;

/** SQL as the user of the application, with its password. */
const ask = {
  mariadb: (sql: string, password = passwords[0] ?? "") =>
    `MYSQL_PWD=${quote(password)} mariadb --no-defaults --skip-column-names --batch --user=app_live app_live --execute=${quote(sql)}`,
  postgresql: (sql: string, password = passwords[0] ?? "") =>
    `PGPASSWORD=${quote(password)} psql -XqAt --host=localhost --username=web app_live --command=${quote(sql)}`,
};

async function ok(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await fleet.proog(...args);
  expect(status, stdout + stderr).toBe(0);
  return stdout + stderr;
}

const backups = () => readdirSync(join(fleet.path, "backups")).map((name) => `backups/${name}`);
const newest = (server: string) =>
  backups()
    .filter((name) => name.endsWith(server === "mariadb" ? ".sql.gz" : ".dump"))
    .at(-1) ?? "";

beforeAll(async () => {
  fleet.write("password", `${passwords[0]}\n`);
  fleet.write("schema.sql", "CREATE TABLE IF NOT EXISTS words (word varchar(40));\n");
  fleet.declare(items);
  const file = join(fleet.path, "proog.config.js");
  writeFileSync(file, readFileSync(file, "utf8") + tasks);
  await ok("apply", "--yes");
});

test("a second apply has nothing to do", async () => {
  expect(await ok("plan")).toContain("nothing to change");
});

test("no log of the servers has a password that was set, also where they note every statement", async () => {
  await web().ssh(`mariadb --execute="SET GLOBAL general_log_file = '/var/lib/mysql/all.log'; SET GLOBAL general_log = ON"
    runuser -u postgres -- psql -Xqc "ALTER SYSTEM SET log_statement = 'all'" -c "SELECT pg_reload_conf()" >/dev/null; sleep 1`);
  fleet.write("password", `${passwords[1]}\n`);
  const { status, stdout } = await fleet.proog("plan");
  expect(status).toBe(2);
  expect(stdout).not.toContain("s3cond");
  expect(stdout.match(/secret content changed/g)).toHaveLength(2);
  await ok("apply", "--yes");
  await web().ssh(
    `grep -q 'general\\|Connect' /var/lib/mysql/all.log && grep -rq 'statement:' /var/log/postgresql`,
  );
  for (const trace of ["s3cond", Buffer.from(passwords[1] ?? "").toString("base64")]) {
    const found = await web().ssh(
      `grep -rlaF ${quote(trace)} /var/lib/mysql /var/log /var/lib/proog /var/lib/postgresql /etc /usr/local /run || :`,
    );
    expect(found.trim().split("\n").sort()).toEqual(
      trace === "s3cond"
        ? ["/etc/mysql/proog/app_live.password", "/etc/postgresql-common/proog/app_live.password"]
        : [""],
    );
  }
  expect(await web().ssh("stat -c '%a %U' /etc/mysql/proog/app_live.password")).toBe("600 root\n");
  passwords.reverse();
});

describe.for(["mariadb", "postgresql"] as const)("%s", (server) => {
  const words = async (number: number) =>
    (await web(number).ssh(ask[server]("SELECT word FROM words ORDER BY word"))).trim().split("\n");

  test("the user comes in with its password, and has the tables of the schema", async () => {
    await web().ssh(ask[server]("INSERT INTO words VALUES ('one'), ('zwei ü')"));
    expect(await words(1)).toEqual(["one", "zwei ü"]);
    await expect(web().ssh(ask[server]("SELECT 1", "another"))).rejects.toThrow();
  });

  test("a password that somebody has changed there is found, and set anew", async () => {
    await web().ssh(
      server === "mariadb"
        ? `mariadb --execute="ALTER USER app_live@localhost IDENTIFIED BY 'x'"`
        : `runuser -u postgres -- psql -Xqc "ALTER ROLE web PASSWORD 'x'"`,
    );
    expect((await fleet.proog("plan", "web-1")).status).toBe(2);
    await ok("apply", "--yes", "web-1");
    expect(await words(1)).toEqual(["one", "zwei ü"]);
  });

  test("a backup of one machine is restored into another one", async () => {
    await ok("run", `backup_${server}`, "-H", "web-1");
    await web(2).ssh(ask[server]("CREATE TABLE stays (x integer); INSERT INTO words VALUES ('goes')"));
    const said = await ok("run", `restore_${server}`, `--from=${newest(server)}`, "-H", "web-2");
    expect(said).toContain("kept: /var/backups/");
    expect(await words(2)).toEqual(["one", "zwei ü"]);
    await expect(web(2).ssh(ask[server]("SELECT * FROM stays"))).rejects.toThrow();
    expect(await ok("plan")).toContain("nothing to change");
  });

  test("a backup that is cut short is refused, and nothing is lost", async () => {
    const whole = readFileSync(join(fleet.path, newest(server)));
    const cut = whole.subarray(0, whole.length / 2);
    writeFileSync(
      join(fleet.path, "cut"),
      server === "mariadb" ? gzipSync("CREATE TABLE x (y int);\n") : cut,
    );
    const { status, stdout, stderr } = await fleet.proog(
      "run",
      `restore_${server}`,
      "--from=cut",
      "-H",
      "web-2",
    );
    expect(status).toBe(3);
    expect(stdout + stderr).toContain("so nothing was changed.");
    expect(await words(2)).toEqual(["one", "zwei ü"]);
  });
});

test("a schema that has changed is run after a dump", async () => {
  await web().ssh("rm /var/backups/mariadb/* /var/backups/postgresql/*");
  fleet.write("schema.sql", "CREATE TABLE IF NOT EXISTS more (word varchar(40));\n");
  await ok("apply", "--yes", "web-1");
  await web().ssh(`${ask.mariadb("SELECT * FROM more")} && ${ask.postgresql("SELECT * FROM more")}
    zcat /var/backups/mariadb/app_live-*.sql.gz | grep -q zwei && [ -s /var/backups/postgresql/app_live-*.dump ]`);
});

let server: Promise<string> | undefined;

/** The address of a database that this host can reach, with a password. */
async function openToNetwork(): Promise<string> {
  await web().ssh(`cd /
    config=$(runuser -u postgres -- psql -XqAt --command='SHOW config_file')
    echo "listen_addresses = '*'" >"\${config%/*}/conf.d/network.conf"
    echo 'host proog proog all scram-sha-256' >>"\${config%/*}/pg_hba.conf"
    systemctl restart postgresql
    until runuser -u postgres -- psql -Xq --command="CREATE ROLE proog LOGIN PASSWORD 'a word'"; do sleep 0.2; done 2>/dev/null
    runuser -u postgres -- psql -Xq --command='CREATE DATABASE proog OWNER proog'`);
  return `postgres://proog:a%20word@${web().address}/proog`;
}

describeStore("the store in PostgreSQL", async () => {
  server ??= openToNetwork();
  return { type: "postgres", url: await server, schema: freshName() };
});
