import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { text } from "../../src/report/recording.test-support.ts";
import { runProgram } from "../hosts/program.ts";
import { checkout, configWith, fleetFolder, parseEvents } from "./fleet-folder.ts";

const commands = [
  "init",
  "boot",
  "plan",
  "apply",
  "status",
  "facts",
  "ssh",
  "catalog",
  "secret",
  "undo",
  "shoot",
  "doctor",
  "explain",
  "completion",
];

describe("what is not understood", () => {
  test.each([
    [
      ["pln"],
      `error: proog: unknown command 'pln'
  Did you mean plan?
  All commands: proog --help
`,
    ],
    [
      ["help", "pln"],
      `error: proog: unknown command 'pln'
  Did you mean plan?
  All commands: proog --help
`,
    ],
    [
      ["--verison"],
      `error: proog: unknown option '--verison'
  Did you mean --version?
  All commands: proog --help
`,
    ],
    [
      ["plan", "--jsno"],
      `error: proog plan: unknown option '--jsno'
  Did you mean --json?
  What it takes: proog plan --help
`,
    ],
    [
      ["boot", "--failed"],
      `error: proog boot: unknown option '--failed'
  What it takes: proog boot --help
`,
    ],
    [
      ["plan", "--parallel", "0"],
      `error: proog plan: option '--parallel <number>' argument '0' is invalid. It must be a whole number
  from 1.
  What it takes: proog plan --help
`,
    ],
    [
      ["plan", "-e"],
      `error: proog plan: option '-e, --environment <name>' argument missing
  What it takes: proog plan --help
`,
    ],
    [
      ["catalog"],
      `error: proog catalog: missing required argument 'node'
  What it takes: proog catalog --help
`,
    ],
    [
      ["catalog", "web-1", "web-2"],
      `error: proog catalog: too many arguments for 'catalog'. Expected 1 argument but got 2: web-1, web-2.
  What it takes: proog catalog --help
`,
    ],
    [
      ["init", "a", "b"],
      `error: proog init: too many arguments for 'init'. Expected 1 argument but got 2: a, b.
  What it takes: proog init --help
`,
    ],
    [
      ["ssh", "web-1", "ls", "-l"],
      `error: proog ssh: unknown option '-l'
  Is it the command's on the node? Put -- before that: proog ssh NODE -- COMMAND
  What it takes: proog ssh --help
`,
    ],
    [
      ["undo", "web-1"],
      `error: "web-1" is no run: runs are named like 20261122-231542-4f1a.
  List those that can be undone: proog undo
  Undo one on some nodes: proog undo RUN web-1
`,
    ],
  ])("proog %s", async (args, message) => {
    expect(await fleetFolder().refusal(...args)).toBe(message);
  });

  test("without any command, the help is shown", async () => {
    const message = await fleetFolder().refusal();
    expect(message).toMatch(/^Usage: proog \[options\] \[command\]\n/);
    for (const command of commands) expect(message).toContain(`\n  ${command} `);
  });

  test("programs are told as data", async () => {
    const [error, finished] = await fleetFolder().events("plan", "--jsno", "--json");
    expect(error).toMatchObject({
      type: "error",
      error: { code: "command-line", message: "proog plan: unknown option '--jsno'" },
    });
    expect(finished).toMatchObject({ type: "run-finished", command: "plan", exitCode: 1 });
  });
});

describe("what is refused without a fleet's machines", () => {
  const folder = () => fleetFolder(configWith(""));

  test("proog apply, without a terminal and without --yes", async () => {
    const { stdout, stderr, status } = await folder().proog("apply");
    expect({ stdout, status }).toEqual({ stdout: "", status: 1 });
    expect(stderr).toContain(text`
      error: There is no terminal to ask on, and no --yes, so nothing was changed.
        Look at it with proog plan, then say: proog apply --yes
    `);
  });

  test("proog shoot, which is told no machines, or too many", async () => {
    expect(await folder().refusal("shoot")).toBe(text`
      error: proog shoot was not told which machines.
        Name them: proog shoot web-1
        All of devel: proog shoot --all -e devel
    `);
    expect(await folder().refusal("shoot", "--all", "web-1")).toBe(text`
      error: proog shoot takes either --all or names of machines, and was given both.
        Name them: proog shoot web-1
        All of devel: proog shoot --all -e devel
    `);
  });

  test("proog undo of a run that nothing knows of", async () => {
    expect(await folder().refusal("undo", "20261122-231542-4f1a")).toBe(text`
      error: Nothing is kept of a run 20261122-231542-4f1a on any node that runs.
        List the runs: proog undo
    `);
  });
});

describe("a machine that is there and does not run", () => {
  const folder = () => {
    const folder = fleetFolder(configWith("", "web: 1"));
    folder.stopMachine("web-1");
    return folder;
  };

  test("is not shot without a terminal and without --yes", async () => {
    expect(await folder().refusal("shoot", "web-1")).toBe(text`
      error: There is no terminal to ask on, and no --yes, so nothing was changed.
        Say: proog shoot --yes web-1
    `);
    const [error] = await folder().events("shoot", "--all", "--json");
    expect(error?.error).toMatchObject({ code: "needs-terminal", hint: "Say: proog shoot --yes web-1" });
  });

  test("cannot be stepped into", async () => {
    expect(await folder().refusal("ssh", "web-1")).toBe(text`
      error: web-1 does not run.
        Boot it: proog boot web-1
    `);
  });

  test("is stopped in the status", async () => {
    const { stdout, status } = await folder().proog("status");
    expect({ stdout, status }).toEqual({
      status: 0,
      stdout: text`
               state    roles  address
        web-1  stopped  web    10.77.3.2
      `,
    });
  });
});

