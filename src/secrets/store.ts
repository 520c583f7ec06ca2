import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { ProogError } from "../report/error.ts";
import { suggestName } from "../report/text/nearest.ts";
import { decryptText, encryptText, readNotedReaders } from "./age.ts";
import { findOwnKeys } from "./identities.ts";

/** What a store is made of. */
export interface StorePlace {
  /** Its absolute path. */
  readonly folder: string;
  /** The folder of the config, to which paths are shown. */
  readonly directory: string;
  /** Public keys by the name of who has them; empty where the fleet names none. */
  readonly recipients: Readonly<Record<string, string>>;
  readonly environment: NodeJS.ProcessEnv;
}

const ending = ".age";

/**
 * The fleet's secrets, in a folder that git keeps: one file for each, encrypted with age for all recipients, so that names can be
 * read and values cannot, and changes of different secrets do not meet.
 * @see https://age-encryption.org/v1
 */
export class SecretStore {
  readonly place: StorePlace;

  constructor(place: StorePlace) {
    this.place = place;
  }

  /** In alphabetical order. */
  names(): string[] {
    const { folder } = this.place;
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).slice(0, -ending.length))
      .sort();
  }

  has(name: string): boolean {
    return existsSync(this.#fileOf(name));
  }

  /** Its file, as it is shown. */
  fileOf(name: string): string {
    return relative(this.place.directory, this.#fileOf(name));
  }

  /** @throws ProogError `secret-missing`, or `secret-unreadable` where no key fits or the file is damaged. */
  async get(name: string): Promise<string> {
    const text = this.#read(name);
    const file = this.fileOf(name);
    if (/^(<<<<<<<|=======|>>>>>>>)/m.test(text))
      throw new ProogError({
        code: "secret-unreadable",
        message: `${file} was changed on two branches, and has both.`,
        hint: `Take one of them: git checkout --ours ${file}, or --theirs\nOr set it anew: proog secret set ${name}`,
      });
    return await decryptText(file, text, findOwnKeys(this.place.environment), this.place.recipients);
  }

  /** Encrypts it for all recipients. @throws ProogError `config-invalid` where there are none. */
  async set(name: string, value: string): Promise<void> {
    const text = await encryptText(value, Object.values(this.place.recipients));
    const file = this.#fileOf(name);
    mkdirSync(dirname(file), { recursive: true });
    const beside = `${file}.${process.pid}`;
    try {
      writeFileSync(beside, text);
      renameSync(beside, file);
    } finally {
      rmSync(beside, { force: true });
    }
  }

  /** The public keys that it was encrypted for, as it says itself; absent where another program has written it. */
  readersOf(name: string): readonly string[] | undefined {
    return readNotedReaders(this.#read(name));
  }

  /** Whether it is for exactly those that the config names. */
  isFor(readers: readonly string[] | undefined): boolean {
    const wanted = Object.values(this.place.recipients);
    return readers?.length === wanted.length && wanted.every((key) => readers.includes(key));
  }

  #fileOf(name: string): string {
    return join(this.place.folder, `${name}${ending}`);
  }

  #read(name: string): string {
    try {
      return readFileSync(this.#fileOf(name), "latin1");
    } catch (cause) {
      const names = this.names();
      const near = names.length > 0 ? ` ${suggestName(name, names)}` : "";
      const why = existsSync(this.#fileOf(name))
        ? `${this.fileOf(name)} cannot be read`
        : `${this.fileOf(name)} is not there`;
      throw new ProogError({
        code: "secret-missing",
        message: `There is no secret "${name}": ${why}.${near}`,
        hint: `Set it: proog secret set ${name}`,
        cause,
      });
    }
  }
}
