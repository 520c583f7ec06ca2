import type { Mistake } from "../declare.ts";
import { show } from "../rules.ts";

/** One line of an authorized_keys file, taken apart. */
export interface PublicKey {
  /** Options as sshd(8) reads them, as they were written; empty for none. */
  readonly options: string;
  readonly type: string;
  /** The key itself, in base64: what makes it this key, whatever its options and comment. */
  readonly blob: string;
  readonly comment: string;
}

/** What each kind of key holds after its name, by its fixed length in bytes where it has one. */
const fieldsOf: Readonly<Record<string, readonly (number | undefined)[]>> = {
  "ssh-ed25519": [32],
  "ssh-rsa": [undefined, undefined],
  "ecdsa-sha2-nistp256": [8, 65],
  "ecdsa-sha2-nistp384": [8, 97],
  "ecdsa-sha2-nistp521": [8, 133],
  "sk-ssh-ed25519@openssh.com": [32, undefined],
  "sk-ecdsa-sha2-nistp256@openssh.com": [8, 65, undefined],
};

/** Whether the text is, or holds, a private key in any of the usual forms. Such a text is never shown. */
export function isPrivateKey(text: string): boolean {
  // The text within the armour of OpenSSH's own form begins with its magic, "openssh-key-v1".
  return /PRIVATE KEY|PuTTY-User-Key-File|b3BlbnNzaC1rZXktdjE/.test(text);
}

export const privateKeyCure =
  "is a private key, which belongs to nobody else and is not shown here: give the public one, which ssh-keygen -y -f KEYFILE prints. If it was in a repository, it is no secret any more: make a new one.";

/** A line of an authorized_keys file, or what is the matter with it: the rest of a sentence. The text is not shown. */
export function parsePublicKey(line: string): PublicKey | Mistake {
  if (isPrivateKey(line)) return privateKeyCure;
  if (/SSH2 PUBLIC KEY/.test(line))
    return "is a key in the form of RFC 4716: ssh-keygen -i -f KEYFILE prints it as OpenSSH has it.";
  if (/[^\P{Cc}\t]/u.test(line.trim()))
    return "has a line break or control characters: each key is one line.";
  const found =
    /^(?:(?<options>(?:"(?:\\"|[^"])*"|[^\s"])+)[ \t]+)??(?<type>(?:ssh|ecdsa|sk)-[\w.@-]+)[ \t]+(?<blob>\S+)(?:[ \t]+(?<comment>.*))?$/.exec(
      line.trim(),
    );
  if (!found?.groups) return 'is no public key as ssh-keygen writes it: "ssh-ed25519 AAAA… ada@laptop".';
  const { options = "", type = "", blob = "", comment = "" } = found.groups;
  const mistake = checkBlob(type, blob);
  return mistake ?? { options, type, blob, comment: comment.trim() };
}

function checkBlob(type: string, blob: string): Mistake | undefined {
  if (type === "ssh-dss") return "is a DSA key, which sshd has not taken since OpenSSH 7.0: use ssh-ed25519.";
  if (type.includes("-cert-"))
    return "is a certificate: name the key of the authority that signed it, with cert-authority in its options.";
  const fields = fieldsOf[type];
  if (!fields) return `is of the type ${show(type)}, and sshd takes ${Object.keys(fieldsOf).join(", ")}.`;
  const damaged = `is damaged: what follows ${type} is no whole key of that type. Copy its .pub file once more.`;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(blob)) return damaged;
  const [name, ...parts] = splitFields(Buffer.from(blob, "base64"));
  if (!name || parts.length !== fields.length) return damaged;
  if (name.toString("latin1") !== type)
    return `says ${type}, and is a key of the type ${show(name.toString("latin1"))}: copy its .pub file once more.`;
  if (parts.some((part, index) => fields[index] !== undefined && part.length !== fields[index]))
    return damaged;
  // sshd_config(5): RequiredRSASize. The modulus may have a zero in front.
  const bits = type === "ssh-rsa" ? ((parts[1]?.length ?? 0) - (parts[1]?.[0] === 0 ? 1 : 0)) * 8 : undefined;
  if (bits !== undefined && bits < 1024)
    return `has ${bits} bits, and sshd refuses RSA keys of less than 1024.`;
  return undefined;
}

/** Strings with their lengths in front, as RFC 4251 has them; nothing when they do not fill the whole. */
function splitFields(bytes: Buffer): Buffer[] {
  const fields: Buffer[] = [];
  let rest = bytes;
  while (rest.length >= 4) {
    const end = 4 + rest.readUInt32BE(0);
    if (end > rest.length) return [];
    fields.push(rest.subarray(4, end));
    rest = rest.subarray(end);
  }
  return rest.length === 0 ? fields : [];
}
