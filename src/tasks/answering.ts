import { ProogError } from "../report/error.ts";
import type { Answer } from "./command-options.ts";

/** Characters of the output in which a prompt is looked for. */
const longestPrompt = 4096;

/** How often an answer is given unless it says so. */
const usualTimes = 3;

/** An answer with its value. */
export interface TypedAnswer extends Answer {
  readonly answer: string;
}

/** Gives answers to what a program in a terminal asks. */
export class Answering {
  readonly #answers: readonly TypedAnswer[];
  readonly #given = new Map<TypedAnswer, number>();
  #unread = "";

  constructor(answers: readonly TypedAnswer[]) {
    this.#answers = answers;
  }

  /**
   * What to type after this output; undefined when nothing was asked.
   * @throws ProogError `command-failed` for an answer that is asked for again and again.
   */
  take(chunk: Buffer): string | undefined {
    this.#unread = (this.#unread + chunk.toString("utf8")).slice(-longestPrompt);
    for (const answer of this.#answers) {
      const found = findPrompt(this.#unread, answer.prompt);
      if (found === undefined) continue;
      this.#unread = this.#unread.slice(found);
      const times = (this.#given.get(answer) ?? 0) + 1;
      if (times > (answer.times ?? usualTimes)) throw refused(answer);
      this.#given.set(answer, times);
      return `${answer.answer}\n`;
    }
    return undefined;
  }
}

/** Where the prompt ends. */
function findPrompt(text: string, prompt: string | RegExp): number | undefined {
  if (typeof prompt === "string") {
    const start = text.indexOf(prompt);
    return start < 0 ? undefined : start + prompt.length;
  }
  const found = new RegExp(prompt.source, prompt.flags.replace(/[gy]/g, "")).exec(text);
  return found && found[0] !== "" ? found.index + found[0].length : undefined;
}

function refused({ prompt, times = usualTimes }: Answer): ProogError {
  return new ProogError({
    code: "command-failed",
    message: `It asked ${prompt} more than ${times} times, so it does not take the answer, and was ended.`,
    hint: "Is the answer right? Where it has to ask so often, say so: times.",
  });
}
