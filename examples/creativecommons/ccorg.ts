// WordPress: PHP from Subversion, behind Apache, with MariaDB on the same machine.
import { existsSync, readFileSync } from "node:fs";
import { apacheSite, file, mariadb, phpSite, type RoleContext, run, secret, template } from "proog";

const to = "/srv/ccorg";

/** Where make-repositories serves it, to this machine alone. A real fleet names a repository that is served somewhere. */
function repository(): string {
  const port = new URL("repositories/subversion.port", import.meta.url);
  if (!existsSync(port))
    throw new Error("The repository of WordPress is not there yet. Make and serve it: ./make-repositories");
  return `svn://127.0.0.1:${readFileSync(port, "utf8").trim()}/ccorg/trunk`;
}

const apacheConf = readFileSync(new URL("apache/ccorg.conf", import.meta.url), "utf8");

export function ccorg({ node, environment: { name, vars } }: RoleContext) {
  const port = vars.ccorgPort;
  // Each environment has its own.
  const password = `${name}/ccorg/db`;
  const salt = secret(`${name}/ccorg/salt`);
  const url = `http://${node.address ?? node.name}${port === 80 ? "" : `:${port}`}`;
  const settings = file(`${to}/shared/wp-config.php`, {
    content: template`<?php
define('DB_NAME', 'ccorg');
define('DB_USER', 'ccorg');
define('DB_PASSWORD', base64_decode('${secret(password, { as: "base64" })}'));
define('DB_HOST', 'localhost');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
define('WP_HOME', '${url}');
define('WP_SITEURL', '${url}');
define('AUTOMATIC_UPDATER_DISABLED', true);
define('DISALLOW_FILE_MODS', true);
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $name) {
    define("\${name}_KEY", hash_hmac('sha256', "$name key", '${salt}'));
    define("\${name}_SALT", hash_hmac('sha256', "$name salt", '${salt}'));
}
$table_prefix = 'wp_';
if (!defined('ABSPATH')) {
    define('ABSPATH', '${to}/current/');
}
require_once ABSPATH . 'wp-settings.php';
`,
    group: "ccorg",
    mode: "0640",
  });
  const install = file(`${to}/install.php`, { from: "wordpress/install.php" });
  const wordpress = phpSite("ccorg", {
    // Where nobody answers there any more, as after a reboot: ./make-repositories
    from: { svn: repository() },
    to,
    packages: ["php-mysql"],
    shared: ["wp-content/uploads"],
    sharedFiles: ["wp-config.php"],
    check: "php -l index.php",
  });
  const conf = apacheSite("ccorg", {
    content: `${port === 80 ? "" : `Listen ${port}\n`}${apacheConf.replace("*:80", `*:${port}`)}`,
    modules: ["rewrite", "headers", "expires", "proxy_fcgi"],
  });
  return {
    resources: [
      mariadb({ databases: { ccorg: { password: secret(password) } } }),
      wordpress,
      settings,
      install,
      // A new release may have to change the tables.
      run(`/usr/local/sbin/dump-mariadb ccorg && runuser -u ccorg -- php ${to}/install.php`, {
        name: "WordPress: tables and front page",
        unless: `runuser -u ccorg -- php ${to}/install.php --check | grep --quiet --line-regexp 'in order'`,
        environment: { ADMIN_PASSWORD: secret(`${name}/ccorg/admin`) },
      }),
      conf,
    ],
    read: conf,
  };
}
