import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname } from "node:path";
import { findConfig } from "../fleet/find-config.ts";
import { loadFleet } from "../fleet/load.ts";
import { generateKey, publicKeys } from "../secrets/age.ts";
import { findOwnKeys, ownKeyFile } from "../secrets/identities.ts";
import type { SecretCommandOptions } from "./commands/secret.ts";
import type { Run } from "./run.ts";

/** `proog secret init`: a key of one's own, where there is none, and what has to be done with its public part. */
export async function makeOwnKey(run: Run, options: SecretCommandOptions): Promise<number> {
  const note = (text: string) => run.reporter({ type: "note", text });
  const file = ownKeyFile(process.env);
  if (!process.env.PROOG_AGE_IDENTITY && !existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const { key, recipient } = await generateKey();
    const head = `# created: ${new Date().toISOString()}\n# public key: ${recipient}\n`;
    writeFileSync(file, `${head}${key}\n`, { mode: 0o600, flag: "wx" });
    note(
      `Wrote a new key to ${file}. Keep a copy where you keep such things: without it, the secrets are lost.`,
    );
  }
  const own = await publicKeys(findOwnKeys(process.env));
  const name = userInfo().username.replace(/[^\w-]/g, "");
  for (const key of own) note(`Your public key: ${key}`);
  if (!(await isRecipient(own, options)))
    note(
      `In the config: defineFleet({ …, secrets: { recipients: { ${name}: "${own[0]}" } } })\nWhere there are secrets already, somebody who can read them says then: proog secret rotate`,
    );
  return 0;
}

/** There may be no config yet, or one with mistakes, which other commands tell. */
async function isRecipient(own: readonly string[], { config }: SecretCommandOptions): Promise<boolean> {
  try {
    const { fleet } = await loadFleet(findConfig(process.cwd(), config));
    return own.some((key) => Object.values(fleet.secrets?.recipients ?? {}).includes(key));
  } catch {
    return false;
  }
}
