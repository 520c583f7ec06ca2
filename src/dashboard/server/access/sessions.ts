import type { AccessRole } from "../../api.ts";
import { KeptFile } from "./kept-file.ts";
import { digest, newSecret } from "./secrets.ts";

/** A session, as it is kept: of its secret only the digest. */
export interface KeptSession {
  readonly digest: string;
  readonly name: string;
  readonly role: AccessRole;
  readonly csrf: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
  readonly used: number;
  /** Of an account, what it was when it logged in: its session ends with that. Absent for who came by the link. */
  readonly account?: string;
}

const hour = 3_600_000;

/** From its beginning, and from when it was last used. */
const limits = { whole: 7 * 24 * hour, idle: 12 * hour } as const;

/** How late it may be written down that one was used. */
const noteEvery = hour / 4;

/** Those who are logged in; kept in a file, so that a restart of the server throws nobody out. */
export class Sessions {
  readonly #file: KeptFile<readonly KeptSession[]>;
  readonly #now: () => number;
  readonly #byDigest: Map<string, KeptSession>;

  constructor(file: string, now: () => number = Date.now) {
    this.#file = new KeptFile<readonly KeptSession[]>(file, []);
    this.#now = now;
    this.#byDigest = new Map(this.#file.read().map((session) => [session.digest, session]));
  }

  /** Begins one, of so many milliseconds at most, and gives what the cookie holds. */
  begin(who: Pick<KeptSession, "name" | "role" | "account">, whole: number = limits.whole): string {
    const secret = newSecret();
    const now = this.#now();
    for (const [key, session] of this.#byDigest) if (this.#isOver(session)) this.#byDigest.delete(key);
    const kept = { digest: digest(secret), ...who, csrf: newSecret() };
    this.#byDigest.set(kept.digest, { ...kept, expires: now + whole, used: now });
    this.#save();
    return secret;
  }

  /** Whose it is; absent when there is none, or it is over. */
  find(secret: string): KeptSession | undefined {
    const session = this.get(digest(secret));
    const now = this.#now();
    if (session && now - session.used > noteEvery) {
      this.#byDigest.set(session.digest, { ...session, used: now });
      this.#save();
    }
    return session;
  }

  /** The same by what is kept of it. */
  get(id: string): KeptSession | undefined {
    const session = this.#byDigest.get(id);
    return session && !this.#isOver(session) ? session : undefined;
  }

  end(id: string): void {
    if (this.#byDigest.delete(id)) this.#save();
  }

  #isOver({ expires, used }: KeptSession): boolean {
    const now = this.#now();
    return now >= expires || now - used >= limits.idle;
  }

  #save(): void {
    this.#file.write([...this.#byDigest.values()]);
  }
}
