import { randomUUID } from "node:crypto";
import { createReadStream, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { ProogError } from "../report/error.ts";
import { harmless } from "../report/text/harmless.ts";
import { formatSize } from "../report/text/size.ts";
import {
  checkAccount,
  checkFlag,
  checkMode,
  checkOptions,
  checkPath,
  type OptionNames,
  show,
} from "../resources/rules.ts";
import { holdsSecret } from "../resources/secret/content.ts";
import type { Secret, SecretText } from "../resources/secret/secret.ts";
import { type Command, inputOf } from "./commands.ts";
import type { GetOptions, PutOptions } from "./context.ts";
import { Received } from "./received.ts";
import type { CommandInput } from "./request.ts";

/** Runs it, as the user that these options ask for. */
export type RunFileCommand = (
  command: Omit<Command, "request" | "file"> & {
    readonly file: string;
    readonly shell: string;
    readonly args: readonly string[];
    readonly input?: CommandInput;
  },
  options: { readonly sudo?: boolean; readonly user?: string },
) => Promise<{ readonly bytes: Uint8Array }>;

const putNames: OptionNames<PutOptions> = {
  ...{ content: true, from: true, mode: true, owner: true, group: true, sudo: true, user: true },
};

/** Sends a file. @throws ProogError `invalid-option`, `local-file-missing`, `command-failed` */
export async function putFile(
  run: RunFileCommand,
  reveal: (content: string | Uint8Array | Secret | SecretText) => Promise<string | Uint8Array>,
  directory: string,
  path: string,
  options: PutOptions,
  at: string,
): Promise<void> {
  const { content, from, mode = "", owner = "", group = "", ...who } = options;
  requireRight("put", at, [
    checkPath("path", path),
    ...checkOptions(options ?? null, putNames),
    (content === undefined) === (from === undefined)
      ? "Exactly one of content and from says what it holds."
      : undefined,
    content === undefined ||
    typeof content === "string" ||
    content instanceof Uint8Array ||
    holdsSecret(content)
      ? undefined
      : `content is ${show(content)}, and must be a text or bytes.`,
    checkMode(options.mode),
    checkAccount("owner", options.owner),
    checkAccount("group", options.group),
    ...checkWho(options),
  ]);
  const input =
    content !== undefined
      ? inputOf(await reveal(content))
      : localInput(resolve(directory, from ?? ""), from ?? "", at);
  const shell = readShell("put");
  // The size of a secret is no news for others.
  const what = holdsSecret(content) ? "with a secret" : formatSize(input.size);
  const told = `put ${harmless(path)} (${what})`;
  await run(
    { told, file: `put ${path}`, at, shell, args: [path, String(input.size), mode, owner, group], input },
    who,
  );
}

function readShell(name: "put" | "get"): string {
  return readFileSync(new URL(`${name}.sh`, import.meta.url), "utf8");
}

/** The content of a local file, which must not change while it is sent. */
function localInput(file: string, from: string, at: string): CommandInput {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile()) {
    throw new ProogError({
      code: "local-file-missing",
      message: found ? `put: ${from} is no file.` : `put: there is no local file ${from}.`,
      where: at,
      hint: found?.isDirectory()
        ? "A folder is sent by tree()."
        : "It is relative to the folder of the config.",
    });
  }
  const { size } = found;
  return {
    size,
    async *read() {
      let rest = size;
      for await (const chunk of createReadStream(file, { end: Math.max(0, size - 1) })) {
        rest -= chunk.length;
        yield chunk;
      }
      if (rest === 0) return;
      throw new ProogError({
        code: "local-file-missing",
        message: `put: the local file ${from} has changed while it was sent, so nothing was put in place.`,
        where: at,
      });
    },
  };
}

const getNames: OptionNames<GetOptions> = { to: true, sudo: true, user: true };

/** Fetches a file: into a local one, or as text; or a folder into a local one. @throws ProogError `invalid-option`, `command-failed` */
export async function getFile(
  run: RunFileCommand,
  claim: (file: string) => string,
  path: string,
  options: Partial<GetOptions>,
  leavesFiles: boolean,
  at: string,
): Promise<string | undefined> {
  const { to, ...who } = options;
  requireRight("get", at, [
    checkPath("path", path),
    ...checkOptions(options, getNames),
    to === undefined || (typeof to === "string" && to !== "")
      ? undefined
      : `to is ${show(to)}, and must be a local file, or a folder for a folder.`,
    ...checkWho(options),
  ]);
  const command = {
    ...{ at, file: `get ${path}`, shell: readShell("get"), args: [path] },
    ...{ readOnly: to === undefined, hide: true },
  };
  if (to === undefined) {
    const { bytes } = await run({ ...command, told: `get ${harmless(path)}` }, who);
    return new TextDecoder().decode(bytes);
  }
  const file = claim(to);
  if (leavesFiles) {
    await run({ ...command, told: `get ${harmless(path)} into ${harmless(to)}` }, who);
    return undefined;
  }
  const mark = randomUUID();
  const received = new Received(file, mark);
  try {
    await run(
      {
        ...{ ...command, args: [path, mark], told: `get ${harmless(path)} into ${harmless(to)}` },
        sink: (chunk) => received.write(chunk),
      },
      who,
    );
    await received.keep();
  } catch (error) {
    received.drop();
    throw error;
  }
  return undefined;
}

function checkWho({
  sudo,
  user,
}: {
  readonly sudo?: boolean;
  readonly user?: string;
}): (string | undefined)[] {
  return [checkFlag("sudo", sudo), checkAccount("user", user)];
}

function requireRight(what: string, where: string, mistakes: readonly (string | undefined)[]): void {
  const found = mistakes.filter((mistake) => mistake !== undefined);
  if (found.length > 0)
    throw new ProogError({ code: "invalid-option", message: `${what}: ${found.join(" ")}`, where });
}
