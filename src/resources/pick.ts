import { ProogError } from "../report/error.ts";
import { listNames } from "../report/text/names.ts";
import { nearestName } from "../report/text/nearest.ts";
import { keyOf, type Resource } from "./kind.ts";
import type { Kinds } from "./kinds.ts";

/** What `--only` and `--skip` were given. */
export interface PickWords {
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
}

type Matcher = (resource: Resource) => boolean;

interface Word {
  readonly text: string;
  readonly matches: Matcher;
  /** `--skip` of a kind that no node happens to have is in order. */
  readonly mayMiss: boolean;
  used: boolean;
}

/**
 * Which resources a run is about: those that `--only` names (all without it), but for those that `--skip` names. A word is
 * a kind (`file`), a name as the plan shows it (`/etc/motd`, `nginx`), both (`service:nginx`, `"service nginx"`), or a
 * tag (`tag:security`). `*` in a name or a tag stands for any characters. `kind:` and `name:` say which one is meant.
 */
export class ResourcePick {
  readonly #kinds: Kinds;
  readonly #only: readonly Word[];
  readonly #skip: readonly Word[];
  /** What is there to be named, to suggest. */
  readonly #known = new Set<string>();

  constructor({ only = [], skip = [] }: PickWords, kinds: Kinds) {
    this.#kinds = kinds;
    this.#only = only.map((text) => this.#parse(text, false));
    this.#skip = skip.map((text) => this.#parse(text, kinds.has(text.replace(/^kind:/, ""))));
  }

  /** Whether the run is about this resource. */
  takes(resource: Resource): boolean {
    this.#know(resource);
    // Each word is asked, so that it is known which of them name nothing.
    const only = this.#only.filter((word) => this.#asks(word, resource));
    const skip = this.#skip.filter((word) => this.#asks(word, resource));
    return (this.#only.length === 0 || only.length > 0) && skip.length === 0;
  }

  /** @throws ProogError `unknown-selector` for words that name none of the resources that were asked about. */
  refuseUnused(nodes: readonly string[]): void {
    const only = this.#only.find(isUnused);
    const word = only ?? this.#skip.find(isUnused);
    if (word === undefined) return;
    const option = only ? "--only" : "--skip";
    const where = listNames(nodes) || "no node";
    const nearest = nearestName(word.text, [...this.#known, ...this.#kinds.types()]);
    throw new ProogError({
      code: "unknown-selector",
      message: `${option} ${JSON.stringify(word.text)} names no resource of ${where}.`,
      hint:
        nearest === undefined || nearest === word.text
          ? "It takes a kind (file), a name as the plan shows it (/etc/motd, service:nginx) or a tag (tag:security)."
          : `Did you mean ${JSON.stringify(nearest)}?`,
    });
  }

  #asks(word: Word, resource: Resource): boolean {
    const matches = word.matches(resource);
    word.used ||= matches;
    return matches;
  }

  #parse(text: string, mayMiss: boolean): Word {
    return { text, matches: this.#matcher(text), mayMiss, used: false };
  }

  #matcher(text: string): Matcher {
    const [, prefix = "", rest = ""] = /^([a-z][A-Za-z0-9]*)[: ](.+)$/s.exec(text) ?? [];
    if (prefix === "tag") return ({ tags = [] }) => tags.some(pattern(rest));
    if (prefix === "kind") return ({ type }) => type === rest;
    if (prefix === "name") return this.#named(rest);
    if (this.#kinds.has(prefix)) {
      const named = this.#named(rest);
      return (resource) => resource.type === prefix && named(resource);
    }
    if (this.#kinds.has(text)) return ({ type }) => type === text;
    return this.#named(text);
  }

  #named(text: string): Matcher {
    const fits = pattern(text);
    return (resource) => fits(resource.name) || this.#namesOf(resource).some(fits);
  }

  #namesOf(resource: Resource): readonly string[] {
    return this.#kinds.of(resource).names?.(resource) ?? [];
  }

  #know(resource: Resource): void {
    const { type, name, tags = [] } = resource;
    for (const word of [type, name, keyOf(resource).replace(" ", ":"), ...this.#namesOf(resource)])
      this.#known.add(word);
    for (const tag of tags) this.#known.add(`tag:${tag}`);
  }
}

function isUnused({ used, mayMiss }: Word): boolean {
  return !used && !mayMiss;
}

/** A name that has a `*` of its own is named by itself, too. */
function pattern(text: string): (name: string) => boolean {
  if (!text.includes("*")) return (name) => name === text;
  const parts = text.split("*").map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
  const whole = new RegExp(`^${parts.join(".*")}$`, "s");
  return (name) => name === text || whole.test(name);
}
