import type { CompileContext } from "../context.ts";
import { declare, declareAbsent, type Mistake } from "../declare.ts";
import type { Absent, Compiled, Kind, Present } from "../kind.ts";
import { checkOptions, commonNames, isAbsent, type OptionNames, show } from "../rules.ts";
import {
  checkSiteName,
  checkWebSite,
  compileWebSite,
  type WebSiteOptions,
  type WebSiteResource,
  webSiteShell,
} from "../webSite/webSite.ts";

/** Options of a site of Apache. */
export interface ApacheSiteOptions extends WebSiteOptions {
  /**
   * Modules that are enabled for it, with those that they need, as a2enmod(8) does. They stay when the site goes.
   * @example ["rewrite", "headers"]
   */
  readonly modules?: readonly string[];
}

const optionNames: OptionNames<ApacheSiteOptions> = {
  content: true,
  from: true,
  modules: true,
  ...commonNames,
};

export interface ApacheSiteResource extends WebSiteResource {
  readonly type: "apacheSite";
  readonly modules?: readonly string[];
}

/**
 * A site of Apache, enabled: your own configuration, however large, in `sites-available` and linked from `sites-enabled`. It is
 * put in place only when `apache2ctl configtest` takes the whole configuration with it; else the old one stays. Nothing is
 * reloaded by it: `service("apache2", { reloadOn: [conf] })`. It needs the package `apache2`: declare `apt("apache2")` before
 * it.
 * @example apacheSite("www.example.org", { from: "apache/www.conf", modules: ["rewrite"] })
 * @example apacheSite("000-default", { absent: true })
 */
export function apacheSite(name: string, options: Present<ApacheSiteOptions> | Absent): ApacheSiteResource {
  if (isAbsent(options))
    return declareAbsent<ApacheSiteResource>("apacheSite", name, options, checkSiteName(name));
  const { content, from, modules } = options ?? {};
  const given = {
    ...(content !== undefined && { content }),
    ...(from !== undefined && { from }),
    ...(modules !== undefined && { modules }),
  };
  return declare<ApacheSiteResource>({ type: "apacheSite", name, ...given }, options, [
    ...checkOptions(options, optionNames),
    ...checkWebSite(name, options),
    checkModules(modules),
  ]);
}

function checkModules(modules: unknown): Mistake | undefined {
  if (modules === undefined) return undefined;
  if (
    Array.isArray(modules) &&
    modules.every((name) => typeof name === "string" && /^[a-z][a-z0-9_.]*$/.test(name))
  )
    return undefined;
  return `modules is ${show(modules)}, and must be names of modules such as ["rewrite"].`;
}

async function compile(resource: ApacheSiteResource, context: CompileContext): Promise<Compiled> {
  const { name, modules = [] } = resource;
  const compiled = await compileWebSite("apache2", `${name}.conf`, resource, context);
  const load = (module: string) => `/etc/apache2/mods-enabled/${module}.load`;
  return {
    ...compiled,
    arguments: [...compiled.arguments, ...modules],
    ...(compiled.survey && {
      survey: [
        ...compiled.survey,
        ...modules.map((module) => ({
          survey: "link",
          line: `'${load(module)}' -> '../mods-available/${module}.load' ${load(module)}`,
        })),
      ],
    }),
  };
}

export const apacheSiteKind: Kind<ApacheSiteResource> = {
  type: "apacheSite",
  shell: [...webSiteShell, new URL("apacheSite.sh", import.meta.url)],
  surveys: [],
  compile,
};
