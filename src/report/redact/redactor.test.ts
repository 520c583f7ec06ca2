import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordReporter } from "../recording.test-support.ts";
import { knownTexts, Redactor } from "./redactor.ts";

const poison = `poi"s'on \\ZqX7 %s%%d $(id) \`w\`\n\tüñ✓<&>;|* Vk9!wJ~end`;
const token = "tok-8hGf3KpWz5RtYv2NcXq9LmJd4BsHa7Ue6TiOw1Px0QyZ";

function redactorOf(...values: string[]): Redactor {
  const redactor = new Redactor();
  for (const value of values) redactor.add(value);
  return redactor;
}

/** What a program prints of a value that is its first argument, or its input. */
const prints = (script: string, value: string) =>
  spawnSync("bash", ["-c", script, "bash", value], { input: value, encoding: "utf8" }).stdout;

describe("a secret is taken out", () => {
  test.each([
    ["as it is", "cat"],
    ["line by line", "sed 's/^/> /'"],
    ["by a shell that traces", 'set -x; : "$1"; true "$1" 2>&1 |& cat; (set -x; : "$1") 2>&1'],
    ["by printf %q", "printf '%q\\n' \"$1\""],
    ["by declare -p", "value=$1; declare -p value"],
    ["in single quotes", `printf '%s\\n' "\${1@Q}"`],
    ["as base64", "base64 -w 0"],
    ["as base64 in lines", "base64 -w 76"],
    ["as base64 behind something", "{ printf x; cat; } | base64 -w 0"],
    ["as base64 in the middle", "{ printf xy; cat; printf zzz; } | base64 -w 0"],
    ["as hexadecimal", "od -An -v -tx1 | tr -d ' \\n'"],
    ["as upper-case hexadecimal", "od -An -v -tx1 | tr -d ' \\n' | tr a-f A-F"],
    ["by a program that knows no UTF-8", 'LC_ALL=C ls -d --quoting-style=c "/nowhere/$1" 2>&1 | cat'],
  ])("%s", (_how, script) => {
    for (const value of [poison, token]) {
      const text = `before ${prints(script, value)} after`;
      const redacted = redactorOf(value).text(text);
      expect(redacted, text).toContain("***");
      expect(redacted).toMatch(/^before .* after$/s);
      for (const part of [
        "ZqX7",
        "Vk9!wJ",
        "poi",
        "8hGf3K",
        "x0QyZ",
        "VjltIXdK",
        "WnFYNw",
        "566b39",
        "5A715837",
      ])
        expect(redacted, `${text}\n${redacted}`).not.toContain(part);
    }
  });

  test.each([
    ["JSON", JSON.stringify({ value: poison })],
    ["an address", `https://x/?a=${encodeURIComponent(poison)}`],
    ["a form", new URLSearchParams({ a: poison }).toString()],
    [
      "HTML",
      poison
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll('"', "&quot;"),
    ],
    ["base64url", Buffer.from(poison).toString("base64url")],
  ])("in %s", (_what, text) => {
    const redacted = redactorOf(poison).text(text);
    expect(redacted).toContain("***");
    expect(redacted).not.toMatch(/ZqX7|Vk9|poi/);
  });

  test("in parts, where it is long", () => {
    expect(redactorOf(token).text(`near '${token.slice(5, 30)}…'`)).toBe("near '***…'");
    expect(redactorOf(token).text(token.slice(5, 15))).toBe(token.slice(5, 15));
  });

  test("wherever it stands, and however often", () => {
    expect(redactorOf("hunter2").text("hunter2 and hunter2hunter2")).toBe("*** and ***");
    expect(redactorOf("aba").text("xababax")).toBe("xababax");
    expect(redactorOf("abab").text("xabababx")).toBe("x***x");
  });

  test("unless it is so short that it would be found everywhere", () => {
    expect(redactorOf("abc", "").text("abc")).toBe("abc");
    expect(redactorOf("a\nb\n}").text("a b }")).toBe("a b }");
  });
});

test("what has no secret is as it was", () => {
  const redactor = redactorOf(poison, token);
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 30 }), (text) => {
      expect(redactor.text(text)).toBe(text);
    }),
  );
});

