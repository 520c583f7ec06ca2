// How a value looks where programs have written it down: quoted, escaped, encoded.

/** A value of fewer characters would be found everywhere, and tell by the places what it is. */
const shortestValue = 4;
/** The same for one line of several. */
const shortestLine = 6;
/** Shorter ones of base64 would be found by chance. */
const shortestEncoded = 6;

/** Every text by which a value may be known, each once, the longest first. */
export function writeEncodings(value: string): string[] {
  const lines = value.split(/\r?\n/);
  const units = [
    ...[value.replace(/\n+$/, ""), value.trim()].filter((unit) => unit.length >= shortestValue),
    ...(lines.length > 1 ? lines.flatMap((line) => [line, line.trim()]) : []).filter(
      (line) => line.length >= shortestLine,
    ),
  ];
  const all = new Set([...new Set(units)].flatMap(writeUnit));
  return [...all]
    .filter((text) => text.length >= shortestValue)
    .sort((one, other) => other.length - one.length);
}

function writeUnit(text: string): string[] {
  const bytes = Buffer.from(text);
  return [
    ...[text, ...escapeForShells(text), ...escapeForPrograms(text), ...escapeForAddresses(text)],
    ...[...encodeBase64(bytes), bytes.toString("hex"), bytes.toString("hex").toUpperCase()],
  ];
}

/** As `'…'`, `"…"`, `$'…'` and with backslashes, without the quotes around. */
function escapeForShells(text: string): string[] {
  return [
    text.replaceAll("'", "'\\''"),
    text.replaceAll("'", `'"'"'`),
    text.replace(/["$`\\]/g, "\\$&"),
    text.replace(/[^\w./:@%+,=\n\u0080-\u{10ffff}-]/gu, "\\$&"),
    writeControls(text.replace(/['\\]/g, "\\$&")),
    writeControls(text.replace(/["\\]/g, "\\$&")),
  ];
}

/** JSON, with and without characters beyond ASCII; C with octal digits; HTML; a `%` or a backslash twice, as many formats want it. */
function escapeForPrograms(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const html = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return [
    ...[json, json.replaceAll("/", "\\/"), escapeUnicode(json)],
    ...[writeOctal(text), writeOctal(text.replace(/["\\]/g, "\\$&"))],
    ...[html, html.replaceAll('"', "&quot;"), html.replaceAll('"', "&quot;").replaceAll("'", "&#39;")],
    ...[
      html.replaceAll('"', "&quot;").replaceAll("'", "&#039;"),
      html.replaceAll('"', "&#34;").replaceAll("'", "&#39;"),
    ],
    ...[text.replaceAll("%", "%%"), text.replaceAll("\\", "\\\\"), text.replaceAll("'", "''")],
  ];
}

function escapeForAddresses(text: string): string[] {
  // Halves of surrogate pairs have no bytes.
  const plain = encodeURIComponent(text.toWellFormed());
  const strict = plain.replace(/[!'()*~]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = strict.replaceAll("%20", "+");
  return [plain, strict, form].flatMap((one) => [
    one,
    one.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
  ]);
}

function writeControls(text: string): string {
  return text.replaceAll("\n", "\\n").replaceAll("\t", "\\t").replaceAll("\r", "\\r");
}

function escapeUnicode(text: string): string {
  return text.replace(/[\u0080-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** As programs in the locale C show what is not ASCII: `\303\274`. */
function writeOctal(text: string): string {
  return writeControls(text).replace(/[\u0080-\u{10ffff}]+/gu, (part) =>
    [...Buffer.from(part)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join(""),
  );
}

/** What is the same wherever the bytes stand in what is encoded: after none, one or two others, and before any. */
function encodeBase64(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString("base64")
      .replaceAll("=", "");
    const whole = (before + bytes.length) % 3 === 0;
    const inner = encoded.slice(before === 0 ? 0 : before + 1, whole ? undefined : -1);
    if (inner.length < shortestEncoded) return [];
    return [inner, inner.replaceAll("+", "-").replaceAll("/", "_")];
  });
}
