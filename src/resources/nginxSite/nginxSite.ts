import { declare, declareAbsent } from "../declare.ts";
import type { Absent, Kind, Present } from "../kind.ts";
import { checkOptions, commonNames, isAbsent, type OptionNames } from "../rules.ts";
import {
  checkSiteName,
  checkWebSite,
  compileWebSite,
  type WebSiteOptions,
  type WebSiteResource,
  webSiteShell,
} from "../webSite/webSite.ts";

const optionNames: OptionNames<WebSiteOptions> = { content: true, from: true, ...commonNames };

export interface NginxSiteResource extends WebSiteResource {
  readonly type: "nginxSite";
}

/**
 * A site of nginx, enabled: your own configuration, however large, in `sites-available` and linked from `sites-enabled`. It is
 * put in place only when `nginx -t` takes the whole configuration with it; else the old one stays. Nothing is reloaded by it:
 * `service("nginx", { reloadOn: [conf] })`. It needs the package `nginx`: declare `apt("nginx")` before it.
 * @example nginxSite("www.example.org", { from: "nginx/www.conf" })
 * @example nginxSite("default", { absent: true })
 */
export function nginxSite(name: string, options: Present<WebSiteOptions> | Absent): NginxSiteResource {
  if (isAbsent(options))
    return declareAbsent<NginxSiteResource>("nginxSite", name, options, checkSiteName(name));
  const { content, from } = options ?? {};
  return declare<NginxSiteResource>(
    {
      type: "nginxSite",
      name,
      ...(content !== undefined && { content }),
      ...(from !== undefined && { from }),
    },
    options,
    [...checkOptions(options, optionNames), ...checkWebSite(name, options)],
  );
}

export const nginxSiteKind: Kind<NginxSiteResource> = {
  type: "nginxSite",
  shell: [...webSiteShell, new URL("nginxSite.sh", import.meta.url)],
  surveys: [],
  compile: (resource, context) => compileWebSite("nginx", resource.name, resource, context),
};
