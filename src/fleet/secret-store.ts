import { suggestName } from "../report/text/nearest.ts";
import { show } from "../resources/rules.ts";
import { isSecretName } from "../resources/secret/secret.ts";
import { isRecord } from "./unchecked.ts";

/** Where secrets are, from the folder of the config. */
export const defaultSecretFolder = "secrets";

const optionNames = ["recipients", "folder"];

/** What is wrong with a fleet's store of secrets: nothing checks the types of a config when it is loaded. */
export function checkSecretStore(secrets: unknown): string[] {
  if (secrets === undefined) return [];
  if (!isRecord(secrets))
    return [`secrets is ${show(secrets)}, and must be an object such as { recipients: { ada: "age1…" } }.`];
  const { recipients, folder } = secrets;
  return [
    ...Object.keys(secrets)
      .filter((name) => !optionNames.includes(name))
      .map((name) => `secrets.${name} is no option. ${suggestName(name, optionNames)}`),
    ...checkRecipients(recipients),
    ...(folder === undefined || (typeof folder === "string" && folder !== "")
      ? []
      : [`secrets.folder is ${show(folder)}, and must be a folder such as "secrets".`]),
  ];
}

function checkRecipients(recipients: unknown): string[] {
  if (!isRecord(recipients))
    return [
      'secrets.recipients must have the public keys of all who can read them, by their names: { ada: "age1…" }. proog secret init makes a key.',
    ];
  const keys = Object.entries(recipients);
  const twice = keys.filter(([, key], index) => keys.findIndex(([, other]) => other === key) < index);
  return [
    ...keys.flatMap(([name, key]) => checkRecipient(name, key)),
    ...twice.map(
      ([name]) => `secrets.recipients.${name} has a key that another one has, too: keep one of them.`,
    ),
  ];
}

function checkRecipient(name: string, key: unknown): string[] {
  const said = `secrets.recipients.${name}`;
  if (!isSecretName(name) || name.includes("/"))
    return [`secrets.recipients: the name ${show(name)} must be a word.`];
  if (typeof key === "string" && key.includes("AGE-SECRET-KEY"))
    return [
      `${said} is a private key, which nobody else may have: make another one, and give its public key, which begins with "age1".`,
    ];
  // bech32 without the letters that are mistaken for others.
  if (typeof key === "string" && /^age1[02-9ac-hj-np-z]{58,}$/.test(key)) return [];
  if (typeof key === "string" && key.startsWith("ssh-"))
    return [
      `${said} is a key of ssh, and must be one of age, which begins with "age1": proog secret init makes one.`,
    ];
  return [
    `${said} is ${show(key)}, and must be a public key of age, which begins with "age1": age-keygen -y KEY-FILE`,
  ];
}
