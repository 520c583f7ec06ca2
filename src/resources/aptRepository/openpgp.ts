// As much of OpenPGP as it takes to know whose a key is and how long it lasts. Whether signatures are right, apt on the node
// finds out.
import { createHash } from "node:crypto";

/** A primary key of a keyring. */
export interface PublicKey {
  /** In upper case: 40 digits of a key of version 4, 64 of a later one. */
  readonly fingerprint: string;
  /** When it expires; absent when it does not. */
  readonly expires?: Date;
  readonly revoked: boolean;
}

export interface Keyring {
  /** Text between `-----BEGIN PGP …` and `-----END PGP …`. */
  readonly armoured: boolean;
  readonly keys: readonly PublicKey[];
}

interface Packet {
  readonly tag: number;
  readonly body: Buffer;
}

const tags = { signature: 2, secretKey: 5, publicKey: 6, publicSubkey: 14 };

/**
 * The keys of a keyring, as `gpg --export` writes it, armoured or not.
 * @throws Error with what it is, when it is something else: a clause that goes on from "it".
 * @see https://www.rfc-editor.org/rfc/rfc9580
 */
export function readKeyring(bytes: Buffer): Keyring {
  const text = bytes.toString("latin1");
  const armoured = text.includes("-----BEGIN PGP ");
  if (armoured && text.includes("-----BEGIN PGP PRIVATE KEY")) throw new Error(secret);
  if (bytes.subarray(8, 12).toString("latin1") === "KBXf")
    throw new Error("is a keybox of gpg, which apt does not read: write it anew by gpg --export");
  const packets = readPackets(armoured ? removeArmour(text) : bytes);
  if (packets.some(({ tag }) => tag === tags.secretKey)) throw new Error(secret);
  const starts = packets.flatMap(({ tag }, index) => (tag === tags.publicKey ? [index] : []));
  if (starts.length === 0) throw new Error("holds no OpenPGP key");
  const keys = starts.map((start, which) => readKey(packets.slice(start, starts[which + 1])));
  return { armoured, keys };
}

const secret = "holds a secret key, which must never leave its owner: write the public one by gpg --export";

function removeArmour(text: string): Buffer {
  const blocks = [
    ...text.matchAll(/-----BEGIN PGP PUBLIC KEY BLOCK-----(.*?)-----END PGP PUBLIC KEY BLOCK-----/gs),
  ];
  if (blocks.length === 0) throw new Error("holds no OpenPGP key");
  return Buffer.concat(
    blocks.map(([, inner = ""]) => {
      // Headers end at an empty line; a checksum begins with "=".
      const [, body = ""] = /\r?\n[ \t]*\r?\n(.*)$/s.exec(inner) ?? [];
      return Buffer.from(body.replace(/^=.*$/m, ""), "base64");
    }),
  );
}

