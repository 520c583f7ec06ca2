// The licence engine: a Python application from git, behind Apache.
import { apacheSite, directory, file, pythonApp, type RoleContext, type Variables } from "proog";

/** The application alone: what `proog run update_ccengine` brings up to date. */
export const ccengineApp = ({ ref }: Variables) =>
  pythonApp("ccengine", {
    from: { git: "repositories/cc.engine", ref },
    to: "/srv/ccengine",
    // mod_wsgi starts the engine anew for a file with another time, and loses no request; a reload of Apache loses some.
    build: ['printf "%s\\n" "$REVISION" >REVISION', "cp ccengine.wsgi live.wsgi"],
    check: "python3 -m unittest",
    health: { url: "http://localhost/healthz", contains: '"status": "ok"' },
  });

export function ccengine({ node, environment }: RoleContext) {
  const env = file("/etc/ccengine.env", { content: `CCENGINE_NODE=${node.name}\n` });
  const conf = apacheSite("ccengine", {
    from: "apache/ccengine.conf",
    modules: ["rewrite", "headers", "expires", "remoteip"],
  });
  const cache = directory("/var/cache/ccengine", { owner: "ccengine", mode: "0750" });
  return { resources: [env, ccengineApp(environment.vars), cache, conf], read: [env, conf] };
}
