import { readFile } from "node:fs/promises";
import { Program } from "../catalog/program.ts";
import { quote } from "../catalog/quote.ts";
import { decodeField } from "../connect/field.ts";
import { openSession } from "../connect/open.ts";
import type { Credentials, Target } from "../connect/target.ts";
import { ProogError } from "../report/error.ts";
import type { MemberState, PoolMember } from "../resources/poolMembers/pool.ts";
import { membersShell } from "../resources/poolMembers/poolMembers.ts";

/** A line of the members on a balancer; `gone` is one that was removed, so that the others learn of it. */
export type MemberLine = Omit<PoolMember, "state"> & { readonly state: MemberState | "gone" };

/** What the log of a balancer says of one address since it was last asked. */
export interface SeenTraffic {
  /** `10.0.0.5:80` */
  readonly place: string;
  readonly requests: number;
  readonly errors: number;
  /** How many requests took how long, by buckets that are 5 % wide. */
  readonly times: ReadonlyMap<number, number>;
}

/** One balancer of a pool, asked in one round trip each time. */
export class Balancer {
  readonly node: string;
  readonly #target: Target;
  readonly #credentials: Credentials;
  readonly #signal: AbortSignal | undefined;
  /** Up to where its log was read: inode and offset. */
  #place: readonly string[] = [];
  /** The log that was looked for and that nothing writes. */
  #silent: string | undefined;

  constructor(node: string, target: Target, credentials: Credentials, signal?: AbortSignal) {
    this.node = node;
    this.#target = target;
    this.#credentials = credentials;
    this.#signal = signal;
  }

  /** Its members, also those that are gone; undefined where it does not know the pool: it was not applied yet. */
  async read(pool: string): Promise<readonly MemberLine[] | undefined> {
    const lines = await this.#ask(["pool_read", pool]);
    if (lines.some(({ verb }) => verb === "unknown")) return undefined;
    return lines.flatMap(({ verb, fields }) => (verb === "member" ? [readMember(fields)] : []));
  }

  /** @throws ProogError `pool-failed` when its engine does not take that: then all is as it was. */
  async write(pool: string, members: readonly MemberLine[]): Promise<void> {
    const lines = await this.#ask(["pool_set", pool, ...members.map(writeMember)]);
    const refused = lines.find(({ verb }) => verb === "refused");
    if (refused)
      throw new ProogError({
        code: "pool-failed",
        message: `${this.node} did not take the members of the pool ${pool}, so they are there as they were.`,
        detail: decodeField(refused.fields[0] ?? "").trimEnd(),
        hint: `Look at it: proog plan ${this.node}`,
      });
  }

  async connections({ address, port }: Pick<PoolMember, "address" | "port">): Promise<number> {
    const lines = await this.#ask(["pool_connections", address, String(port)]);
    return Number(lines.find(({ verb }) => verb === "connections")?.fields[0] ?? 0);
  }

  /** The log of requests, where nothing writes it: a whole file of the user's own may not say so. */
  get silent(): string | undefined {
    return this.#silent;
  }

  /** @param seconds Where it was never asked before: of the time before now. */
  async traffic(pool: string, seconds: number): Promise<readonly SeenTraffic[]> {
    const lines = await this.#ask(["pool_traffic", pool, String(seconds), ...this.#place]);
    const place = lines.find(({ verb }) => verb === "place");
    if (place) this.#place = place.fields;
    this.#silent = lines.find(({ verb }) => verb === "silent")?.fields[0];
    return lines.flatMap(({ verb, fields }) => (verb === "traffic" ? [readTraffic(fields)] : []));
  }

  /** @param again It was asked, and the connection that it shares was dropped under it: all that is asked here can be asked twice. */
  async #ask(words: readonly string[], again = false): Promise<Answered[]> {
    const { session } = await openSession(
      this.#target,
      { mode: "pool", program: writeProgram(words) },
      this.#credentials,
      this.#signal,
    );
    const lines: Answered[] = [];
    for await (const line of session.lines()) {
      if (line.verb === undefined) continue;
      if (line.verb === "answered") {
        session.close();
        return lines;
      }
      lines.push(line);
    }
    if (session.wasDropped && !again) return await this.#ask(words, true);
    throw session.failure();
  }
}

interface Answered {
  readonly verb: string;
  readonly fields: readonly string[];
}

async function writeProgram(words: readonly string[]): Promise<Program> {
  const files = [new URL("pool.sh", import.meta.url), ...membersShell];
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  return new Program([...texts, `${words.map(quote).join(" ")}\n`]);
}

function readMember(fields: readonly string[]): MemberLine {
  const [node = "", address = "", port = "", weight = "", state = "", since = "", by = "", ...why] = fields;
  const numbers = { port: Number(port), weight: Number(weight), since: Number(since) };
  return { node, address, ...numbers, state: stateOf(state), by, why: why.join(" ") };
}

const states: readonly string[] = [
  ...["joining", "healthy", "slow", "suspect", "dead", "draining", "drained", "paused", "gone"],
];

function stateOf(word: string): MemberLine["state"] {
  return isState(word) ? word : "suspect";
}

function isState(word: string): word is MemberLine["state"] {
  return states.includes(word);
}

/** Tabs stand between them, and lines end with a newline. */
function writeMember({ node, address, port, weight, state, since, by, why }: MemberLine): string {
  const plain = (text: string) => text.replaceAll(/[\s\0]+/g, " ").trim();
  return [node, address, port, weight, state, since, plain(by).replaceAll(" ", "_") || "-", plain(why)].join(
    "\t",
  );
}

function readTraffic([place = "", requests = "", errors = "", ...buckets]: readonly string[]): SeenTraffic {
  const times = new Map(
    buckets.map((bucket): [number, number] => {
      const [index, count] = bucket.split(":").map(Number);
      return [index ?? 0, count ?? 0];
    }),
  );
  return { place, requests: Number(requests), errors: Number(errors), times };
}
