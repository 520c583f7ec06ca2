import { type Command, InvalidArgumentError, Option } from "commander";
import { flagOf } from "../tasks/find-tasks.ts";
import { type Param, type Params, wrongValue } from "../tasks/param.ts";

/** The parameters of a task as flags: `dryMode` is `--dry-mode`. */
export function addParamOptions(command: Command, params: Params): void {
  for (const [name, declared] of Object.entries(params)) {
    const { kind } = declared;
    if (kind === "boolean") {
      command.addOption(new Option(flagOf(name), describe(declared)));
      if (declared.default === true)
        command.addOption(new Option(`--no-${flagOf(name).slice(2)}`, "not that"));
      continue;
    }
    const value =
      kind === "number" ? "<number>" : declared.choices ? `<${declared.choices.join("|")}>` : "<text>";
    command.addOption(
      new Option(`${flagOf(name)} ${value}`, describe(declared)).argParser((text: string, before: unknown) =>
        parse(name, declared, text, before),
      ),
    );
  }
}

/** What was given, by the names of the parameters. */
export function readParams(command: Command, params: Params): Readonly<Record<string, unknown>> {
  const given: Readonly<Record<string, unknown>> = command.opts();
  return Object.fromEntries(Object.keys(params).map((name) => [name, given[name]]));
}

/** The flags that must be given, and are not. */
export function missingFlags(command: Command, params: Params): string[] {
  const given = readParams(command, params);
  const missing = Object.entries(params).filter(
    ([name, { required }]) => required && given[name] === undefined,
  );
  return missing.map(([name]) => flagOf(name));
}

/** Flags that an example needs: those of parameters that must be given. */
export function exampleFlags(params: Params): string {
  const needed = Object.entries(params).filter(([, { required }]) => required);
  return needed
    .map(
      ([name, { kind, choices = [], min = 1 }]) =>
        ` ${flagOf(name)}=${kind === "number" ? min : (choices[0] ?? "…")}`,
    )
    .join("");
}

function describe({ help = "", kind, required, default: usual }: Param): string {
  const notes = [
    kind === "list" ? "may be given several times" : undefined,
    required ? "must be given" : undefined,
    usual !== undefined && kind !== "list" && usual !== false ? `default: ${String(usual)}` : undefined,
  ].filter((note) => note !== undefined);
  return [help, notes.length > 0 ? `(${notes.join(", ")})` : ""].filter((part) => part !== "").join(" ");
}

function parse(name: string, declared: Param, text: string, before: unknown): unknown {
  const value = declared.kind === "number" ? Number(text) : declared.kind === "list" ? [text] : text;
  const shown = declared.kind === "number" && (text.trim() === "" || Number.isNaN(value)) ? text : value;
  const [mistake] = wrongValue(flagOf(name), declared, shown);
  if (mistake !== undefined) throw new InvalidArgumentError(mistake);
  if (declared.kind !== "list") return value;
  return [...(Array.isArray(before) ? before : []), text];
}
