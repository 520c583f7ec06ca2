import { readFile } from "node:fs/promises";
import { ProogError } from "../../report/error.ts";
import { isAccessUnit } from "../access.ts";
import type { CompileContext } from "../context.ts";
import { declare, type Mistake } from "../declare.ts";
import { blobOf, checkSource, fileShell, surveyFile } from "../file/file.ts";
import {
  type Blob,
  type CommonOptions,
  type Compiled,
  type Kind,
  keyOf,
  type Present,
  type Resource,
} from "../kind.ts";
import type { Node } from "../node.ts";
import { accessOf, isPlain, surveyAbsent } from "../path/path.ts";
import { checkOptions, commonNames, isAbsent, type OptionNames, show } from "../rules.ts";
import { checkUnitName, unitShell, unitType } from "../unit/unit.ts";

interface PlaceOptions extends CommonOptions {
  /**
   * The name of a drop-in, which adds to a unit that somebody else brings: `"limits"` is
   * `/etc/systemd/system/nginx.service.d/limits.conf`. Default: the unit itself.
   */
  readonly dropIn?: string;
}

/** Options of a unit or drop-in that is there; its content is given by exactly one of `content` and `from`. */
export interface SystemdUnitOptions extends PlaceOptions {
  /** The whole file, see systemd.unit(5); or a function of the node that gives it. */
  readonly content?: string | ((node: Node) => string);
  /** A local file with the content; relative to the config's folder. */
  readonly from?: string;
}

/** Options of a unit or drop-in that is not there. */
export interface AbsentSystemdUnitOptions extends PlaceOptions {
  readonly absent: true;
}

const absentNames: OptionNames<PlaceOptions> = { dropIn: true, ...commonNames };
const optionNames: OptionNames<SystemdUnitOptions> = { content: true, from: true, ...absentNames };

export interface SystemdUnitResource extends Resource {
  readonly type: "systemdUnit";
  readonly absent?: true;
  readonly content?: string | ((node: Node) => string);
  readonly from?: string;
}

/**
 * A unit of systemd (service, timer, socket, …) or a drop-in, as a file in `/etc/systemd/system`. systemd has read it when
 * this is done: consecutive ones cost one daemon-reload. It does not start by itself: declare a `service` after it.
 * An absent unit is stopped and disabled before it goes, unless the machine has another one of the same name.
 * @example
 * const unit = systemdUnit("engine.service", { from: "engine/engine.service" });
 * return [unit, service("engine", { restartOn: [unit] })];
 * @example systemdUnit("nginx.service", { dropIn: "limits", content: "[Service]\nLimitNOFILE=65536\n" })
 * @example systemdUnit("old.timer", { absent: true })
 */
export function systemdUnit(
  name: string,
  options: Present<SystemdUnitOptions> | AbsentSystemdUnitOptions,
): SystemdUnitResource {
  const { dropIn } = options ?? {};
  const file = dropIn === undefined ? name : `${name}.d/${dropIn}.conf`;
  const mistakes = [checkUnitName("name", name) ?? checkType(name), checkDropIn(dropIn)];
  const fields = { type: "systemdUnit", name: file } as const;
  if (isAbsent(options)) {
    const found = [...mistakes, ...checkOptions(options, absentNames)];
    return declare<SystemdUnitResource>({ ...fields, absent: true }, options, found);
  }
  const given: SystemdUnitOptions = options ?? {};
  const { content, from } = given;
  return declare<SystemdUnitResource>(
    { ...fields, ...(content !== undefined && { content }), ...(from !== undefined && { from }) },
    options,
    [
      ...mistakes,
      ...checkOptions(options, optionNames),
      checkSource(given),
      typeof content === "string" ? checkContent(content) : undefined,
    ],
  );
}

function checkType(name: string): Mistake | undefined {
  if (unitType(name)) return undefined;
  return `name is ${show(name)}, and must end in the unit's type: ${show(`${name}.service`)}, ".timer", ".socket", ….`;
}

function checkDropIn(dropIn: unknown): Mistake | undefined {
  if (dropIn === undefined) return undefined;
  const said = `dropIn is ${show(dropIn)}, and must be`;
  if (typeof dropIn === "string" && /^[A-Za-z0-9:_.@-]+\.conf$/.test(dropIn))
    return `${said} named without its ending: ${show(dropIn.replace(/\.conf$/, ""))}.`;
  if (typeof dropIn === "string" && /^[A-Za-z0-9_][A-Za-z0-9:_.@-]{0,200}$/.test(dropIn)) return undefined;
  return `${said} a name such as "limits": letters, digits, ":", "_", ".", "@" and "-".`;
}

/** The first line of any account must be the head of a section. */
function checkContent(content: string): Mistake | undefined {
  const first = content.split("\n").find((line) => line.trim() !== "" && !/^\s*[#;]/.test(line));
  if (first !== undefined && /^\s*\[[^\]]+\]\s*$/.test(first)) return undefined;
  return `content ${first === undefined ? "is empty" : `begins with ${show(first.trim())}`}, and must begin with a section such as "[Service]".`;
}

async function compile(resource: SystemdUnitResource, context: CompileContext): Promise<Compiled> {
  const { name } = resource;
  const path = `/etc/systemd/system/${name}`;
  const common = { claims: [`path ${path}`], access: isAccessUnit(name.replace(/\.d\/.*/, "")) };
  const loaded = isPlain(path) ? [{ survey: "loaded", line: path }] : [];
  if (resource.absent) {
    const survey = surveyAbsent(path);
    return { arguments: [name, "absent"], ...common, ...(survey && { survey: [...survey, ...loaded] }) };
  }
  const blob = await blobOf(resource, context);
  await checkFilledIn(resource, blob);
  const survey = surveyFile(path, accessOf({}, "0644"), blob, context);
  return {
    arguments: [name, blob.sha256],
    ...common,
    blobs: [blob],
    ...(survey && { survey: [...survey, ...loaded] }),
  };
}

/** What only shows when templates are filled in and files are read. */
async function checkFilledIn(resource: SystemdUnitResource, { source }: Blob): Promise<void> {
  const text = "text" in source ? source.text : await readFile(source.path, "utf8");
  const mistake = checkContent(text)?.replace(/^content/, resource.from ?? "content");
  if (mistake === undefined) return;
  throw new ProogError({
    code: "invalid-option",
    message: `The content of ${keyOf(resource)}: ${mistake}`,
    where: resource.at,
  });
}

/** The shell for a unit file, for kinds that write one. */
export const systemdUnitShell: readonly URL[] = ["survey.sh", "systemdUnit.sh"].map(
  (name) => new URL(name, import.meta.url),
);

/** The survey of files of units. */
export const systemdUnitSurveys: readonly URL[] = systemdUnitShell.slice(0, 1);

export const systemdUnitKind: Kind<SystemdUnitResource> = {
  type: "systemdUnit",
  shell: [...fileShell, ...unitShell, ...systemdUnitShell],
  surveys: systemdUnitSurveys,
  batch: "systemd",
  sure: true,
  compile,
};
