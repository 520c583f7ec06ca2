import { basename, join } from "node:path";
import { param } from "../tasks/param.ts";
import { task } from "../tasks/task.ts";
import { checkName, type DatabaseServer } from "./database/server.ts";

/** Which nodes a task of a database is for. */
export interface DatabaseTaskOptions {
  /** Roles, nodes or slices that have the database. */
  readonly on: string | readonly string[];
}

/**
 * A task that dumps a database of `mariadb` or `postgresql` on its node, and fetches the dump to this machine, into the folder
 * `backups`, or `--to=FOLDER`. There it is named by its node and time, and only you can read it.
 * @example export const backupApp = backupDatabase("mariadb", "app", { on: "db" });
 */
export function backupDatabase(server: DatabaseServer, database: string, { on }: DatabaseTaskOptions) {
  const params = { to: param.string({ default: "backups", help: "the local folder that it goes to" }) };
  const description = `back up the database ${checkName(database)}`;
  return task(description, { on, params }, async ({ sh, node, get, say, params: { to } }) => {
    const { stdout } = await sh.sudo`/usr/local/sbin/dump-${server} ${database}`;
    // In a dry run nothing has told its name.
    const dump = stdout || `/var/backups/${server}/${database}`;
    const local = join(to, `${node.name}-${basename(dump)}`);
    await get(dump, { to: local, sudo: true });
    say(`The backup is in ${local}.`);
    return local;
  });
}

/**
 * A task that puts what a backup has in the place of a database, on the same machine or on another one, such as those of live in
 * devel. What is there is dumped before, and comes back where the backup cannot be loaded.
 * @example
 * export const restoreApp = restoreDatabase("mariadb", "app", { on: "db" });
 * // proog run restore_app --from=backups/db-1-app-20261122-231542.sql.gz -e devel
 */
export function restoreDatabase(server: DatabaseServer, database: string, { on }: DatabaseTaskOptions) {
  const params = { from: param.string({ help: "the local file of the backup" }) };
  const description = `put a backup in the place of the database ${checkName(database)}`;
  return task(description, { on, params }, async ({ sh, put, params: { from } }) => {
    const sent = `/var/backups/${server}/restored-${database}`;
    await sh.sudo`install --directory --mode=0700 /var/backups/${server}`;
    await put(sent, { from, mode: "0600", sudo: true });
    await sh.sudo`/usr/local/sbin/restore-${server} ${database} ${sent}`;
    await sh.sudo`rm ${sent}`;
  });
}
