import type { Stanza } from "age-encryption";
import { ProogError } from "../report/error.ts";
import type { OwnKeys } from "./identities.ts";

/**
 * The part of a file's header that says for whom it is, by public keys. Others pass over parts that they do not know, and the header
 * as a whole is proved, so nobody can write in it without the file's key.
 */
const readersStanza = "proog/readers";

/** A new key, and its public part. */
export async function generateKey(): Promise<{ key: string; recipient: string }> {
  const { generateX25519Identity, identityToRecipient } = await import("age-encryption");
  const key = await generateX25519Identity();
  return { key, recipient: await identityToRecipient(key) };
}

/** The public parts of keys. */
export async function publicKeys({ keys }: OwnKeys): Promise<string[]> {
  const { identityToRecipient } = await import("age-encryption");
  return await Promise.all(
    keys.map(({ key, place }) =>
      identityToRecipient(key).catch((cause) => Promise.reject(noKey(place, cause))),
    ),
  );
}

function noKey(place: string, cause: unknown): ProogError {
  return new ProogError({
    code: "secret-unreadable",
    message: `The key in ${place} is no whole key of age.`,
    hint: "It is one line that begins with AGE-SECRET-KEY-1 or AGE-SECRET-KEY-PQ-1, as age-keygen writes it.",
    cause,
  });
}

/** The text encrypted for these public keys, in letters and digits: `age -d` decrypts it. */
export async function encryptText(text: string, recipients: readonly string[]): Promise<string> {
  const { armor, Encrypter, Stanza } = await import("age-encryption");
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  const note: Stanza = new Stanza([readersStanza, ...recipients], new Uint8Array());
  encrypter.addRecipient({ wrapFileKey: () => [note] });
  return armor.encode(await encrypter.encrypt(text));
}

/**
 * Decrypts a file of age, in letters and digits or not.
 * @param text In latin1.
 * @param recipients Names of public keys, for messages.
 */
export async function decryptText(
  file: string,
  text: string,
  { keys, looked }: OwnKeys,
  recipients: Readonly<Record<string, string>>,
): Promise<string> {
  const { Decrypter } = await import("age-encryption");
  const bytes = await unarmor(file, text);
  if (keys.length === 0) {
    throw new ProogError({
      code: "secret-unreadable",
      message: `${file} cannot be decrypted: there is no key on this machine.`,
      detail: `${describeReaders(text, recipients)}\nLooked for a key in ${looked.join(" and ")}.`,
      hint: "Make one: proog secret init",
    });
  }
  const decrypter = new Decrypter();
  const own = await publicKeys({ keys, looked });
  for (const { key } of keys) decrypter.addIdentity(key);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await decrypter.decrypt(bytes));
  } catch (cause) {
    if (cause instanceof TypeError)
      throw new ProogError({
        code: "secret-unreadable",
        message: `${file} holds what is no text in UTF-8.`,
        hint: "Keep what is no text as base64.",
        cause,
      });
    if (!isNoMatch(cause)) throw damaged(file, cause);
    const places = own.map((key, index) => `${key} (${keys[index]?.place})`);
    throw notForUs(file, text, places, recipients);
  }
}

/** For whom a file says that it is; absent where another program has written it. */
export function readNotedReaders(text: string): readonly string[] | undefined {
  const header = headerOf(text);
  const [, keys] = new RegExp(`^-> ${readersStanza} (.*)$`, "m").exec(header) ?? [];
  return keys?.split(" ");
}

/** In letters and digits, or as it is. */
function headerOf(text: string): string {
  const [, body] = /-----BEGIN AGE ENCRYPTED FILE-----\s([\s\S]*?)-----END/.exec(text) ?? [];
  const whole = body === undefined ? text : Buffer.from(body, "base64").toString("latin1");
  return whole.slice(0, whole.indexOf("\n---"));
}

async function unarmor(file: string, text: string): Promise<Uint8Array> {
  const { armor } = await import("age-encryption");
  if (text.startsWith("age-encryption.org/")) return Buffer.from(text, "latin1");
  try {
    return armor.decode(text);
  } catch (cause) {
    throw damaged(file, cause);
  }
}

function isNoMatch(error: unknown): boolean {
  return error instanceof Error && /no identity matched/.test(error.message);
}

function notForUs(
  file: string,
  text: string,
  own: readonly string[],
  recipients: Readonly<Record<string, string>>,
): ProogError {
  return new ProogError({
    code: "secret-unreadable",
    message: `${file} cannot be decrypted: it is for none of your keys.`,
    detail: `${describeReaders(text, recipients)}\nYours: ${own.join(", ")}`,
    hint: "Have somebody who can read it add your public key to the recipients in the config, and say: proog secret rotate",
  });
}

function damaged(file: string, cause: unknown): ProogError {
  return new ProogError({
    code: "secret-unreadable",
    message: `${file} is no whole file of age: ${cause instanceof Error ? cause.message : cause}`,
    hint: `Get it back as it was: git checkout -- ${file}`,
    cause,
  });
}

/** `It is for ada (age1…), ci (age1…)` */
function describeReaders(text: string, recipients: Readonly<Record<string, string>>): string {
  const readers = readNotedReaders(text);
  if (!readers) return "For whom it is, it does not say: another program has written it.";
  const names = new Map(Object.entries(recipients).map(([name, key]) => [key, name]));
  return `It is for ${readers.map((key) => `${names.get(key) ?? "somebody"} (${key})`).join(", ")}.`;
}
