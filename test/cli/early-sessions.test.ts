import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { configWith, fleetFolder } from "./fleet-folder.ts";

/** Stands for ssh(1), and notes the address that it is to connect to. */
const ssh = `#!/bin/sh
for word; do
  case $word in 10.77.3.*) echo "$word" >>began ;; esac
done
exec cat >/dev/null
`;

/** What is most of the program waits until the connections were begun, and notes whether one was. */
const hook = `import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { registerHooks } from "node:module";
const clock = new Int32Array(new SharedArrayBuffer(4));
registerHooks({
  load: (url, context, next) => {
    if (url.endsWith("/dist/engine.js")) {
      const all = () => existsSync("began") && readFileSync("began", "utf8").trim().split("\\n").length >= Number(process.env.AWAITED);
      for (let waited = 0; !all() && waited < 200; waited++) Atomics.wait(clock, 0, 0, 20);
      writeFileSync("engine", existsSync("began") ? "behind the first connection" : "before any connection");
    }
    return next(url, context);
  },
});
`;

/** Runs a command where an earlier one has noted where the nodes are. */
async function connectionsOf(
  awaited: number,
  ...args: string[]
): Promise<{ engine: string; began: string[] }> {
  const folder = fleetFolder(configWith('site("app", { from: { folder: "." }, to: "/srv/app" })'));
  const nodes = [1, 2].map((number) => {
    const name = `web-${number}`;
    return { name, roles: ["web"], target: { name, address: `10.77.3.${number}`, user: "root" } };
  });
  const noted = JSON.stringify({ environment: "devel", asked: false, nodes });
  folder.write(".proog/targets-proog.config.js.json", noted);
  folder.write("hook.mjs", hook);
  folder.write("bin/ssh", ssh);
  chmodSync(join(folder.path, "bin/ssh"), 0o755);
  const PATH = `${join(folder.path, "bin")}:${process.env.PATH}`;
  const variables = {
    PATH,
    NODE_OPTIONS: `--import=${join(folder.path, "hook.mjs")}`,
    AWAITED: String(awaited),
  };
  await folder.proogWith(variables, ...args);
  const read = (name: string) => readFileSync(join(folder.path, name), "utf8");
  return { engine: read("engine"), began: read("began").trim().split("\n").sort() };
}

const both = ["10.77.3.1", "10.77.3.2"];

describe("connections are begun before most of the program is loaded", () => {
  test.each([
    ["plan", [], both],
    ["plan", ["web-2"], ["10.77.3.2"]],
    ["apply", ["--yes"], both],
    ["rollback", ["app", "--yes"], both],
    ["rollback", ["app", "20261122-231542-4f1a", "web-1", "--yes"], ["10.77.3.1"]],
    ["rollback", ["app", "web-1", "--yes"], ["10.77.3.1"]],
    ["unpin", ["app", "--yes"], both],
    ["maintenance", ["app", "on", "web-2", "--yes"], ["10.77.3.2"]],
  ])("of proog %s %j", async (command, args, began) => {
    expect(await connectionsOf(began.length, command, ...args)).toEqual({
      engine: "behind the first connection",
      began,
    });
  });
});
