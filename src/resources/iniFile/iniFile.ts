import type { Mistake } from "../declare.ts";
import {
  checkEdit,
  checkOneLine,
  compileEdit,
  declareEdit,
  type Edit,
  type EditOptions,
  editNames,
  editShell,
  type ValidateOptions,
} from "../edit/edit.ts";
import type { Kind, Present } from "../kind.ts";
import { checkOptions, checkPath, commonNames, type OptionNames, show } from "../rules.ts";

/** Options of a key that must have a value. */
export interface IniFileOptions extends EditOptions {
  /** The section, without its brackets: `mysqld`, `remote "origin"`. Default: what stands before the first section. */
  readonly section?: string;
  /** The key. Where it stands several times in the section, one is left. */
  readonly key: string;
  /** Its value, all of what follows the `=`; or `true` for a key alone, as my.cnf takes some. */
  readonly value: string | number | true;
  /** What stands between them where the key is new. Default: as in the other lines of the section, or of the file, or `=`. */
  readonly separator?: "=" | " = ";
}

/** Options of a key that must not be there; without a key, of a whole section. */
export interface AbsentIniFileOptions extends ValidateOptions {
  readonly absent: true;
  /** The section, without its brackets. Default: what stands before the first section. */
  readonly section?: string;
  /** The key. Default: the whole section, with the comments in it. */
  readonly key?: string;
}

const optionNames: OptionNames<IniFileOptions> = {
  ...{ section: true, key: true, value: true, separator: true },
  ...{ ...editNames, ...commonNames },
};
const absentNames: OptionNames<Omit<AbsentIniFileOptions, "absent">> = {
  ...{ section: true, key: true, validate: true },
  ...commonNames,
};

export interface IniFileResource extends Edit {
  readonly type: "iniFile";
}

/** All of them, as a config without types could give them. */
type LooseOptions = Partial<IniFileOptions> & { readonly absent?: boolean | undefined };

/**
 * A key of an ini file: systemd's, my.cnf, php.ini, git's. Comments, order and all other lines stay as they are. A new key
 * comes behind the comment that tells of it (`;key = …`), else to the end of its section; a new section to the end of the
 * file. For systemd's own units drop-ins are better: `systemdUnit` with `dropIn`. JSON and YAML, of which nothing on a machine could
 * change one value and keep the rest, are written whole: `file` with `json()`.
 * @example iniFile("/etc/mysql/my.cnf", { section: "mysqld", key: "max_connections", value: 200 })
 * @example iniFile("/etc/systemd/journald.conf", { section: "Journal", key: "SystemMaxUse", value: "1G" })
 * @example iniFile("/etc/php/8.4/fpm/php.ini", { section: "PHP", key: "expose_php", absent: true })
 */
export function iniFile(
  path: string,
  options: Present<IniFileOptions> | AbsentIniFileOptions,
): IniFileResource {
  const given: LooseOptions = typeof options === "object" && options !== null ? options : {};
  const { section, key, value, separator } = given;
  const absent = given.absent === true;
  const whole = absent && key === undefined;
  const name = `${path}: ${section === undefined ? "" : `[${section}]`}${key === undefined ? "" : ` ${key}`}`;
  return declareEdit<IniFileResource>(
    { type: "iniFile", name, path, edit: whole ? "section" : "key" },
    {
      absent: absent || undefined,
      section,
      key,
      value: absent || value === undefined || value === true ? undefined : String(value),
      separator: absent ? undefined : separator,
    },
    given,
    [
      checkPath("path", path),
      ...checkOptions(options, absent ? absentNames : optionNames),
      whole && section === undefined
        ? "It has neither key nor section: say which key is to go, or which whole section."
        : undefined,
      checkSection(section),
      whole ? undefined : checkKey(key),
      absent ? undefined : checkValue(value),
      separator === undefined || separator === "=" || separator === " = "
        ? undefined
        : `separator is ${show(separator)}, and must be "=" or " = ".`,
      ...checkEdit(given),
    ],
  );
}

function checkSection(section: unknown): Mistake | undefined {
  if (section === undefined) return undefined;
  if (typeof section === "string" && /^\[.*\]$/.test(section))
    return `section is ${show(section)}, and must be without brackets: ${show(section.slice(1, -1))}.`;
  if (
    section !== "" &&
    checkOneLine("section", section, "mysqld") === undefined &&
    section === String(section).trim()
  )
    return undefined;
  return `section is ${show(section)}, and must be the name of one, such as "mysqld".`;
}

function checkKey(key: unknown): Mistake | undefined {
  if (typeof key === "string" && key.trim() === key && /^[^=\n\r\0#;[][^=\n\r\0]*$/.test(key))
    return undefined;
  return `key is ${show(key)}, and must be the name of one, such as "max_connections".`;
}

function checkValue(value: unknown): Mistake | undefined {
  if (value === true || (typeof value === "number" && Number.isFinite(value))) return undefined;
  if (typeof value === "string" && value.trim() === value && !/[\n\r\0]/.test(value)) return undefined;
  const cure = typeof value === "boolean" ? ': as the program takes it, "no", "off", "0"' : ', such as "200"';
  return `value is ${show(value)}, and must be text in one line without blanks around it${cure}.`;
}

export const iniFileKind: Kind<IniFileResource> = {
  type: "iniFile",
  sure: true,
  shell: [...editShell, new URL("iniFile.sh", import.meta.url)],
  compile: compileEdit,
};
