import type { Resource } from "../resources/kind.ts";
import { run } from "../resources/run/run.ts";
import { type Secret, template } from "../resources/secret/secret.ts";
import {
  type DatabaseServerOptions,
  declareServer,
  inBase64,
  type ServerDatabase,
} from "./database/server.ts";

/**
 * A server of MariaDB, its databases, and a user for each, who comes from the machine itself and has all rights on it. A password
 * that is not the one of the secret any more, here or there, is set anew. `/usr/local/sbin/dump-mariadb DATABASE` dumps, and
 * `restore-mariadb DATABASE FILE` restores; `backupDatabase` and `restoreDatabase` are tasks that do.
 * @example mariadb({ databases: { app: { password: secret("app-db") } } })
 * @example mariadb({ databases: { app: { user: "web", password: secret("app-db"), schema: "sql/schema.sql" } } })
 */
export function mariadb(options: DatabaseServerOptions = {}): readonly Resource[] {
  const server = { server: "mariadb", package: "mariadb-server", folder: "/etc/mysql/proog" } as const;
  return declareServer({ ...server, declare }, options);
}

function declare({ name, user, password, passwordFile, schema, common }: ServerDatabase) {
  const stdin = writeUser(name, user, password);
  return [
    run(`mariadb --execute='CREATE DATABASE ${name} CHARACTER SET utf8mb4'`, {
      name: `MariaDB: database ${name}`,
      unless: `mariadb --execute='USE ${name}'`,
      ...common,
    }),
    passwordFile,
    run("mariadb", {
      name: `MariaDB: new password of ${user} of ${name}`,
      stdin,
      onlyOn: passwordFile,
      ...common,
    }),
    run("mariadb", {
      name: `MariaDB: user ${user} of ${name}`,
      stdin,
      // Others could see an argument, and root's own settings would come before the variable.
      unless: `MYSQL_PWD="$(cat ${passwordFile.name})" mariadb --no-defaults --user=${user} --execute='SELECT 1' ${name}`,
      ...common,
    }),
    schema,
    schema &&
      run(`/usr/local/sbin/dump-mariadb ${name} && mariadb ${name} <${schema.name}`, {
        name: `MariaDB: schema of ${name}`,
        onlyOn: schema,
        ...common,
      }),
  ];
}

/** The server's log of statements must not have the password, and its binary log gets a hash of it. */
function writeUser(database: string, user: string, password: Secret) {
  const account = `'${user}'@'localhost'`;
  // An underscore would stand for any character there.
  const pattern = `\`${database.replaceAll("_", "\\_")}\`.*`;
  return template`SET SESSION sql_log_off = ON;
SET @hash = QUOTE(PASSWORD(FROM_BASE64('${inBase64(password)}')));
EXECUTE IMMEDIATE CONCAT("CREATE USER IF NOT EXISTS ${account} IDENTIFIED BY PASSWORD ", @hash);
EXECUTE IMMEDIATE CONCAT("ALTER USER ${account} IDENTIFIED BY PASSWORD ", @hash);
GRANT ALL PRIVILEGES ON ${pattern} TO ${account};
`;
}
