import {
  accountBackShell,
  accountShell,
  accountSurveys,
  checkAccountNumber,
  checkAccounts,
  checkOwnAccount,
  joinSorted,
  mendAccountsShell,
  surveyFacts,
} from "../account/account.ts";
import type { CompileContext } from "../context.ts";
import { declare, declareAbsent } from "../declare.ts";
import type { Absent, CommonOptions, Compiled, Kind, Present, Resource } from "../kind.ts";
import { pathShell } from "../path/path.ts";
import { checkFlag, checkOptions, commonNames, isAbsent, type OptionNames } from "../rules.ts";

/** Options of a group that must be there. What is not given is left as it is. */
export interface GroupOptions extends CommonOptions {
  /** Makes it one of the machine's own groups: a number below 1000. Only for a new group. */
  readonly system?: boolean;
  /** Its number. Another one is given to the users whose primary group it is too; files keep the old number. */
  readonly gid?: number;
  /** Users that must be in it. Others that are in it stay, unless `exclusive`. */
  readonly members?: readonly string[];
  /** Takes out everybody that `members` does not name. Default: `false`. */
  readonly exclusive?: boolean;
}

const optionNames: OptionNames<GroupOptions> = {
  ...{ system: true, gid: true, members: true, exclusive: true },
  ...commonNames,
};

export interface GroupResource extends Resource, Omit<GroupOptions, "optional"> {
  readonly type: "group";
  readonly absent?: true;
}

/**
 * A group of users. One that is the primary group of a user cannot be removed: it is left alone, and reported.
 * @example group("deploy", { members: ["ada", "bob"] })
 * @example group("games", { absent: true })
 */
export function group(name: string, options: Present<GroupOptions> | Absent = {}): GroupResource {
  if (isAbsent(options)) {
    const root = name === "root" ? "The group root cannot be removed." : undefined;
    return declareAbsent<GroupResource>("group", name, options, checkOwnAccount("name", name), root);
  }
  const { optional: _, absent: __, ...fields } = { ...options };
  return declare<GroupResource>({ ...fields, type: "group", name }, options, [
    checkOwnAccount("name", name),
    ...checkOptions(options, optionNames),
    checkAccountNumber("gid", fields.gid),
    ...checkAccounts("members", fields.members),
    checkFlag("system", fields.system),
    checkFlag("exclusive", fields.exclusive),
    fields.exclusive && fields.members === undefined
      ? "exclusive is true without members: give members, [] for none."
      : undefined,
  ]);
}

function compile(resource: GroupResource, { login = "root" }: CompileContext): Compiled {
  const { name, absent, system, gid, members, exclusive } = resource;
  // Which groups may sudo, only the machine knows: one that the operator could be put out of counts.
  const access = login !== "root" && (name === login || absent || exclusive || members?.includes(login));
  const claims = [`group ${name}`, ...(gid === undefined ? [] : [`gid ${gid}`])];
  if (absent) {
    const survey = surveyFacts([`no group ${name}`]);
    return { arguments: [name, "absent"], claims, ...(access && { access }), ...(survey && { survey }) };
  }
  const words = [
    system && "system",
    gid !== undefined && `gid=${gid}`,
    members && `${exclusive ? "members-exactly" : "members"}=${joinSorted(members)}`,
  ].filter((word) => typeof word === "string");
  const facts = [
    gid !== undefined && `gid ${gid}`,
    ...new Set((members ?? []).map((member) => `member ${member}`)),
    members && exclusive && `members ${new Set(members).size}`,
  ].filter((fact) => typeof fact === "string");
  const survey = surveyFacts([`group ${name}`, ...facts.map((fact) => `group ${name} ${fact}`)]);
  return {
    arguments: [name, "present", ...words],
    claims,
    ...(access && { access }),
    ...(survey && { survey }),
  };
}

export const groupKind: Kind<GroupResource> = {
  type: "group",
  sure: true,
  surveys: accountSurveys,
  shell: [
    pathShell,
    ...accountShell,
    accountBackShell,
    mendAccountsShell,
    new URL("group.sh", import.meta.url),
  ],
  compile,
};
