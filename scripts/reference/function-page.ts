import type { Docstring } from "./docstring.ts";
import type { FunctionDeclaration, Member, Source, TypeDeclaration } from "./source.ts";

/** What readers know without being told, or find elsewhere. */
const passedOver =
  /^(Present|Absent|Resource|Item|Node|Readonly|Record|URL|Partial|NoInfer|Role|OwnKind|ProviderDeclaration)$|Resource$/;

/** The page of a function that configs call: what it is, how it is called, and every option. */
export function writeFunctionPage(declared: FunctionDeclaration, source: Source): string {
  const { name, signatures, doc } = declared;
  const examples = doc.examples.length > 0 ? ["## Examples", fence(doc.examples.join("\n"))] : [];
  const called = signatures.flatMap((signature) => namesIn(signature));
  const absent =
    called.includes("Absent") || called.some((type) => source.type(type)?.alias?.match(/\bAbsent\b/));
  const types = gatherTypes(called, source);
  return page([
    `# ${name}`,
    doc.text,
    fence(signatures.join("\n")),
    ...examples,
    ...types.flatMap(({ type, home }) => writeType(type, home)),
    ...(absent
      ? [
          "## Absent",
          "- **`absent`** `true`: it must not be there. Beside it there are `optional` and `tags` only.",
        ]
      : []),
    ...sees(doc),
  ]);
}

/** What needs no docstring wherever it is. */
const words: Readonly<Record<string, string>> = { absent: "It must not be there." };

interface Found {
  readonly type: TypeDeclaration;
  readonly home: Source;
}

/** The types that these names stand for, and those that their parts name. */
function gatherTypes(names: readonly string[], source: Source, seen = new Set<string>()): Found[] {
  return names.flatMap((name) => {
    const type = source.type(name);
    if (seen.has(name) || passedOver.test(name) || !type) return [];
    seen.add(name);
    const home = source.home(name);
    const inner = [type.alias ?? "", ...allMembers(type, home).map((member) => member.type)].flatMap(namesIn);
    // An alias that no one has explained is only a shorter way to write what it stands for.
    const own =
      type.alias !== undefined && type.doc.text === "" && !isPlainUnion(type.alias) ? [] : [{ type, home }];
    return [...own, ...gatherTypes(inner, home, seen)];
  });
}

function isPlainUnion(alias: string): boolean {
  return /^\|? ?"/.test(alias);
}

/** What it comes to, only the compiler knows: its docstring tells. */
function isComputed(alias: string): boolean {
  return /\btypeof\b|\bextends\b/.test(alias);
}

function namesIn(text: string): string[] {
  return [...text.replace(/"[^"]*"/g, "").matchAll(/\b[A-Z]\w*\b/g)].map(([name]) => name);
}

/** Its own, then those of what it is made of. */
function allMembers(type: TypeDeclaration, home: Source): readonly Member[] {
  const inherited = type.parts.flatMap((part) => {
    // Omit<Kind<R>, "shell">
    const [, name = "", omitted = ""] = /^(?:Omit<)?(\w+)(?:<\w+>)?(?:, (.*)>)?$/.exec(part) ?? [];
    const found = home.type(name);
    const members = found ? allMembers(found, home.home(name)) : [];
    return members.filter((member) => !omitted.includes(`"${member.name}"`));
  });
  return [...type.members, ...inherited.filter(({ name }) => !type.members.some((own) => own.name === name))];
}

function writeType(type: TypeDeclaration, home: Source): string[] {
  const members = allMembers(type, home);
  return [
    `## ${type.name}`,
    type.doc.text,
    ...(type.doc.examples.length > 0 ? [fence(type.doc.examples.join("\n"))] : []),
    ...(type.alias === undefined || isComputed(type.alias) ? [] : [fence(type.alias)]),
    members
      .filter((member) => member.type !== "undefined")
      .map(writeMember)
      .join("\n"),
    ...sees(type.doc),
  ];
}

/** ``- **`mode`** `string`: Permissions, octal.`` */
function writeMember({ name, type, optional, doc }: Member): string {
  const needed = optional || type === "true" || type === "undefined" ? "" : ", needed";
  const said = [
    doc.text.replaceAll("\n\n", " "),
    suchAs(doc.examples),
    ...doc.sees.map((see) => `See ${see}`),
  ];
  const text = said.filter((sentence) => sentence !== "").join(" ") || words[name] || "";
  return `- **\`${name}\`** \`${type}\`${needed}: ${text}`;
}

/** ``Such as `1`, `2` or `3`.`` */
function suchAs(examples: readonly string[]): string {
  const all = examples.map((example) => `\`${example.replace(/\n.*/s, "")}\``);
  const last = all.pop();
  if (last === undefined) return "";
  return `Such as ${all.length > 0 ? `${all.join(", ")} or ` : ""}${last}.`;
}

function sees({ sees }: Docstring): string[] {
  return sees.length > 0 ? [`See ${sees.join(", ")}`] : [];
}

export function fence(text: string, language = "ts"): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

/** Blocks with a line between them. */
export function page(blocks: readonly string[]): string {
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}
