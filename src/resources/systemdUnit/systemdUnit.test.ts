import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileWith, mistakesIn, refusalOf } from "../declared.test-support.ts";
import { type SystemdUnitResource, systemdUnit, systemdUnitKind } from "./systemdUnit.ts";

const content = "# ours\n\n[Service]\nExecStart=/bin/true\n";
let directory = "";

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "unit-"));
});
afterAll(() => rm(directory, { recursive: true }));

const compile = (resource: SystemdUnitResource) => compileWith(systemdUnitKind, resource, { directory });
const errorOf = (resource: SystemdUnitResource) => refusalOf(compile(resource));

describe("a unit", () => {
  test("is a file that systemd has read", async () => {
    const compiled = await compile(systemdUnit("engine.service", { content }));
    expect(compiled.arguments).toEqual(["engine.service", compiled.blobs?.[0]?.sha256]);
    expect(compiled.claims).toEqual(["path /etc/systemd/system/engine.service"]);
    expect(compiled.survey?.map(({ survey }) => survey)).toEqual(["stat", "sha256", "loaded"]);
  });

  test("may be a drop-in, or absent", async () => {
    const dropIn = systemdUnit("nginx.service", { dropIn: "10-limits", content });
    expect(dropIn.name).toBe("nginx.service.d/10-limits.conf");
    expect((await compile(dropIn)).claims).toEqual([
      "path /etc/systemd/system/nginx.service.d/10-limits.conf",
    ]);
    const absent = await compile(systemdUnit("old.timer", { absent: true }));
    expect(absent.arguments).toEqual(["old.timer", "absent"]);
    expect(absent.survey?.map(({ survey }) => survey)).toEqual(["absent", "loaded"]);
  });

  test("with a backslash in its name is looked at by itself", async () => {
    expect(await compile(systemdUnit("a\\x2db.service", { content }))).not.toHaveProperty("survey");
  });

  test("may come from a local file", async () => {
    await writeFile(join(directory, "engine.timer"), "[Timer]\nOnCalendar=daily\n");
    const { blobs } = await compile(systemdUnit("engine.timer", { from: "engine.timer" }));
    expect(blobs?.[0]?.size).toBe(25);
  });
});

describe("mistakes", () => {
  test.for([
    [
      systemdUnit("engine", { content }),
      'name is "engine", and must end in the unit\'s type: "engine.service", ".timer", ".socket", ….',
    ],
    [
      systemdUnit("../engine.service", { content }),
      'name is "../engine.service", and must be a unit\'s name without a folder, such as "nginx.service".',
    ],
    [
      systemdUnit("nginx.service", { dropIn: "limits.conf", content }),
      'dropIn is "limits.conf", and must be named without its ending: "limits".',
    ],
    [
      systemdUnit("nginx.service", { dropIn: "a/b", content }),
      'dropIn is "a/b", and must be a name such as "limits": letters, digits, ":", "_", ".", "@" and "-".',
    ],
    [
      systemdUnit("a.service", { content: "" }),
      'content is empty, and must begin with a section such as "[Service]".',
    ],
    [
      systemdUnit("a.service", { content: "# hello\nExecStart=/bin/true\n[Service]\n" }),
      'content begins with "ExecStart=/bin/true", and must begin with a section such as "[Service]".',
    ],
    [
      systemdUnit("a.service", { content, from: "a.service" }),
      "It has both content and from: give one of them.",
    ],
  ] as const)("%#", ([resource, message]) => {
    expect(mistakesIn(resource)).toEqual([message]);
  });

  test("neither content nor from", () => {
    expect(mistakesIn(systemdUnit("a.service", {}))[0]).toContain("It has neither content nor from");
  });

  test("a content without a section that only shows when it is compiled", async () => {
    const error = await errorOf({
      ...systemdUnit("a.service", { content: () => "" }),
      content: "ExecStart=/bin/true",
    });
    expect(error.code).toBe("invalid-option");
    expect(error.message).toContain('must begin with a section such as "[Service]".');
    await writeFile(join(directory, "bad.service"), "\n");
    const other = await errorOf(systemdUnit("a.service", { from: "bad.service" }));
    expect(other.message).toBe(
      'The content of systemdUnit a.service: bad.service is empty, and must begin with a section such as "[Service]".',
    );
  });
});
