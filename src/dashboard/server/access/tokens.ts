import { randomBytes } from "node:crypto";
import type { NewToken, Token, TokenRequest, TokenScope } from "../../api.ts";
import { KeptFile } from "./kept-file.ts";
import { digest, newSecret } from "./secrets.ts";

interface KeptToken extends Token {
  readonly digest: string;
}

/** Tokens of programs: of each only the digest is kept. */
export class Tokens {
  readonly #file: KeptFile<readonly KeptToken[]>;
  readonly #now: () => number;
  /** Written down with the next change; it is only for people who clean up. */
  readonly #used = new Map<string, string>();

  constructor(file: string, now: () => number = Date.now) {
    this.#file = new KeptFile<readonly KeptToken[]>(file, []);
    this.#now = now;
  }

  list(): Token[] {
    return this.#file.read().map(({ digest: _, ...token }) => {
      const lastUsed = this.#used.get(token.id) ?? token.lastUsed;
      return { ...token, ...(lastUsed !== undefined && { lastUsed }) };
    });
  }

  create({ name, scope, days }: TokenRequest, owner: string): NewToken {
    const secret = `proog_${newSecret()}`;
    const now = this.#now();
    const token: Token = {
      ...{ id: randomBytes(6).toString("hex"), name, owner, scope },
      created: new Date(now).toISOString(),
      expires: new Date(now + days * 86_400_000).toISOString(),
    };
    this.#write([...this.#file.read(), { ...token, digest: digest(secret) }]);
    return { ...token, token: secret };
  }

  remove(id: string): boolean {
    const all = this.#file.read();
    const others = all.filter((token) => token.id !== id);
    if (others.length < all.length) this.#write(others);
    return others.length < all.length;
  }

  removeAllOf(owner: string): void {
    this.#write(this.#file.read().filter((token) => token.owner !== owner));
  }

  /** Absent when there is none such, or it has expired. */
  find(secret: string): { readonly token: Token; readonly scope: TokenScope } | undefined {
    const wanted = digest(secret);
    const token = this.#file.read().find((kept) => kept.digest === wanted);
    if (!token || Date.parse(token.expires) <= this.#now()) return undefined;
    this.#used.set(token.id, new Date(this.#now()).toISOString());
    return { token, scope: token.scope };
  }

  #write(tokens: readonly KeptToken[]): void {
    this.#file.write(
      tokens.map((token) => {
        const lastUsed = this.#used.get(token.id);
        return lastUsed === undefined ? token : { ...token, lastUsed };
      }),
    );
  }
}
