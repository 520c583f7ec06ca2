import { hash } from "node:crypto";
import { ProogError } from "../../report/error.ts";
import type { CompileContext } from "../context.ts";
import type { Mistake } from "../declare.ts";
import { type Blob, keyOf, type Resource } from "../kind.ts";
import { show } from "../rules.ts";
import { secretBlob } from "../secret/content.ts";
import { isSecret, type Secret, secretsIn } from "../secret/secret.ts";

/** An answer to a question of debconf: text, a number, yes or no, several of a choice, or a secret for a password. */
export type DebconfAnswer = string | number | boolean | readonly string[] | Secret;

/** The questions of one package, and an answer to each. */
export function checkAnswers(packages: readonly string[], answers: unknown): Mistake[] {
  if (answers === undefined) return [];
  if (typeof answers !== "object" || answers === null || Array.isArray(answers))
    return [
      `debconf is ${show(answers)}, and must be answers by their question, such as { "postfix/mailname": "example.org" }.`,
    ];
  const one =
    packages.length > 1
      ? [`debconf answers the questions of one package, and this names ${packages.length}: declare it alone.`]
      : [];
  return [...one, ...Object.entries(answers).flatMap(([question, answer]) => checkAnswer(question, answer))];
}

function checkAnswer(question: string, answer: unknown): Mistake[] {
  if (!/^[A-Za-z0-9][A-Za-z0-9+.:_-]*(\/[A-Za-z0-9+.:_-]+)+$/.test(question))
    return [`debconf has the question ${show(question)}, and must have names such as "postfix/mailname".`];
  const said = `debconf[${show(question)}]`;
  if (typeof answer === "boolean" || typeof answer === "number") return [];
  if (typeof answer === "string") return checkLine(said, answer);
  if (Array.isArray(answer) && answer.every((choice) => typeof choice === "string"))
    return answer.flatMap((choice) =>
      choice.includes(",")
        ? [`${said} has ${show(choice)}, and a choice has no commas.`]
        : checkLine(said, choice),
    );
  if (isSecret(answer)) return [];
  return [
    `${said} is ${show(answer)}, and must be text, a number, true, false, a list of texts, or secret("…") for a password.`,
  ];
}

/** debconf-set-selections(1) reads lines, and takes a backslash at the end of one for more to come. */
function checkLine(said: string, text: string): Mistake[] {
  if (!/[\n\r\0]|\\$/.test(text)) return [];
  return [`${said} is ${show(text)}, and must be one line without a backslash at its end.`];
}

/**
 * The answers as debconf-set-selections(1) reads them, for a package that is not installed yet.
 * @throws ProogError what asking for secrets throws, and `invalid-option` for one that is no line.
 */
export async function writeAnswers(
  resource: Resource & { readonly packages: readonly string[] },
  answers: Readonly<Record<string, DebconfAnswer>>,
  context: CompileContext,
): Promise<Blob> {
  const [name] = resource.packages;
  const lines: string[] = [];
  for (const [question, answer] of Object.entries(answers))
    lines.push(
      `${name?.split(":")[0]} ${question} ${await writeAnswer(resource, question, answer, context)}\n`,
    );
  const text = lines.join("");
  const secrets = secretsIn(answers);
  if (secrets.length > 0) return secretBlob(resource, "debconf", secrets, text);
  return { sha256: hash("sha256", text), size: Buffer.byteLength(text), source: { text } };
}

async function writeAnswer(
  resource: Resource,
  question: string,
  answer: DebconfAnswer,
  context: CompileContext,
): Promise<string> {
  if (typeof answer === "boolean") return `boolean ${answer}`;
  if (typeof answer === "number" || typeof answer === "string") return `string ${answer}`;
  if (isSecret(answer)) return `password ${await readPassword(resource, question, answer, context)}`;
  return `multiselect ${answer.join(", ")}`;
}

async function readPassword(
  resource: Resource,
  question: string,
  answer: Secret,
  context: CompileContext,
): Promise<string> {
  const value = await context.secretValue(answer);
  if (checkLine("", value).length === 0) return value;
  throw new ProogError({
    code: "invalid-option",
    message: `The secret "${answer.name}" for ${show(question)} of ${keyOf(resource)} must be one line without a backslash at its end.`,
  });
}
