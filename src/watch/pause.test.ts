import { expect, test } from "vitest";
import { pauseOfRole, pauseTags, readPauseTag, unpaused } from "./pause.ts";

const pause = { since: "2026-11-05T12:00:00Z", by: "ada@desk", why: "new disks,\n until Monday" };

test("a pause is read from tags as it was noted, on one line", () => {
  const tags = pauseTags(pause, []);
  expect(tags).toEqual({ paused: "1793880000 ada@desk new disks, until Monday", pausedRoles: undefined });
  expect(readPauseTag({ paused: tags.paused ?? "" })).toEqual({ ...pause, why: "new disks, until Monday" });
  expect(readPauseTag({ ...unpaused, kept: "1 dead" } as object)).toBeUndefined();
  // Whoever else may have written it.
  expect(readPauseTag({ paused: "soon" })).toEqual({
    since: "1970-01-01T00:00:00Z",
    by: "somebody",
    why: "",
  });
});

test("a role is paused as a whole as long as one of its machines tells so", () => {
  const { paused = "", pausedRoles = "" } = pauseTags(pause, ["web", "mail"]);
  const machines = [{}, { tags: { paused, pausedRoles } }];
  expect(pauseOfRole(machines, "web")).toBe("paused by ada@desk: new disks, until Monday");
  expect(pauseOfRole(machines, "mail")).toBe("paused by ada@desk: new disks, until Monday");
  expect(pauseOfRole(machines, "we")).toBeUndefined();
  // One machine of it is no role.
  expect(pauseOfRole([{ tags: { paused } }], "web")).toBeUndefined();
});
