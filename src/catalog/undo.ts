import { pathShell } from "../resources/path/path.ts";
import { quote } from "./quote.ts";
import { loadRuntime, loadShell } from "./shell.ts";

/** The program that lists what a run replaced on a node (`undoable`) and puts it back (`undo`). */
export function compileUndo(run: string): string {
  return [
    "#!/bin/sh\nproof=''\ntrap leave EXIT",
    loadRuntime(),
    loadShell([pathShell]),
    `undone=${quote(run)}`,
    'begin "$@"\nmain\n',
  ].join("\n");
}
