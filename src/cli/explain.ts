import { readdirSync, readFileSync } from "node:fs";
import { ProogError } from "../report/error.ts";
import { renderMarkdown } from "../report/terminal/markdown.ts";
import { suggestName } from "../report/text/nearest.ts";
import { createStyle, takesColor } from "../report/text/style.ts";
import type { CommonOptions } from "./options.ts";
import type { Run } from "./run.ts";

/** Where `npm run reference` has written it; it comes with the package. */
const reference = new URL("../../docs/reference/", import.meta.url);

/** `proog explain`: a page of the reference, on stdout. */
export async function explain(run: Run, name: string | undefined, options: CommonOptions): Promise<number> {
  const text = readPage(name ?? "README");
  if (options.json) run.reporter({ type: "reference", name: name ?? "", text });
  else {
    const width = Math.min(process.stdout.columns ?? 100, 120);
    const view = { style: createStyle(takesColor(run.stdout)), width };
    run.stdout.write(`${renderMarkdown(text, view).join("\n")}\n`);
  }
  return 0;
}

function readPage(name: string): string {
  const names = namesIn(".");
  const commands = namesIn("commands");
  if (names.includes(name)) return readFileSync(new URL(`${name}.md`, reference), "utf8");
  if (commands.includes(name)) return readFileSync(new URL(`commands/${name}.md`, reference), "utf8");
  throw new ProogError({
    code: "command-line",
    message: `There is no ${JSON.stringify(name)} to explain.`,
    hint: `${suggestName(
      name,
      [...names, ...commands].filter((known) => known !== "README"),
    )}\nAll of them: proog explain`,
  });
}

function namesIn(folder: string): string[] {
  return readdirSync(new URL(`${folder}/`, reference)).flatMap((file) =>
    file.endsWith(".md") ? [file.slice(0, -".md".length)] : [],
  );
}
