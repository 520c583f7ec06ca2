import type { AccessRole } from "../../api.ts";
import { refuse } from "../problem.ts";
import type { Accounts, KnownBy } from "./accounts.ts";
import type { Person } from "./oidc/person.ts";
import type { KeptSession } from "./sessions.ts";
import type { Tokens } from "./tokens.ts";

const hour = 3_600_000;

/** How long a session of who logs in by an OpenID provider is, in milliseconds: then that is asked again. */
export const providerSession = 12 * hour;

/** How long tokens of theirs are good, from their last login: who has left an organisation is told nobody by its provider. */
const providerTokens = 30 * 24 * hour;

export interface PeopleOptions {
  /** Who the link logs in; absent where there is none. */
  readonly owner?: string;
  /** Whether the config still says this of the OpenID provider, as far as it is known; absent where there is none. */
  readonly trustsProvider?: (settings: string) => boolean;
}

/** What people may by now, of whom sessions and tokens are. */
export class People {
  readonly #accounts: Accounts;
  readonly #tokens: Tokens;
  readonly #options: PeopleOptions;

  constructor(accounts: Accounts, tokens: Tokens, options: PeopleOptions) {
    this.#accounts = accounts;
    this.#tokens = tokens;
    this.#options = options;
  }

  /**
   * Notes one whom the OpenID provider knows, as that lets them in. Who has a password here is somebody else, as far as is known.
   * @throws Refusal `conflict`
   */
  admit({ name, role }: Person, provider: KnownBy): void {
    const known = this.#accounts.providerOf(name);
    if (name === this.#options.owner || (!known && this.#accounts.find(name)))
      refuse(
        "conflict",
        `${name} is the name of somebody who does not log in by the OpenID provider.`,
        `Who is the same person removes that account first: proog account remove ${name}`,
      );
    // The name has gone over to somebody else.
    if (known && known.subject !== provider.subject) this.#tokens.removeAllOf(name);
    this.#accounts.admit(name, role, provider);
  }

  /** One whom the OpenID provider knows, and who may not come in any more: sessions and tokens end with the account. */
  forget(subject: string): void {
    const names = this.#accounts.list().map(({ name }) => name);
    for (const name of names.filter((each) => this.#accounts.providerOf(each)?.subject === subject)) {
      this.#accounts.remove(name);
      this.#tokens.removeAllOf(name);
    }
  }

  /** What the owner of a token may; absent for who may nothing any more. */
  ownerRole(name: string): AccessRole | undefined {
    if (name === this.#options.owner) return "admin";
    const { seen, role } = this.#accounts.find(name) ?? {};
    if (seen === undefined) return role;
    return Date.now() - Date.parse(seen) < providerTokens && this.#isTrusted(name) ? role : undefined;
  }

  /** What the account of a session may now; absent when that is gone, or is not what it was. */
  roleOf({ name, role, account }: KeptSession): AccessRole | undefined {
    if (account === undefined) return this.#options.owner === undefined ? undefined : role;
    const isIn = this.#accounts.stampOf(name) === account && this.#isTrusted(name);
    return isIn ? this.#accounts.find(name)?.role : undefined;
  }

  /** Of one who logs in by an OpenID provider, whether the config still lets the same people in. */
  #isTrusted(name: string): boolean {
    const known = this.#accounts.providerOf(name);
    return known === undefined || this.#options.trustsProvider?.(known.settings) === true;
  }
}
