import { describe, expect, test } from "vitest";
import { compileWith, mistakesIn } from "../declared.test-support.ts";
import { file } from "../file/file.ts";
import { type ServiceResource, service, serviceKind } from "./service.ts";

const compile = (resource: ServiceResource) => compileWith(serviceKind, resource);
const conf = file("/etc/conf", { content: "" });
const other = file("/etc/other", { content: "" });

describe("a service", () => {
  test("is enabled and runs", async () => {
    expect(await compile(service("nginx"))).toEqual({
      arguments: ["nginx", "enabled", "running"],
      claims: ["service nginx.service"],
      survey: [{ survey: "services", line: "nginx.service enabled running" }],
      triggers: [
        { action: "reload", sources: [] },
        { action: "restart", sources: [] },
      ],
    });
  });

  test.for([
    ["nginx.service", "nginx"],
    ["fstrim.timer", "fstrim.timer"],
    ["getty@tty1", "getty@tty1"],
    ["backup.timer.service", "backup.timer.service"],
  ] as const)("has one name: %s is %s", ([name, short]) => {
    expect(service(name).name).toBe(short);
  });

  test("may be anything else that systemd knows", async () => {
    expect((await compile(service("fstrim.timer", { running: false }))).arguments).toEqual([
      "fstrim.timer",
      "enabled",
      "stopped",
    ]);
    expect((await compile(service("x", { enabled: false }))).arguments).toEqual(["x", "disabled", "running"]);
    expect((await compile(service("x", { masked: true }))).arguments).toEqual(["x", "masked", "stopped"]);
  });

  test("takes triggers, nested and falsy ones too", async () => {
    const resource = service("nginx", { reloadOn: [[conf], false], restartOn: other });
    expect(JSON.parse(JSON.stringify(resource))).toEqual(resource);
    expect((await compile(resource)).triggers).toEqual([
      { action: "reload", sources: ["file /etc/conf"] },
      { action: "restart", sources: ["file /etc/other"] },
    ]);
  });

  test("that does not run is not triggered", async () => {
    expect(await compile(service("nginx", { running: false, reloadOn: conf }))).not.toHaveProperty(
      "triggers",
    );
  });

  test("with a backslash in its name is looked at by itself", async () => {
    expect(await compile(service("t@a\\x2db"))).not.toHaveProperty("survey");
  });
});

describe("mistakes", () => {
  test.for([
    [service(""), 'name is "", and must be a unit\'s name such as "nginx".'],
    [
      service("/etc/nginx"),
      'name is "/etc/nginx", and must be a unit\'s name without a folder, such as "nginx.service".',
    ],
    [
      service("my app"),
      'name is "my app", and must be of letters, digits, ":", "-", "_", ".", "\\" and "@": systemd-escape(1) writes other signs so.',
    ],
    [service("@tty1"), 'name is "@tty1", and must be something before "@".'],
    [
      service("getty@"),
      'name is "getty@", a template, and must name an instance of it, such as "getty@main".',
    ],
    [
      service("getty@.service"),
      'name is "getty@", a template, and must name an instance of it, such as "getty@main".',
    ],
  ] as const)("%#", ([resource, message]) => {
    expect(mistakesIn(resource)).toEqual([message]);
  });

  test("a name that is too long", () => {
    expect(mistakesIn(service("a".repeat(256)))[0]).toContain("and must be at most 255 characters long.");
  });

  test("options that exclude each other, or are no switch", () => {
    // @ts-expect-error What is masked cannot run.
    expect(mistakesIn(service("nginx", { masked: true, running: true }))).toEqual([
      "It is both masked and running, which excludes each other: leave one of them out.",
    ]);
    // @ts-expect-error It is true or false.
    expect(mistakesIn(service("nginx", { enabled: "yes" }))).toEqual([
      'enabled is "yes", and must be true or false.',
    ]);
  });
});
