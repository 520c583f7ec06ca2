import { apt } from "../resources/apt/apt.ts";
import { file } from "../resources/file/file.ts";
import type { Resource } from "../resources/kind.ts";
import { service } from "../resources/service/service.ts";
import { type SiteOptions, site } from "../resources/site/site.ts";
import { user } from "../resources/user/user.ts";

/** Options of a site in PHP: those of its `site`, and what it needs of PHP. */
export interface PhpSiteOptions extends SiteOptions {
  /** The version that Debian has. Default: `"8.4"`, that of Debian 13. */
  readonly php?: string;
  /** Packages of extensions: `["php-mysql", "php-gd"]`. */
  readonly packages?: readonly string[];
  /** Lines of its pool beside the user and the socket, as php-fpm.conf(5) has them: `["php_admin_value[memory_limit] = 256M"]`. */
  readonly pool?: readonly string[];
}

/**
 * A site in PHP: php-fpm with a pool of its own, a user whom it runs as, and the site. The web server speaks with
 * `/run/php/NAME.sock`. PHP keeps compiled files, so the pool is reloaded with each release.
 * @example
 * phpSite("blog", {
 *   from: { svn: "https://example.org/svn/blog/trunk" },
 *   to: "/srv/blog",
 *   packages: ["php-mysql"],
 *   shared: ["wp-content/uploads"],
 *   sharedFiles: ["wp-config.php"],
 *   health: { url: "http://localhost/" },
 * })
 */
export function phpSite(name: string, options: PhpSiteOptions): readonly Resource[] {
  const { php = "8.4", packages = [], pool = [], user: owner = name, ...rest } = options;
  const fpm = `php${php}-fpm`;
  const conf = file(`/etc/php/${php}/fpm/pool.d/${name}.conf`, { content: writePool(name, owner, pool) });
  const app = site(name, { ...rest, user: owner });
  return [
    apt(fpm, ...packages),
    user(owner, { system: true, home: rest.to }),
    conf,
    app,
    service(fpm, { reloadOn: [conf, app] }),
  ];
}

function writePool(name: string, owner: string, lines: readonly string[]): string {
  return [
    `; Written by Proog: phpSite("${name}").`,
    `[${name}]`,
    `user = ${owner}`,
    `group = ${owner}`,
    `listen = /run/php/${name}.sock`,
    "listen.owner = www-data",
    "listen.group = www-data",
    "pm = ondemand",
    "pm.max_children = 8",
    ...lines,
    "",
  ].join("\n");
}