describe("help", () => {
  test.each(commands)("of %s tells what it takes, its examples and exit statuses", async (command) => {
    const folder = fleetFolder();
    const { stdout, stderr, status } = await folder.proog(command, "--help");
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    expect(stdout).toMatch(new RegExp(`^Usage: proog ${command} `));
    expect(stdout).toMatch(new RegExp(`\nExamples:\n  proog (.*\\| proog )?${command}\\b`));
    expect(stdout).toMatch(/\nExit status:\n/);
    expect(stdout).toMatch(/\n {2}1 +error/);
    expect(stdout).toContain("--json ");
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(120);
    expect((await folder.proog("help", command)).stdout).toBe(stdout);
  });

  test("lists the commands", async () => {
    const { stdout, status } = await fleetFolder().proog("help");
    expect(status).toBe(0);
    expect((await fleetFolder().proog("--help")).stdout).toBe(stdout);
    for (const command of commands) expect(stdout).toContain(`\n  ${command} `);
    expect(stdout.endsWith("\nproog help COMMAND shows its options and examples.\n")).toBe(true);
  });

  test("a reader that goes away is no error", async () => {
    const child = spawn(process.execPath, [join(checkout, "bin/proog.js"), "help", "plan"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.destroy();
    let complaint = "";
    child.stderr.on("data", (chunk) => {
      complaint += chunk;
    });
    expect([await once(child, "close"), complaint]).toEqual([[0, null], ""]);
  });
});

test("proog --version prints the package's", async () => {
  const { version }: { version: string } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"));
  for (const option of ["--version", "-V"])
    expect(await fleetFolder().proog(option)).toEqual({ stdout: `${version}\n`, stderr: "", status: 0 });
});

describe("--json", () => {
  const bad = "export default 5;\n";

  test.each([
    ["init", []],
    ["plan", []],
    ["apply", ["--yes"]],
    ["status", []],
    ["facts", []],
    ["catalog", ["web-1"]],
    ["undo", []],
    ["shoot", ["--all"]],
    ["ssh", ["web-1", "uptime"]],
    ["boot", ["web-1"]],
  ])("of %s is a stream of events and nothing else, in success and failure", async (command, args) => {
    const good = fleetFolder(command === "init" ? {} : configWith('  directory("/srv"),'));
    if (command !== "boot") {
      const { stdout, stderr } = await good.proog(command, ...args, "--json");
      const events = parseEvents(stdout);
      expect(stderr).toBe("");
      expect(events.at(-1)).toMatchObject({ type: "run-finished", command, exitCode: expect.any(Number) });
      expect(events.filter(({ type }) => type === "run-finished")).toHaveLength(1);
    }
    const { stdout, stderr, status } = await fleetFolder(bad).proog(command, ...args, "--json");
    const [error, finished] = parseEvents(stdout);
    expect({ stderr, status }).toEqual({ stderr: "", status: 1 });
    expect(error).toMatchObject({
      type: "error",
      error: { code: command === "init" ? "config-exists" : "config-invalid" },
    });
    expect(finished).toMatchObject({ type: "run-finished", command, exitCode: 1 });
  });

  test("of catalog has the whole program", async () => {
    const folder = fleetFolder(configWith('  directory("/srv/é"),'));
    const [catalog] = await folder.events("catalog", "web-1", "--json");
    const { stdout } = await folder.proog("catalog", "web-1");
    expect(catalog).toMatchObject({ type: "catalog", node: "web-1", program: stdout });
    expect(stdout).toMatch(/^#!\/bin\/sh\n/);
    expect(stdout).toContain("\nresource 1 directory '/srv/é' 0755 root root\n");
  });
});

test("colours in a terminal only, and not with NO_COLOR", async () => {
  const folder = fleetFolder();
  const red = "\x1b[31merror:\x1b[39m ";
  /** As in a terminal: script(1) makes one. */
  const inTerminal = async (variables: NodeJS.ProcessEnv) => {
    const call = `${process.execPath} ${join(checkout, "bin/proog.js")} plan`;
    const env = { ...folder.environment, TERM: "xterm-256color", ...variables };
    const { stdout } = await runProgram("script", ["-qec", call, "/dev/null"], "", { cwd: folder.path, env });
    return stdout;
  };
  expect((await folder.proog("plan")).stderr).toMatch(/^error: /);
  expect(await inTerminal({})).toContain(red);
  const plain = await inTerminal({ NO_COLOR: "1" });
  expect(plain).toContain("error: There is no proog.config.ts");
  expect(plain).not.toContain("\x1b[3");
});

test("proog init writes a config that compiles", async () => {
  const folder = fleetFolder();
  expect(await folder.proog("init", "My Fleet 2!")).toEqual({
    stdout: "",
    stderr: "Wrote My Fleet 2!/proog.config.ts. Next: proog boot\n",
    status: 0,
  });
  const inside = folder.in("My Fleet 2!");
  expect(readFileSync(join(inside.path, "proog.config.ts"), "utf8")).toContain('name: "my-fleet-2"');
  const { stdout, status } = await inside.proog("catalog", "web-1");
  expect({ status, lines: stdout.match(/^resource .*/gm) }).toMatchObject({
    status: 0,
    lines: { length: 3 },
  });
});
