import { expect, test } from "vitest";
import { config, configWith, fleetFolder } from "./fleet-folder.ts";

const run = "20261122-231542-4f1a";
const twoEnvironments = configWith("").replace("devel:", "live: { provider: local(), nodes: {} }, devel:");

/** What programs tell refusals by: the code never changes, the words may. */
test.each<[code: string, config: string | undefined, ...args: string[]]>([
  ["command-line", undefined, "plan", "--jsno"],
  ["config-not-found", undefined, "plan"],
  ["config-not-found", undefined, "plan", "--config", "live.ts"],
  ["config-exists", "", "init"],
  ["config-failed", config("throw new Error('no');"), "plan"],
  ["config-failed", configWith("node.adress.trim()"), "plan"],
  ["config-invalid", config(""), "plan"],
  ["config-invalid", configWith("").replace("nodes: {", "nodes: { db: 2, "), "plan"],
  ["config-invalid", configWith('"nginx"'), "plan"],
  ["invalid-option", configWith('directory("srv")'), "plan"],
  ["duplicate-resource", configWith('directory("/srv"),\nfile("/srv", { content: "" })'), "plan"],
  ["unknown-trigger", configWith('service("nginx", { reloadOn: directory("/srv") })'), "plan"],
  ["local-file-missing", configWith('file("/x", { from: "x" })'), "plan"],
  ["git-failed", configWith('git("/srv", { from: "./none", ref: "main" })'), "plan"],
  ["svn-failed", configWith('svn("/srv", { from: "file:///none" })'), "plan"],
  [
    "download-failed",
    configWith(`archive("/srv/x", { from: "http://127.0.0.1:1/x.tar.gz", sha256: "${"0".repeat(64)}" })`),
    "plan",
  ],
  ["unknown-environment", twoEnvironments, "plan"],
  ["unknown-environment", configWith(""), "plan", "-e", "live"],
  ["unknown-selector", configWith(""), "plan", "db"],
  ["unreachable", configWith(""), "ssh", "web-1"],
  ["needs-terminal", configWith(""), "apply"],
  ["unknown-site", configWith(""), "rollback", "app"],
  ["unknown-site", twoEnvironments, "promote", "devel", "live"],
  ["command-line", undefined, "promote", "live", "live"],
  ["nothing-to-undo", configWith(""), "undo", run],
])("%s", async (code, text, ...args) => {
  const folder = fleetFolder(text === undefined ? {} : text);
  const events = await folder.events(...args, "--json");
  expect(events.find(({ type }) => type === "error")?.error).toMatchObject({ code });
  expect(events.at(-1)).toMatchObject({ type: "run-finished", exitCode: 1 });
});
