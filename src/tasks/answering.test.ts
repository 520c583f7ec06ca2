import { expect, test } from "vitest";
import { Answering } from "./answering.ts";

const take = (answering: Answering, text: string) => answering.take(Buffer.from(text));

test("a prompt is found wherever the output is cut", () => {
  const answering = new Answering([{ prompt: "Continue? ", answer: "yes" }]);
  expect(take(answering, "Cont")).toBeUndefined();
  expect(take(answering, "inue? ")).toBe("yes\n");
  expect(take(answering, " and ")).toBeUndefined();
});

test("each prompt has its answer, and the first one that stands there counts", () => {
  const answering = new Answering([
    { prompt: /retype .*password:/i, answer: "second" },
    { prompt: /password:/gi, answer: "first" },
  ]);
  expect(take(answering, "New password: ")).toBe("first\n");
  expect(take(answering, "Retype new password: ")).toBe("second\n");
});

test("a program that asks again and again does not take the answer", () => {
  const answering = new Answering([{ prompt: "Password: ", answer: "x", times: 2 }]);
  expect(take(answering, "Password: ")).toBe("x\n");
  expect(take(answering, "Password: ")).toBe("x\n");
  expect(() => take(answering, "Password: ")).toThrow(
    "It asked Password:  more than 2 times, so it does not take the answer",
  );
});

test("what printed much before does not hide the prompt", () => {
  const answering = new Answering([{ prompt: "ok? ", answer: "y" }]);
  expect(take(answering, `${"x".repeat(100_000)}ok? `)).toBe("y\n");
});
