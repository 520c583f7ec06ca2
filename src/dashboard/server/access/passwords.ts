import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import pLimit from "p-limit";

/** What is kept of a password. */
export interface KeptPassword {
  /** Of scrypt: `N`, `r`, `p`; those of today, when it was made. */
  readonly cost: readonly [number, number, number];
  readonly salt: string;
  readonly hash: string;
}

/** 64 MB and a fifth of a second; see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt */
const cost = [2 ** 16, 8, 2] as const;

/** Each takes memory: those who try many get in each other's way, and in nobody else's. */
const turn = pLimit(2);

export async function keepPassword(password: string): Promise<KeptPassword> {
  const salt = randomBytes(16).toString("base64url");
  return { cost, salt, hash: (await derive(password, salt, cost)).toString("base64url") };
}

/** Whether it is the one. Without a kept one it takes as long, so that nobody learns which names there are. */
export async function isPassword(password: string, kept: KeptPassword | undefined): Promise<boolean> {
  const { salt, hash, cost: itsCost } = kept ?? { salt: "none", hash: "", cost };
  const derived = await derive(password, salt, itsCost);
  const wanted = Buffer.from(hash, "base64url");
  return kept !== undefined && wanted.length === derived.length && timingSafeEqual(derived, wanted);
}

function derive(password: string, salt: string, [N, r, p]: KeptPassword["cost"]): Promise<Buffer> {
  const options: ScryptOptions = { N, r, p, maxmem: 256 * N * r };
  return turn(
    () =>
      new Promise((resolve, reject) => {
        // One who types it on another keyboard may compose letters in another way.
        scrypt(password.normalize("NFC"), salt, 32, options, (error, key) =>
          error ? reject(error) : resolve(key),
        );
      }),
  );
}