test("whatever it is and whatever stands around it, nothing of it is left", () => {
  const value = fc
    .string({ unit: "grapheme", minLength: 8, maxLength: 40 })
    .filter((text) => text.trim().length >= 8);
  fc.assert(
    fc.property(value, fc.string(), fc.string(), (secret, before, after) => {
      const redactor = redactorOf(secret);
      for (const encode of [String, encodeURIComponent, (text: string) => Buffer.from(text).toString("hex")])
        expect(redactor.text(before + encode(secret.toWellFormed()) + after)).not.toContain(
          encode(secret.toWellFormed()),
        );
      const bytes = Buffer.from(before + secret + after).toString("base64");
      for (const known of knownTexts([secret]).filter((text) => text.length >= 10))
        expect(redactor.text(bytes)).not.toContain(known);
    }),
  );
});

describe("text that comes in chunks", () => {
  test("has no secret, however it is cut", () => {
    const text = `one ${token} two\n${poison}\nthree ${token.slice(0, 10)}`;
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 8 }), (cuts) => {
        let shown = "";
        const stream = redactorOf(token, poison).stream((part) => {
          shown += part;
        });
        const places = [0, ...cuts.sort((one, other) => one - other), text.length];
        for (const [index, end] of places.slice(1).entries()) stream.write(text.slice(places[index], end));
        stream.end();
        expect(shown).toMatch(/^one \*\*\* two\n[^ZV]*\nthree tok-8hGf3K$/s);
      }),
    );
  });

  test("is shown at once where nothing begins", () => {
    const parts: string[] = [];
    const stream = redactorOf(token).stream((part) => parts.push(part));
    stream.write("Password: ");
    stream.write("50 %\r100 %");
    stream.write(" to");
    stream.write("day\n");
    expect(parts).toEqual(["Password: ", "50 %\r100 %", " ", "today\n"]);
  });
});

describe("events", () => {
  test.each([false, true])("have none, with json: %s", (json) => {
    const { reporter, stdout, stderr } = recordReporter({ json, verbose: true });
    reporter.redactor.add(token);
    reporter({ type: "note", node: "web-1", text: `it is ${token}` });
    reporter({ type: "output", node: "web-1", line: Buffer.from(`x${token}`).toString("base64") });
    reporter({
      type: "error",
      error: { code: "catalog-failed", message: token, detail: `a\n${token}`, hint: `say ${token}` },
    });
    reporter.close();
    const text = stdout.text + stderr.text;
    expect(text).toContain("it is ***");
    for (const known of knownTexts([token])) expect(text).not.toContain(known);
  });

  test("keep the words that programs go by, whatever a secret is", () => {
    const { reporter, stdout } = recordReporter({ json: true });
    for (const value of ["note", "web-1", "done"]) reporter.redactor.add(value);
    reporter({ type: "note", node: "web-1", text: "done" });
    expect(stdout.text).toContain('"type":"note","node":"web-1","text":"***"');
  });
});

/** The same on a node, in perl, for its logs. */
test("a log on a node has none either", () => {
  const folder = mkdtempSync(join(tmpdir(), "proog-redact-"));
  try {
    const needles = knownTexts([poison, token]).map((text) => Buffer.from(text).toString("hex"));
    writeFileSync(join(folder, "needles"), `${needles.join("\n")}\n`);
    writeFileSync(join(folder, "token"), "f00\n");
    writeFileSync(join(folder, "hiding"), "");
    const perl = join(import.meta.dirname, "../../catalog/runtime/redact.pl");
    const lines = [
      `plain ${token}${token} end`,
      ...`in lines ${poison}`.split("\n"),
      prints("base64 -w 40", `a${token}`),
      "nothing here",
    ];
    const input = `${lines.join("\n")}\nf00 shown\nno end ${token}`;
    const open = openSync(join(folder, "needles"), "r");
    const stdio = ["pipe", "pipe", "pipe", "ignore", "ignore", "ignore", "ignore", open] as const;
    const { stdout, stderr } = spawnSync("perl", [perl, folder], {
      input,
      encoding: "utf8",
      stdio: [...stdio],
    });
    closeSync(open);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^plain \*\*\* end\nin lines \*\*\*\n.*\nnothing here\nno end \*\*\*$/s);
    for (const known of knownTexts([poison, token])) expect(stdout).not.toContain(known);
    const redactor = redactorOf(poison, token);
    const each = lines.flatMap((line) => line.split("\n")).map((line) => redactor.text(line));
    expect(each.join("\n")).toBe(stdout.slice(0, stdout.indexOf("\nno end")));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
