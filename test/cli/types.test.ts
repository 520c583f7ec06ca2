import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { runProgram } from "../hosts/program.ts";
import { checkout } from "./fleet-folder.ts";

const options = {
  ...{ target: "es2024", module: "nodenext", lib: ["esnext", "dom"], types: [] },
  ...{ strict: true, noUncheckedIndexedAccess: true, allowImportingTsExtensions: true, noEmit: true },
  // The declarations that are shipped are looked at, too.
  skipLibCheck: false,
};

/** Compiles configs as an editor would, with the declarations that are shipped; gives what is said of each. */
async function compile(configs: Readonly<Record<string, string>>): Promise<Map<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), "proog-types-"));
  try {
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(checkout, join(folder, "node_modules/proog"));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ compilerOptions: options, include: ["*.ts"] }),
    );
    const names = new Map(Object.keys(configs).map((name, index) => [`config${index}.ts`, name]));
    for (const [file, name] of names) writeFileSync(join(folder, file), configs[name] ?? "");
    const { stdout } = await runProgram(join(checkout, "node_modules/.bin/tsc"), ["-p", "."], "", {
      cwd: folder,
    });
    const said = new Map<string, string>();
    let current = "";
    for (const line of stdout.split("\n")) {
      current = /^([^\s(]+)\(/.exec(line)?.[1] ?? current;
      const name = names.get(current) ?? current;
      said.set(name, `${said.get(name) ?? ""}${line}\n`);
    }
    return said;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const head = `import { apt, cron, defineFleet, directory, existing, file, git, group, type Item, local, type Node, role, run, service, site as deploy,
  symlink, systemdUnit, user } from "proog";
`;
const withItem = (item: string) => `${head}role("web", ({ node, environment, fleet }) => [${item}]);\n`;
const withFleet = (environment: string, rest = "") => `${head}const web = role("web", () => []);
export default defineFleet({ name: "example", roles: { web }, environments: { devel: ${environment} }, ${rest} });
`;

const taskHead = `import { param, raw, task } from "proog";
const other = task("other", { params: { tries: param.number({ default: 2 }) } }, () => 5);
`;
const withTask = (options: string, action: string) =>
  `${taskHead}export const it = task("it", ${options}, ${action});\n`;

/** What does not compile, and what the compiler names. */
const wrong: Readonly<Record<string, readonly [string, string]>> = {
  "an unknown option of a file": [withItem('file("/x", { content: "", onwer: "root" })'), "'onwer'"],
  "a mode that is a number": [withItem('file("/x", { content: "", mode: 0o644 })'), "'number'"],
  "content beside absent": [withItem('file("/x", { absent: true, content: "" })'), "'content'"],
  "absent: false": [withItem('directory("/x", { absent: false })'), "'false'"],
  "a file without options": [withItem('file("/x")'), "Expected 2 arguments"],
  "a symlink without to": [withItem('symlink("/x", {})'), "SymlinkOptions"],
  "a checkout without ref": [withItem('git("/x", { from: "https://example.org/x.git" })'), "GitOptions"],
  "a site without ref": [withItem('deploy("a", { from: { git: "x" }, to: "/a" })'), "'ref'"],
  "a site from two sources": [
    withItem('deploy("a", { from: { git: "x", ref: "main", folder: "b" }, to: "/a" })'),
    "'folder'",
  ],
  "an unknown source of a site": [withItem('deploy("a", { from: { hg: "x" }, to: "/a" })'), "'hg'"],
  "a site with an unknown option": [
    withItem('deploy("a", { from: { folder: "b" }, to: "/a", relaod: true })'),
    "'relaod'",
  ],
  "a cron entry without schedule": [withItem('cron("x", { command: "true" })'), "CronOptions"],
  "a package that is a number": [withItem("apt(5)"), "'number'"],
  "a trigger that is a path": [withItem('service("nginx", { reloadOn: "/etc/nginx" })'), "'Item'"],
  "an item that is a text": [withItem('"nginx"'), "'Item'"],
  "facts that nobody waits for": [
    `${head}role("web", ({ node }) => [file("/x", { content: node.facts().kernel })]);`,
    "'kernel'",
  ],
  "an unknown variable": [withItem("file(environment.vars.path, { content: '' })"), "'path'"],
  "an address that may not be there": [withItem("file(node.address.trim(), { content: '' })"), "undefined"],
  "an unknown role of a group": [
    withFleet('{ provider: local(), nodes: { box: { roles: ["wbe"] } } }'),
    "'\"wbe\"'",
  ],
  "an unknown option of a group": [
    withFleet('{ provider: local(), nodes: { box: { roles: ["web"], number: 2 } } }'),
    "'number'",
  ],
  "an unknown option of an environment": [
    withFleet("{ provider: local(), nodes: {}, variables: {} }"),
    "'variables'",
  ],
  "a role that an existing machine cannot have": [
    withFleet('{ nodes: { web: existing([{ ssh: "web1.example.org", roles: ["wbe"] }]) } }'),
    "wbe",
  ],
  "an unknown option of an existing machine": [
    withFleet('{ nodes: { web: existing([{ ssh: "web1.example.org", usr: "debian" }]) } }'),
    "'usr'",
  ],
  "an environment without provider": [withFleet("{ nodes: { web: 1 } }"), "'ExistingNodes"],
  "an unknown option of a fleet": [
    withFleet("{ provider: local(), nodes: {} }", 'default: "devel"'),
    "'default'",
  ],
  "an unknown option of a task": [withTask("{ onn: 'web' }", "() => {}"), "'onn'"],
  "nodes of a task that is local": [withTask("{ local: true, on: 'web' }", "() => {}"), "'false'"],
  "files in a task that is local": [withTask("{ local: true }", "({ put }) => {}"), "'put'"],
  "an undefined value in a command": [
    withTask("{}", "({ sh, node }) => sh`ping ${node.address}`"),
    "undefined",
  ],
  "an unknown option of a command": [withTask("{}", "({ sh }) => sh({ cdw: '/srv' })`ls`"), "'cdw'"],
  "a secret that is only a name": [withTask('{ secrets: ["db"] }', "() => {}"), "'SecretHolder'"],
  "a node of a task on this machine": [
    withTask("{ local: true, secrets: ({ node }) => [] }", "() => {}"),
    "'node'",
  ],
  "an unknown parameter": [withTask("{ params: { a: param.list() } }", "({ params }) => params.b"), "'b'"],
  "a default that is no choice": [
    withTask("{ params: { a: param.string({ choices: ['en'], default: 'de' }) } }", "() => {}"),
    "'\"de\"'",
  ],
  "a parameter of a called task that is of another type": [
    withTask("{}", "({ run }) => run(other, { tries: 'two' })"),
    "'number'",
  ],
  "an unknown option of local()": [withFleet('{ provider: local({ ram: "1G" }), nodes: {} }'), "'ram'"],
};

const right: Readonly<Record<string, string>> = {
  "nested, falsy and computed items": `${head}
const site = (name: string): Item => [directory("/srv/" + name), name !== "" && file("/srv/x", { content: name })];
const motd = (node: Node) => node.name;
role("web", ({ node, environment, fleet }) => [
  [site("a"), [site("b")]],
  null, undefined, false, 0, "",
  environment.name === "live" && apt("nginx", "curl", { recommends: false }),
  fleet.nodes("web").map(({ name, address }) => file("/srv/" + name, { content: address ?? "" })),
  file("/etc/motd", { content: motd, mode: "0644", owner: "root", group: "adm", optional: true, tags: ["motd"] }),
]);
role("db", () => apt("postgresql"));
`,
  "every kind": `${head}
role("all", () => {
  const conf = file("/etc/x", { from: "x", validate: "test -s %" });
  const unit = systemdUnit("x.service", { content: "[Service]\\n" });
  return [
    conf, unit, directory("/d", { mode: "0750" }), directory("/e", { absent: true, recursive: true }),
    symlink("/l", { to: "d" }), symlink("/m", { absent: true }), file("/n", { absent: true }),
    group("g", { members: ["u"] }), user("u", { system: true, home: "/srv/u" }),
    cron("c", { schedule: "@daily", command: "true" }), git("/g", { from: "https://x.org/g.git", ref: "main" }),
    deploy("s", { from: { svn: "https://x.org/s/trunk" }, to: "/srv/s", health: { url: "http://localhost/" } }),
    deploy("t", { from: { archive: "t.tar.gz", strip: 1 }, to: "/srv/t", build: ["make"] }),
    deploy("u", { to: "/srv/u", absent: true }),
    service("x", { reloadOn: conf, restartOn: [unit, [conf]] }), run("true", { onlyOn: [conf] }),
  ];
});
`,
  "tasks with parameters, commands and files": `${taskHead}
export const it = task(
  "it",
  { on: ["web", "db-1"], batch: "25%", failFast: true, timeLimit: 60, params: {
    lang: param.string({ choices: ["en", "de"], default: "en" }), tries: param.number({ min: 1, optional: true }),
    force: param.boolean(), only: param.list(), free: param.string() } },
  async ({ sh, node, params, put, get, tree, apply, facts, vars, environment, fleet, run, once, say, dryRun }) => {
    const lang: "en" | "de" = params.lang;
    const tries: number | undefined = params.tries;
    const { stdout, lines, code, ok, bytes } = await sh.sudo({ cwd: "/srv", mayFail: true })\`ls \${params.only} \${raw("*")} \${lines1} \${3}\`;
    await sh.local\`git pull\`;
    await sh({ answers: [{ prompt: /x/, answer: "y" }], user: "app", environment: { A: "b" }, stdin: "x" })\`x\`;
    await put("/srv/x", { content: bytes, mode: "0600" });
    const content: string = await get("/srv/x");
    const nothing: void = await get("/srv/x", { to: "x" });
    const { changed } = await apply([(await tree("/srv/y", { from: "y" })).changed.length > 0 && null]);
    const five: number = await run(other, { tries: 3 });
    const built: string = await once("build", () => "x");
    say([lang, tries, stdout, lines, code, ok, content, nothing, changed, five, built, (await facts()).cpus, node.name,
      vars, environment.name, fleet.name, dryRun, params.force, params.free].join());
  },
);
const lines1: readonly string[] = [];
export const all = task("all", { local: true }, async ({ run, sh }) => {
  const values: readonly { readonly node?: string; readonly value: number }[] = await run(other);
  await sh\`echo \${values.length}\`;
});
`,
  "a role that waits for facts": `${head}
role("db", async ({ node, fleet }) => {
  const { memory, disks, system } = await node.facts();
  const others = await Promise.all(fleet.nodes("db").map((other) => other.facts()));
  const size = memory + (disks[0]?.size ?? 0) + others.length;
  return [file("/srv/size", { content: String(size) }), system.codename === "trixie" && apt("nginx")];
});
`,
  "machines that are there already, alone and beside others": withFleet(
    '{ nodes: { web: existing(["web1.example.org", { ssh: "x", name: "y", user: "debian", port: 22, roles: ["web"] }]) } }',
    'defaultEnvironment: "devel"',
  ).replace(
    "environments: {",
    'environments: { both: { provider: local(), nodes: { web: 1, old: existing([{ ssh: "z", roles: ["web"] }]) } },',
  ),
  "a fleet of several environments": withFleet(
    '{ provider: local(), nodes: { web: 2 } }, live: { provider: local({ memory: "1G", cpus: 2 }), nodes: { web: 4, box: { roles: ["web"], count: 2 } }, vars: {} }',
    'defaultEnvironment: "devel"',
  ),
};

describe("what does not compile", () => {
  let said = new Map<string, string>();
  beforeAll(async () => {
    said = await compile({
      ...right,
      ...Object.fromEntries(Object.entries(wrong).map(([name, [config]]) => [name, config])),
    });
  });

  test.each(Object.keys(wrong))("%s", (name) => {
    expect(said.get(name)).toContain(wrong[name]?.[1]);
  });

  test.each(Object.keys(right))("and what does: %s", (name) => {
    expect(said.get(name)).toBeUndefined();
  });

  test("the declarations that are shipped compile by themselves", () => {
    const known = new Set([...Object.keys(wrong), ...Object.keys(right), ""]);
    expect([...said].filter(([name]) => !known.has(name))).toEqual([]);
  });
});

describe("the variables that a config declares", () => {
  const variables = 'declare module "proog" {\n  interface Variables { ref: string; debug?: boolean }\n}\n';
  const cases: Readonly<Record<string, string>> = {
    "are typed in roles":
      variables + withItem("run(environment.vars.ref), environment.vars.debug && apt('gdb')"),
    "are given by an environment": withFleet('{ provider: local(), nodes: {}, vars: { ref: "main" } }'),
    "are no others": withItem("run(environment.vars.revision)"),
    "cannot be left out": withFleet("{ provider: local(), nodes: {} }"),
    "cannot be of another type": withFleet("{ provider: local(), nodes: {}, vars: { ref: 5 } }"),
    "cannot be unknown": withFleet('{ provider: local(), nodes: {}, vars: { ref: "main", rev: "x" } }'),
  };

  test("are typed where they are given and where they are used", async () => {
    const said = await compile(cases);
    expect(said.get("are typed in roles")).toBeUndefined();
    expect(said.get("are given by an environment")).toBeUndefined();
    expect(said.get("are no others")).toContain("Property 'revision' does not exist on type 'Variables'");
    expect(said.get("cannot be left out")).toContain("Property 'vars' is missing");
    expect(said.get("cannot be of another type")).toContain("'number' is not assignable to type 'string'");
    expect(said.get("cannot be unknown")).toContain("'rev' does not exist");
  });
});

test("the facts that a config declares are typed where they are named and where they are used", async () => {
  const own = 'declare module "proog" {\n  interface OwnFacts { raid: string }\n}\n';
  const using = (name: string) =>
    `${head}role("web", async ({ node }) => [run((await node.facts()).own.${name})]);\n`;
  const naming = (facts: string) => withFleet("{ provider: local(), nodes: {} }", `facts: ${facts}`);
  const said = await compile({
    used: own + using("raid"),
    named: naming('{ raid: "raid.sh" }'),
    unknown: using("riad"),
    missing: naming("{}"),
    strange: naming("{ raid: 5 }"),
  });
  expect([said.get("used"), said.get("named")]).toEqual([undefined, undefined]);
  expect(said.get("unknown")).toContain("Property 'riad' does not exist on type 'OwnFacts'");
  expect(said.get("missing")).toContain("Property 'raid' is missing");
  expect(said.get("strange")).toContain("'number' is not assignable to type 'string'");
});
