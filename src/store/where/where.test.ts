import { describe, expect, test } from "vitest";
import { ProogError } from "../../report/error.ts";
import type { NodeFacts } from "../../report/event.ts";
import type { NodeRecord } from "../../report/history/records.ts";
import { checkWhere, matches, readValues } from "./match.ts";
import { parseWhere } from "./parse.ts";

const now = Date.parse("2026-11-04T12:00:00Z");

function node(name: string, release: string, fields: Partial<NodeFacts> = {}): NodeRecord {
  const facts: NodeFacts = {
    system: {
      id: "debian",
      version: release.split(".")[0] ?? "",
      codename: "trixie",
      release,
      name: "Debian",
    },
    ...{ kernel: "6.12.48+deb13-amd64", architecture: "amd64", virtualisation: "kvm", hostname: name },
    ...{ memory: 4e9, swap: 0, cpus: 2, processor: "AMD EPYC", disks: [], addresses: [] },
    fileSystems: [{ path: "/", device: "/dev/vda1", type: "ext4", size: 100, used: 91 }],
    ...{ own: { raid: "degraded" }, ...fields },
  };
  return {
    ...{ environment: "live", node: name, roles: ["web", "cache"], state: "up", firstSeen: 0 },
    ...{ facts: { at: now, facts }, applied: { at: now - 50 * 3_600_000, run: "r", by: "ada@desk" } },
  };
}

const holds = (text: string, of: NodeRecord) => matches(parseWhere(text), of, now);

describe("what is asked of nodes", () => {
  test.each([
    ["debian < 13", "12.9", true],
    ["debian < 13", "13.2", false],
    ["debian = 13", "13.2", true],
    ["debian < 13.10", "13.2", true],
    ["debian >= 13.2", "13.2", true],
    ["debian = 13.2", "13", false],
    ["debian < trixie", "13.2", true],
    ["kernel >= 6.12.48", "13", true],
    ["memory < 4G", "13", false],
    ["memory >= 3500MB and cpus = 2", "13", true],
    ["disk > 90%", "13", true],
    ["disk > 92", "13", false],
    ["applied > 2d", "13", true],
    ["applied > 3d", "13", false],
    ["role = web", "13", true],
    ["role != web", "13", false],
    ["role != db", "13", true],
    ["own.raid = degraded", "13", true],
    ["raid ~ GRAD", "13", true],
    ["raid !~ ok", "13", true],
    ["not (role = db or debian = 12)", "13", true],
    ["role = db or role = web and cpus > 2", "13", false],
    ["(role = db or role = web) and cpus < 3", "13", true],
    ['processor = "AMD EPYC"', "13", true],
    ["processor = 'AMD'", "13", false],
    // Nothing is known of it, so nothing holds.
    ["load > 0", "13", false],
    ["load <= 0", "13", false],
    ["own.nothing != x", "13", false],
  ])("%s, of Debian %s: %s", (text, release, expected) => {
    expect(holds(text, node("web-1", release))).toBe(expected);
  });

  test("is told with its values", () => {
    const found = readValues(
      parseWhere("debian < 13 and memory > 1G or disk > 1 or applied > 1h"),
      node("web-1", "12.9"),
      now,
    );
    expect(found).toEqual({ debian: "12.9", memory: "4 GB", disk: "91 %", applied: "2 days" });
  });

  test.each([
    ["", "the name of a fact was expected"],
    ["debian", "one of = != < <= > >= ~ !~ was expected"],
    ["debian <", "a value was expected"],
    ["debian < 13 memory", '"and", "or" or the end was expected'],
    ["(debian < 13", '")" was expected'],
    ['kernel = "6', "this is not understood"],
  ])("%s is refused, and the place is shown", (text, message) => {
    expect(() => parseWhere(text)).toThrow(`--where is not understood: ${message}.`);
  });

  test("a place is shown below the text", () => {
    try {
      parseWhere("debian < 13 memory");
      expect.unreachable();
    } catch (error) {
      expect(error instanceof ProogError && error.detail).toBe("debian < 13 memory\n            ^");
    }
  });

  test.each([
    ["debain < 13", 'asks about "debain", and no node has such a fact. Did you mean "debian"?'],
    ["memory < much", '--where compares memory with "much", and it must be a size: 4G, 512M.'],
    ["cpus < 4G", '--where compares cpus with "4G", and it must be a number: 4.'],
    ["applied > 3x", '--where compares applied with "3x", and it must be a time: 24h, 7d.'],
    ["reboot = maybe", '--where compares reboot with "maybe", and it must be yes or no.'],
  ])("%s is refused before anything is looked at", (text, message) => {
    expect(() => checkWhere(parseWhere(text), [node("web-1", "13")])).toThrow(message);
  });
});
