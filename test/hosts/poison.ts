import { knownTexts } from "../../src/report/redact/redactor.ts";

/** A secret with all that quoting goes wrong with; its parts are found in nothing else. */
export const poison = `poi"s'on \\ZqX7 %s%%d $(id) \`w\`\n\tüñ✓<&>;|* Vk9!wJ~end`;

/** A long one in one line, as tokens are. */
export const token = "tok-8hGf3KpWz5RtYv2NcXq9LmJd4BsHa7Ue6TiOw1Px0QyZ";

/** Every text by which they would be found: plain, in its lines, quoted, escaped, encoded. */
export const traces: readonly string[] = knownTexts([poison, token]);

/** Which of them a text has, with what stands around. */
export function findTraces(text: string): string[] {
  return traces.flatMap((trace) => {
    const at = text.indexOf(trace);
    return at < 0
      ? []
      : [`${JSON.stringify(trace)} in ${JSON.stringify(text.slice(Math.max(0, at - 80), at + 80))}`];
  });
}
