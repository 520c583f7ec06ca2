import { dirname } from "node:path";
import { text } from "node:stream/consumers";
import { accountsFile } from "../dashboard/server/access/access.ts";
import { Accounts, wrongName, wrongPassword } from "../dashboard/server/access/accounts.ts";
import { findConfig } from "../fleet/find-config.ts";
import { ProogError } from "../report/error.ts";
import { suggestName } from "../report/text/nearest.ts";
import { dropNewline } from "../secrets/value.ts";
import type { AccountAction, AccountOptions } from "./commands/account.ts";
import { readSecret } from "./credentials.ts";
import { dashboardFolder } from "./last-run.ts";
import type { Run } from "./run.ts";

/** `proog account`: who may log in at the dashboard. */
export async function account(
  run: Run,
  action: AccountAction,
  name: string | undefined,
  options: AccountOptions,
): Promise<number> {
  const config = findConfig(process.cwd(), options.config);
  const accounts = new Accounts(accountsFile(dashboardFolder(dirname(config))));
  if (options.role !== undefined && action !== "add")
    throw refusal(`--role is for add, and this is ${action}.`, "Leave it out.");
  if (action === "list") {
    if (name !== undefined)
      throw refusal(`proog account list takes no name, and was given "${name}".`, "Say: proog account list");
    return listAccounts(run, accounts);
  }
  if (name === undefined)
    throw refusal(`proog account ${action} needs a name.`, `Say: proog account ${action} NAME`);
  if (action === "remove") {
    if (!accounts.remove(name))
      throw refusal(
        `There is no account "${name}".`,
        suggestName(
          name,
          accounts.list().map((each) => each.name),
        ),
      );
    run.reporter({ type: "note", text: `${name} can no longer log in.` });
    return 0;
  }
  return await addAccount(run, accounts, name, options);
}

function listAccounts({ reporter }: Run, accounts: Accounts): number {
  const all = accounts.list();
  if (all.length === 0)
    reporter({ type: "note", text: "There is none yet. Make one: proog account add NAME --role admin" });
  for (const { name, role } of all) reporter({ type: "account", name, role });
  return 0;
}

async function addAccount(
  run: Run,
  accounts: Accounts,
  name: string,
  { role }: AccountOptions,
): Promise<number> {
  const mistake = wrongName(name);
  if (mistake !== undefined) throw refusal(`"${name}" can be no name of an account.`, mistake);
  const password = await askPassword(run, name);
  const wrong = wrongPassword(password);
  if (wrong !== undefined) throw refusal("This password is not taken.", wrong);
  const wanted = role ?? accounts.find(name)?.role ?? "viewer";
  await accounts.set(name, wanted, password);
  run.reporter({ type: "note", text: `${name} can log in, as ${wanted}.` });
  return 0;
}

/** Typed two times, since it is not seen; or the input, whole. */
async function askPassword(run: Run, name: string): Promise<string> {
  if (!process.stdin.isTTY) return dropNewline(await text(process.stdin));
  return await run.ask(async () => {
    const password = await readSecret(`Password of ${name}`);
    if ((await readSecret("Once more")) === password) return password;
    throw refusal("Both are not the same, so nothing was changed.", "Try again.");
  });
}

function refusal(message: string, hint: string): ProogError {
  return new ProogError({ code: "command-line", message, hint });
}
