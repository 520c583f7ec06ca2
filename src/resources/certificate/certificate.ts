import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { ProogError } from "../../report/error.ts";
import type { CompileContext } from "../context.ts";
import { declare, declareAbsent, type Mistake } from "../declare.ts";
import { checkSource, fileShell, surveyFile } from "../file/file.ts";
import type { Absent, CommonOptions, Compiled, Kind, Present, Resource } from "../kind.ts";
import { type AccessOptions, accessNames, accessOf, compileAbsent } from "../path/path.ts";
import {
  checkMode,
  checkOptions,
  checkOwner,
  checkPath,
  commonNames,
  isAbsent,
  type OptionNames,
  show,
} from "../rules.ts";
import { revealText, secretBlob } from "../secret/content.ts";
import { isSecret, type Secret } from "../secret/secret.ts";

/** Options of a certificate with its key; the certificate is given by exactly one of `content` and `from`. */
export interface CertificateOptions extends AccessOptions, CommonOptions {
  /** A local file with the certificate and, after it, those that lead to its root (PEM); relative to the config's folder. */
  readonly from?: string;
  /** The same as a text. */
  readonly content?: string;
  /** Its private key (PEM, without a passphrase). @example secret("www.example.org/key") */
  readonly key: Secret;
  /** Host names that it must be for. Default: it is not looked at. @example ["www.example.org"] */
  readonly names?: readonly string[];
}

const optionNames: OptionNames<CertificateOptions> = {
  ...{ from: true, content: true, key: true, names: true },
  ...accessNames,
  ...commonNames,
};

export interface CertificateResource extends Resource {
  readonly type: "certificate";
  readonly from?: string;
  readonly content?: string;
  readonly key?: Secret;
  readonly names?: readonly string[];
  readonly mode?: string;
  readonly owner?: string;
  readonly group?: string;
  readonly absent?: true;
}

/**
 * A certificate, those that lead to its root, and its key, in one file that only its owner can read (default 0600, root), as nginx, Apache,
 * HAProxy, Postfix and others take it. Before it goes anywhere it is looked at: that the key fits, that it has not expired, that it is
 * for these names.
 * @example certificate("/etc/ssl/www.pem", { from: "tls/www.crt", key: secret("tls/www"), names: ["www.example.org"] })
 * @example certificate("/etc/ssl/old.pem", { absent: true })
 */
export function certificate(
  path: string,
  options: Present<CertificateOptions> | Absent,
): CertificateResource {
  if (isAbsent(options))
    return declareAbsent<CertificateResource>("certificate", path, options, checkPath("path", path));
  const { from, content, key, names, mode, owner, group } = options ?? {};
  const fields = { type: "certificate", name: path, from, content, key, names, mode, owner, group };
  return declare<CertificateResource>(fields as Omit<CertificateResource, "at">, options, [
    checkPath("path", path),
    ...checkOptions(options, optionNames),
    checkSource({ content, ...(from !== undefined && { from }) }),
    isSecret(key) ? undefined : 'key must be a secret, such as secret("tls/www").',
    names === undefined || (Array.isArray(names) && names.every((name) => typeof name === "string"))
      ? undefined
      : `names is ${show(names)}, and must be a list such as ["www.example.org"].`,
    checkMode(mode),
    ...checkOwner({ owner, group }),
  ]);
}

async function compile(resource: CertificateResource, context: CompileContext): Promise<Compiled> {
  const { name, absent, key } = resource;
  if (absent || !key) return { ...compileAbsent(name), claims: [`path ${name}`] };
  const text = await readCertificate(resource, context);
  const keyText = await revealText(key, context);
  const wrong = checkCertificate(resource, text, keyText, key);
  if (wrong !== undefined)
    throw new ProogError({
      code: "invalid-option",
      message: `certificate ${name}: ${wrong}`,
      where: resource.at,
    });
  const whole = `${text.trimEnd()}\n${keyText.trimEnd()}\n`;
  const blob = secretBlob(resource, "content", [key], whole);
  const access = accessOf(resource, "0600");
  const survey = surveyFile(name, access, blob, context);
  return {
    arguments: [name, access.mode, access.owner, access.group, blob.sha256],
    claims: [`path ${name}`],
    blobs: [blob],
    ...(survey && { survey }),
  };
}

async function readCertificate(
  { from, content = "" }: CertificateResource,
  context: CompileContext,
): Promise<string> {
  return from === undefined ? content : await readFile((await context.hashFile(from)).path, "utf8");
}

/** What is wrong with it, in words that name the file and the secret, and never show the key. */
function checkCertificate(
  { from, names = [] }: CertificateResource,
  text: string,
  keyText: string,
  secret: Secret,
): Mistake | undefined {
  const what = from === undefined ? "content" : from;
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  const chain = blocks.map(parseCertificate);
  const [first, ...others] = chain;
  if (!first || others.some((one) => !one))
    return `${what} has no certificate that can be read: it must have some in PEM, "-----BEGIN CERTIFICATE-----".`;
  const now = Date.now();
  const day = (date: Date) => date.toISOString().slice(0, 10);
  if (first.validToDate.getTime() <= now)
    return `the certificate of ${what} has expired on ${day(first.validToDate)}: renew it.`;
  if (first.validFromDate.getTime() > now)
    return `the certificate of ${what} holds only from ${day(first.validFromDate)} on.`;
  const key = parseKey(keyText);
  if (!key)
    return `the secret ${show(secret.name)} is no private key that can be read: it must be one in PEM, without a passphrase.`;
  if (!first.checkPrivateKey(key))
    return `the certificate of ${what} does not fit the key in the secret ${show(secret.name)}: they must be made for each other.`;
  const foreign = names.find((name) => first.checkHost(name) === undefined);
  if (foreign !== undefined)
    return `the certificate of ${what} is not for ${foreign}, but for ${first.subjectAltName?.replaceAll("DNS:", "") ?? "no name"}.`;
  const astray = others.find((issuer, index) => issuer && !chain[index]?.checkIssued(issuer));
  if (astray)
    return `${what} has certificates that do not follow from each other: first the one of the site, then the one that has signed it, and so on.`;
  return undefined;
}

function parseCertificate(block: string): X509Certificate | undefined {
  try {
    return new X509Certificate(block);
  } catch {
    return undefined;
  }
}

function parseKey(text: string): KeyObject | undefined {
  try {
    return createPrivateKey(text);
  } catch {
    return undefined;
  }
}

export const certificateKind: Kind<CertificateResource> = {
  type: "certificate",
  batch: "paths",
  sure: true,
  secrets: ["key"],
  shell: [...fileShell, new URL("certificate.sh", import.meta.url)],
  surveys: [],
  compile,
};
