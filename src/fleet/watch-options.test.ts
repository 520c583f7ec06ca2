import { expect, test } from "vitest";
import { existing } from "./existing.ts";
import { countNodes, watchMistakes } from "./watch-options.ts";

const nodes = {
  web: 3,
  box: { roles: ["web", "db"], count: 2 },
  old: existing([{ ssh: "a.example.org", roles: ["web"] }]),
};
const mistakesOf = (watch: unknown) => watchMistakes("environments.live.watch", watch, nodes, ["web", "db"]);

test("all that may be said of a watch", () => {
  const slow = { p95: 800, for: 30, weight: 25, grow: 60, calm: 900 };
  expect(
    mistakesOf({ web: { min: 3, max: 9, slow, keep: 0, budget: 8, backoff: 30, grace: 60, hold: 30 } }),
  ).toEqual([]);
  expect(mistakesOf({ web: {}, db: { min: 2 } })).toEqual([]);
});

test.each([
  [7, "environments.live.watch is 7, and must be an object such as { web: { max: 6 } }."],
  [{ wep: {} }, 'environments.live.watch.wep: there is no role "wep". Did you mean "web"?'],
  [{ web: 4 }, "environments.live.watch.web is 4, and must be an object such as { max: 6 }."],
  [{ web: { maks: 4 } }, 'environments.live.watch.web.maks is no option. Did you mean "max"?'],
  [
    { web: { min: 4, max: 3 } },
    "environments.live.watch.web.max is 3, and environments.live.watch.web.min is 4: it must be at least as many.",
  ],
  [
    { web: { max: 3 } },
    "environments.live.watch.web.max is 3, and 6 are declared: it must be at least as many.",
  ],
  [
    { web: { max: 9 } },
    "environments.live.watch.web.max is 9, and nothing says when there are to be more than 6: write slow: { p95: 800 }.",
  ],
  [
    { web: { min: -1 } },
    "environments.live.watch.web.min is -1, and must be how many nodes, a whole number from 0 to 9999.",
  ],
  [
    { web: { budget: 1.5 } },
    "environments.live.watch.web.budget is 1.5, and must be how many machines an hour, a whole number from 0 to 999.",
  ],
  [
    { web: { backoff: 0 } },
    "environments.live.watch.web.backoff is 0, and must be seconds, a whole number from 1 to 3600.",
  ],
  [
    { web: { keep: "1" } },
    'environments.live.watch.web.keep is "1", and must be how many machines, a whole number from 0 to 99.',
  ],
  [
    { web: { slow: 800 } },
    "environments.live.watch.web.slow is 800, and must be an object such as { p95: 800 }.",
  ],
  [
    { web: { slow: {} } },
    "environments.live.watch.web.slow has no p95: the milliseconds over which a node is slow, such as 800.",
  ],
  [
    { web: { slow: { p95: 0 } } },
    "environments.live.watch.web.slow.p95 is 0, and must be milliseconds, a whole number from 1 to 600000.",
  ],
])("%j is refused", (watch, message) => {
  expect(mistakesOf(watch)).toEqual([message]);
});

test("nodes of a role are counted wherever they are declared", () => {
  expect([countNodes(nodes, "web"), countNodes(nodes, "db"), countNodes(nodes, "mail")]).toEqual([6, 2, 0]);
});
