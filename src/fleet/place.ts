/** The user's file and line where an error was thrown: the first frame of its stack outside of packages and Node. */
export function placeOfError(error: unknown): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  for (const line of stack.split("\n")) {
    const match = /(?:file:\/\/)?(\/[^():]+):(\d+)(?::\d+)?\)?$/.exec(line);
    const [, path, number] = match ?? [];
    if (path && !path.includes("/node_modules/") && !path.startsWith(ownFolder))
      return `${decodeURI(path)}:${number}`;
  }
  return undefined;
}

const ownFolder = new URL("..", import.meta.url).pathname;
