import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runProgram } from "../hosts/program.ts";
import { checkout, configWith, type FleetFolder, fleetFolder } from "./fleet-folder.ts";

const declared = `  file("/x", { content: "", tags: ["security"] }),
  site("shop", { from: { folder: ".", ignore: ["*"] }, to: "/srv/shop" }),`;

const config = configWith(declared).replace(
  "devel: {",
  "live: { provider: local(), nodes: { web: 1, box: { roles: ['web'] } } },\n    devel: {",
);

const withDefault = config.replace("roles: { web },", 'roles: { web },\n  defaultEnvironment: "devel",');

/** What the last word can become. */
async function candidates(folder: FleetFolder, ...words: string[]): Promise<string[]> {
  const { stdout, stderr, status } = await folder.proog("__complete", ...words);
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  return stdout.split("\n").flatMap((line) => line.split("\t")[0] || []);
}

describe("what a word can become", () => {
  test.each<[words: string[], some: string[], none: string[]]>([
    [[""], ["plan", "apply", "completion"], ["__complete", "web-1"]],
    [["-"], ["--version", "--help"], ["plan"]],
    [["plan", ""], ["web-1", "web-2", "web"], ["box"]],
    [["plan", "web-1", ""], ["web-2"], ["web-1"]],
    [["plan", "-e", ""], ["live", "devel"], ["web-1"]],
    [["plan", "-e", "live", ""], ["web-1", "box", "web"], ["web-2"]],
    [["plan", "--environment=l"], ["--environment=live"], []],
    [["plan", "--"], ["--only", "--parallel", "--help"], ["web-1"]],
    [["apply", "--only", ""], ["file", "service"], ["web-1"]],
    [["apply", "--plan", ""], [":files"], ["web-1"]],
    [["apply", "--parallel", ""], [], ["web-1"]],
    [["ssh", ""], ["web-1"], ["web"]],
    [["ssh", "web-1", "--", ""], [], ["web-1"]],
    [["catalog", "web-1", ""], [], ["web-2"]],
    [["explain", "s"], ["service", "symlink", "defineFleet"], ["README"]],
    [["help", ""], ["plan"], []],
    [["promote", ""], ["devel", "live"], ["web-1"]],
    [["maintenance", "shop", ""], ["on", "off"], ["web-1"]],
    [["maintenance", "shop", "on", ""], ["web-1", "web"], ["on"]],
    [["diff", "shop", ""], ["web-1", "web"], ["shop"]],
    [["completion", ""], ["bash", "zsh", "fish"], []],
    [["init", ""], [":files"], []],
    [["no-such-command", ""], [], ["plan"]],
  ])("proog %j", async (words, some, none) => {
    const found = await candidates(fleetFolder(withDefault), ...words);
    expect(found).toEqual(expect.arrayContaining(some));
    for (const word of none) expect(found).not.toContain(word);
  });

  test("is told from what commands have last seen, tags and further machines among it", async () => {
    const folder = fleetFolder(config);
    folder.stopMachine("web-9");
    await folder.proog("plan", "-e", "devel");
    expect(await candidates(folder, "plan", "-e", "devel", "")).toContain("web-9");
    // Without a default, those of all environments.
    expect(await candidates(folder, "plan", "")).toEqual(["web-1", "box", "web-2", "web-9", "web"]);
    expect(await candidates(folder, "plan", "--skip", "")).toContain("tag:security");
    expect(await candidates(folder, "rollback", "")).toEqual(["shop"]);
    expect(await candidates(folder, "promote", "devel", "live", "--site", "")).toEqual(["shop"]);
  });

  test("follows a config that was changed, and is nothing where it has mistakes, or there is none", async () => {
    const folder = fleetFolder(config);
    expect(await candidates(folder, "plan", "")).toContain("web-2");
    folder.write("proog.config.js", config.replace("nodes: { web: 2 }", "nodes: { web: 3 }"));
    expect(await candidates(folder, "plan", "")).toContain("web-3");
    folder.write("proog.config.js", "export default {{{");
    expect(await candidates(folder, "plan", "")).toEqual([]);
    rmSync(join(folder.path, "proog.config.js"));
    expect(await candidates(folder, "plan", "")).toEqual([]);
    expect(existsSync(join(folder.path, ".machines"))).toBe(false);
  });
});

describe("in bash", () => {
  /** What bash would put in, at the end of this line. */
  const complete = async (folder: FleetFolder, line: string) => {
    const script = `proog() { ${process.execPath} ${join(checkout, "bin/proog.js")} "$@"; }
      compopt() { echo "compopt $*"; }
      source <(proog completion bash)
      COMP_LINE=$1 COMP_POINT=\${#1}
      _proog
      printf '%s\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = await runProgram("bash", ["-c", script, "bash", line], "", {
      cwd: folder.path,
      env: folder.environment,
    });
    expect(stderr).toBe("");
    return stdout.trim().split("\n");
  };

  test.each([
    ["proog pl", ["plan"]],
    ["proog plan web-", ["web-1", "web-2"]],
    ["proog apply --only ser", ["service"]],
    ["proog apply --skip tag:s", ["security"]],
    ["proog apply --environment=de", ["devel"]],
    ["proog plan -o ", ["compopt -o default"]],
    ["proog plan zzz", [""]],
  ])("%s", async (line, words) => {
    const folder = fleetFolder(withDefault);
    await folder.proog("plan", "-e", "devel");
    expect(await complete(folder, line)).toEqual(words);
  });
});

test("proog completion refuses another shell", async () => {
  expect(await fleetFolder().refusal("completion", "tcsh")).toContain(
    "'shell'. Allowed\n  choices are bash, zsh, fish.",
  );
});
