import { describe, expect, test } from "vitest";
import { type RoleOptions, roleMistakes, waitingInCircles } from "./role-options.ts";

const roles = ["web", "db", "balancer"];

describe("options of a role are refused for", () => {
  test.each<[string, unknown, string]>([
    ["no object", 3, 'the options are 3, and must be an object such as { health: { path: "/" } }.'],
    ["a typing error", { helth: {} }, 'helth is no option. Did you mean "health"?'],
    [
      "a bad health check",
      { health: { path: "x" } },
      'health.path is "x", and must be a path such as "/healthz".',
    ],
    [
      "a rollout that is none",
      { rollout: 2 },
      'rollout is 2, and must be an object such as { canary: 1, batch: "25%" }.',
    ],
    [
      "an unknown part of a rollout",
      { rollout: { bach: 1 } },
      'rollout.bach is no option. Did you mean "batch"?',
    ],
    [
      "a batch of none",
      { rollout: { batch: 0 } },
      'rollout.batch is 0, and must be a whole number from 1, or a share from "1%" to "100%".',
    ],
    [
      "more than all",
      { rollout: { batch: "120%" } },
      'rollout.batch is "120%", and must be a whole number from 1, or a share from "1%" to "100%".',
    ],
    [
      "half a canary",
      { rollout: { canary: 0.5 } },
      "rollout.canary is 0.5, and must be how many come first, a whole number from 0 to 9999.",
    ],
    [
      "a pause in words",
      { rollout: { pause: "10s" } },
      'rollout.pause is "10s", and must be seconds, a whole number from 0 to 86400.',
    ],
    [
      "a bad check of a rollout",
      { rollout: { health: {} } },
      'rollout.health has none of path, tcp and command, and must have one, such as { path: "/healthz" }.',
    ],
    [
      "a role that there is not",
      { after: "bd" },
      'after names a role "bd" that there is not. Did you mean "db"?',
    ],
    ["itself", { after: ["web"] }, 'after is "web", the role itself, and must be another one.'],
    ["a word for a switch", { stateful: "yes" }, 'stateful is "yes", and must be true or false.'],
  ])("%s", (_what, options, message) => {
    expect(roleMistakes("web", options as RoleOptions, roles)).toEqual([`role("web"): ${message}`]);
  });
});

test("good ones", () => {
  const options: RoleOptions = {
    health: { path: "/healthz" },
    rollout: { canary: 0, batch: "50%", pause: 5, maxFailures: "10%", drain: 0, health: { tcp: 80 } },
    after: ["db"],
    stateful: false,
  };
  expect(roleMistakes("web", options, roles)).toEqual([]);
  expect(roleMistakes("web", undefined, roles)).toEqual([]);
});

test("roles that wait for each other are told, once", () => {
  expect(waitingInCircles({ web: { after: "db" }, db: {}, balancer: { after: ["web", "db"] } })).toEqual([]);
  expect(
    waitingInCircles({ web: { after: "db" }, db: { after: "balancer" }, balancer: { after: ["web"] } }),
  ).toEqual([
    "after: roles wait for each other, so none could begin: web → db → balancer → web. Take one of them out.",
  ]);
});
