import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { recordingNode } from "../tasks/recording-node.ts";
import { backupDatabase, restoreDatabase } from "./databaseTasks.ts";

test("a backup is dumped as root, and fetched into a file named by its node", async () => {
  const dump = "/var/backups/mariadb/app-20261122-231542.sql.gz";
  const db = recordingNode("db-1", { replies: [{ to: /dump-mariadb/, stdout: dump }] });
  const local = await db.run(backupDatabase("mariadb", "app", { on: "db" }), {});
  expect(local).toBe("backups/db-1-app-20261122-231542.sql.gz");
  // A backup of that name that is here stays what it is.
  expect(existsSync(local)).toBe(false);
  expect(db.commands).toEqual(["/usr/local/sbin/dump-mariadb app", `get ${dump}`]);
});

test("a restore sends the file, which does not stay there", async () => {
  const db = recordingNode("db-2");
  await db.run(restoreDatabase("postgresql", "app", { on: "db" }), { from: "package.json" });
  expect(db.commands.slice(-2)).toEqual([
    "/usr/local/sbin/restore-postgresql app /var/backups/postgresql/restored-app",
    "rm /var/backups/postgresql/restored-app",
  ]);
});
