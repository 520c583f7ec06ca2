import { inspect } from "node:util";
import { ProogError } from "../../report/error.ts";
import { callerPlace } from "../caller.ts";
import type { Mistake } from "../declare.ts";
import { quote } from "../quote.ts";

/** Where a secret comes from, where that is not the fleet's store; and how it stands in a text. */
export interface SecretOptions {
  /** A variable in the environment of this command: `"DB_PASSWORD"`. */
  readonly env?: string;
  /**
   * A command on this machine that prints it, and its arguments: run once per command of Proog, in the folder of the config,
   * without a shell and without input, for at most two minutes.
   * @example ["pass", "show", "db"]
   * @example ["op", "read", "op://live/db/password"]
   */
  readonly command?: readonly string[];
  /** A local file that holds it, relative to the folder of the config; keep it out of git. */
  readonly file?: string;
  /**
   * What is made of it before it is put in its place: `"url"` as a part of an address, `"shell"` as one word of a shell, `"json"`
   * as the inside of a string of JSON, `"base64"`. Default: it is put there as it is.
   */
  readonly as?: SecretForm;
}

/** What can be made of a secret before it is put in its place. */
export type SecretForm = "url" | "shell" | "json" | "base64";

/** The name of a secret: its value is asked for when it is needed, and is shown nowhere. */
export interface Secret extends SecretOptions {
  /** What tells it from other declarations. */
  readonly type: "secret";
  /** Letters, digits, "_", "-", "." and, for folders, "/". */
  readonly name: string;
  /** The user's own file and line. */
  readonly at: string;
  /** What is wrong with how it was written. */
  readonly mistakes?: readonly Mistake[];
}

/** A text with secrets in it: what `template` and `json` give. */
export interface SecretText {
  /** What tells it from other declarations. */
  readonly type: "secret text";
  /** What it is put together from. */
  readonly parts: readonly (string | Secret)[];
}

/** What a text with secrets can be put together from. */
export type SecretPart = string | number | Secret | SecretText;

const optionNames: Readonly<Record<keyof SecretOptions, true>> = {
  ...{ env: true, command: true, file: true, as: true },
};

const forms: Readonly<Record<SecretForm, true>> = { url: true, shell: true, json: true, base64: true };

/** A name that can be that of a file, and of folders before it. */
export function isSecretName(name: unknown): name is string {
  return typeof name === "string" && name.length <= 200 && /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/.test(name);
}

/**
 * A secret by its name: a password, a key, a token. It comes from the fleet's encrypted store (`proog secret set db`), from a
 * variable of the environment, from a command or from a file, and goes to nodes only where it has to be. No catalog, plan, log or
 * message shows it, nor a hash of it.
 *
 * It stands where a content or a password is taken. In a text, it stands in `template`, or in `json`.
 * @example file("/etc/app/token", { content: secret("token") })
 * @example file("/etc/app.env", { content: template`DB_PASSWORD=${secret("db", { as: "shell" })}\n`, group: "app", mode: "0640" })
 * @example user("ada", { password: secret("ada", { command: ["pass", "show", "hashes/ada"] }) })
 * @example secret("smtp", { env: "SMTP_PASSWORD" })
 */
export function secret(name: string, options: SecretOptions = {}): Secret {
  const mistakes = [...checkName(name), ...checkSecretOptions(options)];
  const { env, command, file, as } = { ...options };
  const fields = {
    ...({ type: "secret", name: String(name) } as const),
    ...(env !== undefined && { env }),
    ...(command !== undefined && { command: Array.isArray(command) ? Object.freeze([...command]) : command }),
    ...(file !== undefined && { file }),
    ...(as !== undefined && { as }),
    at: callerPlace(secret),
    ...(mistakes.length > 0 && { mistakes: Object.freeze(mistakes) }),
  };
  return Object.freeze(guard(fields, `[secret ${name}]`, `The secret "${name}"`));
}

/**
 * A text with secrets in it: stands where a content is taken, and as a whole is as secret as they are.
 * @example template`postgres://app:${secret("db", { as: "url" })}@db.example.org/app\n`
 */
export function template(strings: TemplateStringsArray, ...values: readonly SecretPart[]): SecretText {
  const parts: (string | Secret)[] = [];
  for (const [index, text] of strings.entries()) {
    parts.push(text);
    if (index < values.length) parts.push(...partsOf(values[index]));
  }
  return secretText(parts);
}

/**
 * A value as JSON, indented by two blanks, with secrets in it as strings. It is YAML, too.
 * @example file("/etc/app.json", { content: json({ database: { user: "app", password: secret("db") } }) })
 */
export function json(value: unknown): SecretText {
  const held: (readonly (string | Secret)[])[] = [];
  const hold = (_key: string, inner: unknown): unknown => {
    if (!isSecret(inner) && !isSecretText(inner)) return inner;
    held.push(partsOf(inner));
    return `\0${held.length - 1}\0`;
  };
  const text = JSON.stringify(value, hold, 2) ?? "null";
  // A NUL is \u0000 there.
  const parts = text.split(/\\u0000(\d+)\\u0000/).flatMap((part, index): (string | Secret)[] => {
    if (index % 2 === 0) return [part];
    return (held[Number(part)] ?? []).map((inner) =>
      typeof inner === "string" ? writeForm(inner, "json") : copySecret(inner, "json"),
    );
  });
  return secretText([...parts, "\n"]);
}

