import { ProogError } from "../../report/error.ts";

/** What is asked of nodes: `debian < 13 and (role = web or role = db)`. */
export type Where =
  | { readonly type: "and" | "or"; readonly left: Where; readonly right: Where }
  | { readonly type: "not"; readonly inner: Where }
  | Comparison;

export interface Comparison {
  readonly type: "compare";
  readonly name: string;
  readonly operator: Operator;
  readonly value: string;
}

/** `~`: contains, whatever the case of letters. */
export type Operator = "=" | "!=" | "<" | "<=" | ">" | ">=" | "~" | "!~";

const tokens = /\s*(?:("(?:[^"\\]|\\.)*"|'[^']*')|(!=|<=|>=|!~|[=<>~()])|([^\s=<>~!()"']+))/y;

interface Token {
  readonly kind: "text" | "sign" | "word" | "end";
  readonly text: string;
  readonly at: number;
}

/** @throws ProogError `command-line` that shows the place where it goes wrong. */
export function parseWhere(text: string): Where {
  return new Parser(text).parse();
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = this.#read();
  }

  parse(): Where {
    const where = this.#or();
    const rest = this.#peek();
    if (rest.kind !== "end") throw this.#wrong(rest, '"and", "or" or the end was expected');
    return where;
  }

  #or(): Where {
    let left = this.#and();
    while (this.#takeWord("or")) left = { type: "or", left, right: this.#and() };
    return left;
  }

  #and(): Where {
    let left = this.#not();
    while (this.#takeWord("and")) left = { type: "and", left, right: this.#not() };
    return left;
  }

  #not(): Where {
    if (this.#takeWord("not")) return { type: "not", inner: this.#not() };
    if (this.#peek().text === "(" && this.#peek().kind === "sign") {
      this.#next += 1;
      const inner = this.#or();
      const end = this.#peek();
      if (end.kind !== "sign" || end.text !== ")") throw this.#wrong(end, '")" was expected');
      this.#next += 1;
      return inner;
    }
    return this.#comparison();
  }

  #comparison(): Comparison {
    const name = this.#take();
    if (name.kind !== "word") throw this.#wrong(name, "the name of a fact was expected");
    const sign = this.#take();
    if (sign.kind !== "sign" || sign.text === "(" || sign.text === ")")
      throw this.#wrong(sign, "one of = != < <= > >= ~ !~ was expected");
    const value = this.#take();
    if (value.kind !== "word" && value.kind !== "text") throw this.#wrong(value, "a value was expected");
    return { type: "compare", name: name.text, operator: sign.text as Operator, value: value.text };
  }

  #takeWord(word: string): boolean {
    const { kind, text } = this.#peek();
    if (kind !== "word" || text.toLowerCase() !== word) return false;
    this.#next += 1;
    return true;
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: "end", text: "", at: this.#text.length };
  }

  #take(): Token {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }

  #read(): Token[] {
    const found: Token[] = [];
    const end = this.#text.trimEnd().length;
    tokens.lastIndex = 0;
    while (tokens.lastIndex < end) {
      const from = tokens.lastIndex;
      const match = tokens.exec(this.#text);
      if (!match) {
        const at = from + (/^\s*/.exec(this.#text.slice(from))?.[0].length ?? 0);
        throw this.#wrong({ kind: "end", text: "", at }, "this is not understood");
      }
      const [whole, quoted, sign, word = ""] = match;
      const at = from + whole.length - (quoted ?? sign ?? word).length;
      if (quoted !== undefined) found.push({ kind: "text", text: unquote(quoted), at });
      else
        found.push(sign === undefined ? { kind: "word", text: word, at } : { kind: "sign", text: sign, at });
    }
    return found;
  }

  #wrong({ at }: Token, what: string): ProogError {
    return new ProogError({
      code: "command-line",
      message: `--where is not understood: ${what}.`,
      detail: `${this.#text}\n${" ".repeat(at)}^`,
      hint: "Such as: proog facts --where 'debian < 13 and memory >= 4G'",
    });
  }
}

function unquote(quoted: string): string {
  const inner = quoted.slice(1, -1);
  return quoted.startsWith('"') ? inner.replace(/\\(.)/g, "$1") : inner;
}
