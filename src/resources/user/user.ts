import { ProogError } from "../../report/error.ts";
import {
  accountBackShell,
  accountShell,
  accountSurveys,
  checkAccountNumber,
  checkAccounts,
  checkField,
  checkOwnAccount,
  joinSorted,
  mendAccountsShell,
  surveyFacts,
} from "../account/account.ts";
import type { CompileContext } from "../context.ts";
import { declare } from "../declare.ts";
import type { Blob, CommonOptions, Compiled, Kind, Present, Resource } from "../kind.ts";
import { isPlain, pathShell } from "../path/path.ts";
import {
  checkAccount,
  checkFlag,
  checkOptions,
  checkPath,
  commonNames,
  isAbsent,
  type OptionNames,
} from "../rules.ts";
import { secretBlob } from "../secret/content.ts";
import { isSecret, type Secret } from "../secret/secret.ts";

/** Options of a user that must be there. What is not given is left as it is, and on a new user as useradd(8) does it. */
export interface UserOptions extends CommonOptions {
  /** Makes it one of the machine's own users: a number below 1000, no home directory, no shell. Only for a new user. */
  readonly system?: boolean;
  /** Its number. Another one gives it its home's files too; files elsewhere keep the old number. */
  readonly uid?: number;
  /** Its primary group, by name. Default for a new user: a group of its own name, made with it. */
  readonly group?: string;
  /** Further groups that it must be in. It stays in others that it is in, unless `exclusive`. */
  readonly groups?: readonly string[];
  /** Takes it out of all further groups that `groups` does not name. Default: false. */
  readonly exclusive?: boolean;
  /** The path of its home. Default for a new user: `/home/NAME`. What is in an old home stays there. */
  readonly home?: string;
  /**
   * Makes the home directory, a copy of `/etc/skel`, where it is not there; one that is there is left as it is.
   * Default: only with a new user that is not `system`.
   */
  readonly createHome?: boolean;
  /** Its login shell. Default for a new user: `/bin/bash`; of a system user: `/usr/sbin/nologin`. */
  readonly shell?: string;
  /** Its real name or purpose. */
  readonly comment?: string;
  /** Whether no password lets it in (`usermod --lock`). ssh keys do so all the same. */
  readonly locked?: boolean;
  /**
   * The secret that is the hash of its password, as `mkpasswd` prints it.
   * @example secret("ada")
   */
  readonly password?: Secret;
}

/** Options of a user that must not be there. */
export interface AbsentUserOptions extends CommonOptions {
  readonly absent: true;
  /** Removes its home with all that is in it; a copy is kept for `proog undo`. Default: it stays. */
  readonly removeHome?: boolean;
}

const optionNames: OptionNames<UserOptions> = {
  ...{ system: true, uid: true, group: true, groups: true, exclusive: true, home: true, createHome: true },
  ...{ shell: true, comment: true, locked: true, password: true, ...commonNames },
};
const absentNames: OptionNames<Omit<AbsentUserOptions, "absent">> = { removeHome: true, ...commonNames };

export interface UserResource extends Resource, Omit<UserOptions, "optional"> {
  readonly type: "user";
  readonly absent?: true;
  readonly removeHome?: boolean;
}

/**
 * A user of the machine. Only what is given is compared and changed. One with running processes is not removed, nor gets
 * another number or home, and that is said. `proog undo` brings it back as it was.
 * @example user("ccengine", { system: true, home: "/srv/ccengine" })
 * @example user("ada", { comment: "Ada Lovelace", groups: ["sudo"], shell: "/bin/bash" })
 * @example user("ada", { groups: ["sudo"], password: secret("ada") })
 * @example user("bob", { absent: true, removeHome: true })
 */
export function user(name: string, options: Present<UserOptions> | AbsentUserOptions = {}): UserResource {
  if (isAbsent(options)) {
    const fields = { absent: true as const, removeHome: options.removeHome || undefined };
    return declare<UserResource>({ type: "user", name, ...fields } as Omit<UserResource, "at">, options, [
      checkOwnAccount("name", name),
      name === "root" ? "root cannot be removed." : undefined,
      ...checkOptions(options, absentNames),
      checkFlag("removeHome", options.removeHome),
    ]);
  }
  const { optional: _, absent: __, ...fields } = { ...options };
  return declare<UserResource>({ ...fields, type: "user", name }, options, [
    checkOwnAccount("name", name),
    ...checkOptions(options, optionNames),
    checkAccountNumber("uid", fields.uid),
    checkAccount("group", fields.group),
    ...checkAccounts("groups", fields.groups),
    ...(["system", "exclusive", "createHome", "locked"] as const).map((name) =>
      checkFlag(name, fields[name]),
    ),
    fields.exclusive && fields.groups === undefined
      ? "exclusive is true without groups: give groups, [] for none."
      : undefined,
    ...checkFieldPath("home", fields.home),
    ...checkFieldPath("shell", fields.shell),
    checkField("comment", fields.comment),
    checkPassword(fields.password),
  ]);
}