function copySecret(given: Secret, as: SecretForm): Secret {
  // One that has a form already is put as that: { as: "url" } needs no more.
  return Object.freeze(guard({ as, ...given }, `[secret ${given.name}]`, `The secret "${given.name}"`));
}

function secretText(parts: readonly (string | Secret)[]): SecretText {
  const shown = parts.map((part) => (typeof part === "string" ? part : `[secret ${part.name}]`)).join("");
  const fields = { type: "secret text", parts: Object.freeze(parts.filter((part) => part !== "")) } as const;
  return Object.freeze(guard(fields, shown, "A text with secrets"));
}

function partsOf(value: unknown): readonly (string | Secret)[] {
  if (isSecret(value)) return [value];
  if (isSecretText(value)) return value.parts;
  if (typeof value === "string" || typeof value === "number") return [String(value)];
  throw new ProogError({
    code: "config-invalid",
    message: `A template has ${inspect(value, { depth: 0 })}, and must have texts, numbers and secrets.`,
    where: callerPlace(template),
  });
}

/** Shown by its name; put into an ordinary text, it is refused: that would not be hidden, nor have its value. */
function guard<Fields extends object>(fields: Fields, shown: string, said: string): Fields {
  const refuse = () => {
    throw new ProogError({
      code: "config-invalid",
      message: `${said} was put into an ordinary text, which is hidden from nobody.`,
      where: callerPlace(refuse),
      hint: "Write template before that text, and the secret in it as it is: template`password=…`. For JSON there is json({ … }).",
    });
  };
  return Object.defineProperties(fields, {
    [Symbol.toPrimitive]: { value: refuse },
    [inspect.custom]: { value: () => shown },
    toString: { value: () => shown },
  });
}

export function isSecret(value: unknown): value is Secret {
  return isObject(value) && value.type === "secret" && typeof value.name === "string";
}

export function isSecretText(value: unknown): value is SecretText {
  return isObject(value) && value.type === "secret text" && Array.isArray(value.parts);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** Whether a text has the declaration of a secret in it, as JSON.stringify writes it. */
export function looksLikeSecret(text: string): boolean {
  return /"type":\s*"secret( text)?",\s*"(name|parts)":/.test(text);
}

/** All secrets in a value, however deep. */
export function secretsIn(value: unknown): readonly Secret[] {
  if (typeof value !== "object" || value === null) return [];
  if (isSecret(value)) return [value];
  return Object.values(value).flatMap(secretsIn);
}

/** A value in the form in which it is put in its place. */
export function writeForm(value: string, form: SecretForm | undefined): string {
  switch (form) {
    case "url":
      return encodeURIComponent(value).replace(
        /[!'()*]/g,
        (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
      );
    case "shell":
      return quote(value);
    case "json":
      return JSON.stringify(value).slice(1, -1);
    case "base64":
      return Buffer.from(value).toString("base64");
    default:
      return value;
  }
}

function checkName(name: unknown): Mistake[] {
  if (isSecretName(name)) return [];
  return [
    `The name of a secret is ${JSON.stringify(name) ?? String(name)}, and must be letters, digits, "_", "-" and ".", with "/" for folders, such as "db" or "live/db".`,
  ];
}

function checkSecretOptions(options: unknown): Mistake[] {
  if (!isObject(options)) return [`The options of a secret are ${String(options)}, and must be an object.`];
  const { env, command, file, as } = options;
  const unknown = Object.keys(options).filter((option) => !Object.hasOwn(optionNames, option));
  const sources = [env, command, file].filter((source) => source !== undefined);
  return [
    ...unknown.map(
      (option) =>
        `${option} is no option of a secret; they are ${Object.keys(optionNames).join(", ")}. Its value has no place in a config.`,
    ),
    ...(sources.length > 1 ? ["A secret has one source: give one of env, command and file."] : []),
    ...(env === undefined || (typeof env === "string" && /^[A-Za-z_][A-Za-z0-9_]*$/.test(env))
      ? []
      : ['env of a secret must be the name of a variable, such as "DB_PASSWORD".']),
    ...(command === undefined || isCommand(command)
      ? []
      : ['command of a secret must be a list of words, such as ["pass", "show", "db"].']),
    ...(file === undefined || (typeof file === "string" && file !== "")
      ? []
      : ['file of a secret must be the path of a local file, such as "secrets/db".']),
    ...(as === undefined || (typeof as === "string" && Object.hasOwn(forms, as))
      ? []
      : [`as of a secret must be one of ${Object.keys(forms).join(", ")}.`]),
  ];
}

function isCommand(command: unknown): boolean {
  return (
    Array.isArray(command) &&
    command.length > 0 &&
    command[0] !== "" &&
    command.every((word) => typeof word === "string" && !word.includes("\0"))
  );
}
