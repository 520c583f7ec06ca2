import { apt } from "../resources/apt/apt.ts";
import type { Resource } from "../resources/kind.ts";
import { quote } from "../resources/quote.ts";
import { type SiteOptions, site } from "../resources/site/site.ts";
import { user } from "../resources/user/user.ts";

/** Options of a Python application: those of its `site`, and what it needs of Python. */
export interface PythonAppOptions extends SiteOptions {
  /** A file of the release with what pip installs into its `venv`: `"requirements.txt"`. Default: none, and no `venv`. */
  readonly requirements?: string;
}

/**
 * A WSGI application in Python for Apache: mod_wsgi, a user of its own, and the site, with its `venv`. Apache's configuration is yours:
 * `apacheSite`, with `WSGIScriptAlias` to a file in `current`.
 * @example
 * pythonApp("app", {
 *   from: { git: "https://example.org/app.git", ref: "main" },
 *   to: "/srv/app",
 *   requirements: "requirements.txt",
 *   health: { url: "http://localhost/healthz" },
 * })
 */
export function pythonApp(name: string, options: PythonAppOptions): readonly Resource[] {
  const { requirements, user: owner = name, build = [], ...rest } = options;
  const venv =
    requirements === undefined
      ? []
      : ["python3 -m venv venv", `venv/bin/pip install --quiet --requirement ${quote(requirements)}`];
  const packages = requirements === undefined ? [] : ["python3-venv"];
  return [
    apt("libapache2-mod-wsgi-py3", ...packages),
    user(owner, { system: true, home: rest.to }),
    site(name, { ...rest, user: owner, build: [...venv, ...build] }),
  ];
}
