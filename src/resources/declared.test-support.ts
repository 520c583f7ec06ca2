import { localFiles } from "../catalog/local-files.ts";
import type { Mistaken } from "./declare.ts";
import type { Compiled, Kind, Resource } from "./kind.ts";

/** The mistakes of a declaration. */
export function mistakesIn(resource: Resource & Mistaken): readonly string[] {
  return resource.mistakes ?? [];
}

/** What a resource without mistakes compiles to; local files are those of the folder. */
export async function compileWith<R extends Resource>(
  kind: Kind<R>,
  resource: R & Mistaken,
  directory = "/nowhere",
): Promise<Compiled> {
  const [mistake] = mistakesIn(resource);
  if (mistake !== undefined) throw new Error(mistake);
  const never = () => Promise.reject(new Error("Nobody asks for that."));
  return await kind.compile(resource, {
    ...{
      directory,
      hashFile: localFiles(directory),
      resolveRevision: never,
      packRevision: never,
      fetchFile: never,
      subversionRevision: never,
    },
    userNumber: (name) => (name === "root" ? "0" : `$user-${name}`),
    groupNumber: (name) => (name === "root" ? "0" : `$group-${name}`),
  });
}

/** The texts of what apply brings. */
export function textsOf({ blobs = [] }: Compiled): string[] {
  return blobs.map(({ source }) => ("text" in source ? source.text : ""));
}
