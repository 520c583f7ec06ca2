import type { Command, Option } from "commander";
import { helpEndOf } from "../../src/cli/options.ts";
import { fence, page } from "./function-page.ts";

/** The page of a command: what it does, its options, examples and exit statuses. */
export function writeCommandPage(command: Command): string {
  const end = helpEndOf(command);
  const examples = end?.examples.map(([call, what]) => `${call}  # ${what}`).join("\n");
  return page([
    `# proog ${command.name()}`,
    command.description(),
    fence(usageOf(command), "sh"),
    ...(command.options.length > 0
      ? [
          "## Options",
          command.options.map((option) => `- \`${option.flags}\`: ${describeOption(option)}`).join("\n"),
        ]
      : []),
    ...(examples ? ["## Examples", fence(examples, "sh")] : []),
    ...(end
      ? ["## Exit status", end.exit.map(([status, what]) => `- \`${status}\`: ${what}`).join("\n")]
      : []),
  ]);
}

export function usageOf(command: Command): string {
  return `proog ${command.name()} ${command.usage()}`;
}

export function oneLine(text: string): string {
  return text.replaceAll("\n", " ");
}

/** With its default, as the help has it. */
export function describeOption({ description, defaultValue }: Option): string {
  const fallback = defaultValue === undefined || defaultValue === true ? "" : ` (default: ${defaultValue})`;
  return oneLine(description) + fallback;
}
