import { hash } from "node:crypto";
import { mistakesError, mistakesOf } from "../../report/mistakes.ts";
import type { CompileContext } from "../context.ts";
import { type Blob, keyOf, type Resource } from "../kind.ts";
import { isSecret, isSecretText, type Secret, type SecretText } from "./secret.ts";

/** How the shell knows contents that are secret; needed where there are some. */
export const secretShell: URL = new URL("secret.sh", import.meta.url);

/** Whether it has a secret in it: such a content goes its own way. */
export function holdsSecret(content: unknown): content is Secret | SecretText {
  return isSecret(content) || (isSecretText(content) && content.parts.some(isSecret));
}

/** A text with the values of its secrets. */
export async function revealText(
  content: string | Secret | SecretText,
  context: Pick<CompileContext, "secretValue">,
): Promise<string> {
  if (typeof content === "string") return content;
  const parts = isSecret(content) ? [content] : content.parts;
  const texts: string[] = [];
  const wrong: unknown[] = [];
  for (const part of parts) {
    if (typeof part === "string") texts.push(part);
    else
      await context.secretValue(part).then(
        (value) => texts.push(value),
        (error) => wrong.push(error),
      );
  }
  if (wrong.length > 0) throw gatherErrors(wrong);
  return texts.join("");
}

/** One error with all that is wrong. */
function gatherErrors(errors: readonly unknown[]): unknown {
  const mistakes = errors.map((error) => mistakesOf(error));
  if (errors.length === 1 || mistakes.includes(undefined)) return errors[0];
  return mistakesError(mistakes.flatMap((found) => found ?? []));
}

/**
 * A secret content of a resource. Neither the program nor a plan has its hash, by which short secrets could be guessed: the node
 * gets a keyed hash of it for each look.
 * @param what Which of the resource's contents it is.
 */
export function secretBlob(resource: Resource, what: string, secrets: readonly Secret[], text: string): Blob {
  const name = hash("sha256", `${keyOf(resource)} ${what}`).slice(0, 16);
  return {
    sha256: `secret-${name}`,
    size: Buffer.byteLength(text),
    source: { text },
    secrets: [...new Set(secrets.map((secret) => secret.name))],
  };
}
