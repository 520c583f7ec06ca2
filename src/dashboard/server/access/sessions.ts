import type { AccessRole } from "../../api.ts";
import { KeptFile } from "./kept-file.ts";
import { digest, newSecret } from "./secrets.ts";
import type { Visitor } from "./visitor.ts";

/** A session, as it is kept: of its secret only the digest. */
interface KeptSession {
  readonly digest: string;
  readonly name: string;
  readonly role: AccessRole;
  readonly csrf: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
  readonly used: number;
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

  /** Begins one, and gives what the cookie holds. */
  begin(name: string, role: AccessRole): string {
    const secret = newSecret();
    const now = this.#now();
    for (const [key, session] of this.#byDigest) if (this.#isOver(session)) this.#byDigest.delete(key);
    const kept = { digest: digest(secret), name, role, csrf: newSecret() };
    this.#byDigest.set(kept.digest, { ...kept, expires: now + limits.whole, used: now });
    this.#save();
    return secret;
  }

  /** Whose it is; absent when there is none, or it is over. */
  find(secret: string, from: string): Visitor | undefined {
    const session = this.#byDigest.get(digest(secret));
    if (!session || this.#isOver(session)) return undefined;
    const now = this.#now();
    if (now - session.used > noteEvery) {
      this.#byDigest.set(session.digest, { ...session, used: now });
      this.#save();
    }
    const { name, role, csrf, expires } = session;
    return { name, role, csrf, from, expires: new Date(expires).toISOString(), id: session.digest };
  }

  end(id: string): void {
    if (this.#byDigest.delete(id)) this.#save();
  }

  /** Ends all of somebody who is no longer there, or has another role or password. */
  endAllOf(name: string): void {
    for (const [key, session] of this.#byDigest) if (session.name === name) this.#byDigest.delete(key);
    this.#save();
  }

  #isOver({ expires, used }: KeptSession): boolean {
    const now = this.#now();
    return now >= expires || now - used >= limits.idle;
  }

  #save(): void {
    this.#file.write([...this.#byDigest.values()]);
  }
}
