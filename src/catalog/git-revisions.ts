/** placeholder until the git kind is in. */
export function gitRevisions(): (url: string, ref: string) => Promise<string> {
  return async (_url, ref) => ref;
}
