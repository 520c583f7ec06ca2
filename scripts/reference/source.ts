import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseAst } from "rolldown/parseAst";
import { type Docstring, docstringBefore } from "./docstring.ts";

/** A part of an interface, as it is written. */
export interface Member {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  readonly doc: Docstring;
}

export interface TypeDeclaration {
  readonly name: string;
  readonly doc: Docstring;
  /** What is written behind the name of an alias. */
  readonly alias?: string;
  readonly members: readonly Member[];
  /** Names of the types that it is made of. */
  readonly parts: readonly string[];
}

export interface FunctionDeclaration {
  readonly name: string;
  /** `file(path: string, options: Present<FileOptions> | Absent)`; several when it is overloaded. */
  readonly signatures: readonly string[];
  readonly doc: Docstring;
}

type Statement = ReturnType<typeof parseAst>["body"][number];

const sources = new Map<string, Source>();

/** One file of src/, as far as the reference needs it. */
export class Source {
  readonly functions = new Map<string, FunctionDeclaration>();
  readonly #types = new Map<string, TypeDeclaration>();
  /** Names that come from other files. */
  readonly #imports = new Map<string, { readonly file: string; readonly name: string }>();
  readonly #text: string;
  readonly #file: string;

  private constructor(file: string) {
    this.#file = file;
    this.#text = readFileSync(file, "utf8");
    for (const statement of parseAst(this.#text, { lang: "ts" }).body) this.#take(statement);
  }

  static open(file: string): Source {
    const known = sources.get(file) ?? new Source(file);
    sources.set(file, known);
    return known;
  }

  /** A type that is declared here, or where this file has it from. */
  type(name: string): TypeDeclaration | undefined {
    const own = this.#types.get(name);
    if (own) return own;
    const origin = this.#imports.get(name);
    return origin && existsSync(origin.file) ? Source.open(origin.file).type(origin.name) : undefined;
  }

  /** The file that a type is declared in, where further names are looked for. */
  home(name: string): Source {
    const origin = this.#types.has(name) ? undefined : this.#imports.get(name);
    return origin && existsSync(origin.file) ? Source.open(origin.file).home(origin.name) : this;
  }

  #take(statement: Statement): void {
    if (
      statement.type === "ImportDeclaration" ||
      (statement.type === "ExportNamedDeclaration" && statement.source)
    )
      this.#takeNames(statement);
    const declared = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    if (!declared) return;
    const doc = docstringBefore(this.#text, statement.start);
    if (declared.type === "TSInterfaceDeclaration") {
      const members = declared.body.body.flatMap((member) => this.#member(member));
      const parts = declared.extends.map((part) => this.#slice(part));
      this.#types.set(declared.id.name, { name: declared.id.name, doc, members, parts });
    } else if (declared.type === "TSTypeAliasDeclaration") {
      const alias = this.#slice(declared.typeAnnotation);
      this.#types.set(declared.id.name, { name: declared.id.name, doc, alias, members: [], parts: [] });
    } else if (
      (declared.type === "FunctionDeclaration" || declared.type === "TSDeclareFunction") &&
      declared.id
    ) {
      const { name } = declared.id;
      const end = declared.returnType?.start ?? declared.body?.start ?? declared.end;
      const signature = `${name}${this.#between(declared.id.end, end)}`.replace(/,?\s*\)$/, ")");
      const before = this.functions.get(name);
      // The body of an overloaded function is not for users.
      const last = before && declared.type === "FunctionDeclaration";
      const signatures = last ? before.signatures : [...(before?.signatures ?? []), signature];
      this.functions.set(name, { name, signatures, doc: before?.doc.text ? before.doc : doc });
    }
  }

  #takeNames(statement: Statement): void {
    const [, names = "", path = ""] = /\{([^}]*)\} from "(\.[^"]+)"/.exec(this.#slice(statement)) ?? [];
    for (const item of names.split(",")) {
      const [, name = "", local = name] = /^(?:type )?(\w+)(?: as (\w+))?$/.exec(item.trim()) ?? [];
      if (name !== "") this.#imports.set(local, { file: resolve(dirname(this.#file), path), name });
    }
  }

  #member(member: { readonly type: string; readonly start: number; readonly end: number }): Member[] {
    if (member.type !== "TSPropertySignature" && member.type !== "TSMethodSignature") return [];
    const [, name = "", optional, type = ""] =
      /^(?:readonly )?"?([\w-]+)"?(\?)?:?\s*(.*?);?$/s.exec(this.#slice(member)) ?? [];
    return [{ name, type, optional: optional === "?", doc: docstringBefore(this.#text, member.start) }];
  }

  #slice({ start, end }: { readonly start: number; readonly end: number }): string {
    return this.#between(start, end);
  }

  #between(start: number, end: number): string {
    return this.#text
      .slice(start, end)
      .replace(/\/\*.*?\*\//gs, "")
      .replace(/\s+/g, " ")
      .replace(/^\( /, "(")
      .trim();
  }
}
