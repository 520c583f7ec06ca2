// Proog as it is built and shipped, with the types of its source.
type Source<Module> = Module;

export const { openWorkspace }: Source<typeof import("../src/cli/workspace.ts")> = await load("cli/workspace");
