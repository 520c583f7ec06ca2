import { describe, expect, test } from "vitest";
import { compileWith, mistakesIn } from "../declared.test-support.ts";
import type { Pool } from "./pool.ts";
import { poolMembers, poolMembersKind } from "./poolMembers.ts";

const pool: Pool = {
  ...{ type: "pool", name: "web", port: 8080, balancer: "balancer-1", balancers: [] },
  members: [
    { node: "web-1", address: "10.0.0.1" },
    { node: "web-2", address: "fd00::2" },
  ],
};

test("the members and what they are given", async () => {
  expect(await compileWith(poolMembersKind, poolMembers(pool))).toEqual({
    arguments: [
      ...["web", "nginx", "yes", "max_fails=3 fail_timeout=5s", "", "8080"],
      ...["web-1", "10.0.0.1", "web-2", "fd00::2"],
    ],
    claims: ["pool web", "path /etc/nginx/proog/web.members"],
    survey: [
      {
        survey: "checks",
        line: "poolMembers web nginx yes 'max_fails=3 fail_timeout=5s' '' 8080 web-1 10.0.0.1 web-2 fd00::2",
      },
    ],
  });
  const haproxy = poolMembers(pool, { engine: "haproxy", backend: ["balance leastconn", "retries 2"] });
  expect((await compileWith(poolMembersKind, haproxy)).arguments.slice(1, 6)).toEqual([
    ...["haproxy", "", "check", "balance leastconn\tretries 2", "8080"],
  ]);
  expect((await compileWith(poolMembersKind, poolMembers("web", { absent: true }))).arguments).toEqual([
    ...["web", "absent"],
  ]);
});

test("only its own check can tell where the backend has what a shell reads as something else", async () => {
  const backend = ['http-request set-header X-Name "$HOME"'];
  const { survey } = await compileWith(poolMembersKind, poolMembers(pool, { engine: "haproxy", backend }));
  expect(survey).toBeUndefined();
});

describe("mistakes", () => {
  test("a name that is no pool", () => {
    expect(mistakesIn(poolMembers("web"))).toEqual([
      'pool is "web", and a name is enough only for what is absent: write fleet.pool("web").',
    ]);
  });

  test("a member that is known by a name only", () => {
    const named = { ...pool, members: [{ node: "web-1", address: "web1.example.org" }] };
    expect(mistakesIn(poolMembers(named))).toEqual([
      'web-1 has the address "web1.example.org", and a balancer needs one such as "10.0.0.5": names are asked for only when it starts.',
    ]);
  });

  test.each<[object, string]>([
    [{ port: 0 }, "pool has the port 0, and must have one from 1 to 65535."],
    [{ port: 65_536 }, "pool has the port 65536, and must have one from 1 to 65535."],
    [{ port: "http" }, 'pool has the port "http", and must have one from 1 to 65535.'],
    [{ members: undefined }, 'pool has no members: write fleet.pool("web").'],
    [{ name: "two words" }, 'must be fleet.pool("web").'],
  ])("a pool with %j", (given, mistake) => {
    expect(mistakesIn(poolMembers({ ...pool, ...given } as Pool))).toEqual([
      expect.stringContaining(mistake),
    ]);
  });

  test.each<[object, string]>([
    [{ engine: "apache" }, 'engine is "apache", and must be "nginx" or "haproxy".'],
    [{ server: "max_fails=3; bad" }, 'server is "max_fails=3; bad", and must be such as'],
    [{ lastResort: "yes" }, 'lastResort is "yes", and must be true or false.'],
    [{ health: { path: "/", host: "a b" } }, 'health.host is "a b", and must be a name such as'],
    [{ health: { path: "/", good: 0 } }, "health.good is 0, and must be a whole number from 1 to 3600."],
    [{ backend: ["balance leastconn"] }, "backend is for the engine haproxy."],
  ])("%j", (options, mistake) => {
    expect(mistakesIn(poolMembers(pool, options))).toEqual([expect.stringContaining(mistake)]);
  });
});
