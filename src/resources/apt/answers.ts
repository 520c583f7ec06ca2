import { hash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { ProogError } from "../../report/error.ts";
import type { CompileContext } from "../context.ts";
import type { Mistake } from "../declare.ts";
import { type Blob, keyOf, type Resource } from "../kind.ts";
import { show } from "../rules.ts";

/** A password as an answer. */
export interface PasswordAnswer {
  /** A local file with it as its first line, relative to the config's folder. */
  readonly passwordFile: string;
}

/** An answer to a question of debconf: text, a number, yes or no, or several of a choice. */
export type DebconfAnswer = string | number | boolean | readonly string[] | PasswordAnswer;

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
  if (isPassword(answer)) {
    if (typeof answer.passwordFile === "string" && answer.passwordFile !== "") return [];
    return [`${said}.passwordFile is ${show(answer.passwordFile)}, and must be the path of a local file.`];
  }
  return [
    `${said} is ${show(answer)}, and must be text, a number, true, false, a list of texts, or { passwordFile: "secrets/…" }.`,
  ];
}

/** debconf-set-selections(1) reads lines, and takes a backslash at the end of one for more to come. */
function checkLine(said: string, text: string): Mistake[] {
  if (!/[\n\r\0]|\\$/.test(text)) return [];
  return [`${said} is ${show(text)}, and must be one line without a backslash at its end.`];
}

function isPassword(answer: unknown): answer is PasswordAnswer {
  return typeof answer === "object" && answer !== null && "passwordFile" in answer;
}

/**
 * The answers as debconf-set-selections(1) reads them, for a package that is not installed yet.
 * @throws ProogError `local-file-missing` for a password that is not there, `invalid-option` for one that is none.
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
  if (isPassword(answer)) return `password ${await readPassword(resource, question, answer, context)}`;
  return `multiselect ${answer.join(", ")}`;
}

async function readPassword(
  resource: Resource,
  question: string,
  { passwordFile }: PasswordAnswer,
  { directory }: CompileContext,
): Promise<string> {
  const said = `The passwordFile ${show(passwordFile)} for ${show(question)} of ${keyOf(resource)}`;
  const text = await readFile(resolve(directory, passwordFile), "utf8").catch((cause: unknown) => {
    throw new ProogError({
      code: "local-file-missing",
      message: `${said} cannot be read: ${cause instanceof Error ? cause.message : cause}`,
      hint: "Paths of passwordFile are relative to the folder of the config.",
      cause,
    });
  });
  const [line = ""] = text.split(/\r?\n/, 1);
  if (line === "" || checkLine(said, line).length > 0) {
    throw new ProogError({
      code: "invalid-option",
      message: `${said} must have the password as its first line, without a backslash at its end.`,
    });
  }
  return line;
}
