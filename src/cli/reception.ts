import type { Receptionist, UnknownKey } from "../connect/contact.ts";
import type { Credentials, Target } from "../connect/target.ts";
import { harmlessLine } from "../report/text/harmless.ts";
import type { InstallOptions } from "./commands/install.ts";
import { readSecret } from "./credentials.ts";
import type { Run } from "./run.ts";

/** Asks a person what the first contact with machines needs, one question at a time, and a password once for all of them. */
export class Reception implements Receptionist {
  readonly #run: Run;
  readonly #options: InstallOptions;
  /** What each machine took, which sudo there takes, too, as a rule. */
  readonly passwords = new Map<string, string>();
  readonly #answered = new Map<string, number>();
  #password: string | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(run: Run, options: InstallOptions) {
    this.#run = run;
    this.#options = options;
  }

  get asksPasswords(): boolean {
    return process.stdin.isTTY === true && process.stderr.isTTY === true;
  }

  progress({ name }: Target, text: string): void {
    this.#run.reporter({ type: "progress", text, node: name });
  }

  async acceptKey({ name, address }: Target, { fingerprint, type, remarks }: UnknownKey): Promise<boolean> {
    if (this.#options.acceptHostKey?.includes(fingerprint)) return true;
    if (!this.asksPasswords) return false;
    const host = name === address ? name : `${name} (${address})`;
    const lines = [`The host key of ${host} is not known yet:`, `${type} ${fingerprint}`, ...remarks];
    return await this.#ask(`${lines.join("\n")}\nIs it right? It is remembered then.`);
  }

  /** Passwords of the first machine are tried on the others, before they are asked for. */
  async answer(target: Target, question: string): Promise<string | undefined> {
    if (!this.asksPasswords) return undefined;
    if (/passphrase|PIN/i.test(question)) return await this.#inTurn(() => readSecret(harmlessLine(question)));
    const before = this.#answered.get(target.name) ?? 0;
    this.#answered.set(target.name, before + 1);
    return await this.#inTurn(async () => {
      if (before > 0 || this.#password === undefined) {
        const again = before > 0 ? "It was refused. Again: " : "";
        this.#password = await readSecret(
          `${again}Password of ${target.user ?? "the user"} on ${target.name}`,
        );
      }
      return this.#password;
    });
  }

  /** Whether the fleet's key shall be put there. */
  async offersKey({ user, name }: Target): Promise<boolean> {
    if (this.#options.yes) return true;
    return await this.#ask(
      `Put the fleet's key there for ${user} on ${name}, so that the password is not needed again?`,
      true,
    );
  }

  /** What sudo is told: first of all what the login took. */
  credentials({ sudoPassword }: Credentials): Credentials {
    return {
      sudoPassword: async (target, wrong) => {
        const known = wrong ? undefined : this.passwords.get(target.name);
        return known ?? (await sudoPassword(target, wrong));
      },
    };
  }

  #ask(message: string, initialValue = false): Promise<boolean> {
    return this.#inTurn(async () => {
      const { confirm, isCancel } = await import("@clack/prompts");
      const answer = await confirm({ message, initialValue, output: process.stderr });
      return !isCancel(answer) && answer;
    });
  }

  #inTurn<Result>(question: () => Promise<Result>): Promise<Result> {
    const asked = this.#turn.then(() => this.#run.ask(question));
    this.#turn = asked.catch(() => {});
    return asked;
  }
}
