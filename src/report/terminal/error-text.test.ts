import { expect, test } from "vitest";
import { ProogError } from "../error.ts";
import { text } from "../recording.test-support.ts";
import { renderError } from "./error-text.ts";

test("an error tells what failed, where, what else is known, and what to do next", () => {
  const error = new ProogError({
    code: "config-invalid",
    message: "mode is 644, and must be three or four octal digits in quotes.",
    where: "/home/ada/site/proog.config.ts:14",
    detail: "\x1b[1mone\x1b[0m\n  two",
    hint: 'Write it in quotes:\n  mode: "0644"',
  });
  expect(renderError(error, { directory: "/home/ada/site" })).toBe(text`
    error: mode is 644, and must be three or four octal digits in quotes (proog.config.ts:14)
      \x1b[1mone\x1b[0m
        two
      Write it in quotes:
        mode: "0644"
  `);
});

test("sentences keep to the width, and commands stay whole", () => {
  const error = new ProogError({
    code: "provider-unavailable",
    message:
      "The local provider needs programs that are not installed on this machine: debootstrap, systemd-nspawn.",
    hint: "Install them:\n  sudo apt-get install debootstrap systemd-container nftables iproute2 squashfs-tools",
  });
  expect(renderError(error, { width: 60 })).toBe(text`
    error: The local provider needs programs that are not
      installed on this machine: debootstrap,
      systemd-nspawn.
      Install them:
        sudo apt-get install debootstrap systemd-container nftables iproute2 squashfs-tools
  `);
});

test("a place elsewhere stays absolute, an unknown one is left out", () => {
  const at = (where: string) =>
    renderError(new ProogError({ code: "config-failed", message: "It failed.", where }), {
      directory: "/home/ada/site",
    });
  expect(at("/etc/x.ts:3")).toBe("error: It failed (/etc/x.ts:3)\n");
  expect(at("/home/ada/shared/x.ts:3")).toBe("error: It failed (../shared/x.ts:3)\n");
  expect(at("unknown")).toBe("error: It failed.\n");
});

test("any other error is a defect, with its stack and that of its cause", () => {
  const shown = renderError(new TypeError("x is not a function", { cause: new Error("deep down") }));
  expect(shown).toMatch(
    /^error: This is a defect of Proog: x is not a function\n {2}TypeError: x is not a function\n {6}at /,
  );
  expect(shown).toContain("\n  caused by Error: deep down\n");
  expect(shown.endsWith("  Please report it, with the lines above.\n")).toBe(true);
  expect(renderError("a string")).toContain("This is a defect of Proog: a string");
});

test("with colour", () => {
  const error = new ProogError({ code: "internal", message: "No." });
  expect(renderError(error, { color: true })).toBe("\x1b[31merror:\x1b[39m No.\n");
});
