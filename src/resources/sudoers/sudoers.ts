import type { CompileContext } from "../context.ts";
import { declare, declareAbsent, type Mistake } from "../declare.ts";
import { blobOf, blobOfText, checkSource, fileShell, surveyFile } from "../file/file.ts";
import type { Absent, CommonOptions, Compiled, Kind, Present, Resource } from "../kind.ts";
import type { Node } from "../node.ts";
import { accessOf, compileAbsent } from "../path/path.ts";
import { checkOptions, commonNames, isAbsent, type OptionNames, show } from "../rules.ts";
import { checkRule, type SudoRule, writeRule } from "./rule.ts";

/** What stands in a file of sudo: exactly one of `rules`, `content` and `from`. */
export interface SudoersOptions extends CommonOptions {
  /** Who may run what as whom. Where several match, the last one counts. */
  readonly rules?: readonly SudoRule[];
  /** The whole file, see sudoers(5); or a function of the node that gives it. */
  readonly content?: string | ((node: Node) => string);
  /** A local file with the content; relative to the config's folder. */
  readonly from?: string;
}

const optionNames: OptionNames<SudoersOptions> = {
  ...{ rules: true, content: true, from: true },
  ...commonNames,
};

export interface SudoersResource extends Resource, Omit<SudoersOptions, "optional"> {
  readonly type: "sudoers";
  readonly absent?: true;
}

/**
 * A file in `/etc/sudoers.d`, which sudo reads in the order of names. `visudo` looks at it, alone and together with all
 * others, before it is put in place: one that it refuses changes nothing. Not every Debian
 * has the package `sudo`: declare `apt("sudo")` before it.
 * @example sudoers("deploy", { rules: [{ users: "deploy", commands: ["/usr/bin/systemctl restart engine"], password: false }] })
 * @example sudoers("10-admins", { content: "%adm ALL=(ALL:ALL) ALL\nDefaults:%adm timestamp_timeout=5\n" })
 * @example sudoers("90-cloud-init-users", { absent: true })
 */
export function sudoers(name: string, options: Present<SudoersOptions> | Absent): SudoersResource {
  if (isAbsent(options)) return declareAbsent<SudoersResource>("sudoers", name, options, checkName(name));
  const { rules, content, from }: SudoersOptions = options ?? {};
  const fields = { type: "sudoers", name, rules, content, from };
  return declare<SudoersResource>(fields as Omit<SudoersResource, "at">, options, [
    checkName(name),
    ...checkOptions(options, optionNames),
    ...checkRules(rules, content !== undefined || from !== undefined),
    rules === undefined ? checkContent(content, from) : undefined,
  ]);
}

function checkName(name: string): Mistake | undefined {
  if (typeof name === "string" && /^[A-Za-z0-9_-]{1,200}$/.test(name)) return undefined;
  return `name is ${show(name)}, and sudo passes over files with a "." or "~" in their names: use letters, digits, "_" and "-".`;
}

function checkRules(rules: unknown, others: boolean): Mistake[] {
  if (rules === undefined) return [];
  if (others) return ["It has both rules and a content: give one of them."];
  if (!Array.isArray(rules) || rules.length === 0)
    return [`rules is ${show(rules)}, and must be a list such as [{ users: "deploy", commands: "ALL" }].`];
  return rules.flatMap((rule, index) => checkRule(`rules[${index}]`, rule));
}

function checkContent(content: SudoersOptions["content"], from: string | undefined): Mistake | undefined {
  if (content === undefined && from === undefined)
    return 'It has no rules: give rules such as [{ users: "deploy", commands: "ALL" }], content or from.';
  return checkSource({ ...(content !== undefined && { content }), ...(from !== undefined && { from }) });
}

async function compile(resource: SudoersResource, context: CompileContext): Promise<Compiled> {
  const { name, rules } = resource;
  const path = `/etc/sudoers.d/${name}`;
  const claims = [`path ${path}`];
  const access = true;
  if (resource.absent) return { ...compileAbsent(path, name), access };
  const text = `# Written by Proog: sudoers(${show(name)}).\n${(rules ?? []).map((rule) => `${writeRule(rule)}\n`).join("")}`;
  const blob = rules ? blobOfText(text) : await blobOf(resource, context);
  const survey = surveyFile(path, accessOf({}, "0440"), blob, context);
  return {
    arguments: [name, blob.sha256],
    ...{ claims, access },
    blobs: [blob],
    ...(survey && { survey: [...survey, { survey: "sudo" }] }),
  };
}

export const sudoersKind: Kind<SudoersResource> = {
  type: "sudoers",
  sure: true,
  shell: [...fileShell, new URL("sudoers.sh", import.meta.url)],
  compile,
};
