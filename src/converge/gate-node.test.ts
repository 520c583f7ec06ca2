import { expect, test } from "vitest";
import { foldHistory } from "./gate-node.ts";

test("what was seen is a line for each time that it changed, by who has looked", () => {
  const look = (from: string, at: number, what: string) => ({
    node: "web-1",
    from,
    ok: false,
    ms: 1,
    what,
    at: at * 1000,
  });
  expect(
    foldHistory([
      look("web-1", 0, "GET /: no connection: connection refused"),
      look("balancer-1", 0, "GET /: no answer within 2 s"),
      look("web-1", 2, "GET /: 503 Service Unavailable"),
      look("web-1", 4, "GET /: 503 Service Unavailable"),
      look("web-1", 60, "GET /: 503 Service Unavailable"),
    ]),
  ).toEqual([
    "from web-1: GET /: no connection: connection refused, once",
    "from web-1: GET /: 503 Service Unavailable, 3 times in 58 s",
    "from balancer-1: GET /: no answer within 2 s, once",
  ]);
});
