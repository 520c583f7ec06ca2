import fc from "fast-check";
import type { Resource } from "../../../src/resources/kind.ts";

/** One thing on a machine as a description names it: how it is there, and how it is not. */
export interface Thing {
  /** What is declared, for people. */
  readonly text: string;
  /** A description has it once. */
  readonly claim: string;
  /** Those of a lower rank come first. */
  readonly rank: number;
  readonly present: () => Resource;
  /** Nothing where its kind has no absent form. */
  readonly absent: (() => Resource) | undefined;
  /** Shell that brings it into some other state. */
  readonly mood: string;
  /** Paths that its change may touch, with all below them. */
  readonly touches: readonly string[];
}

/** A kind, and all of its things that a description can have. */
export interface Member {
  readonly kind: string;
  readonly things: fc.Arbitrary<Thing>;
}

interface MemberOptions<Options> {
  /** The names that it comes under, few, so that declarations meet. */
  readonly slots: readonly string[];
  readonly options: fc.Arbitrary<Options>;
  readonly present: (slot: string, options: Options) => Resource;
  readonly absent?: (slot: string) => Resource;
  readonly moods: (slot: string) => readonly string[];
  readonly touches: (slot: string) => readonly string[];
  /** What other members share with it. Default: nothing. */
  readonly claim?: (slot: string) => string;
}

/** What needs others comes after them. */
const order = [
  ...["group", "user", "aptRepository", "aptPin", "apt", "debFile", "directory", "file", "symlink", "tree"],
  ...["certificate", "archive", "site", "git", "svn", "line", "iniFile", "hostname", "hosts", "timezone"],
  ...["locale", "alternatives", "sysctl", "kernelModule", "swapFile", "logrotate", "sudoers"],
  ...["authorizedKeys", "firewall", "systemdUnit", "service", "systemdTimer", "cron", "mount"],
  ...["nginxSite", "apacheSite", "poolMembers", "floatingAddress", "run"],
];

/** All things of a kind that a description can have. */
export function member<Options>(kind: string, given: MemberOptions<Options>): Member {
  const rank = order.indexOf(kind);
  if (rank < 0) throw new Error(`${kind} has no place in the order.`);
  const { slots, options, present, absent, moods, touches, claim = (slot) => `${kind} ${slot}` } = given;
  const things = fc
    .record({ slot: fc.constantFrom(...slots), chosen: options, mood: fc.nat() })
    .map((drawn) => {
      const { slot, chosen } = drawn;
      const states = ["", ...moods(slot)];
      return {
        ...{ text: `${kind} ${JSON.stringify(slot)} ${JSON.stringify(chosen)}`, claim: claim(slot), rank },
        present: () => present(slot, chosen),
        absent: absent && (() => absent(slot)),
        mood: states[drawn.mood % states.length] ?? "",
        touches: touches(slot),
      };
    });
  return { kind, things };
}
