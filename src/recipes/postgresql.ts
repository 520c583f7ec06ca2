import type { Resource } from "../resources/kind.ts";
import { run } from "../resources/run/run.ts";
import { type Secret, template } from "../resources/secret/secret.ts";
import {
  type DatabaseServerOptions,
  declareServer,
  inBase64,
  type ServerDatabase,
} from "./database/server.ts";

const psql = "runuser -u postgres -- psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1";

/**
 * A server of PostgreSQL, its databases, and a user for each, to whom it belongs. A password that is not the one of the secret any
 * more, here or there, is set anew. `/usr/local/sbin/dump-postgresql DATABASE` dumps, and `restore-postgresql DATABASE FILE`
 * restores; `backupDatabase` and `restoreDatabase` are tasks that do.
 * @example postgresql({ databases: { app: { password: secret("app-db") } } })
 * @example postgresql({ databases: { app: { user: "web", password: secret("app-db"), schema: "sql/schema.sql" } } })
 */
export function postgresql(options: DatabaseServerOptions = {}): readonly Resource[] {
  const server = {
    server: "postgresql",
    package: "postgresql",
    folder: "/etc/postgresql-common/proog",
  } as const;
  return declareServer({ ...server, declare }, options);
}

function declare({ name, user, password, passwordFile, schema, common }: ServerDatabase) {
  const asUser = `PGPASSWORD="$(cat ${passwordFile.name})" psql --no-psqlrc --quiet --host=localhost --username=${user}`;
  const stdin = writeUser(user, password);
  return [
    passwordFile,
    run(psql, {
      name: `PostgreSQL: new password of ${user} of ${name}`,
      stdin,
      onlyOn: passwordFile,
      ...common,
    }),
    run(psql, {
      name: `PostgreSQL: user ${user} of ${name}`,
      stdin,
      unless: `${asUser} --command='SELECT 1' postgres`,
      ...common,
    }),
    run(`runuser -u postgres -- createdb --owner=${user} ${name}`, {
      name: `PostgreSQL: database ${name}`,
      unless: `test -n "$(${psql} --command="SELECT 1 FROM pg_database WHERE datname = '${name}'")"`,
      ...common,
    }),
    schema,
    schema &&
      run(
        `/usr/local/sbin/dump-postgresql ${name} && ${asUser} --set=ON_ERROR_STOP=1 --single-transaction ${name} <${schema.name}`,
        { name: `PostgreSQL: schema of ${name}`, onlyOn: schema, ...common },
      ),
  ];
}

/** None of the server's logs must have the password. */
function writeUser(user: string, password: Secret) {
  return template`SET log_statement = 'none';
SET log_min_duration_statement = -1;
SET log_min_error_statement = 'panic';
SELECT 'CREATE ROLE ${user}' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${user}') \\gexec
SELECT format('ALTER ROLE ${user} LOGIN PASSWORD %L', convert_from(decode('${inBase64(password)}', 'base64'), 'UTF8')) \\gexec
`;
}