function checkFieldPath(option: string, path: string | undefined): (string | undefined)[] {
  return path === undefined ? [] : [checkPath(option, path) ?? checkField(option, path)];
}

/** What is given in its place is not shown: it may be the password. */
function checkPassword(password: unknown): string | undefined {
  if (password === undefined || isSecret(password)) return undefined;
  return 'password is no secret, and must be one that holds its hash: secret("ada"). The hash itself has no place in a config.';
}

async function compile(resource: UserResource, context: CompileContext): Promise<Compiled> {
  const { name } = resource;
  const claims = [`user ${name}`];
  // Who comes in by another name needs root all the same.
  const access = name === context.login || name === "root";
  if (resource.absent) {
    const survey = surveyFacts([`no user ${name}`]);
    return {
      arguments: [name, "absent", ...(resource.removeHome ? ["remove-home"] : [])],
      ...{ claims, access },
      ...(survey && { survey }),
    };
  }
  const password = await readPassword(resource, context);
  // A password's hash is in no survey: it is looked at one by one.
  const survey = password === undefined ? surveyUser(resource) : undefined;
  return {
    arguments: [name, "present", ...writeWords(resource, password?.sha256)],
    access,
    claims: [...claims, ...(resource.uid === undefined ? [] : [`uid ${resource.uid}`])],
    ...(survey && { survey }),
    ...(password && { blobs: [password] }),
  };
}

/** What differs in words that are not given is not looked at; see user.sh. A home comes before its directory, a password before the lock. */
function writeWords(resource: UserResource, password: string | undefined): string[] {
  const { system, uid, group, groups, exclusive, home, createHome, shell, comment, locked } = resource;
  return [
    system && "system",
    uid !== undefined && `uid=${uid}`,
    group !== undefined && `group=${group}`,
    groups && `${exclusive ? "groups-exactly" : "groups"}=${joinSorted(groups)}`,
    home !== undefined && `home=${home}`,
    createHome !== undefined && (createHome ? "home-directory" : "no-home-directory"),
    shell !== undefined && `shell=${shell}`,
    comment !== undefined && `comment=${comment}`,
    password && `password=${password}`,
    locked !== undefined && `locked=${locked ? "yes" : "no"}`,
  ].filter((word) => typeof word === "string");
}

function surveyUser(resource: UserResource) {
  const { name, uid, group, groups, exclusive, home, createHome, shell, comment, locked } = resource;
  const facts = [
    uid !== undefined && `uid ${uid}`,
    group !== undefined && `group ${group}`,
    ...new Set((groups ?? []).map((other) => `in ${other}`)),
    groups && exclusive && `groups ${new Set(groups).size}`,
    home !== undefined && `home ${home}`,
    shell !== undefined && `shell ${shell}`,
    comment !== undefined && `comment ${comment}`,
    locked !== undefined && `locked ${locked ? "yes" : "no"}`,
  ].filter((fact) => typeof fact === "string");
  const survey = surveyFacts([`user ${name}`, ...facts.map((fact) => `user ${name} ${fact}`)]);
  if (!createHome || survey === undefined) return survey;
  return isPlain(name) ? [...survey, { survey: "home", line: name }] : undefined;
}

/** crypt(5) hashes that are still thought strong: yescrypt, gost-yescrypt, scrypt, bcrypt, SHA-512, SHA-256. */
const passwordHash = /^\$(y|gy|7|2[aby]|6|5)\$[./A-Za-z0-9$=,]+$/;

async function readPassword(resource: UserResource, context: CompileContext): Promise<Blob | undefined> {
  const { name, password } = resource;
  if (password === undefined) return undefined;
  const line = (await context.secretValue(password)).trim();
  if (passwordHash.test(line)) return secretBlob(resource, "password", [password], line);
  throw new ProogError({
    code: "invalid-option",
    message: `The secret "${password.name}" of user ${name} is no hash of a password.`,
    hint: `Make one: mkpasswd | proog secret set ${password.name} (mkpasswd is in the Debian package whois); it begins with "$y$".`,
  });
}

export const userKind: Kind<UserResource> = {
  type: "user",
  sure: true,
  secrets: ["password"],
  surveys: accountSurveys,
  shell: [
    pathShell,
    ...accountShell,
    accountBackShell,
    mendAccountsShell,
    new URL("user.sh", import.meta.url),
  ],
  compile,
};
