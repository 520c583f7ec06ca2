import { describe, expect, test } from "vitest";
import type { Mistaken } from "../resources/declare.ts";
import { keyOf, type Resource } from "../resources/kind.ts";
import type { RunResource } from "../resources/run/run.ts";
import { secret } from "../resources/secret/secret.ts";
import type { DatabaseServerOptions } from "./database/server.ts";
import { backupDatabase } from "./databaseTasks.ts";
import { mariadb } from "./mariadb.ts";
import { postgresql } from "./postgresql.ts";

const mistakes = (resources: readonly (Resource & Mistaken)[]) =>
  resources.flatMap((one) => one.mistakes ?? []);
const password = secret("app-db");

describe.for([
  ["mariadb", mariadb],
  ["postgresql", postgresql],
] as const)("%s", ([name, server]) => {
  test("without databases is the server and its programs", () => {
    expect(server().map(keyOf).slice(1, 4)).toEqual([
      `service ${name}`,
      `file /usr/local/sbin/dump-${name}`,
      `file /usr/local/sbin/restore-${name}`,
    ]);
  });

  test("has a database and its user, all with what all take", () => {
    const resources = server({
      databases: { app: { user: "web", password, schema: "a.sql" } },
      tags: ["db"],
      optional: true,
    });
    expect(mistakes(resources)).toEqual([]);
    for (const resource of resources) expect(resource).toMatchObject({ tags: ["db"], optional: true });
    expect(resources.filter(({ type }) => type === "run")).toHaveLength(4);
  });

  test("no command has the password", () => {
    const given = server({ databases: { app: { password: secret("db", { command: ["pass", "db"] }) } } });
    const user = given.find((one): one is RunResource => one.name.includes("user app of app"));
    expect(user?.stdin).toMatchObject({ type: "secret text" });
    expect(`${user?.command} ${user?.unless}`).not.toContain("pass db");
  });

  test.for<[object, string]>([
    [
      { databases: ["app"] },
      'databases is ["app"], and must be such as { app: { password: secret("app-db") } }.',
    ],
    [{ databases: { "a-b": { password } } }, 'databases.a-b: the name must be a word such as "app_live"'],
    [
      { databases: { app: { password: "x" } } },
      'databases.app: password must be a secret, such as secret("app-db").',
    ],
    [{ databases: { app: {} } }, "databases.app: password must be a secret"],
    [
      { databases: { app: { password: secret("db", { as: "url" }) } } },
      'databases.app: password has the form "url": leave as out.',
    ],
    [
      { databases: { app: { password, user: "root" } } },
      'databases.app: user is "root", which belongs to the server',
    ],
    [{ databases: { app: { password, user: "a'b" } } }, `databases.app: user is "a'b", and must be a word`],
    [{ databases: { app: { password, schema: 1 } } }, "databases.app: schema is 1, and must be a local file"],
    [
      { databases: { app: { password, shema: "a" } } },
      'databases.app: shema is no option. Did you mean "schema"?',
    ],
    [{ database: {} }, 'database is no option. Did you mean "databases"?'],
  ])("a mistake in %j is told with all others", ([options, message]) => {
    const [first = ""] = mistakes(server(options as DatabaseServerOptions));
    expect(first).toContain(message);
    expect(first).not.toContain("hunter2");
  });
});

test("a task of a database that cannot be one is refused", () => {
  expect(() => backupDatabase("mariadb", "a b", { on: "db" })).toThrow(
    'The database is "a b", and must be a word',
  );
});