/** The packets, in their order: RFC 9580, section 4.2. */
function readPackets(bytes: Buffer): Packet[] {
  const packets: Packet[] = [];
  for (let at = 0; at < bytes.length; ) {
    const head = byteAt(bytes, at);
    if ((head & 0x80) === 0) throw new Error("is no OpenPGP key");
    const { tag, start, length } = (head & 0x40) === 0 ? readOldHead(bytes, at) : readNewHead(bytes, at);
    if (start + length > bytes.length) throw new Error("ends in the middle of an OpenPGP key");
    packets.push({ tag, body: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return packets;
}

function readOldHead(bytes: Buffer, at: number) {
  const head = byteAt(bytes, at);
  const size = [1, 2, 4][head & 3];
  if (size === undefined) throw new Error("is no OpenPGP key");
  return { tag: (head >> 2) & 15, start: at + 1 + size, length: numberAt(bytes, at + 1, size) };
}

function readNewHead(bytes: Buffer, at: number) {
  const { length, start } = readLength(bytes, at + 1);
  return { tag: byteAt(bytes, at) & 63, start, length };
}

/** A length of one, two or five octets; partial ones are for data, not for keys. */
function readLength(bytes: Buffer, at: number): { readonly length: number; readonly start: number } {
  const first = byteAt(bytes, at);
  if (first < 192) return { length: first, start: at + 1 };
  if (first === 255) return { length: numberAt(bytes, at + 1, 4), start: at + 5 };
  return { length: (first - 192) * 256 + byteAt(bytes, at + 1) + 192, start: at + 2 };
}

function byteAt(bytes: Buffer, at: number): number {
  return numberAt(bytes, at, 1);
}

function numberAt(bytes: Buffer, at: number, size: number): number {
  if (at + size > bytes.length) throw new Error("ends in the middle of an OpenPGP key");
  return bytes.readUIntBE(at, size);
}

/** A primary key and what follows it. */
function readKey([primary, ...rest]: readonly Packet[]): PublicKey {
  const body = primary?.body ?? Buffer.alloc(0);
  const fingerprint = fingerprintOf(body);
  const own = rest
    .slice(0, endOf(rest))
    .flatMap(({ tag, body }) => (tag === tags.signature ? (readSignature(body) ?? []) : []))
    .filter(({ issuer }) => issuer !== undefined && isIssuer(issuer, fingerprint));
  const revoked = own.some(({ type }) => type === signatureTypes.revocation);
  // What the owner said last holds; of the key itself before what was said of a name.
  const said = own.toSorted((one, other) => other.created - one.created);
  const last =
    said.find(({ type, lasts }) => type === signatureTypes.direct && lasts > 0) ??
    said.find(({ type }) => type >= signatureTypes.firstOfName && type <= signatureTypes.lastOfName);
  if (!last?.lasts) return { fingerprint, revoked };
  return { fingerprint, revoked, expires: new Date((numberAt(body, 1, 4) + last.lasts) * 1000) };
}

/** Where subkeys begin. */
function endOf(packets: readonly Packet[]): number {
  const end = packets.findIndex(({ tag }) => tag === tags.publicSubkey);
  return end < 0 ? packets.length : end;
}

/** RFC 9580, section 5.5.4; version 5 as GnuPG has it. */
function fingerprintOf(body: Buffer): string {
  const version = byteAt(body, 0);
  const size = Buffer.alloc(version === 4 ? 2 : 4);
  size.writeUIntBE(body.length, 0, size.length);
  if (version === 4) return digest("sha1", 0x99, size, body);
  if (version === 5) return digest("sha256", 0x9a, size, body);
  if (version === 6) return digest("sha256", 0x9b, size, body);
  throw new Error(`holds a key of OpenPGP's version ${version}, which is too old to be trusted`);
}

function digest(algorithm: string, head: number, size: Buffer, body: Buffer): string {
  const sum = createHash(algorithm).update(Buffer.of(head)).update(size).update(body);
  return sum.digest("hex").toUpperCase();
}

const signatureTypes = { firstOfName: 0x10, lastOfName: 0x13, direct: 0x1f, revocation: 0x20 };
const subpackets = { created: 2, keyLasts: 9, issuer: 16, issuerFingerprint: 33 };

interface Signature {
  readonly type: number;
  /** Seconds since 1970. */
  readonly created: number;
  /** Seconds that the key lasts from its creation on; 0 for ever. */
  readonly lasts: number;
  /** The fingerprint or the id of the key that made it, in upper case. */
  readonly issuer: string | undefined;
}

/** RFC 9580, section 5.2.3; older ones say nothing of how long a key lasts. */
function readSignature(body: Buffer): Signature | undefined {
  const version = byteAt(body, 0);
  if (version < 4) return undefined;
  const width = version === 6 ? 4 : 2;
  const hashed = readSubpackets(body, 4, width);
  const others = readSubpackets(body, hashed.end, width);
  const issuer =
    hashed.found.get(subpackets.issuerFingerprint)?.subarray(1) ??
    hashed.found.get(subpackets.issuer) ??
    others.found.get(subpackets.issuerFingerprint)?.subarray(1) ??
    others.found.get(subpackets.issuer);
  const numberOf = (type: number) => {
    const value = hashed.found.get(type);
    return value === undefined ? 0 : numberAt(value, 0, 4);
  };
  return {
    type: byteAt(body, 1),
    created: numberOf(subpackets.created),
    lasts: numberOf(subpackets.keyLasts),
    issuer: issuer?.toString("hex").toUpperCase(),
  };
}

function readSubpackets(body: Buffer, at: number, width: number) {
  const end = at + width + numberAt(body, at, width);
  const found = new Map<number, Buffer>();
  for (let next = at + width; next < end; ) {
    const { length, start } = readLength(body, next);
    // The highest bit says that it must not be ignored.
    found.set(byteAt(body, start) & 0x7f, body.subarray(start + 1, start + length));
    next = start + length;
  }
  return { found, end };
}

/** A key's id is the end of its fingerprint in version 4, and the beginning later. */
function isIssuer(issuer: string, fingerprint: string): boolean {
  return issuer.length === fingerprint.length
    ? issuer === fingerprint
    : fingerprint.length === 40
      ? fingerprint.endsWith(issuer)
      : fingerprint.startsWith(issuer);
}
