import { afterEach, expect, test, vi } from "vitest";
import type { Event } from "./event.ts";
import { Recording, runFinished, runStarted } from "./recording.test-support.ts";
import { createReporter } from "./reporter.ts";

const plan: Event[] = [
  runStarted("plan", "web-1"),
  { type: "node-planned", node: "web-1", total: 3, changes: [], milliseconds: 1 },
  runFinished("plan"),
];
const colored = "\x1b[1mnothing to change, 3 in order\x1b[22m\n";
const plain = "nothing to change, 3 in order\n";

/** A stream that says it is a terminal. */
class FakeTerminal extends Recording {
  readonly isTTY = true;

  getColorDepth(env: NodeJS.ProcessEnv = process.env): number {
    return env.NO_COLOR ? 1 : 8;
  }
}

function show(stdout: Recording, options: { color?: boolean } = {}): string {
  const reporter = createReporter({
    ...{ json: false, verbose: false, timings: false, terminal: false, width: 80, directory: "/" },
    ...{ stdout, stderr: new Recording(), ...options },
  });
  for (const event of plan) reporter(event);
  reporter.close();
  return stdout.text;
}

afterEach(() => {
  vi.unstubAllEnvs();
});

test.each([
  ["a terminal is coloured", FakeTerminal, {}, colored],
  ["a file is not", Recording, {}, plain],
  ["NO_COLOR is honoured", FakeTerminal, { NO_COLOR: "1" }, plain],
  ["FORCE_COLOR is honoured", Recording, { FORCE_COLOR: "1" }, colored],
  ["FORCE_COLOR=0 too", FakeTerminal, { FORCE_COLOR: "0" }, plain],
])("%s", (_name, Stream, environment: Record<string, string>, expected) => {
  vi.stubEnv("NO_COLOR", environment.NO_COLOR);
  vi.stubEnv("FORCE_COLOR", environment.FORCE_COLOR);
  vi.stubEnv("NODE_DISABLE_COLORS", undefined);
  expect(show(new Stream())).toBe(expected);
});

test("what is asked for wins", () => {
  vi.stubEnv("NO_COLOR", "1");
  expect(show(new Recording(), { color: true })).toBe(colored);
  expect(show(new FakeTerminal(), { color: false })).toBe(plain);
});

test("a reader that went away ends nothing, another error is one", () => {
  const stdout = new Recording();
  expect(show(stdout)).not.toBe("");
  expect(() =>
    stdout.emit("error", Object.assign(new Error("broken pipe"), { code: "EPIPE" })),
  ).not.toThrow();
  expect(() => stdout.emit("error", Object.assign(new Error("no space"), { code: "ENOSPC" }))).toThrow(
    "no space",
  );
});
