import type { Mistake } from "../declare.ts";
import type { SurveyLine } from "../kind.ts";
import { isPlain } from "../path/path.ts";
import { checkAccount, show } from "../rules.ts";

/** The shell that the kinds about users and groups share. */
export const accountShell: readonly URL[] = ["survey.sh", "account.sh"].map(
  (name) => new URL(name, import.meta.url),
);

/** The surveys of users and groups. */
export const accountSurveys: readonly URL[] = accountShell.slice(0, 1);

/** The shell that mends what a run that died has left of accounts, for the kinds that change them. */
export const mendAccountsShell: URL = new URL("mend-accounts.sh", import.meta.url);
/** The shell by which undo brings back users and groups. */
export const accountBackShell: URL = new URL("back.sh", import.meta.url);

/** The shell that runs a command as another user. */
export const asUserShell: URL = new URL("as-user.sh", import.meta.url);

/** Facts about users and groups as survey lines, or nothing where one of them is not plain; see account.sh for the forms. */
export function surveyFacts(facts: readonly string[]): SurveyLine[] | undefined {
  if (!facts.every((fact) => fact.split(" ").every(isPlain))) return undefined;
  return facts.map((line) => ({ survey: "accounts", line }));
}

/** The name of a user or group that Proog itself makes or removes: as useradd(8) takes it, and no number. */
export function checkOwnAccount(option: string, name: string): Mistake | undefined {
  const numeric = typeof name === "string" && /^[0-9]+$/.test(name);
  if (name !== undefined && !numeric) return checkAccount(option, name);
  return `${option} is ${show(name)}, and must be a name such as "deploy": a number is no name.`;
}

/** Several names, none of them twice. */
export function checkAccounts(option: string, names: readonly string[] | undefined): Mistake[] {
  if (names === undefined) return [];
  if (!Array.isArray(names)) return [`${option} is ${show(names)}, and must be a list such as ["adm"].`];
  return names.flatMap((name, index) => checkOwnAccount(`${option}[${index}]`, name) ?? []);
}

/** A uid or gid; 65535 and 4294967295 stand for "none" in system calls. */
export function checkAccountNumber(option: string, number: number | undefined): Mistake | undefined {
  if (number === undefined) return undefined;
  const whole = Number.isInteger(number) && number >= 0 && number < 4_294_967_295 && number !== 65_535;
  if (whole && number !== 0) return undefined;
  const rule =
    number === 0 ? "and 0 is root's" : "and must be a whole number from 1 to 4294967294, not 65535";
  return `${option} is ${show(number)}, ${rule}: Debian gives services 100 to 999 and people 1000 to 59999.`;
}

/** Text that a field of passwd(5) can hold. */
export function checkField(option: string, text: string | undefined): Mistake | undefined {
  if (text === undefined) return undefined;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  if (typeof text === "string" && !/[:\u0000-\u001f\u007f]/.test(text)) return undefined;
  return `${option} is ${show(text)}, and passwd(5) can hold no ":" and no control characters: leave them out.`;
}

/** The words of a list as the shell compares them: sorted by byte, each once. */
export function joinSorted(names: readonly string[]): string {
  return [...new Set(names)].sort().join(",");
}
