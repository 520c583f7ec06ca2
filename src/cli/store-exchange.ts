import type { Exchange, LastFacts, Published } from "../fleet/exchange.ts";
import type { LoadedFleet } from "../fleet/load.ts";
import { ProogError } from "../report/error.ts";
import type { NodeFacts } from "../report/event.ts";
import { formatAge } from "../report/text/duration.ts";
import { count } from "../report/text/names.ts";
import { callerPlace } from "../resources/caller.ts";
import type { Facts } from "../resources/facts.ts";
import { secretsIn } from "../resources/secret/secret.ts";
import type { SecretDesk } from "../secrets/desk.ts";
import type { ExportedRecord, Store } from "../store/store.ts";
import type { RecordingReporter } from "./run.ts";

/** Characters of a published value. */
const longestValue = 65_536;

/** What nodes of an environment tell each other through the store, which is opened when a role first asks. */
export class StoreExchange implements Exchange {
  readonly #loaded: LoadedFleet & { readonly secrets: SecretDesk };
  readonly #environment: string;
  readonly #reporter: RecordingReporter;
  readonly #published = new Map<string, Map<string, string>>();
  readonly #told = new Set<string>();
  #store: Promise<Store> | undefined;

  constructor(
    loaded: LoadedFleet & { readonly secrets: SecretDesk },
    environment: string,
    reporter: RecordingReporter,
  ) {
    this.#loaded = loaded;
    this.#environment = environment;
    this.#reporter = reporter;
  }

  publish(node: string, name: string, value: unknown): void {
    const text = requireValue(name, value);
    const values = this.#published.get(node) ?? new Map<string, string>();
    values.set(name, text);
    this.#published.set(node, values);
  }

  /** What a node's roles have published in this command, as JSON, without secrets. */
  publishedBy(node: string): ReadonlyMap<string, string> {
    const { redactor } = this.#reporter;
    const values = this.#published.get(node) ?? new Map<string, string>();
    return redactor ? new Map([...values].map(([name, text]) => [name, redactor.text(text)])) : values;
  }

  async published(name: string): Promise<readonly Published[]> {
    const found = await (await this.#open()).exported(this.#environment, name);
    this.#tell(
      `"${name}"`,
      found.map(({ at }) => at),
    );
    return found.map(({ node, value, at }: ExportedRecord) => ({ node, value, at: new Date(at) }));
  }

  async lastFacts(node: string): Promise<LastFacts | undefined> {
    const record = await (await this.#open()).node(this.#environment, node);
    if (!record?.facts) return undefined;
    this.#tell(`the facts of ${node}`, [record.facts.at]);
    return { facts: publicFacts(record.facts.facts), at: new Date(record.facts.at) };
  }

  #open(): Promise<Store> {
    this.#store ??= import("./open-history.ts").then(({ openFleetStore }) =>
      openFleetStore(this.#loaded, this.#reporter),
    );
    return this.#store;
  }

  /** How old it is, once for each. */
  #tell(what: string, times: readonly number[]): void {
    if (this.#told.has(what) || times.length === 0) return;
    this.#told.add(what);
    const [newest, oldest] = [Math.max(...times), Math.min(...times)].map((at) => formatAge(Date.now() - at));
    const age = newest === oldest ? `${newest} old` : `${newest} to ${oldest} old`;
    const from = what.startsWith('"') ? ` of ${count(times.length, "node")}` : "";
    this.#reporter({ type: "note", text: `From the store: ${what}${from}, ${age}.` });
  }
}

/** The names of a fleet's own facts are the config's. */
function publicFacts(facts: NodeFacts): Facts {
  // A store may have facts of before these were asked for.
  return { ...facts, hostKeys: facts.hostKeys ?? [], own: facts.own as Facts["own"] };
}

function requireValue(name: string, value: unknown): string {
  const wrong = (what: string, hint: string) =>
    new ProogError({
      code: "config-invalid",
      message: `publish("${name}") ${what}`,
      hint,
      where: callerPlace(requireValue),
    });
  if (typeof name !== "string" || !/^[\w.-]{1,100}$/.test(name))
    throw wrong("has a name that is none.", 'Letters, digits, "_", "-" and ".": publish("metrics", …)');
  const secrets = typeof value === "object" && value !== null ? secretsIn(value) : [];
  if (secrets.length > 0)
    throw wrong(
      `has the secret "${secrets[0]?.name}", and whoever can read the store could read it there.`,
      "Give others its name: each asks for secret() itself.",
    );
  const text = JSON.stringify(value);
  if (text === undefined)
    throw wrong(
      "has nothing that can be written down.",
      "It takes what JSON can hold: texts, numbers, lists, objects.",
    );
  if (text.length > longestValue)
    throw wrong(
      `has ${text.length} characters, and can have ${longestValue}.`,
      "It is for addresses and keys, not for files.",
    );
  return text;
}
