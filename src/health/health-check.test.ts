import { describe, expect, test } from "vitest";
import { checkHealthCheck } from "./health-check.ts";

describe("a health check is refused for", () => {
  test.each<[string, unknown, string]>([
    ["no object", "/healthz", 'health is "/healthz", and must be an object such as { path: "/healthz" }.'],
    [
      "no way",
      {},
      'health has none of path, tcp and command, and must have one, such as { path: "/healthz" }.',
    ],
    [
      "two ways",
      { path: "/", tcp: 80 },
      'health has more than one of path, tcp and command, and must have one, such as { path: "/healthz" }.',
    ],
    ["a typing error", { path: "/", hots: "a" }, 'In health: hots is no option. Did you mean "host"?'],
    [
      "a path that is none",
      { path: "healthz" },
      'health.path is "healthz", and must be a path such as "/healthz".',
    ],
    [
      "a strange host",
      { path: "/", host: "a b" },
      'health.host is "a b", and must be a name such as "www.example.org".',
    ],
    ["a port that is none", { tcp: 70_000 }, "health.tcp is 70000, and must be a port from 1 to 65535."],
    ["a host without a path", { tcp: 80, host: "a" }, "health.host is for a path, and there is none."],
    [
      "no status",
      { path: "/", status: [] },
      "health.status is [], and must be a status such as 200, or several: [200, 204].",
    ],
    [
      "an empty command",
      { command: " " },
      'health.command is " ", and must be what a shell runs, such as "systemctl is-active --quiet app".',
    ],
    [
      "a half second",
      { path: "/", interval: 0.5 },
      "health.interval is 0.5, and must be a whole number of seconds from 1 to 3600.",
    ],
    [
      "more looks than its time has room for",
      { path: "/", good: 10, interval: 10, within: 30 },
      "health.within is 30, and 10 good looks in a row, 10 s apart, take 90 s at least.",
    ],
    [
      "an answer later than its end",
      { path: "/", timeout: 90 },
      "health.timeout is 90, longer than its within, 60.",
    ],
    [
      "a unit that is an option",
      { path: "/", unit: "--all" },
      'health.unit is "--all", and must be the name of a unit such as "app.service".',
    ],
  ])("%s", (_what, health, message) => {
    expect(checkHealthCheck(health)).toEqual([message]);
  });
});

test("good ones", () => {
  expect(checkHealthCheck(undefined)).toEqual([]);
  expect(
    checkHealthCheck({
      path: "/healthz?full",
      host: "www.example.org",
      port: 8080,
      status: [200, 204],
      contains: "ok",
    }),
  ).toEqual([]);
  expect(checkHealthCheck({ tcp: 5432, good: 1, bad: 1, within: 5 })).toEqual([]);
  expect(checkHealthCheck({ command: "pg_isready", unit: "postgresql@15-main.service" })).toEqual([]);
});
