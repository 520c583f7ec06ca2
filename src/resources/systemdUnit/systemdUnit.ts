import type { CompileContext } from "../../catalog/context.ts";
import { declare } from "../declare.ts";
import { blobOf, checkSource, fileShell } from "../file/file.ts";
import type { CommonOptions, Compiled, Kind, Resource, SurveyLine } from "../kind.ts";
import type { Node } from "../node.ts";
import { accessOf, surveyAbsent, surveyAccess } from "../path/path.ts";
import { show } from "../rules.ts";
import { checkUnit, serviceShell } from "../service/service.ts";

/** A unit file, or a drop-in for one; its text is given by exactly one of `content` and `from`. */
export interface SystemdUnitOptions extends CommonOptions {
  /** The whole text; or a function of the node that gives it. */
  readonly content?: string | ((node: Node) => string);
  /** A local file with the text, relative to the config's folder. */
  readonly from?: string;
  /** The name of a drop-in: the text adds to a unit that comes from elsewhere, as `NAME.service.d/DROP-IN.conf`. */
  readonly dropIn?: string;
}

/** A unit file, or a drop-in, that must not be there. */
export interface AbsentSystemdUnitOptions extends CommonOptions {
  readonly absent: true;
  readonly dropIn?: string;
}

export interface SystemdUnitResource extends Resource {
  readonly type: "systemdUnit";
  readonly unit: string;
  readonly path: string;
  readonly absent?: true;
  readonly content?: string | ((node: Node) => string);
  readonly from?: string;
}

/**
 * A unit of systemd of one's own (service, timer, socket, …) under `/etc/systemd/system`, or a drop-in for one. systemd
 * reads it anew, once for consecutive ones. It is not started by this: that is what `service` is for.
 * @example const unit = systemdUnit("app.service", { content: "[Service]\nExecStart=/srv/app/run\n" })
 * @example systemdUnit("nginx.service", { dropIn: "limits", content: "[Service]\nLimitNOFILE=65536\n" })
 */
export function systemdUnit(
  name: string,
  options: SystemdUnitOptions | AbsentSystemdUnitOptions,
): SystemdUnitResource {
  const { dropIn } = options;
  const folder = "/etc/systemd/system";
  const path = dropIn === undefined ? `${folder}/${name}` : `${folder}/${name}.d/${dropIn}.conf`;
  const key = dropIn === undefined ? name : `${name}/${dropIn}`;
  const source = "absent" in options ? { absent: true } : { content: options.content, from: options.from };
  const fields = { type: "systemdUnit", name: key, unit: name, path, ...source };
  return declare<SystemdUnitResource>(fields as unknown as SystemdUnitResource, options, [
    checkUnit(name),
    dropIn === undefined || /^[A-Za-z0-9:_@-][A-Za-z0-9:_.@-]*$/.test(dropIn)
      ? undefined
      : `dropIn is ${show(dropIn)}, and must be a file's name without its ending, such as "limits".`,
    "absent" in options ? undefined : checkSource(options),
    "absent" in options ||
    typeof options.content !== "string" ||
    /^\s*\[[A-Z][A-Za-z-]*\]/m.test(options.content)
      ? undefined
      : 'content has no section: a unit begins with one such as "[Service]".',
  ]);
}

async function compile(resource: SystemdUnitResource, context: CompileContext): Promise<Compiled> {
  const { path, unit } = resource;
  const claims = [`path ${path}`];
  const loaded: SurveyLine[] = unit.includes("@.") ? [] : [{ survey: "unit", line: `${unit} loaded` }];
  if (resource.absent) {
    return { arguments: [path, unit, "absent"], claims, survey: [...(surveyAbsent(path) ?? []), ...loaded] };
  }
  const blob = await blobOf(resource, context);
  const survey = surveyAccess(path, "file", accessOf({}, "0644"), context) ?? [];
  return {
    arguments: [path, unit, blob.sha256],
    claims,
    blobs: [blob],
    survey: [...survey, { survey: "sha256", line: `${blob.sha256}  ${path}` }, ...loaded],
  };
}

export const systemdUnitKind: Kind<SystemdUnitResource> = {
  type: "systemdUnit",
  shell: [...fileShell, serviceShell, new URL("systemdUnit.sh", import.meta.url)],
  batches: true,
  compile,
};
