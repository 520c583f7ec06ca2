import { expect, test } from "vitest";
import type { MemberLine } from "./balancer.ts";
import { mergeMembers } from "./merge-members.ts";

const line = (node: string, since: number, weight = 100): MemberLine => ({
  ...{ node, address: "10.0.0.1", port: 80, weight, since, state: "healthy", by: "ada", why: "" },
});

test("of two lines about a node the newer one holds, in whatever order they come", () => {
  const older = line("web-1", 10, 100);
  const newer = { ...line("web-1", 11, 0), state: "gone" as const };
  expect(mergeMembers([[older, line("web-2", 5)], [newer]])).toEqual([newer, line("web-2", 5)]);
  expect(mergeMembers([[newer], [older]])).toEqual([newer]);
});

test("of two of the same second it is the same one everywhere", () => {
  const [one, other] = [line("web-1", 10, 0), line("web-1", 10, 100)];
  expect(mergeMembers([[one], [other]])).toEqual(mergeMembers([[other], [one]]));
});
