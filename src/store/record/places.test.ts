import { expect, test } from "vitest";
import { placesFrom } from "./places.ts";

const { place, json } = placesFrom('/srv/a "b"');

test("places in the config's folder lose it, others and all else do not", () => {
  expect(place('/srv/a "b"/roles/web.ts:3')).toBe("roles/web.ts:3");
  expect(place('/srv/a "b"c/web.ts:3')).toBe('/srv/a "b"c/web.ts:3');
  const event = {
    resource: { key: 'file /srv/a "b"/x', at: '/srv/a "b"/web.ts:3' },
    error: {
      where: '/srv/a "b"/web.ts:3',
      mistakes: [{ first: '/srv/a "b"/web.ts:4', where: "/usr/x.ts:1" }],
    },
    path: '/srv/a "b"/x',
    line: '{"at":"/srv/a \\"b\\"/web.ts:3"}',
  };
  expect(JSON.parse(json(JSON.stringify(event)))).toEqual({
    ...event,
    resource: { ...event.resource, at: "web.ts:3" },
    error: { where: "web.ts:3", mistakes: [{ first: "web.ts:4", where: "/usr/x.ts:1" }] },
  });
});

test("a folder may be the root", () => {
  expect(placesFrom("/").place("/proog.config.ts:3")).toBe("proog.config.ts:3");
});
