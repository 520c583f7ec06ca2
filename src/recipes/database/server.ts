import { readFileSync } from "node:fs";
import { ProogError } from "../../report/error.ts";
import { apt } from "../../resources/apt/apt.ts";
import { callerPlace } from "../../resources/caller.ts";
import { directory } from "../../resources/directory/directory.ts";
import { type FileResource, file } from "../../resources/file/file.ts";
import type { CommonOptions, Resource } from "../../resources/kind.ts";
import { checkOptions, commonNames, type OptionNames, show } from "../../resources/rules.ts";
import { isSecret, type Secret, secret } from "../../resources/secret/secret.ts";
import { service } from "../../resources/service/service.ts";
import { withMistakes } from "../mistakes.ts";

/** Which server: `mariadb` or `postgresql`. */
export type DatabaseServer = "mariadb" | "postgresql";

/** A database and the user that has all rights on it. */
export interface DatabaseOptions {
  /**
   * The password of its user. It goes to the server by its input, and is in a file that only root can read.
   * @example secret("app-db")
   */
  readonly password: Secret;
  /** The user. Default: the name of the database. */
  readonly user?: string;
  /**
   * A local file with SQL that is run when it has changed, after a dump to `/var/backups`: it must be such that it can be run again
   * (`CREATE TABLE IF NOT EXISTS`). Default: none; what the application does by itself is enough.
   */
  readonly schema?: string;
}

/** The databases of a server. */
export interface DatabaseServerOptions extends CommonOptions {
  /**
   * Each with its user. One that is not named any more stays.
   * @example { app: { password: secret("app-db") } }
   */
  readonly databases?: Readonly<Record<string, DatabaseOptions>>;
}

const optionNames: OptionNames<DatabaseServerOptions> = { databases: true, ...commonNames };
const databaseNames: OptionNames<DatabaseOptions> = { password: true, user: true, schema: true };

/** What is wrong with them. */
function checkServer(options: DatabaseServerOptions): string[] {
  const { databases = {} } = options ?? {};
  if (typeof databases !== "object" || databases === null || Array.isArray(databases))
    return [`databases is ${show(databases)}, and must be such as { app: { password: secret("app-db") } }.`];
  return [
    ...checkOptions(options, optionNames),
    ...Object.entries(databases).flatMap(([name, given]) =>
      checkDatabase(name, given).map((mistake) => `databases.${name}: ${mistake}`),
    ),
  ];
}

function checkDatabase(name: string, given: DatabaseOptions): string[] {
  if (!isName(name)) return [`the name must be ${nameRule}`];
  if (typeof given !== "object" || given === null)
    return [`it is ${show(given)}, and must be such as { password: secret("app-db") }.`];
  const { password, user, schema } = given;
  return [
    ...checkOptions(given, databaseNames),
    ...checkPassword(password),
    ...(user === undefined || isName(user) ? [] : [`user is ${show(user)}, and must be ${nameRule}`]),
    ...(user === "root" || user === "postgres"
      ? [`user is ${show(user)}, which belongs to the server itself.`]
      : []),
    ...(schema === undefined || (typeof schema === "string" && schema !== "")
      ? []
      : [`schema is ${show(schema)}, and must be a local file such as "sql/schema.sql".`]),
  ];
}

function checkPassword(password: unknown): readonly string[] {
  if (!isSecret(password)) return ['password must be a secret, such as secret("app-db").'];
  const form = password.as === undefined ? [] : [`password has the form ${show(password.as)}: leave as out.`];
  return [...(password.mistakes ?? []), ...form];
}

/** What stands in SQL, in the shell and in paths without quotes. */
function isName(name: unknown): boolean {
  return typeof name === "string" && /^[a-z][a-z0-9_]{0,31}$/.test(name);
}

const nameRule = 'a word such as "app_live": small letters, digits and "_", at most 32.';

/** A server, as its recipe says it. */
export interface ServerRecipe {
  /** Its unit and its programs are named so, too. */
  readonly server: DatabaseServer;
  readonly package: string;
  /** What the recipe has to know on the machine is there, for root alone. */
  readonly folder: string;
  /** The resources of one database, in order; what is undefined is passed over. */
  readonly declare: (database: ServerDatabase) => readonly (Resource | undefined)[];
}

/** A database with what stands on the machine for it. */
export interface ServerDatabase {
  readonly name: string;
  readonly user: string;
  readonly password: Secret;
  /** The password of its user, for the guard that tries it. */
  readonly passwordFile: FileResource;
  /** The SQL that is run when it has changed. */
  readonly schema?: FileResource;
  readonly common: CommonOptions;
}

/** The server, what people and tasks dump and restore with, and its databases. */
export function declareServer(recipe: ServerRecipe, options: DatabaseServerOptions): readonly Resource[] {
  const { databases = {}, optional, tags } = options ?? {};
  const common = { ...(optional && { optional }), ...(tags && { tags }) };
  const mistakes = checkServer(options);
  const sound = mistakes.length === 0 ? Object.entries(databases) : [];
  const programs = [`dump-${recipe.server}`, `restore-${recipe.server}`].map((name) => {
    const content = readFileSync(new URL(`${name}.sh`, import.meta.url), "utf8");
    return file(`/usr/local/sbin/${name}`, { content, mode: "0755", ...common });
  });
  return [
    withMistakes(apt(recipe.package, common), mistakes),
    service(recipe.server, common),
    ...programs,
    directory(recipe.folder, { mode: "0700", ...common }),
    ...sound.flatMap(([name, { password, user = name, schema }]) => {
      const rootOnly = { mode: "0600", ...common };
      const passwordFile = file(`${recipe.folder}/${name}.password`, { content: password, ...rootOnly });
      const sql = schema !== undefined && file(`${recipe.folder}/${name}.sql`, { from: schema, ...rootOnly });
      return recipe.declare({ name, user, password, passwordFile, ...(sql && { schema: sql }), common });
    }),
  ].filter((resource) => resource !== undefined);
}

/** The password as SQL decodes it: so nothing that is in it needs quotes. */
export function inBase64({ name, env, command, file: from }: Secret): Secret {
  return secret(name, {
    ...(env !== undefined && { env }),
    ...(command !== undefined && { command }),
    ...(from !== undefined && { file: from }),
    as: "base64",
  });
}

/**
 * A name that stands in tasks, where there is nobody yet who gathers mistakes.
 * @throws ProogError `config-invalid`
 */
export function checkName(name: string): string {
  if (isName(name)) return name;
  throw new ProogError({
    code: "config-invalid",
    message: `The database is ${show(name)}, and must be ${nameRule}`,
    where: callerPlace(checkName),
  });
}
