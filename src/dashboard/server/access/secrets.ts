import { hash, randomBytes, timingSafeEqual } from "node:crypto";

/** A secret that nobody guesses: 256 bits. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** What is kept of a secret with so many bits that nothing slower is needed. */
export function digest(secret: string): string {
  return hash("sha256", secret, "base64url");
}

/** Whether both are the same, in a time that does not tell how near they are. */
export function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(digest(one)), Buffer.from(digest(other)));
}
