import { suggestName } from "../report/text/nearest.ts";
import { checkOptions, show } from "../resources/rules.ts";

/** What each kind of parameter takes. */
interface Common<Value> {
  /** What it is for, in `proog run NAME --help`. */
  readonly help?: string;
  /** What it is when it is not given. Without one it must be given, but for a boolean, which is false then. */
  readonly default?: Value;
}

/** A text. */
export interface StringParamOptions<Choice extends string = string, Optional extends boolean = boolean>
  extends Common<NoInfer<Choice>> {
  /** What it can be; no others are taken. */
  readonly choices?: readonly Choice[];
  /** What it must look like, whole. */
  readonly pattern?: RegExp;
  /** It may be left out: it is undefined then. */
  readonly optional?: Optional;
}

/** A number. */
export interface NumberParamOptions<Optional extends boolean = boolean> extends Common<number> {
  /** The least that it can be. */
  readonly min?: number;
  /** The most that it can be. */
  readonly max?: number;
  /** Whether it may have a fraction. Default: `false`. */
  readonly fraction?: boolean;
  /** It may be left out: it is undefined then. */
  readonly optional?: Optional;
}

/** A switch. */
export interface BooleanParamOptions extends Common<boolean> {}

/** Texts: the flag may be given several times. */
export interface ListParamOptions {
  /** What it is for. */
  readonly help?: string;
  /** What each one can be; no others are taken. */
  readonly choices?: readonly string[];
}

/** A parameter of a task, which is a flag of `proog run`. */
export interface Param<Value = unknown> {
  readonly type: "param";
  /** What is taken: `string`, `number`, `boolean` or `list`. */
  readonly kind: "string" | "number" | "boolean" | "list";
  /** What it is for. */
  readonly help?: string;
  /** What it is when it is not given. */
  readonly default?: Value;
  /** Whether it must be given. */
  readonly required: boolean;
  /** What it can be. */
  readonly choices?: readonly string[];
  /** What it must look like. */
  readonly pattern?: RegExp;
  /** The least that it can be. */
  readonly min?: number;
  /** The most that it can be. */
  readonly max?: number;
  /** Whether it may have a fraction. */
  readonly fraction?: boolean;
  /** What is wrong with its declaration. */
  readonly mistakes?: readonly string[];
}

/** Parameters by their names. */
export type Params = Readonly<Record<string, Param>>;

/** The values of parameters. */
export type ParamValues<Declared extends Params> = {
  readonly [Name in keyof Declared]: Declared[Name] extends Param<infer Value> ? Value : never;
};

/**
 * The parameters of a task: `param.string()`, `param.number()`, `param.boolean()` and `param.list()`. Each is a flag of `proog run`.
 * @example params: { lang: param.string({ choices: ["en", "de"], default: "en", help: "the language" }) }
 * @example params: { tries: param.number({ min: 1, max: 9, default: 3 }), force: param.boolean(), only: param.list() }
 */
export const param = Object.freeze({
  /** A text: `--lang=en`. */
  string: <const Choice extends string = string, const Optional extends boolean = false>(
    options?: StringParamOptions<Choice, Optional>,
  ): Param<Optional extends true ? Choice | undefined : Choice> => {
    const mistakes = checkParam(options, ["help", "default", "choices", "pattern", "optional"]);
    return create("string", { required: isRequired(options), ...options }, mistakes);
  },
  /** A number, whole unless `fraction` is true: `--tries=3`. */
  number: <const Optional extends boolean = false>(
    options?: NumberParamOptions<Optional>,
  ): Param<Optional extends true ? number | undefined : number> => {
    const mistakes = checkParam(options, ["help", "default", "min", "max", "fraction", "optional"]);
    return create("number", { required: isRequired(options), ...options }, mistakes);
  },
  /** A switch: `--force`; with the default `true`, `--no-force`. */
  boolean: (options?: BooleanParamOptions): Param<boolean> => {
    const mistakes = checkParam(options, ["help", "default"]);
    return create("boolean", { required: false, default: false, ...options }, mistakes);
  },
  /** Texts: `--only=en --only=de`. */
  list: (options?: ListParamOptions): Param<readonly string[]> => {
    const mistakes = checkParam(options, ["help", "choices"]);
    return create("list", { required: false, default: [], ...options }, mistakes);
  },
});

function isRequired(
  options: { readonly optional?: boolean; readonly default?: unknown } | undefined,
): boolean {
  return options?.optional !== true && options?.default === undefined;
}

function create<Value>(
  kind: Param["kind"],
  fields: Omit<Param<unknown>, "type" | "kind"> & { readonly optional?: boolean },
  mistakes: readonly string[],
): Param<Value> {
  const { optional: _, ...rest } = fields;
  const made = { type: "param", kind, ...rest } as Param<Value>;
  const wrong =
    rest.default === undefined || mistakes.length > 0 ? [] : wrongValue("default", made, rest.default);
  const all = [...mistakes, ...wrong];
  return Object.freeze(all.length > 0 ? { ...made, mistakes: all } : made);
}

function checkParam(options: object | undefined, names: readonly string[]): string[] {
  return checkOptions(options, Object.fromEntries(names.map((name) => [name, true])));
}

/** What is wrong with a value that is there, in a sentence. */
export function wrongValue(name: string, declared: Param, value: unknown): string[] {
  const must = (what: string, hint = "") => [`${name} is ${show(value)}, and must be ${what}.${hint}`];
  const { kind, choices, pattern, min, max, fraction = false } = declared;
  if (kind === "boolean") return typeof value === "boolean" ? [] : must("true or false");
  if (kind === "number") {
    if (typeof value !== "number" || !Number.isFinite(value))
      return must(fraction ? "a number" : "a whole number");
    if (!fraction && !Number.isInteger(value)) return must("a whole number");
    if ((min !== undefined && value < min) || (max !== undefined && value > max))
      return must(rangeOf(min, max));
    return [];
  }
  if (kind === "list") {
    if (!Array.isArray(value)) return must('an array of texts such as ["en"]');
    return value.flatMap((each) => wrongValue(name, { ...declared, kind: "string" }, each));
  }
  if (typeof value !== "string") return must('a text such as "en"');
  if (choices && !choices.includes(value))
    return must(`one of ${choices.join(", ")}`, nearHint(value, choices));
  if (pattern && !new RegExp(`^(?:${pattern.source})$`, pattern.flags).test(value))
    return must(`like ${pattern}`);
  return [];
}

function nearHint(value: string, choices: readonly string[]): string {
  const suggestion = suggestName(value, choices);
  return suggestion.startsWith("Did") ? ` ${suggestion}` : "";
}

function rangeOf(min: number | undefined, max: number | undefined): string {
  if (min === undefined) return `at most ${max}`;
  return max === undefined ? `at least ${min}` : `from ${min} to ${max}`;
}
