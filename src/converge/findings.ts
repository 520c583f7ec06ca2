import { decodeField } from "../connect/field.ts";
import type { Certainty, Difference } from "../report/event.ts";

/** What a check found about one resource: the lines as the node wrote them, and what they mean. */
export interface Finding {
  readonly number: number;
  readonly certainty: Certainty;
  readonly differences: Difference[];
  readonly reasons: string[];
  readonly remedies: string[];
  readonly triggers: { readonly action: string; readonly because: number }[];
  /** Contents that it needs beside those that differences name, by their SHA-256; `all` is each of them. */
  readonly needs: string[];
  /** Texts that are there now, by aspect. */
  readonly shown: Map<string, Buffer>;
  /** Aspects of which the text is, or was, secret. */
  readonly hidden: Set<string>;
  /** What apply gets back, so that it does only what still looks the same. */
  readonly lines: string[];
}

const verbs = new Set(["finding", "differs", "because", "remedy", "triggered", "shown", "needs"]);

/** Gathers the findings from a check's events; see check.sh for the lines. */
export class Findings {
  readonly #byNumber = new Map<number, Finding>();

  /** Takes an event; false when it is no part of a finding. */
  take(verb: string, fields: readonly string[]): boolean {
    if (!verbs.has(verb)) return false;
    const number = Number(fields[0]);
    const finding = this.#byNumber.get(number) ?? this.#begin(number, fields[1] as Certainty);
    if (verb !== "shown") finding.lines.push(`${verb} ${fields.join(" ")}\n`);
    const [, first = "", second = "", third = ""] = fields;
    switch (verb) {
      case "differs":
        finding.differences.push({
          aspect: decodeField(first),
          now: decodeField(second),
          wanted: decodeField(third),
        });
        break;
      case "because":
        finding.reasons.push(decodeField(first));
        break;
      case "remedy":
        finding.remedies.push(decodeField(first));
        break;
      case "triggered":
        finding.triggers.push({ action: first, because: Number(second) });
        break;
      case "needs":
        for (const need of fields.slice(1)) finding.needs.push(need);
        break;
      case "shown":
        if (second === "secret") finding.hidden.add(decodeField(first));
        else finding.shown.set(decodeField(first), Buffer.from(second.slice(1), "base64"));
        break;
    }
    return true;
  }

  #begin(number: number, certainty: Certainty): Finding {
    const finding: Finding = {
      number,
      certainty,
      differences: [],
      reasons: [],
      remedies: [],
      triggers: [],
      needs: [],
      shown: new Map(),
      hidden: new Set(),
      lines: [],
    };
    this.#byNumber.set(number, finding);
    return finding;
  }

  /** In the order of the catalog. */
  list(): Finding[] {
    return [...this.#byNumber.values()];
  }
}
