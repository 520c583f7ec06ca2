import type { AccessRole, Account } from "../../api.ts";
import { KeptFile } from "./kept-file.ts";
import { isPassword, type KeptPassword, keepPassword } from "./passwords.ts";

interface KeptAccount extends Account {
  /** Absent where it logs in by the OpenID provider. */
  readonly password?: KeptPassword;
  readonly provider?: KnownBy;
}

/** By what an OpenID provider knows somebody. */
export interface KnownBy {
  /** The provider and its own name for this person, which stays when others change. */
  readonly subject: string;
  /** What the config said of the provider then. */
  readonly settings: string;
}

/** What is wrong with a name; whoever reads a history must be able to tell people apart. */
export function wrongName(name: string): string | undefined {
  if (/^[\p{L}\p{N}][\p{L}\p{N}@._+-]{0,63}$/u.test(name)) return undefined;
  return "A name has letters, digits and @ . _ + -, at most 64 of them, and begins with a letter or a digit.";
}

/** What is wrong with a password: how long it is matters, and what it is made of does not. See NIST SP 800-63B-4, 3.1.1.2. */
export function wrongPassword(password: string): string | undefined {
  if (password.length < 12) return "A password has at least 12 characters; several words are well.";
  if (password.length > 1000) return "A password has at most 1000 characters.";
  return undefined;
}

/** Who may log in; `proog account` changes the same file. */
export class Accounts {
  readonly #file: KeptFile<readonly KeptAccount[]>;

  constructor(file: string) {
    this.#file = new KeptFile<readonly KeptAccount[]>(file, []);
  }

  list(): Account[] {
    return this.#file.read().map(({ password: _, provider: __, ...account }) => account);
  }

  find(name: string): Account | undefined {
    return this.list().find((account) => account.name === name);
  }

  /** By what the OpenID provider knows it; absent where it has a password. */
  providerOf(name: string): KnownBy | undefined {
    return this.#kept(name)?.provider;
  }

  /** Something that is another one when the password is, or who the OpenID provider means by the name. */
  stampOf(name: string): string {
    const { password, provider } = this.#kept(name) ?? {};
    return password?.salt ?? (provider ? `${provider.settings} ${provider.subject}` : "");
  }

  /** Makes it, or changes what is given. */
  async set(name: string, role: AccessRole, password?: string): Promise<void> {
    const kept = password === undefined ? undefined : await keepPassword(password);
    const before = this.#kept(name);
    const created = before?.created ?? new Date().toISOString();
    const its = kept ?? before?.password;
    this.#put({ name, role, created, ...(its && { password: its }) });
  }

  /** Notes one whom the OpenID provider has let in just now. */
  admit(name: string, role: AccessRole, provider: KnownBy): void {
    const seen = new Date().toISOString();
    this.#put({ name, role, created: this.#kept(name)?.created ?? seen, seen, provider });
  }

  #put(account: KeptAccount): void {
    const others = this.#file.read().filter(({ name }) => name !== account.name);
    this.#file.write([...others, account].sort(byName));
  }

  remove(name: string): boolean {
    const all = this.#file.read();
    const others = all.filter((account) => account.name !== name);
    if (others.length < all.length) this.#file.write(others);
    return others.length < all.length;
  }

  /** Whose it is; absent when name or password is wrong, which is not told apart. */
  async check(name: string, password: string): Promise<Account | undefined> {
    const account = this.#kept(name);
    return (await isPassword(password, account?.password)) ? account : undefined;
  }

  #kept(name: string): KeptAccount | undefined {
    return this.#file.read().find((account) => account.name === name);
  }
}

function byName(one: Account, other: Account): number {
  return one.name < other.name ? -1 : 1;
}
