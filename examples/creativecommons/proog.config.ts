// Servers for a licence engine: a Python application from git, behind Apache.
import {
  apt,
  defineFleet,
  directory,
  file,
  git,
  local,
  type Node,
  role,
  run,
  service,
  symlink,
  user,
} from "proog";

declare module "proog" {
  interface Variables {
    /** Which revision of the engine: a branch, a tag or a commit. */
    ref: string;
  }
}

const apache = "/etc/apache2";

/** Links a module or a site that Debian brought into the folder of those that are in use. */
const enable = (folder: "mods" | "sites", name: string) =>
  symlink(`${apache}/${folder}-enabled/${name}`, { to: `../${folder}-available/${name}` });

const settings = (node: Node) => `CCENGINE_NODE=${node.name}\n`;

const web = role("web", ({ environment }) => {
  const packages = apt("apache2", "libapache2-mod-wsgi-py3", "git");
  const engine = git("/srv/ccengine/app", {
    from: "repositories/cc.engine",
    ref: environment.vars.ref,
    owner: "ccengine",
  });
  const env = file("/etc/ccengine.env", { content: settings });
  const config = [
    ["rewrite.load", "headers.load", "expires.load", "remoteip.load"].map((module) => enable("mods", module)),
    file(`${apache}/sites-available/ccengine.conf`, { from: "apache/ccengine.conf" }),
    enable("sites", "ccengine.conf"),
    symlink(`${apache}/sites-enabled/000-default.conf`, { absent: true }),
  ];
  return [
    packages,
    user("ccengine", { system: true, home: "/srv/ccengine", shell: "/usr/sbin/nologin" }),
    directory("/srv/ccengine", { owner: "ccengine" }),
    directory("/var/cache/ccengine", { owner: "ccengine", mode: "0750" }),
    env,
    engine,
    config,
    service("apache2", { reloadOn: config, restartOn: packages }),
    // mod_wsgi starts the engine anew when this file is younger, and no request is lost; a reload of Apache loses some.
    run("touch /srv/ccengine/app/ccengine.wsgi", { onlyOn: [engine, env] }),
  ];
});

export default defineFleet({
  name: "creativecommons",
  roles: { web },
  environments: {
    devel: { provider: local(), nodes: { web: 2 }, vars: { ref: "main" } },
    live: { provider: local({ memory: "1G" }), nodes: { web: 4 }, vars: { ref: "v1.0" } },
  },
  defaultEnvironment: "devel",
});
