import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { ProogError } from "../report/error.ts";
import type { Redactor } from "../report/redact/redactor.ts";
import { type Secret, writeForm } from "../resources/secret/secret.ts";
import { askCommand } from "./command.ts";
import type { SecretStore } from "./store.ts";
import { dropNewline } from "./value.ts";

/** What the desk asks. */
export interface SecretSources {
  /** The folder of the config: commands run there, and paths are relative to it. */
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Opened when it is first asked. */
  store(): Promise<SecretStore>;
  /** Learns every value, before anybody else has it. */
  readonly redactor?: Redactor | undefined;
}

/** Where the values of secrets are asked for, each once per command. */
export class SecretDesk {
  readonly #sources: SecretSources;
  readonly #known = new Map<string, Promise<string>>();

  constructor(sources: SecretSources) {
    this.#sources = sources;
  }

  /**
   * The value, in the form that it asks for.
   * @throws ProogError `secret-missing` where there is none, `secret-unreadable` where it cannot be had.
   */
  async value(secret: Secret): Promise<string> {
    const { name, env, command, file } = secret;
    const key = JSON.stringify([name, env, command, file]);
    const asked = this.#known.get(key) ?? this.#ask(secret);
    this.#known.set(key, asked);
    const value = await asked;
    const written = writeForm(value, secret.as);
    this.#sources.redactor?.add(written);
    return written;
  }

  /**
   * Makes known what is in the store, so that it is shown nowhere, whoever prints it. What cannot be read is passed over: it is not
   * needed.
   */
  async learnAll(): Promise<void> {
    try {
      const store = await this.#sources.store();
      for (const name of store.names()) await this.value({ type: "secret", name, at: "" }).catch(() => {});
    } catch {
      // There is none, or no key for it.
    }
  }

  async #ask(secret: Secret): Promise<string> {
    const value = await this.#read(secret);
    if (value === "")
      throw new ProogError({
        code: "secret-missing",
        message: `The secret "${secret.name}" is empty${describeSource(secret)}.`,
        hint: hintOf(secret),
      });
    if (value.includes("\0"))
      throw new ProogError({
        code: "secret-unreadable",
        message: `The secret "${secret.name}" has a NUL in it${describeSource(secret)}, and must be text.`,
        hint: "Keep what is no text as base64.",
      });
    this.#sources.redactor?.add(value);
    return value;
  }

  async #read(secret: Secret): Promise<string> {
    const { env, command, file } = secret;
    const { directory, environment } = this.#sources;
    if (env !== undefined) return readVariable(secret, env, environment);
    if (command !== undefined) return dropNewline(await askCommand(secret.name, command, directory));
    if (file !== undefined) return dropNewline(await readSecretFile(secret, file, directory));
    return await (await this.#sources.store()).get(secret.name);
  }
}

function readVariable({ name }: Secret, variable: string, environment: NodeJS.ProcessEnv): string {
  const value = environment[variable];
  if (value !== undefined) return value;
  throw new ProogError({
    code: "secret-missing",
    message: `There is no secret "${name}": the environment has no variable ${variable}.`,
    hint: `Set it for the command: ${variable}=… proog …`,
  });
}

async function readSecretFile({ name }: Secret, file: string, directory: string): Promise<string> {
  try {
    return await readFile(resolve(directory, file), "utf8");
  } catch (cause) {
    throw new ProogError({
      code: "secret-missing",
      message: `There is no secret "${name}": its file cannot be read: ${cause instanceof Error ? cause.message : cause}`,
      hint: `Its path is relative to the folder of the config, ${directory}.`,
      cause,
    });
  }
}

function describeSource({ env, command, file }: Secret): string {
  if (env !== undefined) return ` in the variable ${env}`;
  if (command !== undefined) return `, as ${command[0]} has printed it`;
  return file === undefined ? "" : ` in ${file}`;
}

function hintOf({ name, env, command, file }: Secret): string | undefined {
  if (env !== undefined) return `Set it for the command: ${env}=… proog …`;
  if (command !== undefined) return `Try it by hand: ${command.join(" ")}`;
  return file === undefined ? `Set it: proog secret set ${name}` : undefined;
}
