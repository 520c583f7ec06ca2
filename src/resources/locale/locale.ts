import { declare, declareAbsent, type Mistake } from "../declare.ts";
import { rewriteShell } from "../file/file.ts";
import type { Absent, CommonOptions, Compiled, Kind, Present, Resource } from "../kind.ts";
import { checkFlag, checkOptions, commonNames, isAbsent, type OptionNames, show } from "../rules.ts";

/** Options of a locale that must be there. */
export interface LocaleOptions extends CommonOptions {
  /** Whether it is the machine's own language, `LANG`, for whoever says no other. Default: that is left as it is. */
  readonly default?: boolean;
}

const optionNames: OptionNames<LocaleOptions> = { default: true, ...commonNames };

export interface LocaleResource extends Resource {
  readonly type: "locale";
  readonly default?: boolean;
  readonly absent?: true;
}

/**
 * A locale of the machine: named in `/etc/locale.gen` and made by locale-gen; consecutive ones in one go. As the default
 * it is what `/etc/locale.conf` says, `/etc/default/locale` before Debian 13. Not every Debian has the package `locales`:
 * declare `apt("locales")` before it. `C.UTF-8` is always there. Where `locales-all` is installed, all are, whatever that file says; none
 * of them can be absent then.
 * @example locale("de_DE.UTF-8", { default: true })
 * @example locale("C.UTF-8", { default: true })
 * @example locale("en_GB.UTF-8", { absent: true })
 */
export function locale(name: string, options: Present<LocaleOptions> | Absent = {}): LocaleResource {
  if (isAbsent(options)) {
    const builtIn = isBuiltIn(name)
      ? `${show(name)} is part of the C library, and cannot be absent.`
      : undefined;
    return declareAbsent<LocaleResource>("locale", name, options, checkName(name), builtIn);
  }
  const asDefault = options?.default;
  const fields = { type: "locale", name, default: asDefault || undefined };
  return declare<LocaleResource>(fields as Omit<LocaleResource, "at">, options, [
    checkName(name),
    ...checkOptions(options, optionNames),
    checkFlag("default", asDefault),
    isBuiltIn(name) && !asDefault
      ? `${show(name)} is part of the C library: say { default: true }, or leave it out.`
      : undefined,
  ]);
}

const isBuiltIn = (name: string) => ["C", "POSIX", "C.UTF-8"].includes(name);

function checkName(name: unknown): Mistake | undefined {
  if (typeof name === "string" && isBuiltIn(name)) return undefined;
  const wanted = `name is ${show(name)}, and must be a locale as /etc/locale.gen lists it, such as`;
  const found =
    typeof name === "string" ? /^([a-z]{2,3}_[A-Z]{2})([._-]?utf-?8)?(@[a-z]+)?$/i.exec(name) : null;
  if (found) {
    const [, language = "", charset, modifier = ""] = found;
    const [first = "", country = ""] = language.split("_");
    const right = `${first.toLowerCase()}_${country.toUpperCase()}${charset === undefined ? "" : ".UTF-8"}${modifier}`;
    return right === name ? undefined : `${wanted} ${show(right)}.`;
  }
  if (typeof name === "string" && /^[a-z]{2,3}(_[A-Z]{2})?(\.[A-Z0-9-]+)?(@[a-z]+)?$/.test(name))
    return undefined;
  return `${wanted} "de_DE.UTF-8".`;
}

/** `de_DE.utf8`, as `locale -a` lists it. */
function listed(name: string): string {
  return name.replace(/\.[^@]+/, (charset) => `.${charset.toLowerCase().replaceAll(/[^a-z0-9]/g, "")}`);
}

function compile({ name, absent, default: asDefault }: LocaleResource): Compiled {
  const claims = [`locale ${name}`, ...(asDefault ? ["default locale"] : [])];
  const state = absent ? "absent" : isBuiltIn(name) ? "built-in" : "present";
  const survey = [
    ...(isBuiltIn(name) ? [] : [{ survey: "locales", line: `${name} ${listed(name)} ${state}` }]),
    ...(asDefault ? [{ survey: "locales", line: `${name} default` }] : []),
  ];
  const shares = [
    "path /etc/locale.gen",
    ...(asDefault ? ["path /etc/locale.conf", "path /etc/default/locale"] : []),
  ];
  return {
    arguments: [name, listed(name), state, ...(asDefault ? ["default"] : [])],
    claims,
    shares,
    survey,
  };
}

export const localeKind: Kind<LocaleResource> = {
  type: "locale",
  shell: [...rewriteShell, new URL("locale.sh", import.meta.url)],
  batch: "locale",
  compile,
};
