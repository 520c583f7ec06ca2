import { readFile } from "node:fs/promises";
import { Program } from "../catalog/program.ts";
import { quote } from "../catalog/quote.ts";
import { decodeField } from "../connect/field.ts";
import { openSession } from "../connect/open.ts";
import type { Credentials, Target } from "../connect/target.ts";
import { ProogError } from "../report/error.ts";
import type { Facts } from "../resources/facts.ts";

/** A fact of the fleet's own: the shell that prints it. */
export interface OwnFact {
  readonly name: string;
  /** The file, as the config names it. */
  readonly file: string;
  readonly shell: string;
}

/**
 * Asks a node what it is, in one round trip.
 * @throws ProogError `facts-unavailable` when the shell of an own fact fails, and what connecting throws.
 */
export async function askFacts(
  target: Target,
  own: readonly OwnFact[],
  credentials: Credentials,
  signal?: AbortSignal,
): Promise<Facts> {
  const program = { mode: "facts", program: writeProgram(own) };
  const { session } = await openSession(target, program, credentials, signal);
  const reading = new FactsReading();
  for await (const line of session.lines()) {
    if (line.verb === undefined) continue;
    if (line.verb === "answered") {
      session.close();
      return reading.facts();
    }
    if (line.verb === "failed") {
      session.close();
      throw ownFailed(target.name, own, line.fields.map(decodeField));
    }
    reading.take(line.verb, line.fields.map(decodeField));
  }
  throw session.failure();
}

async function writeProgram(own: readonly OwnFact[]): Promise<Program> {
  const shell = await readFile(new URL("facts.sh", import.meta.url), "utf8");
  return new Program([shell, ...own.map(({ name, shell }) => `own ${quote(name)} ${quote(shell)}\n`)]);
}

function ownFailed(node: string, own: readonly OwnFact[], fields: readonly string[]): ProogError {
  const [name = "", status = "", complaint = ""] = fields;
  const file = own.find((fact) => fact.name === name)?.file ?? name;
  const why = status === "124" ? "took more than 60 s" : `ended with status ${status}`;
  return new ProogError({
    code: "facts-unavailable",
    message: `The fact ${name} of ${node} cannot be told: ${file} ${why} there.`,
    detail: complaint,
    hint: "Its status must be 0: where there is nothing to tell, it prints nothing.",
  });
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Reads the lines of facts.sh. */
class FactsReading {
  readonly #disks: Facts["disks"][number][] = [];
  readonly #fileSystems: Facts["fileSystems"][number][] = [];
  readonly #addresses: Facts["addresses"][number][] = [];
  readonly #hostKeys: string[] = [];
  readonly #own: Record<string, string> = {};
  readonly #facts: Writable<Facts> = {
    system: { id: "", version: "", codename: "", release: "", name: "" },
    ...{ kernel: "", architecture: "", virtualisation: "", hostname: "", memory: 0, swap: 0, cpus: 0 },
    ...{ processor: "", disks: this.#disks, fileSystems: this.#fileSystems, addresses: this.#addresses },
    hostKeys: this.#hostKeys,
    own: this.#own,
  };

  facts(): Facts {
    return this.#facts;
  }

  take(verb: string, fields: readonly string[]): void {
    const [first = "", second = "", third = "", fourth = "", fifth = ""] = fields;
    const facts = this.#facts;
    if (verb === "kernel" || verb === "architecture" || verb === "virtualisation") facts[verb] = first;
    else if (verb === "hostname" || verb === "processor") facts[verb] = first;
    else if (verb === "memory" || verb === "swap") facts[verb] = Number(first) * 1024;
    else if (verb === "host-key") this.#hostKeys.push(first);
    else if (verb === "cpus") facts.cpus = Number(first);
    else if (verb === "own") this.#own[first] = second;
    else if (verb === "system")
      facts.system = { id: first, version: second, codename: third, release: fourth, name: fifth };
    else if (verb === "disk") {
      // lsblk writes what would be a column of its own as \x20.
      const model = fourth
        .replace(/\\x([0-9a-f]{2})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))
        .trim();
      const disk = { name: first, size: Number(second), rotates: third === "1" };
      this.#disks.push({ ...disk, ...(model && { model }) });
    } else if (verb === "file-system") {
      const sizes = { size: Number(third), used: Number(fourth) };
      this.#fileSystems.push({ path: fifth, device: first, type: second, ...sizes });
    } else if (verb === "address") {
      const [address = "", prefix] = third.split("/");
      const family = second === "inet6" ? 6 : 4;
      this.#addresses.push({ interface: first, address, family, ...(prefix && { prefix: Number(prefix) }) });
    }
  }
}
