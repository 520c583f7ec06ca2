import { localFiles } from "../catalog/local-files.ts";
import { ProogError } from "../report/error.ts";
import type { CompileContext } from "./context.ts";
import type { Mistaken } from "./declare.ts";
import type { Compiled, Kind, Resource } from "./kind.ts";

/** The mistakes of a declaration. */
export function mistakesIn(resource: Resource & Mistaken): readonly string[] {
  return resource.mistakes ?? [];
}

const never = () => Promise.reject(new Error("Nobody asks for that."));

/** What a kind may ask: local files are those of `directory`; what else is asked is given. */
export function contextWith(given: Partial<CompileContext> = {}): CompileContext {
  const { directory = "/nowhere" } = given;
  return {
    directory,
    hashFile: localFiles(directory),
    resolveRevision: never,
    packRevision: never,
    fetchFile: never,
    subversionRevision: never,
    secretValue: never,
    userNumber: (name) => (name === "root" ? "0" : `$user-${name}`),
    groupNumber: (name) => (name === "root" ? "0" : `$group-${name}`),
    ...given,
  };
}

/** What a resource without mistakes compiles to. */
export async function compileWith<R extends Resource>(
  kind: Kind<R>,
  resource: R & Mistaken,
  given?: Partial<CompileContext>,
): Promise<Compiled> {
  const [mistake] = mistakesIn(resource);
  if (mistake !== undefined) throw new Error(mistake);
  return await kind.compile(resource, contextWith(given));
}

/** Why compiling it fails. */
export async function refusalOf(compiling: Promise<Compiled>): Promise<ProogError> {
  const error = await compiling.then(
    () => new Error("It compiled."),
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProogError) return error;
  throw error;
}

/** The texts of what apply brings. */
export function textsOf({ blobs = [] }: Compiled): string[] {
  return blobs.map(({ source }) => ("text" in source ? source.text : ""));
}
