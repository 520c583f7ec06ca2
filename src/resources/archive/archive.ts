import { hash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { ProogError } from "../../report/error.ts";
import { checkoutShell } from "../checkout/checkout.ts";
import type { CompileContext, LocalContent } from "../context.ts";
import { declare, declareAbsent, type Mistake } from "../declare.ts";
import {
  type Absent,
  type CommonOptions,
  type Compiled,
  type Kind,
  keyOf,
  type Present,
  type Resource,
} from "../kind.ts";
import { accessOf, compileAbsent, surveyAccess } from "../path/path.ts";
import {
  checkOptions,
  checkOwner,
  checkPath,
  commonNames,
  holdsPassword,
  isAbsent,
  type OptionNames,
  show,
} from "../rules.ts";

/** Options of an unpacked archive. */
export interface ArchiveOptions extends CommonOptions {
  /**
   * A tar archive, packed by gzip, bzip2, xz or zstd or not at all: a URL, from which this machine fetches it once; or a
   * local file, relative to the config's folder.
   * @example "https://example.org/engine-3.1.tar.gz"
   */
  readonly from: string;
  /** Its SHA-256, 64 hexadecimal digits. A URL needs it. */
  readonly sha256?: string;
  /** How many leading folders of its names are left out, as `tar --strip-components`. Default: 0. */
  readonly strip?: number;
  /** The user that owns everything in it. Default: `root`. */
  readonly owner?: string;
  /** Its group. Default: the owner's name, `root` for root. */
  readonly group?: string;
}

const optionNames: OptionNames<ArchiveOptions> = {
  ...{ from: true, sha256: true, strip: true, owner: true, group: true },
  ...commonNames,
};

export interface ArchiveResource extends Resource, Partial<Omit<ArchiveOptions, keyof CommonOptions>> {
  readonly type: "archive";
  readonly absent?: true;
}

/**
 * What a tar archive holds, in a folder of its own. Another archive takes the place of the whole folder in one step, with
 * all that came into it since (a copy is kept for `proog undo`). A mark in the folder, `.proog-archive`, tells which
 * archive it is of; the files are not compared. A zip is to be packed as tar first.
 * @example archive("/opt/engine", { from: "https://example.org/engine-3.1.tar.gz", sha256: "9f86d0…", strip: 1 })
 * @example archive("/opt/engine", { from: "build/engine.tar.xz", owner: "engine" })
 * @example archive("/opt/engine", { absent: true })
 */
export function archive(path: string, options: Present<ArchiveOptions> | Absent): ArchiveResource {
  if (isAbsent(options))
    return declareAbsent<ArchiveResource>("archive", path, options, checkPath("path", path));
  const { optional: _, tags: __, absent: ___, ...fields } = { ...options };
  return declare<ArchiveResource>({ ...fields, type: "archive", name: path }, options, [
    checkPath("path", path),
    ...checkOptions(options, optionNames),
    checkFrom(fields.from),
    checkHash(fields),
    fields.strip === undefined || (Number.isInteger(fields.strip) && fields.strip >= 0 && fields.strip < 100)
      ? undefined
      : `strip is ${show(fields.strip)}, and must be a whole number such as 1.`,
    ...checkOwner(fields),
  ]);
}

const addressForm = /^[a-z][a-z0-9+.-]*:\/\//i;

function checkFrom(from: unknown): Mistake | undefined {
  if (typeof from !== "string" || from === "" || from.includes("\0"))
    return `from is ${show(from)}, and must be a tar archive such as "https://example.org/engine-3.1.tar.gz" or "build/engine.tar.gz".`;
  if (addressForm.test(from) && !(/^https?:\/\/\S+$/.test(from) && URL.canParse(from)))
    return `from is ${show(from)}, and must be a URL of https or http, or a local file.`;
  if (holdsPassword(from))
    return "from holds a password or token, which everybody could read in the config: fetch the file by other means, and give it as a local file.";
  return undefined;
}

function checkHash({ from, sha256 }: Partial<ArchiveOptions>): Mistake | undefined {
  if (sha256 === undefined) {
    if (typeof from !== "string" || !addressForm.test(from)) return undefined;
    return "It has a URL and no sha256: whoever can change what is there could run anything on the machines. See sha256sum(1).";
  }
  if (typeof sha256 === "string" && /^[0-9a-f]{64}$/i.test(sha256)) return undefined;
  return `sha256 is ${show(sha256)}, and must be the 64 hexadecimal digits that sha256sum prints.`;
}

/** What each kind of packed file begins with, and what unpacks it: a command, and the Debian package that has it. */
const packed: readonly { readonly magic: string; readonly tool: string }[] = [
  { magic: "1f8b", tool: "-" },
  { magic: "425a68", tool: "bzip2 bzip2" },
  { magic: "fd377a585a00", tool: "xz xz-utils" },
  { magic: "28b52ffd", tool: "zstd zstd" },
];

async function compile(resource: ArchiveResource, context: CompileContext): Promise<Compiled> {
  const { name, strip = 0, owner = "root", group = owner } = resource;
  const claims = [`path ${name}`];
  if (resource.absent) return compileAbsent(name);
  const { sha256, size, path } = await bring(resource, context);
  const tool = findTool(resource, path);
  const access = surveyAccess(name, "directory", accessOf({ owner, group }, "0755"), context);
  const mark = hash("sha256", `${sha256} ${strip}\n`);
  return {
    arguments: [name, owner, group, sha256, String(strip), tool],
    claims,
    blobs: [{ sha256, size, source: { path } }],
    ...(access && {
      survey: [...access, { survey: "sha256", line: `${mark}  ${name}/.proog-archive` }],
    }),
  };
}

async function bring(resource: ArchiveResource, context: CompileContext): Promise<LocalContent> {
  const { from = "", sha256 } = resource;
  const wanted = sha256?.toLowerCase();
  if (addressForm.test(from)) return await context.fetchFile(from, wanted ?? "");
  const found = await context.hashFile(from);
  if (wanted !== undefined && found.sha256 !== wanted)
    throw refusal(resource, `has the SHA-256 ${found.sha256}, and ${wanted} is declared.`);
  return found;
}

/** What it needs on the machine beside tar and gzip; what is no tar archive is told here. */
function findTool(resource: ArchiveResource, path: string): string {
  const head = readHead(path);
  const hex = head.toString("hex");
  const found = packed.find(({ magic }) => hex.startsWith(magic));
  if (found) return found.tool;
  if (hex.startsWith("504b0304"))
    throw refusal(resource, "is a zip archive.", "Pack it as tar: bsdtar -c -z -f engine.tar.gz @engine.zip");
  if (head.subarray(257, 262).toString("latin1") === "ustar") return "-";
  throw refusal(
    resource,
    "is no tar archive.",
    "It begins like none, and like none packed by gzip, bzip2, xz or zstd.",
  );
}

function readHead(path: string): Buffer {
  const file = openSync(path, "r");
  try {
    const head = Buffer.alloc(512);
    return head.subarray(0, readSync(file, head));
  } finally {
    closeSync(file);
  }
}

function refusal(resource: ArchiveResource, what: string, hint?: string): ProogError {
  return new ProogError({
    code: "invalid-option",
    message: `${resource.from}, for ${keyOf(resource)}, ${what}`,
    where: resource.at,
    hint,
  });
}

export const archiveKind: Kind<ArchiveResource> = {
  type: "archive",
  shell: [...checkoutShell, new URL("archive.sh", import.meta.url)],
  surveys: [],
  compile,
};
