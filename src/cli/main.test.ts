import { expect, test } from "vitest";
import { createProgram } from "./main.ts";

test("each command is there by its own name, with nothing beside it", () => {
  const names = createProgram().commands.map((command) => command.name());
  expect(names).toContain("plan");
  for (const name of names)
    expect(createProgram(name as "plan").commands.map((command) => command.name())).toEqual([name]);
});
